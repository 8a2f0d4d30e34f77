"""ML backends: models that the server asks for predictions, and trains."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import inf
from numbers import Real
from types import MappingProxyType, NoneType
from typing import TYPE_CHECKING, Any

from ..errors import BackendFailed, InvalidInput, NotFound, ServerError
from ..orm.fields import DATETIME, Converter, Field, Reference, object_problem
from ..orm.identity import id_of
from ..orm.meta import Meta
from ..orm.record import Record
from ..orm.response_shape import shaped
from ..text import shown
from .enterprise.ml_backend import EnterpriseMLBackend
from .ml_answers import answer_of, prediction_of
from .ml_leftovers import Leftovers
from .receiver import receiver_hints, url_problem
from .secret_field import SecretField, SecretRecord

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..orm.fields import ReadOnlyReference
    from .prediction import Prediction
    from .project import Project
    from .task import Task

PRIVATE_HOSTS = "ML_BLOCK_LOCAL_IP"  # a variable of the server's environment
TIMEOUT = 180.0  # seconds: the server gives a backend 100
METHOD, USER, PASSWORD = "auth_method", "basic_auth_user", "basic_auth_pass"  # the server's names
BASIC, NONE = "BASIC_AUTH", "NONE"
STATES: Mapping[Any, str] = MappingProxyType(
    {
        "CO": "connected",
        "DI": "disconnected",
        "ER": "error",
        "TR": "training",
        "PR": "predicting",
    }
)
NO_OBJECT = "object has no attribute 'get'"
NO_ANSWER = "ML backend did not return any predictions"
NO_TASKS = "Project has no tasks"


def _state(raw: Any) -> Any:
    return STATES.get(raw, raw) if isinstance(raw, str) else raw


def password_problem(value: Any) -> str | None:
    """Return what is wrong with a password, or None."""
    if value:
        return None
    return "must not be empty. To connect without authentication, set user to None"


def _problem_of_params(value: Any) -> str | None:
    return None if value is None else object_problem(value)


def _problem_of_timeout(value: Any) -> str | None:
    number = isinstance(value, Real) and not isinstance(value, bool)
    return None if number and 0 < value < inf else f"must be seconds above 0, not {value!r}"


class MLBackend(EnterpriseMLBackend, SecretRecord):
    """A model behind a URL, of which the server asks predictions.

    >>> backend = project.ml_backends.create(backend_url, title="SAM")
    >>> backend.state, backend.model_version
    ('connected', 'm1')
    >>> backend.test()["sentiment"]
    'Positive'
    """

    _meta = Meta(
        kind="ml_backend",
        noun="ML backend",
        path="/api/ml/{id}",
        leading=("id", "title"),
        required=("url",),
        identified_by=("url",),
        invalidates=("project",),  # which names the backend as its model version
        sent_with_every_patch=("url", "project", METHOD, USER),  # it connects with what it is sent
        write_options=MappingProxyType({"timeout": TIMEOUT}),
    )
    _owner: Record | None = None  # the user's own object of its project

    title = Field[str | None]()  # the name of its predictions in `project.model_version`
    url = Field[str](check=url_problem)
    # As the server saw it last: connected, disconnected, error, training or predicting.
    state = Field[str](read_only=True, converter=Converter(_state, _state))
    model_version = Field[str | None]()
    error_message = Field[str | None](read_only=True)
    description = Field[str | None]()
    interactive = Field[bool](wire="is_interactive")  # asked while annotators draw
    timeout = Field[float](check=_problem_of_timeout)  # seconds
    user = Field[str | None](wire=USER, since="1.12")
    password = SecretField(wire=PASSWORD, since="1.12", check=password_problem)
    has_password = Field[bool](wire="basic_auth_pass_is_set", read_only=True, since="1.12")
    auth_method = Field[str](since="1.12")  # "NONE" or "BASIC_AUTH": follows from the user
    # Sent when the server connects:
    extra_params = Field[dict[str, Any] | None](since="1.12", check=_problem_of_params)
    auto_update = Field[bool]()  # take the version that the backend names
    project: ReadOnlyReference[Project] = Reference("project", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)

    # -- what it is asked to do ----------------------------------------------------------------

    @property
    def versions(self) -> list[str]:
        """The versions of the model that the backend has; asked for each time.

        Raises `BackendFailed` with the backend's error.
        """
        found = self._answered_versions().get("versions")
        if not isinstance(found, list):
            raise BackendFailed(f"{self!r} must answer a list of versions, not {shown(found)}.")
        return [str(each) for each in found if each is not None]

    def _answered_versions(self) -> Mapping[str, Any]:
        """Return what the backend answers; the server fails on what is no object."""
        try:
            answer = self.client.json("GET", f"{self._path()}/versions", relayed=True)
        except ServerError as error:
            if NO_OBJECT not in str(error.detail):
                raise
            raise BackendFailed(f"{self!r} must answer an object with its versions.") from None
        return shaped(answer, {})  # type: ignore[no-any-return]

    def predict(self, task: Task | int, *, context: Mapping[str, Any] | None = None) -> Prediction:
        """Ask an interactive backend for its answer for a task; nothing is saved.

        `context` is what an annotator has drawn, in the server's format. The prediction has no id;
        `task.predict(prediction.result)` saves it. Raises `BackendFailed` with the backend's error.
        """
        number = id_of(task, of="Task", client=self.client)
        if not isinstance(context, (Mapping, NoneType)):
            raise InvalidInput(f"context must be a dict or None, not {context!r}.")
        body = {"task": number, "context": dict(context or {})}
        try:
            answer = self._ask("interactive-annotating", json=body)
        except NotFound as error:
            error.add(f"Task {number} must be a task of the project of {self!r}.")
            raise
        return prediction_of(self, number, answer_of(self, answer))

    def test(self) -> Prediction:
        """Ask for a prediction of a task that the server picks; nothing is saved.

        Raises `BackendFailed` if it makes none, and `NotFound` if the project has no tasks.
        """
        try:
            answer = self._ask("predict/test", params={"random": "true"})
        except ServerError as error:
            raise self._explained(error) from None
        found = shaped(answer, {"task": {"id": int}})
        return prediction_of(self, found["task"]["id"], found.get("response"))

    def train(self) -> Self:
        """Have the backend start training; `state` is "training" then.

        Raises `BackendFailed` with the backend's error.
        """
        project = self.project  # before, as to read this backend would replace its state
        self._ask("train")
        self._load_from(project)
        if self.state == "error":
            raise BackendFailed(f"{self!r} failed to train: {shown(self.error_message)}")
        return self

    def _ask(self, verb: str, **options: Any) -> Any:
        return self.client.json("POST", f"{self._path()}/{verb}", timeout=TIMEOUT, **options)

    def _explained(self, error: ServerError) -> ServerError | BackendFailed | NotFound:
        text = str(error.detail)
        if NO_ANSWER in text:
            return BackendFailed(f"{self!r} made no prediction: its own log tells why.")
        if NO_TASKS in text:
            return NotFound(f"The project of {self!r} has no tasks to test with: import one.")
        return error

    def _load_from(self, project: Project) -> None:
        """Take over what is stored: to read the record itself would connect anew."""
        self._expire()
        for each in project.ml_backends:
            if each == self:
                self._state.update(self, each._state.params, complete=True, keep=self._changes())

    # -- saving --------------------------------------------------------------------------------

    def _save(self) -> Self:
        changes = self._changes()
        without = self._state.params.get("basic_auth_pass_is_set") is False
        if changes.get(USER) and PASSWORD not in changes and without:
            raise InvalidInput(f"{self!r} needs password= with user=.")
        if PASSWORD in changes and not changes.get(USER, self._raw(USER)):
            raise InvalidInput(f"{self!r} needs user= with password=.")
        with receiver_hints(PRIVATE_HOSTS):
            return super()._save()

    def _patch(self, changes: Mapping[str, Any]) -> Mapping[str, Any]:
        body = dict(super()._patch(changes))
        if {USER, PASSWORD} & changes.keys():
            body[METHOD] = BASIC if body.get(USER) else NONE
        if body.get(METHOD) == BASIC:
            body.setdefault(PASSWORD, "")  # keeps the server's; without it, it would not log in
        return body

    def _delete(self) -> Self:
        """Delete it with the webhook that the server has made for it."""
        leftovers = Leftovers.of(self)
        try:
            super()._delete()
            leftovers.remove()
        finally:
            self._invalidate_cache()
        return self

    def _invalidate_cache(self) -> None:
        super()._invalidate_cache()
        if self._owner is not None:
            self._owner._expire_counts()

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_owner": None}
