"""The query of webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from ..errors import NotFound, Unsupported
from ..orm.get_or_create import get_or_create
from ..signatures import takes
from .receiver import receiver_hints
from .secret_field import SecretQuery, hidden_fields
from .webhook import PRIVATE_HOSTS, TO_ALL, Webhook
from .webhook_events import check_events, events_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import WebhookFields

NO_PROJECT = "Project not found."


class Webhooks(SecretQuery[Webhook]):
    """The webhooks of a project, or of the organization with those of its projects."""

    @takes("records.options:WebhookFields")
    def create(self, url: str, **fields: Unpack[WebhookFields]) -> Webhook:
        """Add a webhook for some `events`, or for every event; `fields` are those of `Webhook`.

        Raises `InvalidInput` before anything is sent, and `Rejected` or `PermissionDenied` if the
        server does not accept the receiver.

        >>> project.webhooks.create("https://example.org/hook", events=["ANNOTATION_CREATED"])
        <Webhook ... to example.org>
        """
        given = hidden_fields(self._model, cast("dict[str, Any]", fields))  # tracebacks show them
        values = {"url": url, **given}
        if "events" in values:
            Webhook.events.checked(values["events"])
            check_events(self.client, values["events"], of_project="project" in self._known)
            values = {TO_ALL: False, **values}
        with receiver_hints(PRIVATE_HOSTS):
            return self._created(values)

    @takes("records.options:WebhookFields")
    def get_or_create(self, url: str, **fields: Unpack[WebhookFields]) -> Webhook:
        """Return the only webhook of this project, or of none, to a URL, or create it.

        One that was found is not changed: a warning names the other fields that differ.

        >>> hook = project.webhooks.get_or_create("https://example.org/new")
        >>> project.webhooks.get_or_create("https://example.org/new") == hook
        True
        """
        given = hidden_fields(self._model, cast("dict[str, Any]", fields))
        own = self.filter() if self._known else self.filter(Webhook.project.is_null())
        return get_or_create(
            self, {"url": url, **given}, lambda: self.create(url, **fields), among=own
        )

    def _created(self, values: Mapping[str, Any]) -> Webhook:
        try:
            return self._model._create(self.client, self._path(), values, also=self._known)
        except NotFound as error:
            if self._known or error.detail != NO_PROJECT:
                raise
            raise Unsupported(
                f"{self.client._described()} creates webhooks for single projects only: "
                "project.webhooks.create(…).",
                **error.__dict__,
            ) from None

    def events(self) -> dict[str, str]:
        """Return the events that a webhook can have here, with their titles.

        >>> project.webhooks.events()["ANNOTATION_CREATED"]
        'Annotation created'
        """
        known = events_of(self.client)
        if "project" in self._known:
            known = {name: each for name, each in known.items() if not each[1]}
        return {name: title for name, (title, _) in known.items()}
