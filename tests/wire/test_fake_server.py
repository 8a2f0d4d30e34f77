"""The fake server that users' tests run on: see tests/live/test_fake_server.py for its answers."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from label_studio_orm import LabelStudio
from label_studio_orm.errors import AuthenticationError, ConnectionFailed, ServerError
from label_studio_orm.testing import FakeServer


def test_what_the_fake_server_does_not_know_is_an_error_that_names_it() -> None:
    with FakeServer() as server:
        path = "/api/webhooks/"
        with pytest.raises(ServerError, match=f"501: The fake server has no GET {path}; see label"):
            server.client.json("GET", path)
        project = server.client.projects.create(title="Reviews")
        params = {"id": "rename_labels", "project": project.id}
        with pytest.raises(ServerError, match="has no action 'rename_labels'"):
            server.client.json("POST", "/api/dm/actions/", params=params, json={})


def test_requests_are_listed_as_they_were_received() -> None:
    with FakeServer() as server:
        server.client.projects.create(title="Reviews")
        server.client.json("GET", "/api/projects/", params={"page": 1})
        made, read = server.requests
        assert (str(made), made.json) == ("POST /api/projects/", {"title": "Reviews"})
        assert (read.method, read.path, read.query) == ("GET", "/api/projects/", {"page": "1"})
        assert made.headers["Authorization"] == f"Token {server.api_key}"
        assert server.api_key not in repr(made)


def test_every_fake_server_is_empty_and_has_its_own_key() -> None:
    with FakeServer() as one, FakeServer() as other:
        one.client.projects.create(title="Reviews")
        assert (len(one.client.projects), len(other.client.projects)) == (1, 0)
        with pytest.raises(AuthenticationError, match="Invalid token"):
            LabelStudio(one.url, api_key=other.api_key).whoami()


def test_nothing_answers_after_the_block() -> None:
    with FakeServer() as server:
        ls = LabelStudio(server.url, api_key=server.api_key)
        assert ls.whoami().email
    ls._transport.backoff = ls._transport.backoff.new(total=0)
    with pytest.raises(ConnectionFailed):
        ls.whoami()


def test_many_threads_are_served() -> None:
    with FakeServer() as server:
        project = server.client.projects.create(title="Reviews")

        def add() -> None:
            for number in range(5):
                project.tasks.create({"n": number})

        threads = [threading.Thread(target=add) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert project.tasks.ids() == [*range(1, 21)]


def test_the_package_does_not_import_it() -> None:
    code = "import sys, label_studio_orm; print('label_studio_orm.testing' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
