"""Creating a task: its data as a dict, or as keywords."""

from __future__ import annotations

from typing import Any

import pytest
from support.tasks import TaskServer

from label_studio_orm import DataField, InvalidInput, Project, Task, UnknownName


class Review(Task):
    text = DataField[str]()
    stars = DataField[int](default=0, key="Stars")


class Reviews(Project[Review]):
    pass


@pytest.fixture
def plain_reviews() -> Reviews:
    server = TaskServer()
    server.client.answers["POST /api/tasks/"] = lambda options: {"id": 9, **options["json"]}
    return Reviews(1, client=server.client)


def sent(project: Project[Any]) -> Any:
    client: Any = project.client
    return client.calls[-1][1]


def test_unknown_keywords_are_keys_of_the_data(plain_reviews: Reviews) -> None:
    task = plain_reviews.tasks.create(text="b", stars=5, source="web", overlap=2)
    data = {"text": "b", "Stars": 5, "source": "web"}
    assert sent(plain_reviews) == {"data": data, "overlap": 2, "project": 1}
    assert (type(task), task.text) == (Review, "b")


def test_task_create_accepts_the_same_keywords(plain_reviews: Reviews) -> None:
    Task.create(plain_reviews, text="b", client=plain_reviews.client)
    assert sent(plain_reviews) == {"data": {"text": "b"}, "project": 1}


def test_a_dict_and_fields_can_be_combined(plain_reviews: Reviews) -> None:
    data = {"text": "b", "meta": "a key"}
    plain_reviews.tasks.create(data, stars=5, meta={"a": 1})
    assert sent(plain_reviews) == {"data": {**data, "Stars": 5}, "meta": {"a": 1}, "project": 1}
    assert data == {"text": "b", "meta": "a key"}


def test_a_dict_and_keys_as_keywords_cannot_be_combined(plain_reviews: Reviews) -> None:
    says = r"Review has no 'source'\. A key of the data .* in the dict: create\({'source': …}\)"
    with pytest.raises(UnknownName, match=says):
        plain_reviews.tasks.create({"text": "b"}, source="web")


@pytest.mark.parametrize("given", [{"Stars": 4}, {"text": "a", "Stars": None}])
def test_a_key_that_is_given_twice_is_refused(
    given: dict[str, Any], plain_reviews: Reviews
) -> None:
    with pytest.raises(InvalidInput, match="must have each key once: 'Stars' is given twice"):
        plain_reviews.tasks.create(given, stars=5)


@pytest.mark.parametrize(("name", "hint"), [("overlp", "Did you mean 'overlap'"), ("id", "")])
def test_a_keyword_that_resembles_a_field_is_refused(
    name: str, hint: str, plain_reviews: Reviews
) -> None:
    with pytest.raises(UnknownName, match=rf"Review has no '{name}'\. ?{hint}"):
        plain_reviews.tasks.create(text="b", **{name: 2})
