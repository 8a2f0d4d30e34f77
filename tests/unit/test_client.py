"""The client: its settings, and the current client."""

from __future__ import annotations

import copy
import pickle
import threading
from typing import Any

import pytest
from support.texts import LEGACY_KEY
from support.tokens import refresh_token

from label_studio_orm import LabelStudio, Project, connect
from label_studio_orm.errors import AuthenticationError, ConnectionFailed, InvalidInput, UnknownName
from label_studio_orm.http import Session
from label_studio_orm.http.auth import LegacyToken
from label_studio_orm.server import LocalServer

URL = "http://localhost:8080"


@pytest.fixture
def ls() -> LabelStudio:
    return LabelStudio(URL, api_key=LEGACY_KEY)


def test_a_new_client_reads_url_and_key_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", "https://labels.example.org/ls/")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", LEGACY_KEY)
    assert LabelStudio().server == "https://labels.example.org/ls"


def test_a_missing_url_or_key_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput, match="No server URL: give url=, or set LABEL_STUDIO_URL"):
        LabelStudio(api_key=LEGACY_KEY)
    with pytest.raises(InvalidInput, match="give api_key=, or set LABEL_STUDIO_API_KEY"):
        LabelStudio(URL)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("localhost:8080", "Did you mean 'http://localhost:8080'"),
        ("labels.example.org", "Did you mean 'http://labels.example.org'"),
        ("ftp://labels.example.org", "must start with http:// or https://"),
        ("http://", "name a host"),
        ("http://labels.example.org:80a", "optionally a port"),
        ("http://[::1", "name a host"),
        ("http://labels.example.org/?page=1", "use http://labels.example.org."),
        *(
            (f"http://labels.example.org{page}", "use http://labels.example.org.")
            for page in (
                *(
                    "/api",
                    "/api/",
                    "/api/projects/",
                    "/docs/api/schema",
                    "/projects",
                    "/projects/1",
                ),
                *("/projects/1/data?tab=3", "/projects/1/settings/ml", "/user/login/?next=/"),
            )
        ),
        ("https://example.org:8443/labels/projects/7/data", "use https://example.org:8443/labels."),
    ],
)
def test_an_invalid_url_is_refused(url: str, says: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        LabelStudio(url, api_key=LEGACY_KEY)
    assert says in str(caught.value)


@pytest.mark.parametrize("path", ["", "/labels", "/apis", "/my/projects/x", "/user"])
def test_a_server_url_may_have_a_path(path: str) -> None:
    assert LabelStudio(f"{URL}{path}/", api_key=LEGACY_KEY).server == f"{URL}{path}"


def test_a_password_in_the_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(InvalidInput, match="user or password") as caught:
        LabelStudio("http://jane:s3cret@localhost", api_key=LEGACY_KEY)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("place", [LEGACY_KEY, refresh_token(), f"http://x/?token={LEGACY_KEY}"])
def test_a_key_passed_as_the_url_is_not_repeated(place: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        LabelStudio(place, api_key=URL)
    assert LEGACY_KEY not in str(caught.value)
    assert place not in str(caught.value)


@pytest.mark.parametrize("timeout", [0, -1, "5", None, True, (1, 2, 3), (1, 0)])
def test_an_invalid_timeout_is_refused(timeout: Any) -> None:
    with pytest.raises(InvalidInput, match="timeout must be a number of seconds"):
        LabelStudio(URL, api_key=LEGACY_KEY, timeout=timeout)


def test_a_timeout_is_a_number_or_a_pair_for_connecting_and_reading() -> None:
    def timeouts(timeout: Any) -> tuple[float, float]:
        ls = LabelStudio(URL, api_key=LEGACY_KEY, timeout=timeout)
        return ls._transport.settings.timeouts

    assert timeouts(60) == (10, 60)
    assert timeouts(5) == (5, 5)
    assert timeouts((3, 600)) == (3, 600)


def test_a_sibling_shares_connections_key_and_cache(ls: LabelStudio) -> None:
    sibling = ls.with_options(timeout=5)
    assert sibling._transport.settings.timeout == 5
    assert ls._transport.settings.timeout == 60
    assert sibling._transport.session is ls._transport.session
    assert sibling._transport.key is ls._transport.key
    assert sibling._cache is ls._cache
    assert sibling.projects.get(1) == ls.projects.get(1)


def test_a_mistyped_option_suggests_the_nearest(ls: LabelStudio) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'timeout'"):
        ls.with_options(time_out=5)


def test_a_record_without_a_client_raises_an_error() -> None:
    with pytest.raises(InvalidInput, match="No client: pass client="):
        Project.get(1)


def test_the_client_of_a_with_block_is_the_current_one(ls: LabelStudio) -> None:
    other = LabelStudio("http://other", api_key=LEGACY_KEY)
    with ls:
        assert Project.get(1).client is ls
        with other:
            assert Project.get(1).client is other
        assert Project.get(1).client is ls
        assert Project.get(1, client=other).client is other
    with pytest.raises(InvalidInput):
        Project.get(1)


def test_the_client_of_connect_is_the_current_one_in_every_thread() -> None:
    ls = connect(URL, api_key=LEGACY_KEY)
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(Project.get(1).client))
    thread.start()
    thread.join()
    assert found == [ls]


def test_a_with_block_applies_to_its_own_thread_only(ls: LabelStudio) -> None:
    found: list[Any] = []

    def look() -> None:
        try:
            Project.get(1)
        except InvalidInput as error:
            found.append(error)

    with ls:
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert len(found) == 1


def test_a_pickled_client_has_no_key_and_reads_that_of_the_worker(
    ls: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    pickled = pickle.dumps(ls.with_options(timeout=(3, 5)))
    assert LEGACY_KEY.encode() not in pickled
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "f" * 40)
    worker = pickle.loads(pickled)
    assert worker.server == URL
    assert worker._transport.settings.timeouts == (3, 5)
    assert isinstance(worker._transport.key, LegacyToken)
    assert pickle.dumps(worker) == pickled


def test_a_worker_without_a_key_fails_at_the_first_request(ls: LabelStudio) -> None:
    worker = pickle.loads(pickle.dumps(ls))
    with pytest.raises(AuthenticationError, match="LABEL_STUDIO_API_KEY, which is not set"):
        worker.whoami()


@pytest.mark.parametrize(
    "options",
    [
        {"headers": {"X-Gate": "s3cret"}},
        {"session": Session()},
        {"proxies": {"https": "http://jane:s3cret@proxy"}},
    ],
)
def test_a_client_with_custom_secrets_cannot_be_pickled(options: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="create a client in the worker"):
        pickle.dumps(LabelStudio(URL, api_key=LEGACY_KEY, **options))


def test_records_can_be_pickled_with_their_client(
    ls: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", LEGACY_KEY)
    project = ls.projects.get(7)
    project.title = "Reviews"
    copied = pickle.loads(pickle.dumps(project))
    assert copied == project
    assert (copied.title, copied.dirty) == ("Reviews", {"title"})


def test_copies_of_records_keep_the_client(ls: LabelStudio) -> None:
    project = ls.projects.get(7)
    assert copy.copy(project).client is copy.deepcopy(project).client is ls


def test_the_url_of_a_project_needs_no_request(ls: LabelStudio) -> None:
    assert ls.projects.get(7).url == "http://localhost:8080/projects/7/data"


def test_a_mistyped_keyword_suggests_the_nearest_before_sending(ls: LabelStudio) -> None:
    with pytest.raises(UnknownName, match=r"Project has no 'titel'\. Did you mean 'title'"):
        ls.projects.create(titel="Reviews")
    with pytest.raises(InvalidInput, match="Project needs title="):
        ls.projects.create(description="Films")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda ls: ls.projects.get("Reviews"),
            r"not 'Reviews'\. To get one by a field: get",
        ),
        (lambda ls: ls.projects["Reviews"], "not 'Reviews'"),
        (lambda ls: ls.projects.get(), "get\\(\\) needs a project id"),
        (lambda ls: ls.projects.get(7, title="x"), "get\\(\\) needs a project id"),
        (lambda ls: ls.projects.get(7).import_tasks("https://x.org/a.csv"), "is a URL"),
    ],
)
def test_errors_of_common_mistakes_say_what_to_do(call: Any, says: str, ls: LabelStudio) -> None:
    with pytest.raises(InvalidInput, match=says):
        call(ls)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: LabelStudio(URL, api_key=LEGACY_KEY, time_out=5), "time_out"),  # type: ignore[call-arg]
        (lambda: LabelStudio(URL, apikey=LEGACY_KEY), "apikey"),  # type: ignore[call-arg]
        (lambda: Project.get(7).import_tasks([], progres=False), "progres"),  # type: ignore[call-arg]
        (lambda: Project.get(7).refresh(discard_change=True), "discard_change"),  # type: ignore[call-arg]
        (lambda: Project.get(7).client.request("GET", "/", param={}), "param"),
        (lambda: LocalServer(instal=True), "instal"),  # type: ignore[call-arg]
    ],
)
def test_a_mistyped_option_raises_a_type_error(call: Any, name: str, ls: LabelStudio) -> None:
    with ls, pytest.raises(TypeError, match=f"unexpected keyword argument '{name}'"):
        call()


def test_completion_shows_the_public_names(ls: LabelStudio) -> None:
    shown = {name for name in dir(ls.projects.get(7)) if not name.startswith("_")}
    assert {"title", "save", "tasks", "import_tasks", "dirty", "params"} <= shown
    assert not shown & {"kind", "endpoint", "reading", "volatile", "invalidates", "columns"}


def test_the_repr_of_a_query_names_its_parent(ls: LabelStudio) -> None:
    assert repr(ls.projects.get(7).tasks) == f"<Tasks: the tasks of project 7 at {URL}>"
    assert repr(ls.projects) == f"<Projects: the projects at {URL}>"


def test_a_mistyped_collection_suggests_the_nearest() -> None:
    ls = LabelStudio(URL, api_key=LEGACY_KEY)
    with pytest.raises(UnknownName, match=r"has no attribute 'project'\. Did you mean 'projects'"):
        _ = ls.project  # type: ignore[attr-defined]
    assert not hasattr(ls, "__array__")


def test_the_version_is_requested_once_per_client() -> None:
    answers = [{"release": "1.23.2", "edition": "Community"}]
    ls = LabelStudio("http://localhost:8080", api_key="0123")
    ls._transport.json = lambda *asked, **options: answers.pop()  # type: ignore[method-assign]
    assert ls.info is ls.with_options(timeout=5).info
    assert (ls.info.version, ls.version) == ("1.23.2", (1, 23, 2))


# -- templates -------------------------------------------------------------------------------------


def test_templates_are_requested_once(ls: LabelStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    rows = [{"title": "Empty", "group": "Others", "config": "<View/>"}]
    answer = {"templates": rows, "groups": ["Others"]}
    monkeypatch.setattr(ls, "json", lambda method, path: asked.append(path) or answer)
    assert str(ls.templates["Empty"]) == "<View/>"
    assert list(ls.templates) == ["Empty"]
    assert asked == ["/api/templates/"]


@pytest.mark.parametrize("answer", [None, [], {"templates": [{"title": "Empty"}]}, "<html>"])
def test_templates_of_another_shape_are_an_error(
    answer: Any, ls: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ls, "json", lambda method, path: answer)
    with pytest.raises(ConnectionFailed):
        ls.templates  # noqa: B018
