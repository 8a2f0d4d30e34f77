"""Records are loaded on first access and send only what changed."""

from __future__ import annotations

import copy
import pickle
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from support.fake import FakeClient

from label_studio_orm.errors import (
    FieldMissing,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    UnknownName,
    UnsavedChanges,
)
from label_studio_orm.orm.fields import DATETIME, Field, Reference, length
from label_studio_orm.orm.meta import Meta
from label_studio_orm.orm.record import Record


class Shelf(Record):
    _meta = Meta(kind="shelf", path="/shelves/{id}")
    room = Field[str]()


class Book(Record):
    _meta = Meta(kind="book", path="/books/{id}", invalidates=("shelf",))

    title = Field[str](check=length(1, 20))
    notes = Field[dict[str, Any]]()
    subtitle = Field[str | None]()
    printed = Field[datetime](converter=DATETIME)
    isbn = Field[str](read_only=True)
    shelf: Reference[Shelf] = Reference("shelf")


PARAMS = {
    "id": 1,
    "title": "Emma",
    "notes": {"stars": [5]},
    "subtitle": None,
    "printed": "1815-12-23T00:00:00Z",
    "shelf": {"id": 7, "room": "Hall"},
    "color": "green",
}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Book, Shelf)
    client.answers["GET /books/1"] = PARAMS
    return client


@pytest.fixture
def book(client: FakeClient) -> Book:
    return Book(1, client=client)


def test_reading_the_first_field_loads_all_fields(book: Book, client: FakeClient) -> None:
    assert client.said == []
    assert (book.title, book.subtitle, book.title) == ("Emma", None, "Emma")
    assert client.said == ["GET /books/1"]


def test_another_object_of_the_same_record_reads_the_cache(book: Book, client: FakeClient) -> None:
    assert book.title == Book(1, client=client).title
    assert client.said == ["GET /books/1"]


@pytest.mark.parametrize(
    "silent",
    [
        repr,
        hash,
        dir,
        copy.copy,
        copy.deepcopy,
        lambda book: book == book,
        lambda book: hasattr(book, "titel"),
        lambda book: (book.id, book.dirty, book.client),
    ],
)
def test_the_repr_of_a_record_sends_no_request(silent: Any, book: Book, client: FakeClient) -> None:
    silent(book)
    assert client.said == []


def test_records_are_equal_by_kind_id_and_server(book: Book, client: FakeClient) -> None:
    elsewhere = FakeClient(Book, server="http://elsewhere")
    assert book == Book(1, client=client)
    assert len({book, Book(1, client=client)}) == 1
    assert book != Book(2, client=client)
    assert book != Shelf(1, client=client)
    assert book != Book(1, client=elsewhere)


def test_save_sends_only_the_changed_fields(book: Book, client: FakeClient) -> None:
    client.answers["PATCH /books/1"] = {**PARAMS, "title": "Persuasion"}
    book.title = "Persuasion"
    assert book.dirty == {"title"}
    assert book.save() is book
    assert client.calls == [("PATCH /books/1", {"title": "Persuasion"})]
    assert (book.title, book.dirty) == ("Persuasion", set())


def test_save_without_changes_sends_nothing(book: Book, client: FakeClient) -> None:
    book.title = book.title
    book.shelf = book.shelf
    book.printed = book.printed
    _ = book.notes["stars"]
    book.save()
    assert client.said == ["GET /books/1"]


def test_reading_a_record_never_marks_it_as_changed(book: Book) -> None:
    for name in Book.fields:
        if name != "isbn":
            getattr(book, name)
    assert book.dirty == set()


def test_json_changed_in_place_is_saved(book: Book, client: FakeClient) -> None:
    changed = {"stars": [5, 4]}
    client.answers["PATCH /books/1"] = {**PARAMS, "notes": changed}
    book.notes["stars"].append(4)
    assert book.dirty == {"notes"}
    book.save()
    assert client.calls[-1] == ("PATCH /books/1", {"notes": changed})


def test_an_object_can_be_changed_and_saved_again(book: Book, client: FakeClient) -> None:
    client.answers["PATCH /books/1"] = lambda options: {**PARAMS, **options["json"]}
    notes = book.notes
    for number in (1, 2):
        notes["reads"] = number
        book.save()
    assert [body["notes"]["reads"] for _, body in client.calls[1:]] == [1, 2]


def test_changes_in_place_do_not_reach_other_records_through_the_cache(
    book: Book, client: FakeClient
) -> None:
    book.notes["stars"].append(1)
    assert Book(1, client=client).notes == {"stars": [5]}


def test_a_failed_save_keeps_the_changes(book: Book, client: FakeClient) -> None:
    client.answers["PATCH /books/1"] = OutcomeUnknown("lost")
    book.title = "Persuasion"
    with pytest.raises(OutcomeUnknown):
        book.save()
    assert (book.title, book.dirty) == ("Persuasion", {"title"})


def test_after_a_save_other_objects_read_the_new_value(book: Book, client: FakeClient) -> None:
    assert book.title == "Emma"
    client.answers["PATCH /books/1"] = {**PARAMS, "title": "Sanditon"}
    book.title = "Sanditon"
    book.save()
    assert Book(1, client=client).title == "Sanditon"


def test_writing_a_record_invalidates_the_records_that_count_it(
    book: Book, client: FakeClient
) -> None:
    client.answers["GET /shelves/7"] = {"id": 7, "room": "Hall"}
    client.answers["PATCH /books/1"] = {**PARAMS, "shelf": 7, "title": "Sanditon"}
    client.answers["GET /books/1"] = {**PARAMS, "shelf": 7}
    assert (Shelf(7, client=client).room, book.title) == ("Hall", "Emma")
    book.title = "Sanditon"
    book.save()
    assert Shelf(7, client=client).room == "Hall"
    assert client.said.count("GET /shelves/7") == 2


def test_refresh_loads_the_record_again(book: Book, client: FakeClient) -> None:
    assert book.title == "Emma"
    client.answers["GET /books/1"] = {**PARAMS, "title": "Persuasion"}
    assert book.refresh().title == "Persuasion"


def test_refresh_keeps_unsaved_changes_by_default(book: Book) -> None:
    book.title = "Persuasion"
    with pytest.raises(UnsavedChanges, match="discard_changes=True"):
        book.refresh()
    assert book.title == "Persuasion"
    assert book.refresh(discard_changes=True).title == "Emma"


def test_missing_null_and_unloaded_values_are_distinguished(book: Book, client: FakeClient) -> None:
    part = Book._from_answer(client, {"id": 1, "title": "Emma"})
    assert part.title == "Emma"
    assert client.said == []  # known from the list it came in
    assert part.subtitle is None  # fetched, and null
    with pytest.raises(FieldMissing, match="no 'isbn' for Book 1"):
        _ = part.isbn  # the server does not send it
    assert client.said == ["GET /books/1"]


def test_a_field_that_the_server_does_not_send_is_an_attribute_error(book: Book) -> None:
    assert not hasattr(book, "isbn")


def test_a_mistyped_field_suggests_the_nearest(book: Book, client: FakeClient) -> None:
    with pytest.raises(AttributeError, match=r"'titel'\. Did you mean 'title'"):
        _ = book.titel  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match=r"'titel'\. Did you mean 'title'"):
        book.titel = "Emma"  # type: ignore[attr-defined]
    assert client.said == []


def test_a_read_only_field_cannot_be_set(book: Book) -> None:
    with pytest.raises(UnknownName, match=r"Book\.isbn is read-only"):
        book.isbn = "1"


def test_an_invalid_value_is_refused_when_it_is_set(book: Book) -> None:
    with pytest.raises(InvalidInput, match="title must have 1 to 20 characters, not 21"):
        book.title = "x" * 21
    assert book.dirty == set()


def test_undeclared_fields_are_in_params(book: Book) -> None:
    assert book.params["color"] == "green"


def test_params_are_a_copy(book: Book) -> None:
    book.params["notes"]["stars"].clear()  # type: ignore[index]
    assert book.params["notes"] == {"stars": [5]}


def test_dates_are_read_as_datetimes_and_written_as_iso_8601(
    book: Book, client: FakeClient
) -> None:
    assert book.printed == datetime(1815, 12, 23, tzinfo=timezone.utc)
    client.answers["PATCH /books/1"] = lambda options: {**PARAMS, **options["json"]}
    book.printed = datetime(1816, 1, 1, tzinfo=timezone.utc)
    book.save()
    assert client.calls[-1][1] == {"printed": "1816-01-01T00:00:00+00:00"}


def test_a_value_of_an_unexpected_type_is_returned_unchanged(client: FakeClient) -> None:
    client.answers["GET /books/1"] = {**PARAMS, "printed": "in spring", "title": ["E", "mma"]}
    book = Book(1, client=client)
    assert (book.printed, book.title) == ("in spring", ["E", "mma"])


def test_a_reference_is_a_lazy_record(book: Book, client: FakeClient) -> None:
    assert book.shelf == Shelf(7, client=client)
    assert book.shelf.room == "Hall"  # came with the book
    assert client.said == ["GET /books/1"]


def test_a_reference_is_saved_as_an_id(book: Book, client: FakeClient) -> None:
    client.answers["PATCH /books/1"] = {**PARAMS, "shelf": 8}
    book.shelf = Shelf(8, client=client)
    book.save()
    assert client.calls[-1] == ("PATCH /books/1", {"shelf": 8})
    assert book.shelf.id == 8


def test_a_pickled_record_keeps_its_values_and_changes(book: Book) -> None:
    book.title = "Persuasion"
    client = book.__dict__.pop("_client")  # the fake is not pickled; a real client is
    copied = pickle.loads(pickle.dumps(book))
    copied.__dict__["_client"] = client
    assert (copied.title, copied.dirty) == ("Persuasion", {"title"})


def test_a_copy_has_its_own_changes(book: Book) -> None:
    book.notes["stars"].append(4)
    other = copy.copy(book)
    other.title = "Persuasion"
    other.notes["stars"].append(3)
    assert (book.title, book.notes) == ("Emma", {"stars": [5, 4]})


def test_a_subclass_of_a_subclass_inherits_all_fields(client: FakeClient) -> None:
    class Novel(Book):
        plot = Field[str]()

    class Romance(Novel):
        def happy(self) -> bool:
            return "wedding" in self.plot

    client.answers["GET /books/1"] = {**PARAMS, "plot": "a wedding"}
    assert {"title", "plot", "isbn"} <= set(Romance.fields)
    assert Romance(1, client=client).happy()


def test_a_subclass_may_have_its_own_attributes(client: FakeClient) -> None:
    class Borrowed(Book):
        reader = ""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._since = 1816

    borrowed = Borrowed(1, client=client)
    borrowed.reader = "Jane"
    assert (borrowed.reader, borrowed._since, client.said) == ("Jane", 1816, [])


def test_a_record_of_another_parent_is_not_found(client: FakeClient) -> None:
    client.answers["GET /books/1"] = {**PARAMS, "shelf": 7}
    with pytest.raises(NotFound, match="Book 1 belongs to shelf 7, not 8"):
        _ = Book._lazy(client, 1, {"shelf": 8}).title


@pytest.mark.parametrize("id", ["1", 1.0, None, True])
def test_an_id_must_be_an_integer(id: Any, client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match="must be an integer"):
        Book(id, client=client)


def test_after_a_delete_other_objects_read_again(book: Book, client: FakeClient) -> None:
    assert book.title == "Emma"
    client.answers["DELETE /books/1"] = None
    book.delete()
    del client.answers["GET /books/1"]
    with pytest.raises(NotFound):
        _ = Book(1, client=client).title


def test_null_in_the_response_to_a_create_is_read_again(client: FakeClient) -> None:
    client.answers["POST /books"] = {"id": 1, "title": "Emma", "notes": None}
    made = Book._create(client, "/books", {"title": "Emma"})
    assert made.title == "Emma"
    assert made.notes == {"stars": [5]}


def test_a_mistyped_keyword_is_refused_before_sending(client: FakeClient) -> None:
    with pytest.raises(UnknownName, match=r"Book has no 'titel'\. Did you mean 'title'"):
        Book._create(client, "/books", {"titel": "Emma"})
    assert client.said == []


def test_changes_by_others_are_not_unsaved_changes(client: FakeClient) -> None:
    book = Book._from_answer(client, {"id": 1, "notes": {"stars": [3]}})
    notes = book.notes
    _ = book.isbn if hasattr(book, "isbn") else book.title  # fetches: others have changed notes
    assert book.dirty == set()
    assert notes == book.notes == {"stars": [5]}


def test_an_object_held_by_the_user_stays_part_of_the_record(
    book: Book, client: FakeClient
) -> None:
    notes = book.notes
    book._expire()
    notes["reads"] = 1
    assert book.dirty == {"notes"}
    client.answers["PATCH /books/1"] = lambda options: {**PARAMS, **options["json"]}
    book.save()
    book.refresh()
    notes["reads"] = 2
    assert book.dirty == {"notes"}


def test_values_that_json_represents_differently_are_saved_once(
    book: Book, client: FakeClient
) -> None:
    client.answers["PATCH /books/1"] = {**PARAMS, "notes": {"stars": [5], "box": [1, 2]}}
    notes = book.notes
    notes["box"] = (1, 2)
    book.save()
    assert (book.dirty, notes["box"]) == (set(), [1, 2])
    notes["later"] = True
    assert book.dirty == {"notes"}


@pytest.mark.parametrize(("was", "becomes"), [(1, True), (0, False), (1, 1.0)])
def test_values_that_are_equal_in_python_only_are_changes(
    was: Any, becomes: Any, client: FakeClient
) -> None:
    client.answers["GET /books/1"] = {**PARAMS, "notes": {"n": was}}
    book = Book(1, client=client)
    book.notes["n"] = becomes
    assert book.dirty == {"notes"}


def test_a_referenced_record_keeps_its_changes(book: Book, client: FakeClient) -> None:
    client.answers["PATCH /shelves/7"] = {"id": 7, "room": "Attic"}
    book.shelf.room = "Attic"
    book.shelf.save()
    assert client.calls[-1] == ("PATCH /shelves/7", {"room": "Attic"})
    assert book.dirty == set()


def test_a_class_attribute_must_not_hide_a_field() -> None:
    with pytest.raises(InvalidInput, match=r"Pulp\.title would hide the server's field 'title'"):

        class Pulp(Book):
            title = "Pulp"  # type: ignore[assignment]


def test_a_property_may_override_a_field(client: FakeClient) -> None:
    class Loud(Book):
        @property
        def title(self) -> str:  # type: ignore[override]
            return str(self._state.params["title"]).upper()

    client.answers["POST /books"] = {"id": 1, "title": "Emma"}
    assert Loud._create(client, "/books", {"title": "Emma"}).title == "EMMA"


def test_a_method_cannot_be_set(book: Book) -> None:
    with pytest.raises(UnknownName, match="no field 'save'"):
        book.save = "x"  # type: ignore[assignment,method-assign]


def test_an_annotated_attribute_can_be_set(client: FakeClient) -> None:
    class Rated(Book):
        stars: int

    rated = Rated(1, client=client)
    rated.stars = 5
    assert rated.stars == 5


def test_deleting_a_record_of_another_parent_is_refused(
    client: FakeClient,
) -> None:
    client.answers["GET /books/1"] = {**PARAMS, "shelf": 7}
    client.answers["DELETE /books/1"] = None
    with pytest.raises(NotFound, match="Book 1 belongs to shelf 7, not 8"):
        Book._lazy(client, 1, {"shelf": 8}).delete()
    assert client.said == ["GET /books/1"]


def test_a_response_that_is_not_a_record_raises_an_error(client: FakeClient) -> None:
    client.answers["GET /books/1"] = [1, 2]
    with pytest.raises(ConnectionError, match="no 'id' in it"):
        _ = Book(1, client=client).title


def test_a_save_with_an_empty_response_is_read_again(book: Book, client: FakeClient) -> None:
    client.answers["PATCH /books/1"] = None
    client.answers["GET /books/1"] = {**PARAMS, "title": "Sanditon"}
    book.title = "Sanditon"
    book.save()
    assert (book.dirty, book.title, client.said) == (
        set(),
        "Sanditon",
        ["PATCH /books/1", "GET /books/1"],
    )


def test_changes_in_place_survive_a_later_load(client: FakeClient) -> None:
    book = Book._from_answer(client, {"id": 1, "notes": {"stars": [3]}})
    book.notes["stars"].append(4)
    assert book.title == "Emma"  # fetches
    assert book.notes == {"stars": [3, 4]}
    assert book.dirty == {"notes"}


def test_saving_a_record_of_another_parent_is_refused(
    client: FakeClient,
) -> None:
    client.answers["GET /books/1"] = {**PARAMS, "shelf": 7}
    book = Book._lazy(client, 1, {"shelf": 8})
    book.title = "Sanditon"
    with pytest.raises(NotFound, match="Book 1 belongs to shelf 7, not 8"):
        book.save()
    assert client.said == ["GET /books/1"]


def test_a_create_of_unknown_outcome_invalidates_the_records_that_count_it(
    client: FakeClient,
) -> None:
    client.answers["GET /shelves/7"] = {"id": 7, "room": "Hall"}
    assert Shelf(7, client=client).room == "Hall"
    client.answers["POST /books"] = OutcomeUnknown("lost")
    with pytest.raises(OutcomeUnknown):
        Book._create(client, "/books", {"title": "Emma"})
    client.answers["GET /shelves/7"] = {"id": 7, "room": "Attic"}
    assert Shelf(7, client=client).room == "Attic"


def test_volatile_fields_in_the_response_to_a_write_are_read_again(client: FakeClient) -> None:
    class Counted(Book):
        _meta = evolve(Book._meta, volatile=frozenset({"isbn"}))

    client.answers["GET /books/1"] = {**PARAMS, "isbn": "read"}
    client.answers["PATCH /books/1"] = {**PARAMS, "title": "Sanditon", "isbn": "written"}
    book = Counted(1, client=client)
    assert book.isbn == "read"
    book.title = "Sanditon"
    book.save()
    assert book.isbn == "read"
    assert client.said == ["GET /books/1", "PATCH /books/1", "GET /books/1"]


@pytest.mark.parametrize(
    "moment",
    [datetime(1816, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))), np.datetime64("1816-01-01")],
)
def test_a_value_that_the_server_reformats_is_saved_once(
    moment: Any, book: Book, client: FakeClient
) -> None:
    client.answers["PATCH /books/1"] = {**PARAMS, "printed": "1816-01-01T00:00:00Z"}
    book.printed = moment
    book.save()
    assert book.dirty == set()
    assert book.printed == datetime(1816, 1, 1, tzinfo=timezone.utc)


def test_all_kinds_of_changes_can_be_discarded(book: Book) -> None:
    book.printed = datetime(1816, 1, 1, tzinfo=timezone.utc)
    book.notes["stars"].append(4)
    book.title = "Sanditon"
    book.refresh(discard_changes=True)
    assert (book.dirty, book.title, book.notes) == (set(), "Emma", {"stars": [5]})


def test_an_assigned_object_is_not_modified(book: Book, client: FakeClient) -> None:
    client.answers["PATCH /books/1"] = {**PARAMS, "notes": {"stars": [1], "by": "server"}}
    template = {"stars": [1]}
    book.notes = template
    book.save()
    assert template == {"stars": [1]}
    assert book.notes == {"stars": [1], "by": "server"}


@pytest.mark.parametrize("key", [1, (1, 2)])
def test_a_value_that_is_not_json_is_shown_as_unsaved(key: Any, book: Book) -> None:
    book.notes[key] = "x"
    assert book.dirty == {"notes"}
    assert "unsaved: notes" in repr(book)


def test_a_reference_set_by_id_reads_as_a_record(book: Book) -> None:
    book.shelf = 8
    assert isinstance(book.shelf, Shelf)
    assert book.shelf.id == 8


def test_a_reference_to_another_kind_is_refused(book: Book, client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match="shelf must be a shelf or its id, not the book"):
        book.shelf = Book(5, client=client)  # type: ignore[assignment]


def test_refresh_updates_the_referenced_records(book: Book, client: FakeClient) -> None:
    shelf = book.shelf
    assert shelf.room == "Hall"
    client.answers["GET /books/1"] = {**PARAMS, "shelf": {"id": 7, "room": "Attic"}}
    book.refresh()
    assert (book.shelf is shelf, shelf.room) == (True, "Attic")
