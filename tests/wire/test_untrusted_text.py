"""Untrusted text cannot forge lines or move the cursor in errors, logs and reprs."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from support.places import PLACES, found_at
from support.stub import Answer, Stub

from label_studio_orm import LabelConfig, LabelStudio
from label_studio_orm.errors import JobFailed, LabelStudioError, Rejected

ODD = "x\x1b]0;pwn\x07\r\u202e\u2028\x9b31my"
BAD = ODD + "z" * 100_000
LONG = ODD + "z" * 4_000
LONGEST = 11_000


def is_plain(text: str) -> bool:
    return len(text) < LONGEST and text.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    "body",
    [
        {"detail": BAD},
        {"detail": BAD + "\nforged"},
        {"message": BAD},
        {"validation_errors": {"title": [LONG] * 50}},
        {"validation_errors": {f"{ODD}{n}": [LONG] for n in range(200)}},
        {"validation_errors": BAD},
        {"detail": ODD + "z" * 2_000_000},
        {"detail": {"deep": [BAD]}},
        [BAD],
    ],
    ids=["detail", "lines", "message", "validation", "fields", "text", "huge", "object", "list"],
)
@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_an_error_of_the_server_is_escaped_and_truncated(
    status: int, body: Any, ls: LabelStudio, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stub.on("GET", "/api/x", Answer(body, status=status))
    with pytest.raises(LabelStudioError) as caught:
        ls.request("GET", "/api/x")
    assert is_plain(str(caught.value))
    assert "\nforged" not in str(caught.value)
    assert is_plain(caplog.text)


@pytest.mark.parametrize("levels", [50, 100, 450, 600, 900, 990, 5_000])
@pytest.mark.parametrize("name", ["detail", "validation_errors"])
def test_a_deep_error_of_the_server_is_reported_by_its_status(
    name: str, levels: int, ls: LabelStudio, stub: Stub
) -> None:
    deep = f'{{"{name}": {"[" * levels}1{"]" * levels}}}'
    stub.on("GET", "/api/x", Answer(body=deep.encode(), status=400))
    with pytest.raises(Rejected, match="→ 400") as caught:
        ls.request("GET", "/api/x")
    assert is_plain(str(caught.value))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "headers",
    [{"Location": f"http://h/{ODD}".encode().decode("latin-1")}, {"Location": "/" + "z" * 60_000}],
    ids=["odd", "long"],
)
def test_the_target_of_a_redirect_is_escaped_and_truncated(
    headers: dict[str, str], method: str, ls: LabelStudio, stub: Stub
) -> None:
    headers = {name: value.replace("\r", "") for name, value in headers.items()}
    stub.on(method, "/api/x", Answer(status=302, headers=headers))
    with pytest.raises(LabelStudioError) as caught:
        ls.request(method, "/api/x")
    assert is_plain(str(caught.value))


WHOLE = "x\x1b[2J\x9b31m\u202e\0\ud800\r\nFORGED" + "z" * 100_000
# What a header can have in it.
HEADER = "x\x1b[2J\x9b31m\x85" + "z" * 20_000
IN_HEADERS = ("redirect", "bad redirect", "content type", "content length", "reason phrase")
IN_HEADERS += ("file name", "media", "path")
WITH_LINES = ("import job", "conversion", "sync of a storage")  # tracebacks of the server


@pytest.mark.parametrize("place", PLACES)
def test_what_a_server_sends_is_escaped_and_truncated_wherever_it_is_shown(
    place: str, ls: LabelStudio, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="label_studio_orm")
    ls._transport.backoff = ls._transport.backoff.new(total=0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = found_at(place, ls, stub, HEADER if place in IN_HEADERS else WHOLE)
    lines = [record.getMessage() for record in caplog.records]
    for text in [*map(str, found), *lines, *(str(each.message) for each in caught)]:
        assert is_plain(text)
        assert "\nFORGED" not in text or place in WITH_LINES


PROJECT = {"id": 1, "title": BAD, "label_config": "<View/>"}
TASK = {"id": 2, "project": 1, "data": {BAD: BAD}}
PREDICTION = {"id": 4, "task": 2, "model_version": BAD, "result": []}
STORAGE = {"id": 3, "type": "s3", "title": BAD, "project": 1}
SHOWN: dict[str, Callable[[LabelStudio], object]] = {
    "project": lambda ls: ls.projects._model._from_answer(ls, PROJECT),
    "storage": lambda ls: ls.projects.get(1).import_storages.s3._model._from_answer(ls, STORAGE),
    "prediction": lambda ls: ls._registry.model("prediction")._from_answer(ls, PREDICTION),
    "task": lambda ls: ls._registry.model("task")._from_answer(ls, TASK),
    "snapshot": lambda ls: ls._registry.model("export")._from_answer(ls, {"id": 1, "title": BAD}),
    "view": lambda ls: ls._registry.model("view")._from_answer(
        ls, {"id": 1, "data": {"title": BAD}}
    ),
    "query": lambda ls: ls.projects.filter(title=BAD),
    "config": lambda ls: LabelConfig.parse(
        f'<View><Text name="t" value="$t"/><Choices name="{"z" * 5000}\u202e" toName="t">'
        f'<Choice value="a"/></Choices></View>'
    ),
}


@pytest.mark.parametrize("what", SHOWN)
def test_a_repr_is_escaped_and_truncated(what: str, ls: LabelStudio) -> None:
    assert is_plain(repr(SHOWN[what](ls)))


def test_a_plan_is_escaped_and_truncated(ls: LabelStudio) -> None:
    assert is_plain(ls.projects.filter(title=BAD).explain())


def test_the_servers_reason_for_a_failed_job_is_escaped_and_truncated() -> None:
    error = JobFailed(f"It failed: {BAD}")
    error.add(BAD)
    assert is_plain(str(error))
