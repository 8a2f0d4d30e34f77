"""Every public name is documented."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import label_studio_orm
from label_studio_orm import Query, server
from label_studio_orm.orm.record import Record
from label_studio_orm.records.registry import RECORDS, record_class

ROOT = Path(__file__).parents[2]
# Where people read: the reference lists every name (test_docs_site.py).
PAGES = [path for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "reference"]
DOCS = "".join(path.read_text() for path in [ROOT / "README.md", *PAGES])

PUBLIC: dict[str, Any] = {
    **{name: getattr(label_studio_orm, name) for name in label_studio_orm.__all__},
    **{name: getattr(server, name) for name in server.__all__},
}


def members() -> Iterator[tuple[str, Any]]:
    """Yield every public function, class, method and property."""
    for name, thing in PUBLIC.items():
        if inspect.isclass(thing):
            for attribute, value in vars(thing).items():
                function = getattr(value, "fget", None) or getattr(value, "__func__", value)
                if not attribute.startswith("_") and inspect.isfunction(function):
                    yield f"{name}.{attribute}", function
        if callable(thing):
            yield name, thing


def test_the_last_word_of_a_noun_is_what_it_is() -> None:
    nouns = [record_class(key)._meta.noun for key in RECORDS]  # its plural is made of that word
    assert [noun for noun in nouns if " of " in noun] == []


@pytest.mark.parametrize(("name", "thing"), list(members()), ids=[name for name, _ in members()])
def test_every_public_docstring_starts_with_a_sentence(name: str, thing: Any) -> None:
    first = (inspect.getdoc(thing) or "").split("\n\n")[0]
    assert first.endswith((".", ":")), f"{name}: {first!r}"


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_name_is_in_the_docs(name: str) -> None:
    assert f"`{name}" in DOCS or f" {name}" in DOCS, f"{name} is in no page of the docs"


def test_options_are_keyword_only() -> None:
    for name, thing in members():
        if inspect.isfunction(thing):
            given = [
                p for p in inspect.signature(thing).parameters.values() if p.default is not p.empty
            ]
            positional = [p.name for p in given if p.kind is p.POSITIONAL_OR_KEYWORD]
            assert len(positional) <= 2, f"{name} takes {positional} by position"


RECORD = {
    *("client", "delete", "dirty", "fields", "get", "id", "params", "refresh", "save", "writable"),
}
QUERY = {
    *("client", "count", "delete", "exclude", "exists", "explain", "filter", "first", "get"),
    *("head", "ids", "including", "limit", "one", "only", "order_by", "show", "update"),
    *("to_arrow", "to_dicts", "to_pandas", "to_polars"),
}


def test_nothing_but_fields_and_verbs_is_public_on_records_and_queries() -> None:
    assert _public(Record) == RECORD
    assert _public(Query) == QUERY


@pytest.mark.parametrize("key", sorted(RECORDS))
def test_a_record_class_declares_only_fields_collections_and_verbs(key: str) -> None:
    model = record_class(key)
    plumbing = {
        name
        for name in _public(model) - RECORD - model.fields.keys()
        if not callable(inspect.getattr_static(model, name))
        and not hasattr(inspect.getattr_static(model, name), "__get__")
    }
    assert plumbing <= {"config", "data_fields", "defaults", "task_class"}


def _public(cls: type) -> set[str]:
    names = {*dir(cls), *inspect.get_annotations(cls)}
    return {name for name in names if not name.startswith("_")}
