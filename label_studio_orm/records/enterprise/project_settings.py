"""The settings of a project that only Enterprise has."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...orm.fields import Field, Reference, one_of
from .nested_settings import (
    SETTINGS,
    AssignmentSettings,
    ColumnDefaults,
    ReviewSettings,
    object_of,
)

if TYPE_CHECKING:
    from .workspaces import Workspace

EE = "Enterprise"


def decimal_text(most: float = math.inf) -> Callable[[Any], str | None]:
    """Make a check of a number that the server has as a text."""

    def check(value: Any) -> str | None:
        if value is None:
            return None
        try:
            good = isinstance(value, str) and math.isfinite(float(value))
        except ValueError:
            good = False
        if not good:
            return f"must be a number as a text, like '0.80', not {value!r}"
        return None if 0 <= float(value) <= most else f"must be at least 0{upto}, not {value!r}"

    upto = f" and at most {most}" if most < math.inf else ""
    return check


class ProjectSettings:
    """The fields of a project that only Enterprise has.

    Percentages and thresholds are decimal texts, as the server has them: "0.80".
    """

    workspace: Reference[Workspace | None] = Reference("workspace", edition=EE)
    workspace_title = Field[str | None](read_only=True, edition=EE)
    members_count = Field[int](read_only=True, edition=EE)

    # Who annotates what.
    assignment_settings = Field[AssignmentSettings](
        edition=EE, converter=SETTINGS, check=object_of(AssignmentSettings)
    )
    collection_mode = Field[str | None](edition=EE, check=one_of("assigned", "open"))
    strict_task_overlap = Field[bool](edition=EE)
    annotation_limit_count = Field[int | None](edition=EE)  # tasks of an annotator
    annotation_limit_percent = Field[str | None](
        edition=EE, check=decimal_text(100)
    )  # of the tasks
    custom_task_lock_ttl = Field[int | None](edition=EE)  # seconds that a task is reserved
    require_comment_on_skip = Field[bool](edition=EE)
    show_unused_data_columns_to_annotators = Field[bool | None](edition=EE)
    allow_stream = Field[bool | None](read_only=True, edition=EE)

    # Reviews and agreement.
    review_settings = Field[ReviewSettings](
        edition=EE, converter=SETTINGS, check=object_of(ReviewSettings)
    )
    comment_classification_config = Field[str | None](edition=EE)  # XML
    agreement_methodology = Field[str | None](edition=EE, check=one_of("consensus", "pairwise"))
    agreement_threshold = Field[str | None](edition=EE, check=decimal_text())
    max_additional_annotators_assignable = Field[int | None](edition=EE)
    is_dimensions_enabled = Field[bool | None](read_only=True, edition=EE)

    # The evaluation of annotators.
    annotator_evaluation_metric = Field[str | None](
        edition=EE, check=one_of("gt_agreement", "acceptance_score", "rejection_rate")
    )
    annotator_evaluation_minimum_score = Field[str | None](edition=EE, check=decimal_text())
    annotator_evaluation_minimum_tasks = Field[int | None](edition=EE)
    annotator_evaluation_onboarding_tasks = Field[int | None](edition=EE)
    annotator_evaluation_continuous_tasks = Field[int | None](edition=EE)
    pause_on_failed_annotator_evaluation = Field[bool | None](edition=EE)

    # How a task is shown.
    custom_script = Field[str | None](edition=EE)  # JavaScript: a plugin
    use_custom_interface = Field[bool | None](edition=EE)
    custom_interface_code = Field[str | None](edition=EE)
    custom_interface_compiled = Field[str | None](edition=EE)
    custom_interface_params = Field[Any](edition=EE)
    source_interface_id = Field[int | None](edition=EE)
    source_interface_version = Field[int | None](edition=EE)
    input_schema = Field[Any](edition=EE)
    output_schema = Field[Any](edition=EE)
    dm_column_defaults = Field[ColumnDefaults | None](  # of the Data Manager
        edition=EE, check=object_of(ColumnDefaults, optional=True)
    )
    internal_description = Field[Any](edition=EE)
    internal_description_short = Field[str | None](read_only=True, edition=EE)
    description_short = Field[str | None](read_only=True, edition=EE)

    # What the server works out.
    permissions = Field[list[str]](read_only=True, edition=EE)  # of the key's user
    prompts = Field[list[dict[str, Any]]](read_only=True, edition=EE)
    blueprints = Field[list[dict[str, Any]]](read_only=True, edition=EE)
    data_types = Field[dict[str, Any]](read_only=True, edition=EE)
    queue_left = Field[int](read_only=True, edition=EE)
    ready = Field[bool](read_only=True, edition=EE)
    rejected = Field[int](read_only=True, edition=EE)
    reviewed_number = Field[int](read_only=True, edition=EE)
    review_total_tasks = Field[int](read_only=True, edition=EE)
    reviewer_queue_total = Field[int](read_only=True, edition=EE)
    duplication_done = Field[bool](read_only=True, edition=EE)
    duplication_status = Field[str | None](read_only=True, edition=EE)
