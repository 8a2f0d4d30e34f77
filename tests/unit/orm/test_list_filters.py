"""Lists that come in pages, and conditions that the server checks, are declared in `Meta`."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from support.fake import FakeClient

from label_studio_orm.orm.collection import Collection, Creatable
from label_studio_orm.orm.fields import DATETIME, Field
from label_studio_orm.orm.meta import Meta
from label_studio_orm.orm.record import Record

NEW_YEAR = datetime(2026, 1, 1, tzinfo=timezone.utc)


class Entry(Record):
    """A line of a log."""

    _meta = Meta(
        kind="entry",
        path="/api/logs/{log}/entries/{id}/",
        list_path="/api/logs/{log}/entries/paginated/",
        list_params={"details": "true"},
        list_filters={"method": "method", "created_at>=": "start_date", "log": "logs"},
        page_size=2,
    )

    method = Field[str]()
    created_at = Field[datetime](converter=DATETIME)


class Log(Record):
    """A log."""

    _meta = Meta(kind="log", path="/api/logs/{id}/")

    entries: Collection[Creatable[Entry]] = Collection("entry")


ROWS = [{"id": id, "method": "GET", "created_at": f"2026-0{id}-01T00:00:00Z"} for id in (1, 2, 3)]


class Client(FakeClient):
    """A server with three entries, in pages."""

    def __init__(self) -> None:
        super().__init__(Entry, Log)
        self.asked: list[dict[str, Any]] = []
        self.answers["GET /api/logs/7/entries/paginated/"] = self.page
        self.answers["POST /api/logs/7/entries/"] = ROWS[0]

    def page(self, options: Any) -> dict[str, Any]:
        self.asked.append(options["params"])
        number, size = options["params"]["page"], options["params"]["page_size"]
        return {"results": ROWS[(number - 1) * size : number * size], "count": 3}


def entries(client: Client) -> Creatable[Entry]:
    return Log(7, client=client).entries


def test_a_list_in_pages_is_read_to_its_end() -> None:
    client = Client()
    assert entries(client).ids() == [1, 2, 3]
    assert client.asked[0] == {"details": "true", "page": 1, "page_size": 2}
    assert len(entries(client)) == 3


def test_conditions_are_sent_and_checked_here_as_well() -> None:
    client = Client()
    found = entries(client).filter(Entry.created_at >= NEW_YEAR, method="GET", id=3)
    assert [each.id for each in found] == [3]
    sent = {"method": "GET", "start_date": NEW_YEAR.isoformat()}
    assert client.asked[0] == {"details": "true", **sent, "page": 1, "page_size": 2}


def test_other_conditions_are_not_sent() -> None:
    client = Client()
    read = (Entry.method == "GET") | (Entry.id == 1)
    assert len(entries(client).filter(read, ~(Entry.method == "PUT"))) == 3
    assert client.asked[0].keys() == {"details", "page", "page_size"}


def test_a_parent_in_the_path_is_not_sent_again() -> None:
    client = Client()
    entries(client).create(method="GET")
    assert client.calls == [("POST /api/logs/7/entries/", {"method": "GET"})]
