"""Comments: what they are about, their authors, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Annotation, Comment, Draft, InvalidInput, Project, UnknownName
from label_studio_orm.labeling import LabelConfig

PATH = "/api/comments/"
AUTHOR = {"id": 5, "email": "ann@example.com", "username": "ann"}
ROW = {"id": 7, "text": "Too wide.", "annotation": 4, "created_by": AUTHOR, "is_resolved": False}
XML = (
    '<View><Image name="i" value="$i"/><RectangleLabels name="b" toName="i">'
    '<Label value="cat"/></RectangleLabels></View>'
)
REGION = {
    "id": "r1",
    "from_name": "b",
    "to_name": "i",
    "type": "rectanglelabels",
    "value": {"x": 1, "y": 1, "width": 2, "height": 2, "rectanglelabels": ["cat"]},
}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Annotation, Draft, Project)
    client.answers |= {
        f"POST {PATH}": lambda options: {**ROW, **options["json"]},
        f"GET {PATH}7/": ROW,
        f"PATCH {PATH}7/": lambda options: {**ROW, **options["json"]},
    }
    return client


@pytest.fixture
def annotation(client: FakeClient) -> Annotation:
    return Annotation(4, client=client)


def sent(client: FakeClient) -> list[Any]:
    return [body for call, body in client.calls if not call.startswith("GET ")]


def test_a_comment_can_be_about_a_region(client: FakeClient, annotation: Annotation) -> None:
    region = LabelConfig.parse(XML).read([REGION]).regions[0]
    annotation.comments.create(text="Too wide.", region=region)
    annotation.comments.create(text="Too wide.", region="r2")
    about = [body["region_ref"] for body in sent(client)]
    assert about == [{"region_id": "r1"}, {"region_id": "r2"}]


def test_a_comment_on_a_draft_names_the_draft(client: FakeClient) -> None:
    Draft(6, client=client).comments.create(text="Go on.")
    assert sent(client) == [{"text": "Go on.", "draft": 6}]


def test_resolving_saves_only_that(client: FakeClient) -> None:
    comment = Comment(7, client=client)
    assert comment.resolve().is_resolved
    assert not comment.unresolve().is_resolved
    assert sent(client) == [{"is_resolved": True}, {"is_resolved": False}]


def test_comments_come_with_their_authors(client: FakeClient, annotation: Annotation) -> None:
    params: list[Any] = []
    client.answers[f"GET {PATH}"] = lambda options: params.append(options["params"]) or [ROW]
    (comment,) = annotation.comments
    assert comment.created_by is not None
    assert comment.created_by.email == "ann@example.com"
    assert params == [{"annotation": 4, "expand_created_by": "true"}]
    assert annotation.comments.to_dicts()[0] == {
        "id": 7,
        "text": "Too wide.",
        "is_resolved": False,
        "created_by": 5,
        "annotation": 4,
    }


def test_comments_of_a_project_are_asked_for_by_its_id(client: FakeClient) -> None:
    params: list[Any] = []
    client.answers[f"GET {PATH}"] = lambda options: params.append(options["params"]) or [ROW]
    assert Project(1, client=client).comments.filter(is_resolved=True).count() == 0
    assert params == [{"projects": 1, "expand_created_by": "true"}]


@pytest.mark.parametrize(
    ("fields", "error", "told"),
    [
        ({}, InvalidInput, "Comment needs text="),
        ({"text": "Hm.", "region": 3}, InvalidInput, "region must be a region of the annotation"),
        ({"text": "Hm.", "region": ""}, InvalidInput, "region must be a region"),
        ({"txt": "Hm."}, UnknownName, "Did you mean 'text'"),
    ],
)
def test_bad_comments_are_refused(
    fields: Any, error: type[Exception], told: str, client: FakeClient, annotation: Annotation
) -> None:
    with pytest.raises(error, match=told):
        annotation.comments.create(**fields)
    assert client.calls == []


def test_a_project_has_no_comment_of_its_own(client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match="belongs to an annotation or a draft"):
        Project(1, client=client).comments.create(text="Hm.")
    assert client.calls == []


def test_a_part_of_the_comments_cannot_be_exported(client: FakeClient, tmp_path: Path) -> None:
    open_ones = Project(1, client=client).comments.filter(is_resolved=False)
    with pytest.raises(InvalidInput, match=r"export\(\) writes all comments.*to_pandas"):
        open_ones.export(tmp_path)
    assert client.calls == []
