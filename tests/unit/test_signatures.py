"""Signatures that list the options of a `TypedDict`."""

from __future__ import annotations

import copy
import inspect
from typing import Any

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.records.options import AnnotationOptions
from label_studio_orm.signatures import takes


@takes("records.options:ResultOptions")
def build(answers: Any, /, *, strict: bool = False, **options: Any) -> list[Any]:
    return [answers, strict, options]


def test_options_are_listed_as_keywords_after_the_others() -> None:
    signature = inspect.signature(build)
    assert str(signature) == (
        "(answers: 'Any', /, *, strict: 'bool' = False, size: 'GivenSize | None' = ..., "
        "relations: 'Iterable[Relation]' = ..., validate: 'bool' = ...) -> 'list[Any]'"
    )
    assert signature == copy.copy(signature) == signature.replace()
    assert signature.bind({}, validate=False).kwargs == {"validate": False}


def test_the_function_stays_the_same() -> None:
    assert build(1, size=(2, 3)) == [1, False, {"size": (2, 3)}]


def test_methods_list_their_options_without_self() -> None:
    ls = LabelStudio("http://localhost:8080", api_key="0123456789abcdef")
    listed = inspect.signature(ls.projects.get(1).tasks.get(2).annotate).parameters
    assert [*listed] == ["result", *AnnotationOptions.__annotations__]
    assert [*inspect.signature(Task.annotate).parameters][:2] == ["self", "result"]
    assert [*inspect.signature(Project.create).parameters][:2] == ["client", "title"]
