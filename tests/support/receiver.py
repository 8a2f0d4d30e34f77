"""What a server calls, on loopback: a receiver of webhooks, and a small ML backend."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from label_studio_orm.testing.requests import Answer, Listener, Request

# With these variables a server connects to loopback.
ENVIRON = {"SSRF_PROTECTION_ENABLED": "false", "ML_BLOCK_LOCAL_IP": "false"}


class Receiver:
    """Records every request; answers 200, or what `fails` says of its path."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.fails: dict[str, Answer] = {}
        self.listener = Listener(self._recorded)
        self.url = self.listener.url

    def fail(self, path: str, status: int, **answer: Any) -> None:
        """Answer requests of a path with an error from now on."""
        self.fails[path] = Answer(answer or None, status=status)

    def said(self, path: str = "") -> list[str]:
        """Return the requests so far, of one path or of all: "POST /webhook"."""
        return [str(each) for each in self.requests if not path or each.path == path]

    @property
    def events(self) -> list[str]:
        """The events that were delivered, in their order."""
        return [each.json["action"] for each in self.requests if "action" in (each.json or {})]

    def _recorded(self, request: Request) -> Answer:
        self.requests.append(request)
        return self.fails.get(request.path) or self._answer(request)

    def _answer(self, request: Request) -> Answer:
        return Answer({})


class ModelBackend(Receiver):
    """An ML backend: predicts "Positive" for every task; `login` is the user and password."""

    def __init__(self) -> None:
        super().__init__()
        self.login: tuple[str, str] | None = None
        self.version = "m1"
        self.versions = ["m0", "m1"]

    def _answer(self, request: Request) -> Answer:
        if self.login and request.headers.get("Authorization") != _basic(*self.login):
            return Answer({"error": "log in"}, status=401)
        return Answer(self._result(request))

    def _result(self, request: Request) -> Any:
        if request.path == "/predict":
            return {"results": [self.prediction() for _ in request.json["tasks"]]}
        return {
            "/health": {"status": "UP"},
            "/setup": {"model_version": self.version},
            "/versions": {"versions": self.versions},
        }.get(request.path, {})

    def prediction(self) -> dict[str, Any]:
        """Return what it predicts for a task."""
        region = {"id": "r1", "from_name": "sentiment", "to_name": "text", "type": "choices"}
        result = [{**region, "value": {"choices": ["Positive"]}}]
        return {"result": result, "score": 0.75, "model_version": self.version}


R = TypeVar("R", bound=Receiver)


@contextmanager
def running(receiver: R) -> Iterator[R]:
    with receiver.listener:
        yield receiver


def _basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
