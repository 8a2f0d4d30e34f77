"""The fake server: its socket, its key, and which endpoint answers what."""

from __future__ import annotations

import re
import secrets
import threading
import traceback
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..client import LabelStudio
from . import data_manager, exports, imports, overview, projects, results, tasks, users
from .database import Database
from .errors import ApiError, no_endpoint
from .requests import Answer, Endpoint, Listener, Request

if TYPE_CHECKING:
    from typing_extensions import Self

PUBLIC = ("/api/version", "/health")  # without a key
MODULES = (users, projects, overview, tasks, results, data_manager, imports, exports)


class FakeServer:
    """A Label Studio in memory, for tests: on a real socket, empty, and gone at the end.

    `url` and `api_key` are what a client needs, `client` is one. `requests` lists what came in.

    >>> from label_studio_orm.testing import FakeServer
    >>> with FakeServer() as server:
    ...     project = server.client.projects.create(title="Reviews")
    ...     result = project.import_tasks([{"text": "A fine film."}])
    ...     project.tasks.count()
    1
    """

    url: str

    def __init__(self) -> None:
        self.api_key = secrets.token_hex(20)
        self.requests: list[Request] = []
        self._database = Database()
        self._lock = threading.Lock()
        self._listener: Listener | None = None
        self._routes = [_route(path, do) for each in MODULES for path, do in each.ROUTES.items()]

    def __enter__(self) -> Self:
        self._listener = Listener(self._answer)
        self.url = self._listener.url
        return self

    def __exit__(self, *args: object) -> None:
        if "client" in self.__dict__:
            self.client.close()
        if self._listener is not None:
            self._listener.close()

    @cached_property
    def client(self) -> LabelStudio:
        """A client with the server's key."""
        return LabelStudio(self.url, api_key=self.api_key)

    def __repr__(self) -> str:
        return f"<FakeServer {getattr(self, 'url', 'not started')}>"

    def _answer(self, request: Request) -> Answer:
        """Answer one request at a time."""
        with self._lock:
            self.requests.append(request)
            try:
                self._authenticate(request)
                answer = self._dispatch(request)
            except ApiError as error:
                return _page(error) if _is_page(request, error) else error.answer()
            except Exception as error:
                traceback.print_exc()
                return ApiError(500, f"The fake server failed: {error!r}").answer()
        return answer if isinstance(answer, Answer) else Answer(answer)

    def _authenticate(self, request: Request) -> None:
        given = request.headers.get("Authorization", "")
        if request.path in PUBLIC or given.split(" ")[-1] == self.api_key:
            return
        raise ApiError(
            401, "Invalid token." if given else "Authentication credentials were not provided."
        )

    def _dispatch(self, request: Request) -> Any:
        for path in (str(request), f"{request}/"):  # as the server does, with a slash
            for pattern, endpoint in self._routes:
                if found := pattern.fullmatch(path):
                    ids = {k: int(v) if v.isdigit() else v for k, v in found.groupdict().items()}
                    return endpoint(self._database, request, **ids)
        if request.method == "PROPFIND":  # by which clients find out whether there is such a path
            raise ApiError(405, 'Method "PROPFIND" not allowed.')
        raise no_endpoint(request)


def _route(path: str, endpoint: Endpoint) -> tuple[re.Pattern[str], Endpoint]:
    pattern = re.sub(r"\{(\w+)\}", lambda found: rf"(?P<{found[1]}>{_kind(found[1])})", path)
    return re.compile(pattern), endpoint


def _kind(name: str) -> str:
    return "[^/]+" if name == "name" else "[0-9]+"


def _is_page(request: Request, error: ApiError) -> bool:
    """Tell whether the server answers with a web page: it looks for a path with a slash."""
    return error.status == 404 and not request.path.endswith("/")


def _page(error: ApiError) -> Answer:
    body = b"<!doctype html><title>404 | Label Studio</title>"
    return Answer(status=error.status, body=body, headers={"Content-Type": "text/html"})
