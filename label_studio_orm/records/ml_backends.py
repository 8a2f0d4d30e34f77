"""The query of a project's ML backends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from attrs import evolve, frozen

from ..data_manager.model_versions import path_of
from ..errors import InvalidInput, Outcome
from ..orm.cache import Params
from ..orm.context import Context
from ..orm.get_or_create import get_or_create
from ..orm.pagination import Page, Source, WholeList
from ..orm.record import Record
from ..orm.response_shape import ROWS, shaped
from ..signatures import takes
from .ml_backend import BASIC, METHOD, PRIVATE_HOSTS, MLBackend
from .receiver import receiver_hints
from .secret_field import SecretQuery, hidden_fields

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import MLBackendFields, MLBackendOptions

PATH = "/api/ml/"
LIVE: Mapping[str, str] = {"extended": "true", "include_live_models": "true"}


@frozen
class _StoredBackends(WholeList):
    """The backends of a project as they are stored: their own list connects to each of them."""

    @property
    def _stored(self) -> str:
        return path_of(self.params["project"])

    def rows(self, context: Context) -> list[Params]:
        answer = context.json("GET", self._stored, params=LIVE)
        live = answer.get("live") if isinstance(answer, dict) else None
        if isinstance(live, list):
            return list(shaped(live, ROWS))
        return super().rows(context)  # servers before 1.13

    def explain(self, selection: Any) -> str:
        return WholeList(self._stored).explain(selection)


class MLBackends(SecretQuery[MLBackend]):
    """The ML backends of a project, as the server saw them last."""

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        return _StoredBackends(PATH, known)

    @takes("records.options:MLBackendFields")
    def create(self, url: str, **fields: Unpack[MLBackendFields]) -> MLBackend:
        """Connect the project to an ML backend; `fields` are those of `MLBackend`.

        The server must reach it. It also makes a webhook for it, and names it as the project's
        `model_version` if there is none. Raises `InvalidInput` before anything is sent, `Rejected`
        with the server's reason, `PermissionDenied` for an address that it may not connect to.

        >>> project.ml_backends.create(backend_url, title="SAM", interactive=True)
        <MLBackend ... 'SAM'>
        """
        given = hidden_fields(self._model, cast("dict[str, Any]", fields))  # tracebacks show them
        values = {"url": url, **given}
        self._model._check_writable(values)
        _check_login(values)
        method = {METHOD: BASIC} if values.get("user") else {}
        try:
            with receiver_hints(PRIVATE_HOSTS):
                made = self._model._create(
                    self.client, PATH, {**values, **method}, also=self._known
                )
        finally:  # also where it is not known whether it was created
            if self._owner is not None:
                self._owner._expire_counts()
        made._set(_owner=self._owner, _related=self._related)
        return made

    @takes("records.options:MLBackendFields")
    def get_or_create(self, url: str, **fields: Unpack[MLBackendFields]) -> MLBackend:
        """Return the only ML backend at a URL, or connect the project to it as `create()` does.

        One that was found is not changed: a warning names the other fields that differ.

        >>> backend = project.ml_backends.get_or_create(backend_url, title="SAM")
        >>> project.ml_backends.get_or_create(backend_url, title="SAM") == backend
        True
        """
        given = hidden_fields(self._model, cast("dict[str, Any]", fields))
        return get_or_create(self, {"url": url, **given}, lambda: self.create(url, **fields))

    @takes("records.options:MLBackendOptions")
    def check(self, url: str, **options: Unpack[MLBackendOptions]) -> None:
        """Have the server connect to an ML backend, and keep nothing.

        The server has no way to try: a backend is created under a title of its own, and deleted
        with its webhook, also if this is interrupted. Raises what `create()` raises.
        """
        hidden_fields(self._model, cast("dict[str, Any]", options))
        title = f"connection check {uuid4().hex}"
        try:
            made = self.create(url, title=title, **options)
        except BaseException as error:
            if getattr(error, "outcome", Outcome.UNKNOWN) is Outcome.UNKNOWN:
                self.filter(title=title).delete()
            raise
        made.delete()

    def refresh(self) -> list[MLBackend]:
        """Have the server connect to every backend, and return them with their states of now.

        It waits a few seconds for each that does not respond.
        """
        return list(evolve(self, source=WholeList(PATH, self._known)))

    def _made(self, model: type[MLBackend], row: Params, page: Page) -> MLBackend:
        made = super()._made(model, row, page)
        made._set(_owner=self._owner)
        return made


def _check_login(values: Mapping[str, Any]) -> None:
    """Raise `InvalidInput` for a user without a password, or the other way round."""
    if values.get("user") and "password" not in values:
        raise InvalidInput("An ML backend with user= needs password=.")
    if "password" in values and not values.get("user"):
        raise InvalidInput("An ML backend with password= needs user=.")
