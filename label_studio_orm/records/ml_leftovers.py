"""Leftovers of a deleted ML backend: its webhook, and its name in the project."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ..errors import LabelStudioError, NotFound
from .webhook import Webhook

if TYPE_CHECKING:
    from typing_extensions import Self

    from .ml_backend import MLBackend
    from .project import Project

SAME_REQUEST = timedelta(seconds=10)
VERSION = "model_version"


@frozen
class Leftovers:
    """What is to be removed when a backend was deleted."""

    project: Project[Any]
    title: str | None
    hook: Webhook | None

    @classmethod
    def of(cls, backend: MLBackend) -> Self:
        """Look for them, before the backend is deleted."""
        return cls(backend.project, backend.title, webhook_of(backend))

    def remove(self) -> None:
        """Remove them; the error tells that the backend itself was deleted."""
        try:
            self._empty_version()
            if self.hook is not None:
                self.hook.delete()
        except NotFound:
            return  # somebody else did
        except LabelStudioError as error:
            error.add(
                f"The ML backend was deleted; {self.hook or self.project!r} may still name it."
            )
            raise

    def _empty_version(self) -> None:
        """Empty the model version of the project where it still names the backend.

        The server does so itself, until it has deleted any project: that disconnects its signals,
        some of which are not connected again (1.23.2).
        """
        if self.title and self.project._fetch(VERSION).get(VERSION) == self.title:
            self.project.client.json("PATCH", self.project._path(), json={VERSION: ""})


def webhook_of(backend: MLBackend) -> Webhook | None:
    """Return the webhook that was made with a backend, if it is certainly that one.

    It was made in the same request, and nobody has changed it: all events of the project, sent to
    "webhook" at the URL of the backend.
    """
    url = f"{backend.url.rstrip('/')}/webhook"
    hooks = [hook for hook in backend.project.webhooks if hook.url == url]
    return next((hook for hook in hooks if _made_with(backend, hook)), None)


def _made_with(backend: MLBackend, hook: Webhook) -> bool:
    untouched = hook.send_for_all_actions and hook.send_payload and hook.is_active
    if not untouched or hook.events or hook.headers:
        return False
    times = hook.created_at, backend.created_at
    if not all(isinstance(each, datetime) for each in times):
        return False
    return timedelta(0) <= times[0] - times[1] <= SAME_REQUEST
