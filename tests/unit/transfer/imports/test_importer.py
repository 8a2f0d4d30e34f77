"""Import: everything is checked before the first chunk, and a break says where things stand."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.fake import FakeClient
from support.texts import SENTIMENT, sentiment, without_id

from label_studio_orm.errors import (
    ConnectionFailed,
    InvalidInput,
    InvalidResult,
    PermissionDenied,
    Rejected,
    UnknownName,
)
from label_studio_orm.labeling import Box, LabelConfig, Relation, Span, choices, labels
from label_studio_orm.records.project import Project
from label_studio_orm.records.task import Task
from label_studio_orm.transfer.content import digest
from label_studio_orm.transfer.imports import chunks, rows


class Server:
    """Takes chunks and gives ids; `fails` maps the number of a chunk to an error."""

    def __init__(self, client: FakeClient) -> None:
        self.chunks: list[list[dict[str, Any]]] = []
        self.fails: dict[int, Exception] = {}
        client.answers["POST /api/projects/1/import"] = self.take
        client.answers["GET /api/tasks/"] = {"tasks": [], "total": 0}

    def take(self, options: dict[str, Any]) -> Any:
        tasks = json.loads(options["data"])
        self.chunks.append(tasks)
        if len(self.chunks) in self.fails:
            return self.fails[len(self.chunks)]
        first = sum(len(chunk) for chunk in self.chunks[:-1])
        ids = list(range(first + 1, first + len(tasks) + 1))
        return {"task_ids": ids, "task_count": len(ids), "annotation_count": 0}


@pytest.fixture
def client() -> FakeClient:
    return FakeClient(Project, Task)


@pytest.fixture
def server(client: FakeClient) -> Server:
    return Server(client)


@pytest.fixture
def project(client: FakeClient) -> Project:
    return Project(1, client=client)


def texts(count: int) -> Iterator[dict[str, str]]:
    return ({"text": f"t{number}"} for number in range(count))


def test_the_result_is_the_sequence_of_new_ids(project: Project, server: Server) -> None:
    result = project.import_tasks(texts(3))
    assert list(result) == [1, 2, 3]
    assert (result[0], result[-1], result[1:], len(result), 2 in result) == (1, 3, (2, 3), 3, True)
    assert (result.created, result.skipped, result.failed) == (3, 0, ())
    assert repr(result) == "<ImportResult: 3 created>"


def test_a_dict_with_data_is_a_task_and_any_other_is_its_data(
    project: Project, server: Server
) -> None:
    task = {"data": {"text": "a"}, "meta": {"n": 1}}
    project.import_tasks([task, {"text": "b"}, {"data": "plain"}])
    assert server.chunks == [[task, {"data": {"text": "b"}}, {"data": {"data": "plain"}}]]


def test_many_tasks_go_in_chunks_by_count(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_TASKS", 10)
    assert list(project.import_tasks(texts(25))) == list(range(1, 26))
    assert [len(chunk) for chunk in server.chunks] == [10, 10, 5]


def test_large_tasks_go_in_chunks_by_bytes(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_BYTES", 250)
    project.import_tasks([{"text": "x" * 100}] * 3 + [{"text": "y" * 300}])
    assert [len(chunk) for chunk in server.chunks] == [2, 1, 1]


def test_a_task_that_no_server_takes_is_refused(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MOST_BYTES", 50)
    with pytest.raises(InvalidInput, match=r"Task \[1\] has 120 bytes; 50 are allowed"):
        project.import_tasks([{"text": "a"}, {"text": "x" * 100}])


def test_nothing_to_import_sends_nothing(project: Project, client: FakeClient) -> None:
    assert list(project.import_tasks([])) == []
    assert list(project.import_tasks(iter([]))) == []
    assert client.said == []


def test_an_empty_file_is_an_error(project: Project, client: FakeClient, tmp_path: Path) -> None:
    client.answers["GET /api/projects/1/"] = {"id": 1, "parsed_label_config": {}}
    for name, content in (("t.csv", ""), ("t.csv", "text\n"), ("t.json", "[]"), ("t.txt", "\n")):
        path = tmp_path / name
        path.write_text(content)
        with pytest.raises(InvalidInput, match=rf"{name} is empty"):
            project.import_tasks(path)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("text", r"Task \[2\] must be an object \(dict\), not a str"),
        (None, r"Task \[2\] must be an object \(dict\), not a NoneType"),
        ({"score": float("nan")}, r"Task \[2\]: Cannot be sent as JSON"),
    ],
)
def test_a_bad_task_in_a_list_is_found_before_anything_is_sent(
    project: Project,
    client: FakeClient,
    bad: Any,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_TASKS", 1)
    with pytest.raises(InvalidInput, match=says):
        project.import_tasks([*texts(2), bad])
    assert client.changed == []


def test_a_bad_line_in_a_file_is_found_before_anything_is_sent(
    project: Project, client: FakeClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_TASKS", 1)
    path = tmp_path / "t.jsonl"
    path.write_text('{"text": "a"}\n{"text": "b"}\n["c"]\n')
    with pytest.raises(
        InvalidInput, match=(r"t\.jsonl line 3 must be an object " r"\(dict\), not a list")
    ):
        project.import_tasks(path)
    assert client.changed == []


def test_a_bad_task_from_a_generator_says_what_was_imported_before(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_TASKS", 2)
    with pytest.raises(InvalidInput, match=r"4 tasks were imported before that") as caught:
        project.import_tasks(iter([*texts(5), "bad"]))
    assert list(caught.value.imported) == [1, 2, 3, 4]


def test_an_error_in_the_users_own_generator_says_too_what_was_imported(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_TASKS", 1)

    def rows() -> Iterator[dict[str, str]]:
        yield from texts(2)
        raise KeyError("mine")

    with pytest.raises(KeyError) as caught:
        project.import_tasks(rows())
    assert list(caught.value.imported) == [1, 2]  # type: ignore[attr-defined]


def test_a_mistyped_part_of_a_task_is_refused(project: Project, client: FakeClient) -> None:
    task = {"data": {"text": "a"}, "anotations": []}
    with pytest.raises(InvalidInput, match=r"has 'anotations'\. Did you mean 'annotations'"):
        project.import_tasks([task])
    assert client.said == []


def test_what_an_export_has_in_its_tasks_can_be_imported_again(
    project: Project, server: Server
) -> None:
    task = {"id": 7, "data": {"text": "a"}, "total_annotations": 0, "created_at": "2026-11-22"}
    assert project.import_tasks([task]).created == 1


@pytest.mark.parametrize("timeout", [-1, "5", None])
def test_a_bad_timeout_is_refused(timeout: Any, project: Project, client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match="timeout is a number of seconds"):
        project.import_tasks([{"text": "a"}], timeout=timeout)
    assert client.said == []


def test_a_generator_is_read_no_further_than_is_sent(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_TASKS", 2)
    server.fails[2] = PermissionDenied("You may not.", status=403)
    read: list[int] = []

    def rows() -> Iterator[dict[str, int]]:
        for number in range(1000):
            read.append(number)
            yield {"n": number}

    with pytest.raises(PermissionDenied) as caught:
        project.import_tasks(rows())
    assert list(caught.value.imported) == [1, 2]
    assert len(read) == 4


def test_a_refused_row_is_named_by_its_place_in_the_source(
    project: Project, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_TASKS", 2)
    server.fails[2] = Rejected('Error at item 1: "text" key is expected in task data')
    path = tmp_path / "t.csv"
    path.write_text("text\na\nb\nc\nd\n")
    with pytest.raises(Rejected, match=r"^\S+t\.csv line 5: .text. key is expected"):
        project.import_tasks(path)


def test_lines_of_a_text_file_get_the_variable_of_the_config(
    project: Project, client: FakeClient, server: Server, tmp_path: Path
) -> None:
    inputs = [{"type": "Text", "value": "review"}]
    client.answers["GET /api/projects/1/"] = {
        "id": 1,
        "parsed_label_config": {"sentiment": {"inputs": inputs}, "stars": {"inputs": inputs}},
    }
    path = tmp_path / "t.txt"
    path.write_text("fine\n")
    project.import_tasks(path)
    assert server.chunks == [[{"data": {"review": "fine"}}]]


MOODY = """<View><Text name="text" value="$text"/>
  <TextArea name="mood" toName="text"/><Choices name="topic" toName="text"><Choice value="x"/>
  </Choices></View>"""


@pytest.fixture
def moody(project: Project, client: FakeClient) -> Project:
    """A project with the controls mood and topic."""
    controls = {"mood": {}, "topic": {}, "a,b": {}}
    client.answers["GET /api/projects/1/"] = {
        "id": 1,
        "parsed_label_config": controls,
        "label_config": MOODY,
    }
    _ = project.parsed_label_config
    client.calls.clear()
    return project


def test_fields_to_preannotate_from_are_sent(moody: Project, client: FakeClient) -> None:
    sent: list[Any] = []
    client.answers["GET /api/tasks/"] = {"tasks": [], "total": 0}
    client.answers["POST /api/projects/1/import"] = lambda options: (
        sent.append(options["params"]) or {"task_count": 1, "task_ids": [1]}
    )
    moody.import_tasks(
        [{"text": "a", "mood": "Good", "topic": "x"}], preannotated_from_fields=["mood", "topic"]
    )
    assert sent[0]["preannotated_from_fields"] == "mood,topic"


def test_a_row_without_the_field_to_preannotate_from_is_refused(
    moody: Project, client: FakeClient
) -> None:
    with pytest.raises(InvalidInput, match=r"Task \[1\] has no 'mood'.* Did you mean 'mod'"):
        moody.import_tasks(
            [{"text": "a", "mood": "x"}, {"text": "b", "mod": "x"}],
            preannotated_from_fields=["mood"],
        )
    assert client.said == [CONFIG]


def test_values_to_preannotate_from_are_checked(moody: Project, client: FakeClient) -> None:
    with pytest.raises(InvalidResult, match=r"Task \[1\]: .*'topic' has no label 'y'"):
        moody.import_tasks(
            [{"text": "a", "topic": "x"}, {"text": "b", "topic": "y"}],
            preannotated_from_fields=["topic"],
        )
    assert "POST /api/projects/1/import" not in client.said


def test_a_field_that_is_no_control_is_refused(moody: Project, client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match=r"no control named 'mod'\. Did you mean 'mood'"):
        moody.import_tasks([{"mod": 1}], preannotated_from_fields=["mod"])
    assert client.said == []


def test_what_the_server_would_drop_when_it_preannotates_is_refused(moody: Project) -> None:
    task = {"data": {"text": "a", "mood": "Good"}, "meta": {"source": "web"}}
    with pytest.raises(InvalidInput, match="has meta, which the server drops"):
        moody.import_tasks([task], preannotated_from_fields=["mood"])


@pytest.mark.parametrize("fields", ["mood", ["a,b"]])
def test_fields_that_cannot_be_sent_are_refused(moody: Project, fields: Any) -> None:
    with pytest.raises(InvalidInput):
        moody.import_tasks([{"mood": 1}], preannotated_from_fields=fields)


def test_the_projects_counts_are_read_anew_after_an_import(
    project: Project, client: FakeClient, server: Server
) -> None:
    client.answers["GET /api/projects/1/"] = {"id": 1, "task_number": 0}
    assert project.task_number == 0
    client.answers["GET /api/projects/1/"] = {"id": 1, "task_number": 3}
    project.import_tasks(texts(3))
    assert project.task_number == 3


def test_progress_is_reported_to_a_callable(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_TASKS", 2)
    seen: list[Any] = []
    project.import_tasks(list(texts(5)), progress=lambda *counts: seen.append(counts))
    project.import_tasks(texts(1), progress=lambda *counts: seen.append(counts))
    assert seen == [(2, 5), (4, 5), (5, 5), (1, None)]


def test_a_result_without_ids_still_counts(project: Project, client: FakeClient) -> None:
    client.answers["GET /api/tasks/"] = {"tasks": [], "total": 0}
    client.answers["POST /api/projects/1/import"] = {"task_count": 2, "annotation_count": 1}
    result = project.import_tasks(texts(2))
    assert (result.created, result.annotations, list(result)) == (2, 1, [])


def test_the_newest_task_is_asked_for_once_before_the_first_chunk(
    project: Project, client: FakeClient, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_TASKS", 1)
    asked: list[Any] = []
    client.answers["GET /api/tasks/"] = lambda options: (
        asked.append(options["params"]) or {"tasks": [{"id": 7}], "total": 1}
    )
    project.import_tasks(texts(2))
    assert client.said == [CONFIG, "GET /api/tasks/", *["POST /api/projects/1/import"] * 2]
    assert json.loads(asked[0]["query"])["ordering"] == ["-tasks:id"]
    assert (asked[0]["page_size"], asked[0]["include"]) == (1, "id")


def test_unknown_options_of_an_export_name_the_nearest(project: Project) -> None:
    project.client.answers["GET /api/projects/1/export/formats"] = [{"name": "JSON"}]  # type: ignore[attr-defined]
    with pytest.raises(UnknownName, match="Did you mean 'only_finished'"):
        project.export(only_finised=True)  # type: ignore[call-arg]


# -- annotations and predictions that come with tasks ----------------------------------------------

GOOD, WRONG = sentiment("Positive"), sentiment("Positiv")
CONFIG = "GET /api/projects/1/"


PICTURES = """<View><Image name="image" value="$image"/>
  <RectangleLabels name="bbox" toName="image"><Label value="cat"/><Label value="dog"/>
  </RectangleLabels><Relations><Relation value="chases"/></Relations></View>"""


@pytest.fixture
def reviews(project: Project, client: FakeClient, server: Server) -> Project:
    """A project with the control sentiment."""
    client.answers[CONFIG] = {"id": 1, "label_config": SENTIMENT}
    return project


def said(result: Any, part: str = "annotations", *before: Any) -> dict[str, Any]:
    return {"data": {"text": "a"}, part: [{"result": each} for each in (*before, result)]}


@pytest.mark.parametrize("part", ["annotations", "predictions"])
def test_results_that_do_not_fit_are_found_before_anything_is_sent(
    part: str, reviews: Project, client: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_TASKS", 1)
    with pytest.raises(InvalidResult) as caught:
        reviews.import_tasks([*texts(2), said(GOOD, part), said(WRONG, part, GOOD)])
    place = rf"^Task \[3\], {part}\[1\]: \[0\]\.value\.choices\[0\]: .*Did you mean 'Positive'\?$"
    assert re.search(place, str(caught.value))
    assert [problem.path for problem in caught.value.problems] == ["[0].value.choices[0]"]
    assert client.said == [CONFIG, CONFIG]  # anew before it is refused


def test_a_result_that_does_not_fit_in_a_file_is_told_by_its_line(
    reviews: Project, client: FakeClient, tmp_path: Path
) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join(map(json.dumps, [said(GOOD), said(WRONG)])))
    with pytest.raises(InvalidResult, match=r"t\.jsonl line 2, annotations\[0\]: \[0\]\.value"):
        reviews.import_tasks(path)
    assert client.said == [CONFIG, CONFIG]  # anew before it is refused


def test_rows_with_results_that_do_not_fit_can_be_collected(
    reviews: Project, server: Server
) -> None:
    rows = [said(GOOD), said(WRONG), said({"sentimnt": "Positive"}, "predictions"), said([])]
    result = reviews.import_tasks(rows, on_error="collect")
    assert [len(chunk) for chunk in server.chunks] == [2]
    assert (result.created, [failure.index for failure in result.failed]) == (2, [1, 2])
    assert all(isinstance(failure.error, InvalidResult) for failure in result.failed)
    assert "annotations[0]: [0].value.choices[0]: " in str(result.failed[0])
    assert "predictions[0]: sentimnt: " in str(result.failed[1])


def test_results_in_natural_terms_are_sent_as_the_server_keeps_them(
    reviews: Project, client: FakeClient, server: Server
) -> None:
    prediction = {"result": {"sentiment": "Negative"}, "score": 0.5, "model_version": "m1"}
    reviews.import_tasks([{**said({"sentiment": "Positive"}), "predictions": [prediction]}])
    ((sent,),) = server.chunks
    (annotation,), (predicted,) = sent["annotations"], sent["predictions"]
    assert without_id(annotation["result"]) == GOOD
    assert without_id(predicted.pop("result")) == sentiment("Negative")
    assert predicted == {"score": 0.5, "model_version": "m1"}


def test_quoted_words_are_looked_up_in_the_data_of_the_row(
    project: Project, client: FakeClient, server: Server
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
    assert server.chunks == []
    project.import_tasks(rows[:2])
    values = [task["annotations"][0]["result"][0]["value"] for task in server.chunks[0]]
    assert [(value["start"], value["end"], value["text"]) for value in values] == [
        (0, 3, "Ada"),
        (7, 10, "Ada"),
    ]


def test_the_rows_that_were_given_stay_as_they_are(reviews: Project, server: Server) -> None:
    row = said({"sentiment": "Positive"})
    reviews.import_tasks([row])
    assert row == said({"sentiment": "Positive"})


def test_lists_that_fit_are_sent_as_they_are(reviews: Project, server: Server) -> None:
    task = said([{**GOOD[0], "id": "x", "origin": "manual"}])
    task["annotations"][0]["lead_time"] = 2.5
    reviews.import_tasks([task])
    assert server.chunks == [[task]]


def test_without_the_check_results_are_sent_and_the_config_is_not_read(
    reviews: Project, client: FakeClient, server: Server
) -> None:
    task = said(WRONG)
    reviews.import_tasks([task], validate=False)
    assert server.chunks == [[task]]
    assert CONFIG not in client.said
    reviews.import_tasks([said({"sentiment": "Positiv"})], validate=False)
    assert without_id(server.chunks[1][0]["annotations"][0]["result"]) == WRONG


def test_the_config_is_read_once_for_all_rows(
    reviews: Project, client: FakeClient, server: Server
) -> None:
    reviews.import_tasks([said(GOOD) for _ in range(5)])
    assert client.said.count(CONFIG) == 1


@pytest.mark.parametrize("given", ["text", {"of": 1}, 7])
def test_annotations_that_are_no_list_are_refused(
    given: Any, reviews: Project, server: Server
) -> None:
    with pytest.raises(InvalidInput, match=r"Task \[0\]: annotations must be a list"):
        reviews.import_tasks([{"data": {"text": "a"}, "annotations": given}])
    assert server.chunks == []


@pytest.mark.parametrize("item", ["Positive", None, ["ab"]])
def test_what_is_no_region_is_told_with_its_row(
    item: Any, reviews: Project, server: Server
) -> None:
    with pytest.raises(
        InvalidResult, match=r"Task \[0\], annotations\[0\]: \[1\]: must be a region"
    ):
        reviews.import_tasks([said([*GOOD, item])])
    assert server.chunks == []


def test_an_export_with_annotations_can_be_imported_again(reviews: Project, server: Server) -> None:
    annotation = {"id": 5, "result": GOOD, "completed_by": 1, "prediction": {}}
    prediction = {"id": 3, "result": GOOD, "score": 0.5, "model_version": "m1", "cluster": None}
    task = {
        "id": 7,
        "data": {"text": "a"},
        "annotations": [annotation],
        "predictions": [prediction],
    }
    assert reviews.import_tasks([task]).created == 1
    assert server.chunks == [[task]]


def test_relations_and_sizes_stand_beside_a_result(
    reviews: Project, client: FakeClient, server: Server
) -> None:
    client.answers[CONFIG] = {"id": 1, "label_config": PICTURES}
    cat, dog = Box("cat", pixels=(64, 48, 64, 48)), Box("dog", pixels=(0, 0, 64, 48))
    said = {
        "result": {"bbox": [cat, dog]},
        "size": (640, 480),
        "relations": [Relation(cat, dog, "chases")],
    }
    reviews.import_tasks([{"data": {"image": "a.jpg"}, "annotations": [said]}])
    (sent,) = server.chunks[0][0]["annotations"]
    assert list(sent) == ["result"]
    assert [item["type"] for item in sent["result"]] == ["rectanglelabels"] * 2 + ["relation"]
    assert sent["result"][0]["value"]["x"] == 10


def test_the_config_is_read_through_an_outage(
    reviews: Project, client: FakeClient, server: Server
) -> None:
    answer, lost = client.answers[CONFIG], [ConnectionFailed("The server is away.")]
    client.answers[CONFIG] = lambda options: lost.pop() if lost else answer
    assert reviews.import_tasks([said(GOOD)]).created == 1


# -- what the config shows -------------------------------------------------------------------------


def test_a_row_without_what_the_config_shows_is_found_before_anything_is_sent(
    reviews: Project, client: FakeClient, server: Server
) -> None:
    rows = [*texts(2_500), {"txt": "mistyped"}]
    with pytest.raises(InvalidInput, match=r"Task \[2500\] has no 'text'.* Did you mean 'txt'"):
        reviews.import_tasks(rows)
    assert server.chunks == []
    assert client.said.count(CONFIG) <= 2  # one more look, as the config may have changed


@pytest.mark.parametrize("value", [None, {"a": 1}], ids=["null", "object"])
def test_a_value_that_cannot_be_shown_is_found_before_anything_is_sent(
    value: Any, reviews: Project, server: Server
) -> None:
    with pytest.raises(
        InvalidInput, match=(r"Task \[3\] has .* under 'text', but " r"<Text> needs a text")
    ):
        reviews.import_tasks([*texts(3), {"text": value}])
    assert server.chunks == []


def test_a_generator_is_checked_chunk_by_chunk(
    reviews: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_TASKS", 2)
    with pytest.raises(InvalidInput, match=r"Task \[3\] has no 'text'.*\n2 tasks were imported"):
        reviews.import_tasks(iter([*texts(3), {"n": 1}]))
    assert [len(chunk) for chunk in server.chunks] == [2]


def test_rows_without_what_the_config_shows_can_be_collected(
    reviews: Project, server: Server
) -> None:
    result = reviews.import_tasks([{"n": 1}, *texts(2), {"n": 2}], on_error="collect")
    assert (result.created, [each.index for each in result.failed]) == (2, [0, 3])


def test_without_the_check_the_server_judges_the_data(reviews: Project, server: Server) -> None:
    reviews.import_tasks([{"n": 1}], validate=False)
    assert server.chunks == [[{"data": {"n": 1}}]]


def test_a_config_that_was_changed_meanwhile_is_read_anew(
    reviews: Project, client: FakeClient, server: Server
) -> None:
    reviews.import_tasks(texts(1))
    new = '<View><Text name="t" value="$review"/></View>'
    client.answers[CONFIG] = {"id": 1, "label_config": new}
    assert reviews.import_tasks([{"review": "a"}]).created == 1


def test_a_row_that_only_updates_a_task_may_leave_out_what_is_there(
    reviews: Project, client: FakeClient, server: Server
) -> None:
    task = {"id": 7, "data": {"uid": "a", "text": "t"}, "meta": {}}
    client.answers["GET /api/tasks/"] = {"tasks": [task], "total": 1}
    client.answers["GET /api/tasks/7/"] = task
    client.answers["PATCH /api/tasks/7/"] = lambda options: {**task, **options["json"]}
    rows = [{"uid": "a", "stars": 3}]
    assert reviews.import_tasks(rows, key="uid", on_duplicate="update").updated == 1


def test_a_refusal_of_many_rows_is_told_in_a_few_lines(project: Project, server: Server) -> None:
    said = [f"Error at item {n}: no text :: {'x' * 1000}" for n in range(100)]
    server.fails[1] = Rejected(
        "POST /api/projects/1/import → 400: …", validation_errors={"non_field_errors": said}
    )
    with pytest.raises(
        Rejected, match=r"(?s)Task \[0\]: no text.*Task \[2\].*and 97 more"
    ) as caught:
        project.import_tasks(texts(100))
    assert len(str(caught.value)) < 2_000
    assert caught.value.validation_errors == {"non_field_errors": said}


# -- parts -----------------------------------------------------------------------------------------


def test_parts_that_are_null_are_none(reviews: Project, server: Server) -> None:
    parts = dict.fromkeys(("predictions", "annotations", "meta", "drafts"))
    reviews.import_tasks([{"data": {"text": "a"}, **parts}])
    assert server.chunks == [[{"data": {"text": "a"}, "drafts": None}]]


def test_ids_in_the_place_of_predictions_are_refused(reviews: Project, server: Server) -> None:
    row = {"data": {"text": "a"}, "predictions": [40, 41]}
    with pytest.raises(
        InvalidInput,
        match=(r"predictions\[0\] must be an object, not only " r"the id 40.*predictions=True"),
    ):
        reviews.import_tasks([*texts(2), row])
    assert server.chunks == []


def test_a_score_is_checked_at_its_row(reviews: Project, server: Server) -> None:
    row = {"data": {"text": "a"}, "predictions": [{"result": GOOD, "score": 7}]}
    says = r"Task \[1\], predictions\[0\]: score must be between 0 and 1, not 7"
    with pytest.raises(InvalidInput, match=says):
        reviews.import_tasks([{"text": "b"}, row])
    assert server.chunks == []


@pytest.mark.parametrize("name", ["data", "predictions", "meta"])
def test_parts_of_a_table_may_be_json(name: str, reviews: Project, server: Server) -> None:
    task = {"data": {"text": "a"}, "predictions": [{"result": []}], "meta": {"a": 1}}
    reviews.import_tasks([{**task, name: json.dumps(task[name])}])
    assert server.chunks == [[task]]


@pytest.mark.parametrize("data", [None, "a", [1], "[1]"])
def test_data_that_is_no_object_is_refused(data: Any, reviews: Project, server: Server) -> None:
    with pytest.raises(InvalidInput, match=r"Task \[0\]: data must be an object \(dict\), not"):
        reviews.import_tasks([{"data": data, "meta": {}}])


def test_decimals_in_results_are_numbers(
    project: Project, client: FakeClient, server: Server, tmp_path: Path
) -> None:
    client.answers[CONFIG] = {"id": 1, "label_config": PICTURES}
    place = {"x": 3.125, "y": 1.5, "width": 10.25, "height": 10, "rotation": 0}
    region: dict[str, Any] = {"from_name": "bbox", "to_name": "image", "type": "rectanglelabels"}
    region |= {"value": {**place, "rectanglelabels": ["cat"]}}
    task = {"data": {"image": "a.jpg"}, "annotations": [{"result": [region]}]}
    path = tmp_path / "rt.json"
    path.write_text(json.dumps([task]))
    project.import_tasks(path)
    exact = {name: Decimal(str(each)) for name, each in place.items()}
    region["value"] = {**exact, "rectanglelabels": ["cat"]}
    project.import_tasks([task])
    for chunk in server.chunks:
        value = chunk[0]["annotations"][0]["result"][0]["value"]
        assert value == {**place, "rectanglelabels": ["cat"]}


# -- what is told ----------------------------------------------------------------------------------


def test_what_the_server_forgets_is_told(
    reviews: Project, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    task = {"data": {"text": "a"}, "drafts": [{"result": []}], "split": "train", "id": 7}
    task["predictions"] = [{"result": [], "cluster": 3, "scor": 0.5}]
    result = reviews.import_tasks([task, task, {"text": "b"}])
    keys = ["drafts", "predictions[].cluster", "predictions[].scor", "split"]
    assert result.dropped == dict.fromkeys(keys, 2)
    (said,) = result.warnings
    assert "drafts (2 tasks)" in said
    assert "predictions[].scor (2 tasks; did you mean 'score'?)" in said
    assert caplog.messages == [said]
    assert repr(result) == "<ImportResult: 3 created, 1 warning>"


def test_keys_that_no_config_can_show_are_told_once(reviews: Project, server: Server) -> None:
    rows = [{"text": "a", "Customer ID": 1, "größe": 2}, {"text": "b", "größe": 3, "plain_1": 4}]
    (said,) = reviews.import_tasks(rows).warnings
    assert said.startswith("No config can show the keys 'Customer ID', 'größe': ")


def test_what_is_refused_or_skipped_is_not_told(reviews: Project, server: Server) -> None:
    bad = {"data": {"n": 1}, "split": "train"}
    result = reviews.import_tasks([bad, {"text": "a"}], on_error="collect")
    assert (result.dropped, result.warnings) == ({}, ())


@pytest.mark.parametrize(
    ("given", "told"),
    [(1, {}), (None, {}), (2, {"overlap": 1})],
    ids=["as the project has it", "null", "another"],
)
def test_an_overlap_is_told_where_it_is_not_the_projects(
    given: Any, told: Any, reviews: Project, client: FakeClient, server: Server
) -> None:
    client.answers[CONFIG] = {"id": 1, "label_config": SENTIMENT, "maximum_annotations": 1}
    result = reviews.import_tasks([{"data": {"text": "a"}, "overlap": given}])
    assert result.dropped == told


LOCAL = [
    r"C:\photos\1.jpg",
    "D:/photos/1.jpg",
    "file:///home/x/1.jpg",
    "/home/x/1.jpg",
    "/Users/x/1.jpg",
    "/content/drive/1.jpg",
    "~/photos/1.jpg",
    "./1.jpg",
    "../1.jpg",
    "photos/1.jpg",
    r"\\nas\photos\1.jpg",
]


@pytest.mark.parametrize("path", LOCAL)
def test_a_path_of_this_machine_under_an_image_is_told(
    path: str, project: Project, client: FakeClient, server: Server
) -> None:
    client.answers[CONFIG] = {"id": 1, "label_config": PICTURES}
    result = project.import_tasks([{"image": path}, {"image": [path]}])
    (said,) = result.warnings
    assert said.startswith("2 tasks with a local file path under 'image'")
    assert "upload_files" in said
    assert "local_file_url" in said


def test_a_part_of_a_url_is_no_path_of_this_machine(
    project: Project, client: FakeClient, server: Server
) -> None:
    config = PICTURES.replace("$image", "https://example.com/$image")
    client.answers[CONFIG] = {"id": 1, "label_config": config}
    assert project.import_tasks([{"image": "photos/1.jpg"}]).warnings == ()


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/home/1.jpg",
        "s3://bucket/1.jpg",
        "gs://b/1.jpg",
        "data:image/png;base64,AAAA",
        "/data/upload/1/1.jpg",
        "/data/local-files/?d=1.jpg",
        "/static/1.jpg",
        "data/upload/1/1.jpg",
        "//example.com/1.jpg",
        "{{image}}",
    ],
)
def test_what_a_browser_can_load_is_no_path(
    url: str, project: Project, client: FakeClient, server: Server
) -> None:
    client.answers[CONFIG] = {"id": 1, "label_config": PICTURES}
    assert project.import_tasks([{"image": url, "note": "/home/x/1.jpg"}]).warnings == ()


# -- rows that were tasks --------------------------------------------------------------------------


def a_record(**more: Any) -> dict[str, Any]:
    """A row of `project.tasks.to_dicts()`."""
    times = dict.fromkeys(("created_at", "updated_at"), "2026-01-01T00:00:00Z")
    counts = dict.fromkeys(("total_annotations", "cancelled_annotations", "total_predictions"), 0)
    own = {"project": 3, "inner_id": 1, "overlap": 1, "is_labeled": False, "meta": {"a": 1}}
    return {"id": 9, "text": "a", "data.id": "r9", "n": 1, **times, **counts, **own, **more}


def test_rows_of_tasks_are_tasks_again(
    reviews: Project, client: FakeClient, server: Server
) -> None:
    client.answers[CONFIG] = {"id": 1, "label_config": SENTIMENT, "maximum_annotations": 1}
    result = reviews.import_tasks([a_record()])
    (task,) = server.chunks[0]
    assert (task["data"], task["meta"]) == ({"text": "a", "id": "r9", "n": 1}, {"a": 1})
    assert result.warnings == ()


def test_rows_of_tasks_without_their_annotations_say_so(
    reviews: Project, client: FakeClient, server: Server
) -> None:
    client.answers[CONFIG] = {"id": 1, "label_config": SENTIMENT, "maximum_annotations": 1}
    result = reviews.import_tasks([a_record(total_annotations=2, is_labeled=True)])
    (said,) = result.warnings
    assert said.startswith("1 task had annotations in the source project")


def test_answers_of_a_csv_export_are_imported_as_data_which_is_told(
    reviews: Project, server: Server, tmp_path: Path
) -> None:
    path = tmp_path / "export.csv"
    path.write_text("annotation_id,annotator,id,lead_time,text,updated_at\n1,1,1,,a,\n")
    (said,) = reviews.import_tasks(path).warnings
    assert "To import them as annotations, use project.export('JSON')" in said


# -- rows that cannot be read ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("t.csv", "text,n\na,1\nb\nc,3\n", "line 3 is malformed: 1 values for 2 columns"),
        ("t.csv", "text,n\na,1\nb,2,3\nc,3\n", "line 3 is malformed: 3 values for 2 columns"),
        ("t.tsv", "text\tn\na\t1\nb\nc\t3\n", "line 3 is malformed"),
        ("t.jsonl", '{"text": "a"}\n{"text"\n{"text": "c"}\n', "line 2 is malformed"),
        ("t.jsonl", '{"text": "a"}\n{"n": NaN}\n{"text": "c"}\n', "line 2 is malformed: NaN"),
        ("t.json", '[{"text": "a"}, {"text": "b\\u0000"}, {"text": "c"}]', r"contain NUL"),
        ("t.jsonl", '{"text": "a"}\n{"text": "\\ud800"}\n{"text": "c"}', "not valid Unicode"),
        ("t.json", '[{"text": "a"}, {"text": "b", "n": 1e400}, {"text": "c"}]', "Out of range"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out(
    name: str, content: str, says: str, reviews: Project, server: Server, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(content)
    result = reviews.import_tasks(path, on_error="collect")
    assert [task["data"]["text"] for task in server.chunks[0]] == ["a", "c"]
    (failure,) = result.failed
    assert failure.index == 1
    assert says in str(failure.error)
    server.chunks.clear()
    with pytest.raises(InvalidInput, match=says):
        reviews.import_tasks(path)
    assert server.chunks == []


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ({"text": "a\x00b"}, r"data\.text must not contain NUL"),
        ({"text": "a", "k\x00": 1}, "data key 'k"),
        ({"data": {"text": "a"}, "meta": {"x": ["\x00"]}}, r"meta\.x\[0\] must not contain NUL"),
        (
            {"data": {"text": "a"}, "predictions": [{"result": [], "model_version": "m\x00"}]},
            r"predictions\[0\]\.model_version must not contain NUL",
        ),
    ],
)
def test_a_row_with_a_nul_is_refused(
    row: Any, where: str, reviews: Project, server: Server
) -> None:
    with pytest.raises(InvalidInput, match=rf"Task \[1\]: {where}"):
        reviews.import_tasks([{"text": "a"}, row])
    assert server.chunks == []


@pytest.fixture
def _usual_depth() -> Iterator[None]:
    """Python's own limit, which libraries raise for good."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.usefixtures("_usual_depth")
@pytest.mark.parametrize("levels", [970, 5_000])
def test_a_row_that_is_nested_too_deeply_is_refused(
    levels: int, reviews: Project, server: Server
) -> None:
    deep: Any = []
    for _ in range(levels):
        deep = [deep]
    rows = [{"text": "a"}, {"text": "b", "deep": deep}, {"text": "c"}]
    result = reviews.import_tasks(rows, on_error="collect")
    assert [task["data"]["text"] for task in server.chunks[0]] == ["a", "c"]
    assert "nested too deeply" in str(result.failed[0])


def test_what_tells_contents_apart_is_found_in_deep_data_too() -> None:
    deep: Any = [1.0]
    for _ in range(800):
        deep = {"a": deep}
    assert digest(deep) == digest(json.loads(json.dumps(deep).replace("1.0", "1")))
