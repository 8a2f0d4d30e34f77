"""The settings of a project that only Enterprise has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...errors import nearest
from ...orm.fields import Converter, Field, Reference, one_of

if TYPE_CHECKING:
    from .workspaces import Workspace

EE = "Enterprise"
REJECTIONS = ("remove", "requeue", "redistribute")
# The keys of objects, with the values that a key can have.
REVIEWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "allowed_reject_actions": (),
        "annotator_batch_percent": (),
        "anonymize_annotations": (),
        "default_reject_action": REJECTIONS,
        "instruction": (),
        "only_finished_tasks": (),
        "requeue_rejected_tasks_mode": ("requeue", "remove", "flexible"),
        "requeue_rejected_tasks_to_annotator": (),
        "require_comment_on_reject": (),
        "review_criteria": ("all", "one"),
        "review_only_manual_assignments": (),
        "review_task_limit_percent": (),
        "sampling": ("task_id", "random", "by_annotator"),
        "show_agreement_to_reviewers": (),
        "show_data_manager_to_reviewers": (),
        "show_instruction": (),
        "show_unused_data_columns_to_reviewers": (),
    }
)
ASSIGNMENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"label_stream_task_distribution": ("auto_distribution", "assigned_only")}
)
SERVER_KEYS = ("id", "project")  # which the server adds


def object_of(keys: Mapping[str, tuple[str, ...]]) -> Callable[[Any], str | None]:
    """Make a check of an object of settings: its keys, and the words that are their values."""

    def check(value: Any) -> str | None:
        if not isinstance(value, Mapping):
            return f"must be an object (dict), not {value!r}"
        for key, each in value.items():
            if key not in (*keys, *SERVER_KEYS):
                return f"must not have the key {key!r}.{nearest(key, keys)}".rstrip(".")
            problem = one_of(*keys[key])(each) if keys.get(key) else None
            if problem:
                return f"[{key!r}] {problem}"
        return None

    return check


def _without_server_keys(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key: each for key, each in value.items() if key not in SERVER_KEYS}


SETTINGS = Converter(dump=_without_server_keys)


class ProjectSettings:
    """The fields of a project that only Enterprise has.

    Percentages and thresholds are decimal texts, as the server has them: "0.80".
    """

    workspace: Reference[Workspace | None] = Reference("workspace", edition=EE)
    workspace_title = Field[str | None](read_only=True, edition=EE)
    members_count = Field[int](read_only=True, edition=EE)

    # Who annotates what.
    assignment_settings = Field[dict[str, Any]](
        edition=EE, converter=SETTINGS, check=object_of(ASSIGNMENTS)
    )
    collection_mode = Field[str | None](edition=EE, check=one_of("assigned", "open"))
    strict_task_overlap = Field[bool](edition=EE)
    annotation_limit_count = Field[int | None](edition=EE)  # tasks of an annotator
    annotation_limit_percent = Field[str | None](edition=EE)  # of the tasks
    custom_task_lock_ttl = Field[int | None](edition=EE)  # seconds that a task is reserved
    require_comment_on_skip = Field[bool](edition=EE)
    show_unused_data_columns_to_annotators = Field[bool | None](edition=EE)
    allow_stream = Field[bool | None](read_only=True, edition=EE)

    # Reviews and agreement.
    review_settings = Field[dict[str, Any]](
        edition=EE, converter=SETTINGS, check=object_of(REVIEWS)
    )
    comment_classification_config = Field[str | None](edition=EE)  # XML
    agreement_methodology = Field[str | None](edition=EE, check=one_of("consensus", "pairwise"))
    agreement_threshold = Field[str | None](edition=EE)
    max_additional_annotators_assignable = Field[int | None](edition=EE)
    is_dimensions_enabled = Field[bool | None](read_only=True, edition=EE)

    # The evaluation of annotators.
    annotator_evaluation_metric = Field[str | None](
        edition=EE, check=one_of("gt_agreement", "acceptance_score", "rejection_rate")
    )
    annotator_evaluation_minimum_score = Field[str | None](edition=EE)
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
    dm_column_defaults = Field[dict[str, Any] | None](edition=EE)  # of the Data Manager
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
