"""Conditions that are held here: a value of another type is refused, as it would meet nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from support.fake import FakeClient

from label_studio_orm import Annotation, Draft, Prediction, Project, Task, User
from label_studio_orm.errors import InvalidInput, UnknownName
from label_studio_orm.orm.pagination import WholeList
from label_studio_orm.orm.query import Query

ROWS: dict[type[Any], dict[str, Any]] = {
    Annotation: {
        **{"id": 1, "task": 1, "completed_by": 7, "was_cancelled": False, "lead_time": 2.5},
        **{"created_at": "2026-01-31T10:00:00Z", "parent_prediction": None},
    },
    Prediction: {"id": 1, "task": 1, "score": 0.5, "model_version": "m1", "neighbors": None},
    Project: {"id": 1, "title": "One", "created_by": {"id": 7}, "is_published": True},
    User: {"id": 7, "email": "a@b.c"},
}


def query(model: type[Any]) -> Query[Any]:
    client = FakeClient(Annotation, Draft, Prediction, Project, Task, User)
    client.answers["GET /rows"] = [ROWS[model]]
    return Query(client, model, WholeList("/rows"))


@pytest.mark.parametrize(
    ("model", "equal", "says"),
    [
        (Annotation, {"completed_by": "a@b.c"}, r"Look the user up: ls.users.get\(email='a@b.c'\)"),
        (Annotation, {"completed_by": "7"}, r"a user or its id, not with '7' \(text\)"),
        (Annotation, {"completed_by": True}, "a user or its id, not with True"),
        (Annotation, {"task": "1"}, r"task must be compared with a task or its id, not with '1'"),
        (
            Annotation,
            {"was_cancelled": 0},
            ("was_cancelled must be compared with True or False, not"),
        ),
        (Annotation, {"lead_time": "2.5"}, r"compared with a number, not with '2.5' \(text\)"),
        (Annotation, {"created_at": "2026-01-31"}, "compared with a date and time"),
        (
            Annotation,
            {"id": "1"},
            (r"id must be compared with a whole number, " r"not with '1' \(text\)"),
        ),
        (Prediction, {"score": "0.5"}, "score must be compared with a number, not with '0.5'"),
        (Prediction, {"score": True}, "score must be compared with a number, not with True"),
        (
            Prediction,
            {"model_version": 1},
            ("model_version must be compared with a text, not with 1"),
        ),
        (Project, {"created_by": "a@b.c"}, "a user or its id"),
        (Project, {"is_published": 1}, "True or False, not with 1"),
        (Project, {"title": 1}, "title must be compared with a text"),
        (User, {"email": 7}, "email must be compared with a text"),
    ],
    ids=repr,
)
def test_a_value_of_another_type_is_refused_with_what_would_be_right(
    model: type[Any], equal: dict[str, Any], says: str
) -> None:
    asked = query(model).filter(**equal)
    for read in (list, len, Query.first, Query.delete):
        with pytest.raises(InvalidInput, match=says):
            read(asked)
    assert asked.client.said == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("model", "equal"),
    [
        (Annotation, {"completed_by": 7}),
        (Annotation, {"completed_by": np.int64(7)}),
        (Annotation, {"was_cancelled": False}),
        (Annotation, {"lead_time": 2.5}),
        (Annotation, {"parent_prediction": None}),
        (Prediction, {"score": 0.5}),
        (Prediction, {"neighbors": None}),
        (Project, {"created_by": 7}),
        (User, {"id": 7}),
    ],
    ids=repr,
)
def test_a_value_of_the_type_is_found(model: type[Any], equal: dict[str, Any]) -> None:
    assert len(query(model).filter(**equal)) == 1


def test_lists_ends_and_moments_are_checked_as_well() -> None:
    for condition in (
        Prediction.score.in_([0.5, "1"]),
        Prediction.score.between(0, "1"),
        Prediction.score > "0",
        ~(Prediction.score > "0"),
        (Prediction.score > 0) | (Prediction.task == "1"),
    ):
        with pytest.raises(InvalidInput, match="must be compared with"):
            list(query(Prediction).filter(condition))
    annotations = query(Annotation)
    assert annotations.filter(Annotation.created_at > date(2026, 1, 1)).count() == 1
    assert annotations.filter(Annotation.created_at > datetime(2026, 2, 1)).count() == 0


def test_a_record_of_another_kind_is_refused() -> None:
    project = Project(7, client=query(Project).client)
    with pytest.raises(InvalidInput, match="a user or its id, not with <Project 7>"):
        list(query(Annotation).filter(completed_by=project))
    assert query(Annotation).filter(completed_by=User(7, client=project.client)).count() == 1


# -- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "name", "says"),
    [
        (Task, "total_anotation", "Task has no attribute 'total_anotation'. Did you mean"),
        (Project, "titel", "Did you mean 'title'"),
        (query(User), "filtr", "Query has no attribute 'filtr'. Did you mean 'filter'"),
    ],
)
def test_a_mistyped_name_of_a_class_or_query_names_the_nearest(
    owner: Any, name: str, says: str
) -> None:
    with pytest.raises(UnknownName, match=says):
        getattr(owner, name)
    assert not hasattr(owner, name)
    assert getattr(owner, name, None) is None


def test_a_class_of_yours_may_be_abstract_as_well() -> None:
    from abc import ABC

    class Review(Task, ABC):
        pass

    assert isinstance(Review(1, client=query(User).client), Task)


def test_a_query_shows_its_limit_and_what_it_loads() -> None:
    users = query(User)
    assert "by -email, up to 3, only id, email at" in repr(
        users.order_by("-email").limit(3).only("email")
    )
    assert ", 0 to" not in repr(users)


def test_tables_begin_with_what_people_know_records_by() -> None:
    assert [*query(Project).to_dicts()[0]][:2] == ["id", "title"]
    assert [*query(User).to_pandas().columns][:2] == ["id", "email"]


def test_a_text_in_brackets_is_told_how_records_are_found() -> None:
    with pytest.raises(InvalidInput, match=r"To get one by a field: get\(title='One'\)"):
        query(Project)["One"]  # type: ignore[call-overload]
    with pytest.raises(InvalidInput, match=r"To get one by its data: filter\(Task\.data"):
        Project(1, client=query(Project).client).tasks["d1"]  # type: ignore[call-overload]
