"""The requests that are sent while a test runs, by any client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import requests


@contextmanager
def successful_requests() -> Iterator[set[tuple[str, str]]]:
    """Collect the method and the path of each request that is answered with success."""
    found: set[tuple[str, str]] = set()
    send = requests.Session.send

    def watched(session: requests.Session, request: Any, **options: Any) -> requests.Response:
        response = send(session, request, **options)
        if response.ok:
            found.add((request.method, urlsplit(request.url).path))
        return response

    with mock.patch.object(requests.Session, "send", watched):
        yield found
