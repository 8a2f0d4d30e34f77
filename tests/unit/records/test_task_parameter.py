"""The parameter of `class Reviews(Project[Review])` is the class of the project's tasks."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import pytest
from support.tasks import TaskServer

from label_studio_orm import DataField, Project, Task
from label_studio_orm.errors import InvalidInput


class Review(Task):
    text = DataField[str]()


class BookReview(Review):
    pages = DataField[int](default=0)


R = TypeVar("R", bound=Review)


class Reviews(Project[Review]):
    pass


class MoreReviews(Reviews):
    pass


class AnyReviews(Project[R]):
    pass


class BookReviews(AnyReviews[BookReview]):
    pass


class Numbered(Generic[R]):
    """A base class with a type parameter of the same name."""


class NumberedReviews(Numbered[BookReview], AnyReviews[Review]):
    pass


class Explicit(Project):
    task_class = BookReview


class Narrower(Reviews):
    task_class = BookReview


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (Project, None),
        (Reviews, Review),
        (MoreReviews, Review),
        (AnyReviews, None),
        (BookReviews, BookReview),
        (NumberedReviews, Review),
        (Explicit, BookReview),
        (Narrower, BookReview),
    ],
)
def test_the_task_class_follows_from_the_parameter(
    model: type[Project], expected: type[Task] | None
) -> None:
    assert model.task_class is expected


def test_tasks_have_the_class_in_the_parameter() -> None:
    server = TaskServer()
    server.add(data={"text": "a"})
    task = BookReviews(1, client=server.client).tasks[0]
    assert (type(task), task.text, task.pages) == (BookReview, "a", 0)
    assert type(task.project) is BookReviews


@pytest.mark.parametrize("parameter", [int, Project, "Review", None])
def test_a_class_definition_requires_a_task_class_as_its_parameter(
    parameter: Any,
) -> None:
    says = r"The task class of Bad must be derived from Task, not .*class Bad\(Project\[Review\]\)"
    with pytest.raises(InvalidInput, match=says):

        class Bad(Project[parameter]):  # type: ignore[type-var, valid-type]
            pass


@pytest.mark.parametrize("given", [int, "Review", Project])
def test_a_class_definition_requires_a_valid_task_class_attribute(given: Any) -> None:
    with pytest.raises(InvalidInput, match="The task class of Bad must be derived from Task"):
        type("Bad", (Project,), {"task_class": given})
