"""What the statistics of a project answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from .values import EACH, WIRE, Rows


@frozen
class ReviewScore:
    """How reviewers judged the annotations of a user.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    review_score: float | None
    performance_score: float | None


@frozen
class AnnotatorTime:
    """The time that an annotator took, in the unit of the server (seconds in lead_time).

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    user: int | None = field(metadata={WIRE: "user_id"})
    mean: float | None = field(metadata={WIRE: "mean_time"})
    median: float | None = field(metadata={WIRE: "median_time"})
    total: float | None = field(metadata={WIRE: "sum_lead_time"})


@frozen
class FinishedTasks:
    """How many tasks are finished.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    id: int | None
    finished: int | None
    progress: int | None  # percent


@frozen
class LabelCount:
    """How often a label was chosen, by annotators and by models.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    dimension: str = field(metadata={WIRE: "dimension_name"})
    choice: str
    choice_key: str | None
    annotations: int = field(metadata={WIRE: "from_annotations_count"})
    annotations_percent: float = field(metadata={WIRE: "from_annotations_percent"})
    predictions: int = field(metadata={WIRE: "from_predictions_count"})
    predictions_percent: float = field(metadata={WIRE: "from_predictions_percent"})


@frozen
class LabelDimension:
    """A dimension of which labels are counted, and its choices.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    name: str
    type: str | None
    dimension_id: int | None
    choices: list[str]
    choice_keys: list[str] | None
    unsupported_reason: str | None


@frozen
class LabelStructure:
    """The dimensions of which labels are counted in a project.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    dimensions: Rows[LabelDimension] = field(metadata={EACH: LabelDimension})
    choice_keys: list[str] | None
    has_predictions: bool | None
    prediction_filters_supported: bool | None
    prediction_identity_ready: bool | None


@frozen
class ConfusionPair:
    """Two labels that were given for the same thing; `rate` is its share of all such pairs.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    actual: str
    label: str
    count: int
    rate: float
    control: str | None = field(metadata={WIRE: "from_name"})


@frozen
class ConfusionMatrix:
    """How often a label was given where another was: `matrix[actual][given]`, as `labels` are.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    labels: list[str]
    matrix: list[list[int]]
    precision: list[float]  # of each label, 0 to 1
    recall: list[float]
    pairs: Rows[ConfusionPair] = field(metadata={WIRE: "top_confusion_pairs", EACH: ConfusionPair})


@frozen
class DimensionAgreement:
    """The agreement in one dimension, over tasks with two annotations or more.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    name: str
    control: str = field(metadata={WIRE: "from_name"})
    control_tag: str | None
    agreement: float | None


@frozen
class AgreementDistribution:
    """How the agreement of tasks is distributed: `histogram` has ten equal intervals.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    average_agreement: float | None
    histogram: list[int]
    low_agreement_count: int  # below the project's agreement_threshold
    total_tasks: int


@frozen
class IAA:
    """The agreement between annotators: `matrix[n][m]` is that of `users[n]` and `users[m]`.

    With `per_label=True`, `matrix` maps labels to such lists.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    users: list[Mapping[str, Any]] | None
    matrix: Any = field(metadata={WIRE: "IAA"})
    common_tasks: list[list[float]] | None  # of two annotators
    std: float | None


@frozen
class AgreementMatrix:
    """The agreement between those who answered a task, 0 to 1: `matrix[n][m]` of `users`.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    users: list[Mapping[str, Any]]
    matrix: list[list[float | None]]
