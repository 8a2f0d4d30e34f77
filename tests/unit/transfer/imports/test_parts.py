"""The parts of a task: null, ids, objects and texts are converted for the server."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from label_studio_orm.errors import InvalidInput
from label_studio_orm.transfer.imports.parts import settled

DATA = {"text": "a"}


def settle(task: dict[str, Any], *, validate: bool = True) -> dict[str, Any]:
    settled(task, "Task [0]", validate=validate)
    return task


def annotation(**fields: Any) -> dict[str, Any]:
    task = settle({"data": DATA, "annotations": [{"result": [], **fields}]})
    (found,) = task["annotations"]
    return found  # type: ignore[no-any-return]


def prediction(**fields: Any) -> dict[str, Any]:
    task = settle({"data": DATA, "predictions": [{"result": [], **fields}]})
    (found,) = task["predictions"]
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA, pd.NaT], ids=str)
@pytest.mark.parametrize("part", ["annotations", "predictions", "meta", "allow_skip"])
def test_a_null_part_is_an_empty_one(part: str, nothing: Any) -> None:
    assert settle({"data": DATA, part: nothing}) == {"data": DATA}


@pytest.mark.parametrize(
    "given",
    [
        [{"result": []}],
        ({"result": []},),
        {"result": []},
        '[{"result": []}]',
        '{"result": []}',
        ['{"result": []}'],
        np.array([{"result": []}], dtype=object),
        [None, {"result": []}, float("nan")],
        [{"result": None}],
        [{"result": {}}],
        [{"result": "[]"}],
    ],
    ids=repr,
)
@pytest.mark.parametrize("part", ["annotations", "predictions"])
def test_a_list_may_be_one_object_a_json_text_or_an_array(part: str, given: Any) -> None:
    assert settle({"data": DATA, part: given})[part] == [{"result": []}]


@pytest.mark.parametrize(
    ("part", "given", "says"),
    [
        (
            "predictions",
            [40, 41],
            r"\[0\] must be an object, not only the id 40.* export with predictions=True",
        ),
        (
            "predictions",
            [{"result": []}, 41],
            (r"predictions\[1\] must be an object, " r"not only the id 41"),
        ),
        ("predictions", np.array([40]), r"predictions\[0\] must be an object, not only the id 40"),
        ("annotations", [3], r"annotations\[0\] must be an object, not only the id 3"),
        (
            "annotations",
            ["a"],
            (r"annotations\[0\] must be an object \(dict\) " r"with a result, not 'a'"),
        ),
        ("annotations", 7, "annotations must be a list of objects, not 7"),
        ("predictions", "m1", "predictions must be a list of objects, not 'm1'"),
        ("meta", "web", r"meta must be an object \(dict\), not 'web'"),
        ("meta", 7, r"meta must be an object \(dict\), not 7"),
    ],
)
def test_an_item_that_is_not_an_object_is_named_by_its_index(
    part: str, given: Any, says: str
) -> None:
    with pytest.raises(InvalidInput, match=rf"Task \[0\].*{says}"):
        settle({"data": DATA, part: given})


def test_without_validation_ids_are_dropped_and_reported() -> None:
    task = {"data": DATA, "predictions": [40, {"result": []}]}
    assert settled(task, "Task [0]", validate=False) == ("predictions",)
    assert task["predictions"] == [{"result": []}]


class User:
    id = 7

    def __repr__(self) -> str:
        return "<User 7>"


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        (7, 7),
        ("7", 7),
        (7.0, 7),
        (np.int64(7), 7),
        ({"id": 7, "first_name": "Ada"}, 7),
        (User(), 7),
        ("ada@example.com", {"email": "ada@example.com"}),
        ({"id": 99, "email": "ada@example.com"}, {"email": "ada@example.com"}),
        ('{"email": "ada@example.com"}', {"email": "ada@example.com"}),
    ],
    ids=repr,
)
def test_an_annotator_may_be_an_id_an_email_or_an_object(given: Any, becomes: Any) -> None:
    assert annotation(completed_by=given)["completed_by"] == becomes


@pytest.mark.parametrize("given", ["Ada", {}, {"email": None}, True, 1.5, [1]], ids=repr)
def test_any_other_annotator_is_refused(given: Any) -> None:
    with pytest.raises(
        InvalidInput, match=("completed_by must be a user id, an e-mail address, or an object")
    ):
        annotation(completed_by=given)


@pytest.mark.parametrize("name", ["completed_by", "ground_truth", "was_cancelled", "lead_time"])
@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA], ids=str)
def test_null_fields_of_an_annotation_are_not_sent(name: str, nothing: Any) -> None:
    assert annotation(**{name: nothing}) == {"result": []}


@pytest.mark.parametrize(
    ("given", "becomes"),
    [(True, True), (0, False), (np.True_, True), ("true", True), ("False", False), (1.0, True)],
    ids=repr,
)
def test_ground_truth_may_have_any_boolean_form(given: Any, becomes: bool) -> None:
    assert annotation(ground_truth=given)["ground_truth"] is becomes


@pytest.mark.parametrize("given", ["", "yes", 2, [True], {}], ids=repr)
def test_an_invalid_ground_truth_is_refused(given: Any) -> None:
    with pytest.raises(InvalidInput, match="was_cancelled must be true or false"):
        annotation(was_cancelled=given)


@pytest.mark.parametrize(
    ("given", "becomes"), [(2, 2), ("1.5", 1.5), (Decimal("1.5"), 1.5), (np.float32(1.5), 1.5)]
)
def test_a_lead_time_is_converted_to_a_number(given: Any, becomes: float) -> None:
    assert annotation(lead_time=given)["lead_time"] == becomes


@pytest.mark.parametrize(("given", "kept"), [(7, 7), ("7", 7), ("a7", None), (2**70, None)])
def test_an_id_that_the_server_cannot_store_is_dropped(given: Any, kept: Any) -> None:
    assert annotation(id=given)["id"] == kept


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        (0, 0),
        (1, 1),
        ("0.5", 0.5),
        (Decimal("0.5"), 0.5),
        (np.float32(0.5), 0.5),
        (None, None),
        (float("nan"), None),
    ],
    ids=repr,
)
def test_a_score_from_0_to_1_is_accepted(given: Any, becomes: Any) -> None:
    assert prediction(score=given)["score"] == becomes


@pytest.mark.parametrize("score", [7, -0.1, 1.0000001, "7", float("inf")], ids=repr)
def test_a_number_outside_0_to_1_is_refused_as_a_score(score: Any) -> None:
    with pytest.raises(InvalidInput, match=r"predictions\[0\]: score must be between 0 and 1, not"):
        prediction(score=score)


@pytest.mark.parametrize("score", ["high", True, [0.5], {}], ids=repr)
def test_a_score_must_be_a_number(score: Any) -> None:
    with pytest.raises(InvalidInput, match=r"predictions\[0\]: score must be between 0 and 1, not"):
        prediction(score=score)


def test_without_validation_any_number_is_sent_as_a_score() -> None:
    task = {"data": DATA, "predictions": [{"result": [], "score": 7}]}
    assert settle(task, validate=False)["predictions"][0]["score"] == 7


@pytest.mark.parametrize("version", ["m1", "", None, 1, 1.5])
def test_a_model_version_is_sent_unchanged(version: Any) -> None:
    assert prediction(model_version=version)["model_version"] == version


@pytest.mark.parametrize("version", [["m1"], {"name": "m1"}])
def test_a_model_version_must_not_be_a_list(version: Any) -> None:
    with pytest.raises(InvalidInput, match="model_version must be a text"):
        prediction(model_version=version)


# How an import of the server (1.23.2) treats each key that the API documents.
FORGOTTEN: dict[str, Any] = {
    "drafts": [{"result": []}],
    "overlap": 3,
    "is_labeled": True,
    "split": "train",
    "annotations[].reviews": [{"accepted": True}],
    "annotations[].prediction": {"result": []},
    "annotations[].comments": ["nice"],
    "predictions[].cluster": 3,
    "predictions[].neighbors": [1, 2],
    "predictions[].mislabeling": 0.5,
    "predictions[].confidence": 0.5,
}
QUIET: dict[str, Any] = {
    "id": 7,
    "inner_id": 7,
    "project": 7,
    "created_at": "2026-01-01T00:00:00Z",
    "updated_at": "2026-01-01T00:00:00Z",
    "updated_by": 7,
    "total_annotations": 7,
    "cancelled_annotations": 7,
    "total_predictions": 7,
    "comment_count": 7,
    "comment_authors": [7],
    "file_upload": "1-a.csv",
    "storage_filename": "a.csv",
    "drafts": [],
    "annotations[].unique_id": "a-b",
    "annotations[].task": 7,
    "annotations[].created_at": "2026-01-01T00:00:00Z",
    "annotations[].draft_created_at": "2026-01-01T00:00:00Z",
    "annotations[].parent_prediction": 7,
    "annotations[].last_action": "submitted",
    "annotations[].import_id": 7,
    "annotations[].result_count": 7,
    "annotations[].prediction": {},
    "predictions[].id": 7,
    "predictions[].model": 7,
    "predictions[].created_ago": "a while",
    "predictions[].cluster": None,
    "predictions[].mislabeling": 0.0,
}


def task_with(key: str, value: Any) -> dict[str, Any]:
    part, in_part, name = key.rpartition("[].")
    if in_part:
        return {"data": DATA, part: [{"result": [], name: value}]}
    return {"data": DATA, key: value}


@pytest.mark.parametrize("key", FORGOTTEN)
def test_keys_that_the_server_drops_are_reported(key: str) -> None:
    task = task_with(key, FORGOTTEN[key])
    assert settled(task, "Task [0]", validate=True) == (key,)


@pytest.mark.parametrize("key", QUIET)
def test_dropped_ids_times_and_counters_are_not_reported(key: str) -> None:
    assert settled(task_with(key, QUIET[key]), "Task [0]", validate=True) == ()


@pytest.mark.parametrize("key", ["allow_skip", "meta", "annotations[].lead_time"])
def test_keys_that_the_server_keeps_are_not_reported(key: str) -> None:
    value = {"a": 1} if key == "meta" else 1
    task = task_with(key, value)
    assert settled(task, "Task [0]", validate=True) == ()
    assert json.dumps(value) in json.dumps(task)
