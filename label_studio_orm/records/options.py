"""The options of `create()`, `annotate()` and `predict()`, for type checkers and editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ..labeling.config import LabelConfig
    from ..labeling.results.coerce import GivenSize
    from ..labeling.results.relations import Relation
    from .annotation import Annotation
    from .enterprise.nested_settings import AssignmentSettings, ColumnDefaults, ReviewSettings
    from .enterprise.workspaces import Workspace
    from .prediction import Prediction
    from .user import User


class ProjectFields(TypedDict, total=False):
    """The fields of a new project; `config` is another name of `label_config`."""

    title: str
    description: str | None
    config: LabelConfig | str
    label_config: LabelConfig | str
    expert_instruction: str | None
    show_instruction: bool
    show_skip_button: bool
    enable_empty_annotation: bool
    show_annotation_history: bool
    organization: int | None
    color: str | None
    maximum_annotations: int
    is_published: bool
    is_draft: bool
    model_version: str | None
    min_annotations_to_start_training: int
    show_collab_predictions: bool
    sampling: str | None
    show_ground_truth_first: bool
    annotator_evaluation_enabled: bool
    show_overlap_first: bool
    overlap_cohort_percentage: int
    task_data_login: str | None
    task_data_password: str | None
    control_weights: dict[str, Any] | None
    evaluate_predictions_automatically: bool
    skip_queue: str | None
    reveal_preannotations_interactively: bool
    pinned_at: datetime | None
    # Enterprise:
    workspace: Workspace | int | None
    assignment_settings: AssignmentSettings
    collection_mode: str | None
    strict_task_overlap: bool
    annotation_limit_count: int | None
    annotation_limit_percent: str | None
    custom_task_lock_ttl: int | None
    require_comment_on_skip: bool
    show_unused_data_columns_to_annotators: bool | None
    review_settings: ReviewSettings
    comment_classification_config: str | None
    agreement_methodology: str | None
    agreement_threshold: str | None
    max_additional_annotators_assignable: int | None
    annotator_evaluation_metric: str | None
    annotator_evaluation_minimum_score: str | None
    annotator_evaluation_minimum_tasks: int | None
    annotator_evaluation_onboarding_tasks: int | None
    annotator_evaluation_continuous_tasks: int | None
    pause_on_failed_annotator_evaluation: bool | None
    custom_script: str | None
    use_custom_interface: bool | None
    custom_interface_code: str | None
    custom_interface_compiled: str | None
    custom_interface_params: Any
    source_interface_id: int | None
    source_interface_version: int | None
    input_schema: Any
    output_schema: Any
    dm_column_defaults: ColumnDefaults | None
    internal_description: Any


class UserFields(TypedDict, total=False):
    """The fields of a new user besides the email address."""

    username: str
    first_name: str
    last_name: str
    phone: str
    active_organization: int | None
    allow_newsletters: bool | None
    custom_hotkeys: dict[str, Any]


class WebhookFields(TypedDict, total=False):
    """The fields of a new webhook; its URL comes before them."""

    events: list[str]
    headers: Mapping[str, str]
    send_payload: bool
    send_for_all_actions: bool
    is_active: bool


class MLBackendOptions(TypedDict, total=False):
    """How a server connects to an ML backend."""

    user: str
    password: str
    extra_params: dict[str, Any] | None
    timeout: float


class MLBackendFields(MLBackendOptions, total=False):
    """The fields of a new ML backend; its URL comes before them."""

    title: str
    description: str
    interactive: bool
    model_version: str
    auto_update: bool


class ResultOptions(TypedDict, total=False):
    """How a result is built and checked."""

    size: GivenSize | None
    relations: Iterable[Relation]
    validate: bool


class AnnotationOptions(ResultOptions, total=False):
    """The options and fields of a new annotation."""

    completed_by: User | int
    was_cancelled: bool
    ground_truth: bool
    lead_time: float | None
    import_id: int | None
    last_action: str | None
    bulk_created: bool | None
    draft_created_at: datetime | None
    parent_prediction: Prediction | int | None
    parent_annotation: Annotation | int | None
    unique_id: str
    draft_id: int


class DraftOptions(ResultOptions, total=False):
    """The options and fields of a new draft."""

    lead_time: float | None
    was_postponed: bool
    import_id: int | None


class SubmitOptions(TypedDict, total=False):
    """How a draft is checked, and the fields of the annotation that is made of it."""

    validate: bool
    was_cancelled: bool
    ground_truth: bool
    lead_time: float | None
    last_action: str | None


class PredictionOptions(ResultOptions, total=False):
    """The options and fields of a new prediction."""

    score: float | None
    model_version: str
    cluster: int | None
    neighbors: list[int] | None
    mislabeling: float
    model: int | None
    model_run: int | None
