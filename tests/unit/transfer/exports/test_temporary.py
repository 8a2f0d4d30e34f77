"""Temporary objects at the server: created once, found again, and always removed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from support.clock import Nap
from support.fake import FakeClient

from label_studio_orm.errors import (
    ConnectionFailed,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    Rejected,
    ServerError,
)
from label_studio_orm.transfer.exports.temporary import Temporary, create_once
from label_studio_orm.tuning import Tuning

Row = dict[str, Any]

PATH = "/api/projects/1/exports"


def unknown() -> OutcomeUnknown:
    return OutcomeUnknown("POST was sent, but no answer came back.")


def busy() -> ServerError:
    return ServerError("GET → 502", status=502)


@pytest.fixture
def nap() -> Nap:
    return Nap()


class Snapshots:
    """A server that stores snapshots; `script` has the outcomes of requests to create one."""

    def __init__(self, nap: Nap) -> None:
        self.rows: list[Row] = []
        self.last = 10
        self.script: list[Callable[[Row], Any]] = []
        self.late: list[Row] = []
        self.client = nap.on(FakeClient())
        self.client.answers[f"POST {PATH}"] = self._create
        self.client.answers[f"GET {PATH}"] = lambda options: list(self.rows)

    def _create(self, options: Mapping[str, Any]) -> Any:
        answer = self.script.pop(0) if self.script else self.make
        return answer(dict(options["json"]))

    def make(self, body: Row) -> Row:
        self.last += 1
        row = {"id": self.last, **body}
        self.rows.append(row)
        path = f"{PATH}/{row['id']}"
        self.client.answers[f"DELETE {path}"] = lambda options: self.remove(row)
        return row

    def remove(self, row: Row) -> Any:
        if row not in self.rows:
            return NotFound("gone")
        return self.rows.remove(row)

    def make_and_lose(self, body: Row) -> Any:
        self.make(body)
        return unknown()

    def lose(self, body: Row) -> Any:
        return unknown()

    def delay(self, body: Row) -> Any:
        self.late.append(body)
        return unknown()

    def temporary(self) -> Temporary:
        return Temporary(
            client=self.client,
            collection=PATH,
            item=PATH + "/{id}",
            body=lambda title: {"title": title},
            titled=lambda row: row.get("title"),
        )

    @property
    def posted(self) -> int:
        return self.client.said.count(f"POST {PATH}")


@pytest.fixture
def snapshots(nap: Nap) -> Snapshots:
    return Snapshots(nap)


def test_a_temporary_object_exists_during_the_block(snapshots: Snapshots) -> None:
    with snapshots.temporary() as made:
        assert snapshots.rows == [made]
        assert made["title"].startswith("label_studio_orm export ")
    assert snapshots.rows == []
    assert [call.split()[0] for call in snapshots.client.said] == ["POST", "DELETE"]


def test_after_a_lost_response_the_object_is_found_and_not_created_twice(
    snapshots: Snapshots,
) -> None:
    snapshots.make({"title": "somebody else's"})
    snapshots.script = [snapshots.make_and_lose]
    with snapshots.temporary() as made:
        assert snapshots.rows[1:] == [made]
    assert snapshots.posted == 1
    assert [row["title"] for row in snapshots.rows] == ["somebody else's"]


def test_after_a_lost_request_the_object_is_created_again(snapshots: Snapshots) -> None:
    snapshots.script = [snapshots.lose, snapshots.lose]
    with snapshots.temporary() as made:
        assert snapshots.rows == [made]
    assert snapshots.posted == 3
    assert snapshots.rows == []


def test_a_late_duplicate_is_removed_as_well(
    snapshots: Snapshots,
) -> None:
    snapshots.script = [snapshots.delay]
    with snapshots.temporary():
        snapshots.make(snapshots.late.pop())
        assert len(snapshots.rows) == 2
    assert snapshots.rows == []


def test_after_ctrl_c_a_late_object_is_removed(snapshots: Snapshots, nap: Nap) -> None:
    def interrupted(body: Row) -> Any:
        snapshots.late.append(body)
        raise KeyboardInterrupt

    def look(options: Mapping[str, Any]) -> list[Row]:
        if nap.time > 1 and snapshots.late:
            snapshots.make(snapshots.late.pop())
        return list(snapshots.rows)

    snapshots.script = [interrupted]
    snapshots.client.answers[f"GET {PATH}"] = look
    with pytest.raises(KeyboardInterrupt), snapshots.temporary():
        pass
    assert snapshots.late == snapshots.rows == []


def test_after_ctrl_c_the_wait_ends_when_everything_is_found(
    snapshots: Snapshots, nap: Nap
) -> None:
    def interrupt(body: Row) -> Any:
        snapshots.make(body)
        raise KeyboardInterrupt

    snapshots.script = [interrupt]
    with pytest.raises(KeyboardInterrupt) as told, snapshots.temporary():
        pass
    assert snapshots.rows == []
    assert nap.naps == []
    assert told.value.args == ()


def test_two_objects_of_one_request_are_both_removed(snapshots: Snapshots) -> None:
    def twice(body: Row) -> Any:
        snapshots.make(body)
        return snapshots.make_and_lose(body)

    snapshots.script = [twice]
    with snapshots.temporary() as made:
        assert made in snapshots.rows
    assert snapshots.rows == []


def test_the_object_is_removed_after_an_error_which_is_raised(snapshots: Snapshots) -> None:
    for error in (ValueError, KeyboardInterrupt, GeneratorExit):
        with pytest.raises(error), snapshots.temporary():
            raise error
        assert snapshots.rows == []


def test_a_removal_is_retried_after_a_lost_response(snapshots: Snapshots, nap: Nap) -> None:
    with snapshots.temporary() as made:
        said: list[Exception] = [unknown(), busy()]

        def delete(options: Mapping[str, Any]) -> Any:
            if said:
                snapshots.rows.clear()
                return said.pop()
            return NotFound("gone")

        snapshots.client.answers[f"DELETE {PATH}/{made['id']}"] = delete
    assert snapshots.rows == []
    assert said == []
    assert nap.time < 2


def test_a_failed_removal_logs_a_warning_and_hides_no_error(
    snapshots: Snapshots, nap: Nap, caplog: pytest.LogCaptureFixture
) -> None:
    def work(made: Mapping[str, Any]) -> None:
        snapshots.client.answers[f"DELETE {PATH}/{made['id']}"] = busy()
        raise ValueError("first")

    with pytest.raises(ValueError, match="first"), snapshots.temporary() as made:
        work(made)
    assert nap.time == pytest.approx(Tuning().removal_timeout)
    assert f"{made['title']!r} could not be removed from the server" in caplog.text


def test_a_refusal_is_raised_at_once_and_logs_nothing(
    snapshots: Snapshots, nap: Nap, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    snapshots.script = [lambda body: PermissionDenied("no", status=403)]
    snapshots.client.answers[f"GET {PATH}"] = PermissionDenied("no", status=403)
    with pytest.raises(PermissionDenied), snapshots.temporary():
        pass
    assert snapshots.posted == 1
    assert nap.naps == []
    assert caplog.text == ""  # nothing was created, so there is nothing to remove


def test_without_a_response_the_request_is_repeated_a_few_times(
    snapshots: Snapshots, nap: Nap
) -> None:
    snapshots.script = [snapshots.lose] * 99
    with pytest.raises(OutcomeUnknown), snapshots.temporary():
        pass
    assert snapshots.posted == Tuning().temporary_retries.tries


# -- create_once ---------------------------------------------------------------------------------


def answers(*given: Any) -> Callable[[], Any]:
    left = list(given)

    def do() -> Any:
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return do


def nothing() -> None:
    return None


def test_after_a_429_no_object_is_searched_for(nap: Nap) -> None:
    def never() -> None:
        raise AssertionError("looked for")

    later = ServerError("POST → 429", status=429)
    create = answers(later, ConnectionFailed("down"), 3)
    assert create_once(nap.on(FakeClient()), create, never) == 3


def test_a_refused_create_is_raised(nap: Nap) -> None:
    for error in (Rejected("no", status=400), ServerError("broke", status=500)):
        with pytest.raises(type(error)):
            create_once(nap.on(FakeClient()), answers(error), nothing)


def test_a_500_is_raised_even_if_an_object_is_found(nap: Nap) -> None:
    """A failed conversion stays "in progress" at the server."""
    own = ServerError("broke", status=500, detail="list index out of range", error_id="f00")
    with pytest.raises(ServerError, match="broke"):
        create_once(nap.on(FakeClient()), answers(own), lambda: "in_progress")


def test_the_object_is_searched_for_some_time_before_it_is_created_again(nap: Nap) -> None:
    looks = []

    def find() -> int | None:
        looks.append(nap.time)
        return 7 if nap.time > 2 else None

    assert create_once(nap.on(FakeClient()), answers(unknown()), find) == 7
    assert 2 < looks[-1] < Tuning().temporary_retries.lost_timeout
    assert len(looks) > 3


def test_a_failed_search_is_retried(nap: Nap) -> None:
    looks = answers(busy(), ConnectionFailed("down"), 7)
    assert create_once(nap.on(FakeClient()), answers(unknown()), looks) == 7
