"""Kinds of projects as a user writes them, in a package of their own."""

from __future__ import annotations

from typing import TypeVar

from label_studio_orm import DataField, LabelConfig, Project, Task, choices


class Review(Task):
    text = DataField[str]()
    stars = DataField[int | None](default=None)

    @property
    def praises(self) -> bool:
        return (self.stars or 0) > 3


class BookReview(Review):
    pages = DataField[int](default=0)


R = TypeVar("R", bound=Review)


class Reviews(Project[Review]):
    config = LabelConfig.create({"text": "Text", "sentiment": choices("Positive", "Negative")})

    @property
    def praised(self) -> list[Review]:
        return [task for task in self.tasks if task.praises]


class AnyReviews(Project[R]):
    def texts(self) -> list[str]:
        return [task.text for task in self.tasks]


class BookReviews(AnyReviews[BookReview]):
    defaults = {"maximum_annotations": 2}  # noqa: RUF012 it is read only


class Shelf(BookReviews):
    pass
