"""Actions of the Data Manager on the tasks of a query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ..data_manager.actions import (
    accept_predictions,
    act,
    check_options,
    options_of,
    processed,
    propagate,
    read_actions,
)
from ..data_manager.model_versions import check_version, checked_name
from ..errors import InvalidInput, OutcomeUnknown, Unsupported
from ..orm.batches import refuse_in_batch
from ..orm.identity import id_of
from ..orm.query import Query
from .ml_predictions import request_predictions
from .result_record import project_id
from .task import Task

if TYPE_CHECKING:
    from ..orm.context import Context
    from .annotation import Annotation
    from .user import User

T = TypeVar("T", bound=Task, covariant=True)

HINT_AGAIN = (
    "Call it again when the server is done with it: it skips predictions that have become "
    "annotations."
)


class TaskActions(Query[T]):
    """What the server can do with many tasks at once.

    An action is for the tasks that the query finds, each checked exactly; if it finds none,
    nothing is sent. Objects that you hold do not change: `refresh()` them.
    """

    def accept_predictions(self, model_version: str | None = None) -> int:
        """Turn predictions into annotations of yours; return how many annotations that made.

        Without `model_version`, predictions of all versions are turned, so a task may get several
        annotations. Predictions that were turned before are skipped.

        >>> project.tasks.accept_predictions(model_version="m1")
        1
        """
        version = None if model_version is None else checked_name(model_version)
        ids, project = self._to_act("accept_predictions"), self._known["project"]
        try:
            made = accept_predictions(self.client, project, ids, version) or 0
        except OutcomeUnknown as error:
            error.add(HINT_AGAIN)
            raise
        if ids and not made and version is not None:  # perhaps mistyped
            check_version(self.client, project, version)
        return made

    def delete_annotations(self, *, of: User | int | None = None) -> int:
        """Delete the annotations and drafts of these tasks; return the number of annotations.

        With `of`, only those of one user.

        >>> project.tasks.filter(Task.data["text"].contains("worse")).delete_annotations()
        2
        """
        form = {} if of is None else {"annotator": _user_id(of, self.client)}
        ids = self._to_act("delete_annotations")
        if form and ids:
            self._require_annotator()
        return processed(self._act("delete_tasks_annotations", ids, form))

    def delete_predictions(self) -> int:
        """Delete all predictions of these tasks; return their number.

        Those of one model version: `project.model_versions.delete("m1")`.
        """
        ids = self._to_act("delete_predictions")
        return processed(self._act("delete_tasks_predictions", ids))

    def request_predictions(self) -> int:
        """Have the project's ML backend predict these tasks; return how many predictions it made.

        It skips tasks that have a prediction of its version. Predictions that others add at the
        same time count, too. Raises `BackendFailed` if the server cannot reach the backend.
        """
        return request_predictions(self._parent("project"), self._to_act("request_predictions"))

    def remove_duplicates(self) -> int:
        """Delete those of these tasks that have the same data as another; return their number.

        Their annotations move to the task that stays, their predictions are deleted. If the server
        raises `Rejected`, it may have moved annotations before that.

        >>> project.tasks.remove_duplicates()
        0
        """
        ids = self._to_act("remove_duplicates")
        if len(ids) < 2:
            return 0
        list(self._act("remove_duplicates", ids, at_once=len(ids)))
        left = type(self)._in(self.client, self._model, self._known, self._related).ids()
        return len({*ids} - {*left})

    def propagate(self, annotation: Annotation | int) -> int:
        """Copy an annotation to these tasks, in your name; return the number of copies.

        Its own task gets none. The results are copied unchanged, so the tasks must be alike: images
        of one size, texts of one length.
        """
        ids = self._to_act("propagate")
        source = self._annotation_id(annotation) if ids else 0
        return propagate(self.client, self._known["project"], ids, source) or 0

    def actions(self) -> dict[str, str]:
        """Return the actions that this server offers for tasks: ids and titles.

        >>> project.tasks.actions()["delete_tasks"]
        'Delete Tasks'
        """
        known = read_actions(self.client, self._known["project"])
        return {id: action["title"] for id, action in known.items()}

    def act(self, action: str, /, **options: Any) -> Mapping[str, Any]:
        """Perform any action of the server on these tasks, in one request; return its answer.

        The answer is empty if there are no tasks. Raises `EditionError` for an action that this
        server does not have, `UnknownName` for an option that the action does not have.

        >>> project.tasks.act("delete_tasks_predictions")["detail"]
        'Deleted 1 predictions'
        """
        check_options(self.client, self._known["project"], action, options)
        if "annotator" in options:
            options["annotator"] = _user_id(options["annotator"], self.client, "annotator=")
        ids = self._to_act("act")
        answers = list(self._act(action, ids, options, at_once=max(len(ids), 1)))
        return answers[0] or {} if answers else {}

    def _to_act(self, verb: str) -> list[int]:
        """Return the ids of the tasks to act on."""
        refuse_in_batch(self.client, self._known, verb)
        return self._exactly().ids()

    def _act(self, action: str, ids: list[int], *form: Mapping[str, Any], **options: Any) -> Any:
        return act(self.client, self._known["project"], action, ids, *form, **options)

    def _require_annotator(self) -> None:
        """Raise `Unsupported` where the server would delete the annotations of everybody."""
        project, action = self._known["project"], "delete_tasks_annotations"
        if "annotator" not in (options_of(self.client, project, action) or ()):
            raise Unsupported(
                f"{self.client._described()} cannot delete the annotations of one user by an "
                "action. Use project.annotations.filter(completed_by=user).delete()."
            )

    def _annotation_id(self, annotation: Annotation | int) -> int:
        """Return the id of an annotation of this project; the server answers others with a 500."""
        id = id_of(annotation, of="Annotation", client=self.client)
        found: Any = self.client._registry.model("annotation")._lazy(self.client, id, {})
        project, own = project_id(found), self._known["project"]
        if project != own:
            raise InvalidInput(
                f"propagate() copies an annotation of project {own}, not {found!r} of {project}."
            )
        return int(found.id)


def _user_id(user: Any, client: Context, name: str = "of=") -> int:
    """Return the id of a user; 0 would mean everybody to the server."""
    hint = ": ls.users.get(email=…)" if isinstance(user, str) else ""
    if hint or (id := id_of(user, of="User", client=client)) < 1:
        raise InvalidInput(f"{name} must be a user or a user's id, not {user!r}{hint}.")
    return id
