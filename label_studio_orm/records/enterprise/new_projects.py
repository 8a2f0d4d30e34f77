"""New projects with settings that the server takes only after their creation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ...errors import EditionError, LabelStudioError
from ...text import listed

if TYPE_CHECKING:
    from ...orm.context import Context
    from ..project import Project

P = TypeVar("P", bound="Project[Any]")
LATER = frozenset(  # projects.update of the official SDK has them, projects.create has not
    {
        "agreement_methodology",
        "agreement_threshold",
        "annotation_limit_count",
        "annotation_limit_percent",
        "annotator_evaluation_continuous_tasks",
        "annotator_evaluation_metric",
        "annotator_evaluation_minimum_score",
        "annotator_evaluation_minimum_tasks",
        "annotator_evaluation_onboarding_tasks",
        "assignment_settings",
        "comment_classification_config",
        "custom_script",
        "custom_task_lock_ttl",
        "max_additional_annotators_assignable",
        "pause_on_failed_annotator_evaluation",
        "require_comment_on_skip",
        "review_settings",
        "show_unused_data_columns_to_annotators",
        "strict_task_overlap",
    }
)


def create(model: type[P], client: Context, values: Mapping[str, Any]) -> P:
    """Create a project, then save the settings that only a project that exists can have.

    An error of the second request says that the project was created, and without which settings.
    """
    later = {name: value for name, value in values.items() if name in LATER}
    for name, value in later.items():
        model.fields[name].checked(value)  # before anything is sent
    first = {name: value for name, value in values.items() if name not in later}
    made = _created(model, client, first, later)
    try:
        for name, value in later.items():
            setattr(made, name, value)
        return made.save() if later else made
    except LabelStudioError as error:
        error.add(f"{made!r} was created; set {listed(made.dirty)} and save() it again.")
        raise


def _created(
    model: type[P], client: Context, first: Mapping[str, Any], later: Mapping[str, Any]
) -> P:
    try:
        return model._create(client, model._meta.collection, first)
    except EditionError as error:
        if later:
            error.add(f"Nothing else was sent: it is without {listed(sorted(later))}, too.")
        raise
