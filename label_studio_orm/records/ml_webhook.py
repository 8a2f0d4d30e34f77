"""The webhook that a server makes with an ML backend, and leaves behind without it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..errors import LabelStudioError, NotFound
from .webhook import Webhook

if TYPE_CHECKING:
    from .ml_backend import MLBackend

SAME_REQUEST = timedelta(seconds=10)


def webhook_of(backend: MLBackend) -> Webhook | None:
    """Return the webhook that was made with a backend, if it is certainly that one.

    It was made in the same request, and nobody has changed it: all events of the project, sent to
    "webhook" at the URL of the backend.
    """
    url = f"{backend.url.rstrip('/')}/webhook"
    hooks = [hook for hook in backend.project.webhooks if hook.url == url]
    return next((hook for hook in hooks if _made_with(backend, hook)), None)


def remove(hook: Webhook) -> None:
    """Delete the webhook of a backend that was deleted."""
    try:
        hook.delete()
    except NotFound:
        return  # somebody else did
    except LabelStudioError as error:
        error.add(f"The ML backend was deleted; its webhook {hook!r} is still there.")
        raise


def _made_with(backend: MLBackend, hook: Webhook) -> bool:
    untouched = hook.send_for_all_actions and hook.send_payload and hook.is_active
    if not untouched or hook.events or hook.headers:
        return False
    times = hook.created_at, backend.created_at
    if not all(isinstance(each, datetime) for each in times):
        return False
    return timedelta(0) <= times[0] - times[1] <= SAME_REQUEST
