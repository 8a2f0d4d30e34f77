"""Webhooks: events are never wiped, headers never shown, mistakes told before they are sent."""

from __future__ import annotations

import copy
import pickle
import warnings
from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Project, Webhook
from label_studio_orm.errors import (
    InvalidInput,
    NotFound,
    PermissionDenied,
    ServerError,
    UnknownName,
    Unsupported,
)
from label_studio_orm.orm.query import Query
from label_studio_orm.records.webhook_events import events_of
from label_studio_orm.records.webhook_headers import Headers
from label_studio_orm.records.webhooks import Webhooks

URL = "https://example.org/hook"
KEY = "hush-hush-hush"
INFO = {
    "PROJECT_CREATED": {"name": "Project created", "organization-only": True},
    "TASKS_CREATED": {"name": "Task created", "organization-only": False},
    "ANNOTATION_CREATED": {"name": "Annotation created"},
}
HOOK = {
    "id": 3,
    "organization": 1,
    "project": 1,
    "url": URL,
    "send_payload": True,
    "send_for_all_actions": False,
    "headers": {"X-Key": KEY},
    "is_active": True,
    "actions": ["ANNOTATION_CREATED"],
    "created_at": "2026-01-31T10:00:00Z",
    "updated_at": "2026-01-31T10:00:00Z",
}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient()
    stored: dict[str, Any] = dict(HOOK)

    def patch(options: Any) -> Any:
        stored.update({"actions": []} | options["json"])  # as a real server does
        return dict(stored)

    client.answers |= {
        "GET /api/webhooks/info/": INFO,
        "GET /api/webhooks/": lambda _: [dict(stored)],
        "GET /api/webhooks/3/": lambda _: dict(stored),
        "PATCH /api/webhooks/3/": patch,
        "POST /api/webhooks/": lambda options: {**HOOK, **options["json"], "id": 4},
    }
    return client


@pytest.fixture
def hooks(client: FakeClient) -> Webhooks:
    return Project.get(1, client=client).webhooks


@pytest.fixture
def hook(hooks: Webhooks) -> Webhook:
    return hooks[0]


# -- events ---------------------------------------------------------------------------------------


def test_a_save_of_something_else_keeps_the_events(client: FakeClient, hook: Webhook) -> None:
    hook.is_active = False
    hook.save()
    assert client.calls[-1][1] == {"actions": ["ANNOTATION_CREATED"], "is_active": False}
    assert hook.events == ["ANNOTATION_CREATED"]


def test_new_events_end_that_all_are_sent(client: FakeClient, hook: Webhook) -> None:
    hook.events.append("TASKS_CREATED")
    hook.save()
    sent = {"actions": ["ANNOTATION_CREATED", "TASKS_CREATED"], "send_for_all_actions": False}
    assert client.calls[-1][1] == sent


def test_events_in_another_order_are_no_change(client: FakeClient, hook: Webhook) -> None:
    hook.events = ["ANNOTATION_CREATED", "ANNOTATION_CREATED"]
    assert hook.dirty == set()


def test_a_new_webhook_with_events_gets_no_others(client: FakeClient, hooks: Webhooks) -> None:
    hooks.create(url=URL, events=["TASKS_CREATED"])
    sent = {"url": URL, "actions": ["TASKS_CREATED"], "send_for_all_actions": False, "project": 1}
    assert client.calls[-1] == ("POST /api/webhooks/", sent)


def test_a_new_webhook_without_events_gets_all(client: FakeClient, hooks: Webhooks) -> None:
    hooks.create(url=URL)
    assert client.calls == [("POST /api/webhooks/", {"url": URL, "project": 1})]


@pytest.mark.parametrize(
    ("events", "says"),
    [
        (["ANNOTATION_CREATE"], "Did you mean 'ANNOTATION_CREATED'"),
        (["annotation created"], "Did you mean 'ANNOTATION_CREATED'"),
        (["X"], "There are PROJECT_CREATED, TASKS_CREATED, ANNOTATION_CREATED"),
        (["PROJECT_CREATED"], "Events of a project are TASKS_CREATED, ANNOTATION_CREATED"),
        ([], "events must name at least one event"),
        (
            "TASKS_CREATED",
            r"must be a list of event names like \['TASKS_CREATED'\], not 'TASKS_CREATED'",
        ),
        ([7], "There is no event '?7"),
    ],
)
def test_wrong_events_are_refused_before_anything_is_changed(
    client: FakeClient, hooks: Webhooks, events: Any, says: str
) -> None:
    with pytest.raises(InvalidInput, match=says):
        hooks.create(url=URL, events=events)
    with pytest.raises(InvalidInput, match=says):
        hooks.update(events=events)
    assert client.changed == []


def test_events_cleared_in_place_are_refused(client: FakeClient, hook: Webhook) -> None:
    hook.events.clear()
    with pytest.raises(InvalidInput, match="is_active=False"):
        hook.save()
    assert client.changed == []


def test_a_webhook_of_the_organization_may_have_all_events(client: FakeClient) -> None:
    events = {"PROJECT_CREATED": "Project created", "TASKS_CREATED": "Task created"}
    hooks = Query._in.__func__(Webhooks, client, Webhook, {}, {})  # type: ignore[attr-defined]
    assert hooks.events() == {**events, "ANNOTATION_CREATED": "Annotation created"}


def test_a_project_has_no_events_of_the_organization(hooks: Webhooks) -> None:
    assert [*hooks.events()] == ["TASKS_CREATED", "ANNOTATION_CREATED"]


def test_the_server_is_asked_for_its_events_once(client: FakeClient, hooks: Webhooks) -> None:
    hooks.events()
    events_of(client)
    assert client.said == ["GET /api/webhooks/info/"]


# -- headers --------------------------------------------------------------------------------------


def test_headers_are_read_and_never_shown(hooks: Webhooks, hook: Webhook) -> None:
    assert hook.headers["X-Key"] == KEY
    hook.headers["X-Other"] = KEY
    shown = [repr(hook), f"{hook.headers}", repr(hook.params), repr(hooks.to_dicts())]
    assert not [text for text in shown if KEY in text]
    assert repr(hook.headers) == "{'X-Key': ***, 'X-Other': ***}"


def test_headers_edited_in_place_are_saved(client: FakeClient, hook: Webhook) -> None:
    hook.headers["X-Other"] = "1"
    hook.save()
    assert client.calls[-1][1]["headers"] == {"X-Key": KEY, "X-Other": "1"}
    assert hook.dirty == set()


@pytest.mark.parametrize(
    "twin", [copy.copy, copy.deepcopy, lambda h: pickle.loads(pickle.dumps(h))]
)
def test_copies_read_the_headers_again(client: FakeClient, hook: Webhook, twin: Any) -> None:
    hook.headers["X-Other"] = KEY
    hook._set(_client=None)
    other = twin(hook)
    other._set(_client=client)
    assert KEY not in repr(other.__dict__["_state"].params)
    assert other.headers == {"X-Key": KEY}
    assert other.dirty == set()


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({"X Key": KEY}, "names of letters, digits, - and _, not 'X Key'"),
        ({1: KEY}, "names of letters, digits, - and _, not 1"),
        ({"X-Key": 5}, "'X-Key' has one of type int"),
        ({"X-Key": f"{KEY}\nX: y"}, "that of 'X-Key' has line breaks"),
        ({"X-Key": f"{KEY}€"}, "that of 'X-Key' has line breaks"),
        ({str(number): KEY for number in range(11)}, "must be 10 at most, not 11"),
        ([KEY], "must be a dict of names and values, not a list"),
        (None, "must be a dict of names and values"),
    ],
)
def test_what_are_no_headers_is_refused_without_showing_them(
    client: FakeClient, hooks: Webhooks, hook: Webhook, headers: Any, says: str
) -> None:
    with pytest.raises(InvalidInput, match=says) as at_create:
        hooks.create(url=URL, headers=headers)
    with pytest.raises(InvalidInput, match=says) as at_setting:
        hook.headers = headers
    assert KEY not in f"{at_create.value}{at_setting.value}"
    assert client.changed == []


def test_headers_made_invalid_in_place_are_refused(client: FakeClient, hook: Webhook) -> None:
    hook.headers["X Key"] = KEY
    with pytest.raises(InvalidInput, match="not 'X Key'"):
        hook.save()
    assert client.changed == []


def test_a_traceback_of_a_new_webhook_has_no_headers(client: FakeClient, hooks: Webhooks) -> None:
    client.answers["POST /api/webhooks/"] = ServerError("500")
    with pytest.raises(ServerError) as error:
        hooks.create(url=URL, headers={"X-Key": KEY})
    frames = [each.frame for each in error.traceback if "label_studio_orm/" in str(each.path)]
    assert len(frames) > 3
    assert [frame.f_locals for frame in frames if KEY in repr(frame.f_locals)] == []


@pytest.mark.parametrize("name", ["headers", "header"])
def test_a_traceback_of_changed_webhooks_has_no_headers(
    hooks: Webhooks, hook: Webhook, name: str
) -> None:
    def assign() -> None:
        setattr(hook, name, {"X Key": KEY})

    for change in (assign, lambda: hooks.update(**{name: {"X Key": KEY}})):
        with pytest.raises((InvalidInput, UnknownName)) as error:
            change()
        frames = [each.frame for each in error.traceback if "label_studio_orm/" in str(each.path)]
        assert frames
        assert [frame.f_locals for frame in frames if KEY in repr(frame.f_locals)] == []


def test_headers_cannot_be_filtered_by(hooks: Webhooks) -> None:
    with pytest.raises(InvalidInput, match="cannot be filtered by"):
        hooks.filter(headers={"X-Key": KEY})
    with pytest.raises(InvalidInput, match="cannot be filtered by"):
        Webhook.headers["X-Key"]


# -- the receiver ---------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["example.org/hook", "ftp://example.org", "http://", 7, None, ""])
def test_a_url_without_scheme_or_host_is_refused(
    client: FakeClient, hooks: Webhooks, hook: Webhook, url: Any
) -> None:
    with pytest.raises(InvalidInput, match="url"):
        hooks.create(url=url)
    with pytest.raises(InvalidInput, match="url must be a URL that starts with http"):
        hook.url = url
    assert client.said == ["GET /api/webhooks/"]


def test_a_repr_shows_the_host_and_no_path_which_may_be_a_secret(hook: Webhook) -> None:
    assert repr(hook) == "<Webhook 3 to example.org>"


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (
            PermissionDenied("403: URL resolves to a reserved network address"),
            "SSRF_PROTECTION_ENABLED=false",
        ),
        (ServerError("500: Can't resolve hostname nowhere.example"), "Is it mistyped"),
    ],
)
def test_a_receiver_that_the_server_refuses_gets_a_hint(
    client: FakeClient, hooks: Webhooks, hook: Webhook, error: Exception, hint: str
) -> None:
    client.answers |= {"POST /api/webhooks/": error, "PATCH /api/webhooks/3/": error}
    with pytest.raises(type(error), match=hint):
        hooks.create(url=URL)
    hook.url = "https://other.example.org"
    with pytest.raises(type(error), match=hint):
        hook.save()


def test_the_project_of_a_webhook_cannot_be_changed(hook: Webhook) -> None:
    with pytest.raises(UnknownName, match=r"Webhook\.project is read-only"):
        hook.project = 2  # type: ignore[assignment]


def test_a_webhook_of_the_organization_is_refused_where_the_server_makes_none(
    client: FakeClient,
) -> None:
    client.answers["POST /api/webhooks/"] = NotFound("404", status=404, detail="Project not found.")
    hooks = Query._in.__func__(Webhooks, client, Webhook, {}, {})  # type: ignore[attr-defined]
    with pytest.raises(Unsupported, match=r"for single projects only: project\.webhooks\.create"):
        hooks.create(url=URL)


@pytest.mark.parametrize("event", [[], {}, None, 7, ["TASKS_CREATED"]])
def test_an_event_that_is_no_text_is_refused(event: Any, hooks: Webhooks) -> None:
    with pytest.raises(InvalidInput, match="There is no event"):
        hooks.create(url=URL, events=[event])


def test_copies_of_headers_hide_their_values() -> None:
    headers = Headers({"X-Key": KEY})
    for other in (headers.copy(), headers | {"a": "b"}, {"a": "b"} | headers):
        assert KEY not in repr(other)
        assert other["X-Key"] == KEY


# -- found or created -----------------------------------------------------------------------------


def test_the_webhook_of_a_url_is_found(client: FakeClient, hooks: Webhooks) -> None:
    same = {"events": ["ANNOTATION_CREATED"], "headers": {"X-Key": KEY}}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert hooks.get_or_create(URL, **same).id == 3
        assert hooks.get_or_create(f"{URL}/2", **same).id == 4
    assert client.changed == ["POST /api/webhooks/"]


def test_a_warning_about_other_headers_does_not_show_them(hooks: Webhooks) -> None:
    with pytest.warns(UserWarning, match="other values of headers") as warned:
        hooks.get_or_create(URL, headers={"X-Key": "hush"})
    assert "hush" not in str(warned[0].message)


def test_a_webhook_of_a_project_is_none_of_the_organization(client: FakeClient) -> None:
    hooks = Webhooks._in(client, Webhook, {}, {})
    assert hooks.get_or_create(URL).id == 4
