"""Class methods that cannot be called on records."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import (
    Annotation,
    ExportSnapshot,
    LocalImportStorage,
    Prediction,
    Project,
    Task,
    UnknownName,
    View,
)
from label_studio_orm.orm.class_only import class_only


class Shelf:
    @class_only
    def named(cls, name: str) -> tuple[type, str]:
        return cls, name


class LargeShelf(Shelf):
    @class_only
    def named(cls, name: str) -> tuple[type, str]:
        return super().named(f"large {name}")


def test_a_class_method_receives_the_class() -> None:
    assert Shelf.named("a") == (Shelf, "a")


def test_a_subclass_can_extend_a_class_method() -> None:
    assert LargeShelf.named("a") == (LargeShelf, "large a")


def test_an_instance_does_not_have_a_class_method() -> None:
    says = r"named\(\) must be called on the class, not on one of its records: Shelf\.named\(…\)"
    with pytest.raises(UnknownName, match=says):
        Shelf().named("a")
    assert not hasattr(Shelf(), "named")


CREATED = [Project, Task, Annotation, Prediction, LocalImportStorage]


@pytest.mark.parametrize(
    ("model", "name"),
    [(model, "create") for model in CREATED]
    + [(model, "get") for model in [*CREATED, View, ExportSnapshot]],
)
def test_get_and_create_cannot_be_called_on_a_record(model: Any, name: str) -> None:
    client = FakeClient()
    record = model._from_answer(client, {"id": 7, "project": 1})
    with pytest.raises(AttributeError, match=rf"{name}\(\) must be called on the class"):
        getattr(record, name)
    assert client.calls == []
