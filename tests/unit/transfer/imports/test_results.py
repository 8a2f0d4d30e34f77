"""Results and data of rows are checked against the labeling config before they are sent."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from support.chunk_server import CONFIG, GOOD, PICTURES, WRONG, ChunkServer, numbered, said
from support.clock import tuned
from support.fake import FakeClient
from support.texts import sentiment, without_id

from label_studio_orm.errors import (
    ConnectionFailed,
    InvalidInput,
    InvalidResult,
)
from label_studio_orm.labeling import Box, LabelConfig, Relation, Span, choices, labels
from label_studio_orm.records.project import Project

# -- annotations and predictions -------------------------------------------------------------------


@pytest.mark.parametrize("part", ["annotations", "predictions"])
def test_invalid_results_are_found_before_sending(
    part: str, reviews: Project, client: FakeClient
) -> None:
    tuned(reviews.client, import_tasks=1)
    with pytest.raises(InvalidResult) as caught:
        reviews.import_tasks([*numbered(2), said(GOOD, part), said(WRONG, part, GOOD)])
    place = rf"^Task \[3\], {part}\[1\]: \[0\]\.value\.choices\[0\]: .*Did you mean 'Positive'\?$"
    assert re.search(place, str(caught.value))
    assert [problem.path for problem in caught.value.problems] == ["[0].value.choices[0]"]
    assert client.said == [CONFIG, CONFIG]  # anew before it is refused


def test_an_invalid_result_in_a_file_is_named_by_its_line(
    reviews: Project, client: FakeClient, tmp_path: Path
) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join(map(json.dumps, [said(GOOD), said(WRONG)])))
    with pytest.raises(InvalidResult, match=r"t\.jsonl line 2, annotations\[0\]: \[0\]\.value"):
        reviews.import_tasks(path)
    assert client.said == [CONFIG, CONFIG]  # anew before it is refused


def test_rows_with_invalid_results_can_be_collected(
    reviews: Project, chunk_server: ChunkServer
) -> None:
    rows = [said(GOOD), said(WRONG), said({"sentimnt": "Positive"}, "predictions"), said([])]
    result = reviews.import_tasks(rows, on_error="collect")
    assert [len(chunk) for chunk in chunk_server.chunks] == [2]
    assert (result.created, [failure.index for failure in result.failed]) == (2, [1, 2])
    assert all(isinstance(failure.error, InvalidResult) for failure in result.failed)
    assert "annotations[0]: [0].value.choices[0]: " in str(result.failed[0])
    assert "predictions[0]: sentimnt: " in str(result.failed[1])


def test_python_values_are_sent_in_the_servers_format(
    reviews: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    prediction = {"result": {"sentiment": "Negative"}, "score": 0.5, "model_version": "m1"}
    reviews.import_tasks([{**said({"sentiment": "Positive"}), "predictions": [prediction]}])
    ((sent,),) = chunk_server.chunks
    (annotation,), (predicted,) = sent["annotations"], sent["predictions"]
    assert without_id(annotation["result"]) == GOOD
    assert without_id(predicted.pop("result")) == sentiment("Negative")
    assert predicted == {"score": 0.5, "model_version": "m1"}


def test_quoted_words_are_looked_up_in_the_data_of_the_row(
    project: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    config = LabelConfig.create({"text": "Text", "ner": labels("PER"), "mood": choices("Good")})
    client.answers[CONFIG] = {"id": 1, "label_config": str(config)}
    rows = [
        {"data": {"text": text}, "annotations": [{"result": {"ner": [Span("PER", quote="Ada")]}}]}
        for text in ("Ada joined.", "So did Ada.", "Bob did not.")
    ]
    with pytest.raises(
        InvalidResult, match=(r"Task \[2\], annotations\[0\]: ner: " r"'Ada' is not in the text")
    ):
        project.import_tasks(rows)
    assert chunk_server.chunks == []
    project.import_tasks(rows[:2])
    values = [task["annotations"][0]["result"][0]["value"] for task in chunk_server.chunks[0]]
    assert [(value["start"], value["end"], value["text"]) for value in values] == [
        (0, 3, "Ada"),
        (7, 10, "Ada"),
    ]


def test_the_given_rows_are_not_modified(reviews: Project, chunk_server: ChunkServer) -> None:
    row = said({"sentiment": "Positive"})
    reviews.import_tasks([row])
    assert row == said({"sentiment": "Positive"})


def test_valid_lists_are_sent_unchanged(reviews: Project, chunk_server: ChunkServer) -> None:
    task = said([{**GOOD[0], "id": "x", "origin": "manual"}])
    task["annotations"][0]["lead_time"] = 2.5
    reviews.import_tasks([task])
    assert chunk_server.chunks == [[task]]


def test_without_validation_results_are_sent_and_the_config_is_not_loaded(
    reviews: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    task = said(WRONG)
    reviews.import_tasks([task], validate=False)
    assert chunk_server.chunks == [[task]]
    assert CONFIG not in client.said
    reviews.import_tasks([said({"sentiment": "Positiv"})], validate=False)
    assert without_id(chunk_server.chunks[1][0]["annotations"][0]["result"]) == WRONG


def test_the_config_is_loaded_once_for_all_rows(
    reviews: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    reviews.import_tasks([said(GOOD) for _ in range(5)])
    assert client.said.count(CONFIG) == 1


@pytest.mark.parametrize("given", ["text", {"of": 1}, 7])
def test_annotations_must_be_a_list(
    given: Any, reviews: Project, chunk_server: ChunkServer
) -> None:
    with pytest.raises(InvalidInput, match=r"Task \[0\]: annotations must be a list"):
        reviews.import_tasks([{"data": {"text": "a"}, "annotations": given}])
    assert chunk_server.chunks == []


@pytest.mark.parametrize("item", ["Positive", None, ["ab"]])
def test_an_invalid_region_is_reported_with_its_row(
    item: Any, reviews: Project, chunk_server: ChunkServer
) -> None:
    with pytest.raises(
        InvalidResult, match=r"Task \[0\], annotations\[0\]: \[1\]: must be a region"
    ):
        reviews.import_tasks([said([*GOOD, item])])
    assert chunk_server.chunks == []


def test_an_export_with_annotations_can_be_imported_again(
    reviews: Project, chunk_server: ChunkServer
) -> None:
    annotation = {"id": 5, "result": GOOD, "completed_by": 1, "prediction": {}}
    prediction = {"id": 3, "result": GOOD, "score": 0.5, "model_version": "m1", "cluster": None}
    task = {
        "id": 7,
        "data": {"text": "a"},
        "annotations": [annotation],
        "predictions": [prediction],
    }
    assert reviews.import_tasks([task]).created == 1
    assert chunk_server.chunks == [[task]]


def test_relations_and_sizes_are_keys_beside_the_result(
    reviews: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    client.answers[CONFIG] = {"id": 1, "label_config": PICTURES}
    cat, dog = Box("cat", pixels=(64, 48, 64, 48)), Box("dog", pixels=(0, 0, 64, 48))
    said = {
        "result": {"bbox": [cat, dog]},
        "size": (640, 480),
        "relations": [Relation(cat, dog, "chases")],
    }
    reviews.import_tasks([{"data": {"image": "a.jpg"}, "annotations": [said]}])
    (sent,) = chunk_server.chunks[0][0]["annotations"]
    assert list(sent) == ["result"]
    assert [item["type"] for item in sent["result"]] == ["rectanglelabels"] * 2 + ["relation"]
    assert sent["result"][0]["value"]["x"] == 10


def test_loading_the_config_is_retried_through_an_outage(
    reviews: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    answer, lost = client.answers[CONFIG], [ConnectionFailed("The server is away.")]
    client.answers[CONFIG] = lambda options: lost.pop() if lost else answer
    assert reviews.import_tasks([said(GOOD)]).created == 1


# -- required data ---------------------------------------------------------------------------------


def test_a_row_without_required_data_is_found_before_sending(
    reviews: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    rows = [*numbered(2_500), {"txt": "mistyped"}]
    with pytest.raises(InvalidInput, match=r"Task \[2500\] has no 'text'.* Did you mean 'txt'"):
        reviews.import_tasks(rows)
    assert chunk_server.chunks == []
    assert client.said.count(CONFIG) <= 2  # once more, as the config may have changed


@pytest.mark.parametrize("value", [None, {"a": 1}], ids=["null", "object"])
def test_a_value_that_cannot_be_shown_is_found_before_sending(
    value: Any, reviews: Project, chunk_server: ChunkServer
) -> None:
    with pytest.raises(
        InvalidInput, match=(r"Task \[3\] has .* under 'text', but " r"<Text> needs a text")
    ):
        reviews.import_tasks([*numbered(3), {"text": value}])
    assert chunk_server.chunks == []


def test_a_generator_is_checked_chunk_by_chunk(reviews: Project, chunk_server: ChunkServer) -> None:
    tuned(reviews.client, import_tasks=2)
    with pytest.raises(InvalidInput, match=r"Task \[3\] has no 'text'.*\n2 tasks were imported"):
        reviews.import_tasks(iter([*numbered(3), {"n": 1}]))
    assert [len(chunk) for chunk in chunk_server.chunks] == [2]


def test_rows_without_required_data_can_be_collected(
    reviews: Project, chunk_server: ChunkServer
) -> None:
    result = reviews.import_tasks([{"n": 1}, *numbered(2), {"n": 2}], on_error="collect")
    assert (result.created, [each.index for each in result.failed]) == (2, [0, 3])


def test_without_validation_the_server_checks_the_data(
    reviews: Project, chunk_server: ChunkServer
) -> None:
    reviews.import_tasks([{"n": 1}], validate=False)
    assert chunk_server.chunks == [[{"data": {"n": 1}}]]


def test_a_config_changed_meanwhile_is_loaded_again(
    reviews: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    reviews.import_tasks(numbered(1))
    new = '<View><Text name="t" value="$review"/></View>'
    client.answers[CONFIG] = {"id": 1, "label_config": new}
    assert reviews.import_tasks([{"review": "a"}]).created == 1


def test_an_updating_row_may_omit_existing_data(
    reviews: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    task = {"id": 7, "data": {"uid": "a", "text": "t"}, "meta": {}}
    client.answers["GET /api/tasks/"] = {"tasks": [task], "total": 1}
    client.answers["GET /api/tasks/7/"] = task
    client.answers["PATCH /api/tasks/7/"] = lambda options: {**task, **options["json"]}
    rows = [{"uid": "a", "stars": 3}]
    assert reviews.import_tasks(rows, key="uid", on_duplicate="update").updated == 1
