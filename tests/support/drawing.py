"""Drawings of tasks as tests look at them: tasks without a server, and the elements of HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from attrs import define, field

from label_studio_orm import Task
from label_studio_orm.labeling import LabelConfig
from label_studio_orm.notebook import html
from label_studio_orm.notebook.markup import EMPTY_TAGS
from label_studio_orm.orm.identity import record_key

from .fake import FakeClient

CREATED = "2026-11-27T23:26:26.945306Z"


def drawn_task(
    config: str,
    data: Mapping[str, Any],
    *answers: Any,
    predictions: Sequence[Any] = (),
    client: FakeClient | None = None,
    known: bool = True,
) -> Task:
    """Return a task with annotations, whose config is `known` to its client or is not."""
    client = client or FakeClient(server="http://localhost:8080")
    parsed = LabelConfig.parse(config)
    if known:
        kept = {"label_config": config, "looked": 0}
        client._cache.replace(record_key(client, "label_config", 1), kept)

    def row(id: int, answer: Any) -> dict[str, Any]:
        raw = isinstance(answer, list)
        result = answer if raw else parsed.result(answer, data=data, validate=False)
        return {"id": id, "task": 1, "result": result, "created_at": CREATED}

    who = {"completed_by": {"id": 1, "email": "ann@example.com"}}
    model = {"score": 0.91234, "model_version": "m1"}
    params = {
        "id": 1,
        "project": 1,
        "data": dict(data),
        "annotations": [{**row(id, each), **who} for id, each in enumerate(answers, 1)],
        "predictions": [{**row(id, each), **model} for id, each in enumerate(predictions, 1)],
        "drafts": [],
    }
    return Task._from_answer(client, params, complete=True)


@define
class Node:
    """An element of HTML."""

    name: str
    attributes: Mapping[str, str]
    children: list[Node | str] = field(factory=list)

    @property
    def text(self) -> str:
        """The text in it."""
        return "".join(each if isinstance(each, str) else each.text for each in self.children)

    def all(self, name: str = "", **attributes: str) -> list[Node]:
        """Return the elements in it, with a name and with attributes that have a word."""
        found = [self] if self._fits(name, attributes) else []
        for each in self.children:
            found += [] if isinstance(each, str) else each.all(name, **attributes)
        return found

    def one(self, name: str = "", **attributes: str) -> Node:
        """Return the only element of these."""
        (found,) = self.all(name, **attributes)
        return found

    def _fits(self, name: str, attributes: Mapping[str, str]) -> bool:
        given = {key.rstrip("_").replace("_", "-"): word for key, word in attributes.items()}
        words = all(word in self.attributes.get(key, "").split() for key, word in given.items())
        return words and self.name == (name or self.name)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {key: value or "" for key, value in attrs})
        self.open[-1].children.append(node)
        if tag not in EMPTY_TAGS:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        closed = self.open.pop()
        assert closed.name == tag, f"</{tag}> ends <{closed.name}>"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed_html(text: str) -> Node:
    """Return the elements of HTML; each must be closed in its place."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].name}> is not closed"
    return reader.open[0]


def shown_by(thing: Any) -> Node:
    """Return what a notebook shows of an object."""
    found = html(thing)
    assert found is not None
    return parsed_html(found)
