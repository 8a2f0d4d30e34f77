"""Annotations beside predictions, and beside those of another annotator."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from attrs import evolve
from support.tasks import TaskServer
from support.texts import sentiment

from label_studio_orm import Agreement, Comparison, Project
from label_studio_orm.errors import InvalidInput, NotFound
from label_studio_orm.records.comparison import WITH_ANOTHER, WITH_PREDICTIONS

ANN, BOB = 7, 8


class Server(TaskServer):
    """Tasks with annotations and predictions, given by what they answer."""

    def __init__(self) -> None:
        super().__init__()
        self.client.answers["GET /api/projects/1/model-versions"] = {"m1": 2, "m2": 1}
        self.client.answers["GET /api/projects/1/annotators/"] = [{"id": ANN}, {"id": BOB}]

    def answered(
        self, *said: tuple[int, str], predicted: dict[str, str] | None = None, **fields: Any
    ) -> None:
        own = {"project": 1, "task": self.last + 1}
        annotations = [
            {"id": 10 * own["task"] + n, "completed_by": user, "result": sentiment(answer), **own}
            for n, (user, answer) in enumerate(said)
        ]
        predictions = [
            {"id": n, "model_version": version, "score": 0.5, "result": sentiment(answer), **own}
            for n, (version, answer) in enumerate((predicted or {}).items())
        ]
        annotations = [{**each, **fields} for each in annotations]
        counts = {"total_annotations": len(said), "total_predictions": len(predictions)}
        self.add(annotations=annotations, predictions=predictions, **counts)


@pytest.fixture
def comparison_server() -> Server:
    server = Server()
    server.answered((ANN, "Positive"), (BOB, "Negative"), predicted={"m1": "Positive"})
    server.answered((ANN, "Negative"), predicted={"m2": "Negative", "m1": "Positive"})
    server.answered((ANN, "Negative"), predicted={"m2": "Negative"})
    server.answered((ANN, "Negative"))
    return server


@pytest.fixture
def project(comparison_server: Server) -> Project:
    return Project(1, client=comparison_server.client)


def test_each_annotation_is_beside_the_prediction_of_the_version(project: Project) -> None:
    found = project.compare(predictions="m1")
    picked = ("task", "annotation", "annotator", "answer", "predicted_answer", "same")
    assert [tuple(row[name] for name in picked) for row in found] == [
        (1, 10, ANN, "Positive", "Positive", True),
        (1, 11, BOB, "Negative", "Positive", False),
        (2, 20, ANN, "Negative", "Positive", False),
    ]
    assert (len(found), found.tasks, found.rows[0]["score"]) == (3, 2, 0.5)


def test_the_last_annotations_of_two_annotators_are_compared(
    comparison_server: Server, project: Project
) -> None:
    comparison_server.answered((ANN, "Positive"), (BOB, "Negative"), (BOB, "Positive"))
    found = project.compare(annotators=(ANN, BOB))
    picked = ("task", "annotation", "other_annotation", "other_annotator", "other_answer", "same")
    assert [tuple(row[name] for name in picked) for row in found] == [
        (1, 10, 11, BOB, "Negative", False),
        (5, 50, 52, BOB, "Positive", True),
    ]


def test_cancelled_annotations_are_left_out(comparison_server: Server, project: Project) -> None:
    comparison_server.answered((ANN, "Positive"), predicted={"m1": "Positive"}, was_cancelled=True)
    assert 5 not in {row["task"] for row in project.compare(predictions="m1")}


def test_the_agreement_is_counted_by_control(project: Project) -> None:
    found = project.compare(predictions="m1")
    assert found.agreement == {"sentiment": Agreement(rows=3, same=1)}
    assert found.agreement["sentiment"].share == pytest.approx(1 / 3)
    assert repr(found) == (
        "<Comparison of annotations with predictions of 'm1' in 2 tasks: "
        "sentiment: 1 of 3 the same>"
    )
    numbers = Agreement(rows=2, same=1, mean_iou=0.8, mean_difference=1.5)
    assert str(numbers) == "1 of 2 the same, mean IoU 0.80, mean difference 1.50"


def with_answers(*sides: tuple[Any, Any], **columns: Any) -> Comparison:
    """Return a comparison of given answers."""
    names = WITH_ANOTHER if columns else WITH_PREDICTIONS
    rows = [
        {**dict.fromkeys(names.values()), "task": 1, "control": "mood", "same": one == other}
        | {"answer": one, names["other_answer"]: other, **columns}
        for one, other in sides
    ]
    return Comparison(rows, "both", columns=tuple(names.values()))


def test_an_answer_that_one_side_lacks_is_a_disagreement_and_counted() -> None:
    found = with_answers(("calm", "calm"), ("calm", None), (None, "calm"), ("loud", None))
    agreement = found.agreement["mood"]
    assert (agreement.missing, agreement.other_missing, agreement.pairs) == (1, 2, 1)
    assert (agreement.share, agreement.absent) == (0.25, "")


def test_a_region_that_one_side_lacks_is_counted() -> None:
    regions = [{"region": "a", "predicted_region": "b"}, {"predicted_region": "c"}]
    both = with_answers(*[(None, None)] * 2)
    rows = [{**row, **given} for row, given in zip(both.rows, regions, strict=True)]
    agreement = evolve(both, rows=rows).agreement["mood"]
    assert (agreement.missing, agreement.other_missing) == (1, 0)


@pytest.mark.parametrize(
    ("sides", "users", "absent"),
    [
        (("calm", None), {}, "not predicted"),
        ((None, "calm"), {}, "not annotated"),
        (("calm", None), {"annotator": 7, "other_annotator": 8}, "not annotated by user 8"),
        ((None, "calm"), {"annotator": 7, "other_annotator": 8}, "not annotated by user 7"),
    ],
)
def test_a_control_that_one_side_never_answers_is_no_disagreement(
    sides: tuple[Any, Any], users: dict[str, int], absent: str
) -> None:
    found = with_answers(sides, sides, **users)
    assert found.agreement["mood"].share is None
    assert repr(found) == f"<Comparison of both in 1 task: mood: {absent}>"


def test_a_comparison_is_a_table(project: Project) -> None:
    frame = project.compare(predictions="m1").to_pandas()
    assert [*frame.columns] == [
        *("task", "annotation", "annotator", "prediction", "score", "control", "object"),
        *("item_index", "label", "predicted_label", "answer", "predicted_answer", "same", "iou"),
        *("distance", "difference", "region", "predicted_region", "ground_truth"),
    ]
    assert frame["same"].dtype == pd.BooleanDtype()


def test_nothing_in_common_is_an_empty_table(project: Project) -> None:
    server = Server()
    server.answered((ANN, "Positive"))
    found = Project(1, client=server.client).compare(predictions="m1")
    assert (len(found), found.agreement) == (0, {})
    assert len(found.to_polars().columns) == 19
    assert repr(found) == "<Comparison of annotations with predictions of 'm1' in 0 tasks>"


def test_only_tasks_with_both_are_read_page_by_page(
    comparison_server: Server, project: Project
) -> None:
    project.compare(predictions="m1")
    (page,) = comparison_server.pages
    items = page["query"]["filters"]["items"]
    assert [item["filter"].split(":")[-1] for item in items] == [
        "total_annotations",
        "total_predictions",
    ]


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({}, InvalidInput, r"must have predictions='m1' or annotators=\(ann, bob\), not neither"),
        ({"predictions": "m1", "annotators": (ANN, BOB)}, InvalidInput, "not both"),
        ({"predictions": "m11"}, NotFound, r"Did you mean 'm1'\?"),
        ({"predictions": 7}, InvalidInput, "must be a text such as 'm1', not 7"),
        ({"predictions": "m1", "iou": 0}, InvalidInput, "above 0 and at most 1, not 0"),
        ({"predictions": "m1", "iou": "x"}, InvalidInput, "above 0 and at most 1, not 'x'"),
        ({"annotators": (ANN,)}, InvalidInput, "must be two users"),
        ({"annotators": (ANN, ANN)}, InvalidInput, "not user 7 twice"),
        ({"annotators": (ANN, 9)}, NotFound, r"User 9 has annotated no .* Users who have: 7, 8"),
    ],
)
def test_bad_options_are_refused_before_tasks_are_read(
    options: dict[str, Any],
    error: type[Exception],
    says: str,
    comparison_server: Server,
    project: Project,
) -> None:
    with pytest.raises(error, match=says):
        project.compare(**options)
    assert comparison_server.pages == []
