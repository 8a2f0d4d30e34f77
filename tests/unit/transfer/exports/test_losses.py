"""What the server's converters leave out, computed from the tasks and the exported files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from label_studio_orm.labeling import (
    Box,
    Brush,
    Interval,
    LabelConfig,
    Relation,
    Span,
    choices,
    labels,
    tag,
)
from label_studio_orm.transfer.exports.losses import losses

Task = dict[str, Any]

TEXT = LabelConfig.create(
    {"text": "Text", "ner": labels("PER", "LOC"), "mood": choices("Good", "Bad")}
)
DATA = {"text": "Ada Lovelace-Byron met."}
IMAGE = LabelConfig.create(
    {"image": "Image", "mask": labels("cat", tag_type="BrushLabels"), "box": labels("cat")}
)


def task(id: int, config: LabelConfig, data: dict[str, Any], *answers: Any, **more: Any) -> Task:
    annotations = [
        {"id": n, "created_at": str(n), "result": config.result(each, data=data), **more}
        for n, each in enumerate(answers)
    ]
    return {"id": id, "data": data, "annotations": annotations}


def lost(
    folder: Path, format: str, config: LabelConfig, *tasks: Task, file: str = ""
) -> list[tuple[int, str]]:
    path, made = folder / "tasks.json", folder / "made"
    path.write_text(json.dumps(tasks))
    made.write_text(file)
    return [(each.task, each.what) for each in losses(format, config, path, [made])]


@pytest.mark.parametrize("format", ["CSV", "TSV", "JSON_MIN", "CONLL2003"])
def test_skipped_tasks_and_annotations_are_reported(format: str, tmp_path: Path) -> None:
    skipped = task(1, TEXT, DATA, {}, was_cancelled=True)
    half = task(2, TEXT, DATA, {}, {})
    half["annotations"][0]["was_cancelled"] = True
    assert lost(tmp_path, format, TEXT, skipped, half) == [
        (1, "a skipped task"),
        (2, "a skipped annotation"),
    ]


def test_a_task_without_annotations_is_not_reported(tmp_path: Path) -> None:
    assert lost(tmp_path, "CSV", TEXT, task(1, TEXT, DATA)) == []


def test_relations_and_regions_of_unknown_controls_are_reported(tmp_path: Path) -> None:
    spans = {"ner": [Span("PER", quote="Ada"), Span("LOC", quote="met")]}
    row = task(1, TEXT, DATA, spans)
    first, second = row["annotations"][0]["result"]
    relation = Relation(first["id"], second["id"])
    row["annotations"][0]["result"] = TEXT.result([first, second], relations=[relation])
    row["annotations"][0]["result"].append({**first, "from_name": "gone"})
    assert lost(tmp_path, "CSV", TEXT, row) == [(1, "a relation"), (1, "a result of 'gone'")]


def test_data_keys_that_collide_with_table_columns_are_reported(tmp_path: Path) -> None:
    data = {**DATA, "id": 7, "created_at": "then", "mood": "x"}
    row = task(1, TEXT, data, {"mood": "Good"})
    taken = [(1, "data['created_at']"), (1, "data['id']"), (1, "data['mood']")]
    assert lost(tmp_path, "JSON_MIN", TEXT, row) == taken
    assert lost(tmp_path, "CSV", TEXT, row) == [taken[0], (1, "the id of the task")]


def test_the_region_of_an_answer_is_lost_in_a_table(tmp_path: Path) -> None:
    config = LabelConfig.create(
        {"text": "Text", "ner": labels("PER"), "note": tag("TextArea", perRegion="true")}
    )
    row = task(1, config, DATA, {"ner": Span("PER", quote="Ada", answers={"note": "?"})})
    assert lost(tmp_path, "CSV", config, row) == [(1, "the region of an answer of 'note'")]


def conll(*documents: str) -> str:
    lines = ["-DOCSTART- -X- O"]
    for document in documents:
        lines += [f"{word.replace('/', ' -X- _ ')}" for word in document.split()] + [""]
    return "\n".join(lines) + "\n"


def test_further_labels_of_a_word_are_lost_in_conll(tmp_path: Path) -> None:
    spans = [Span("PER", quote="Lovelace"), Span("LOC", quote="Byron"), Span("PER", quote="Ada")]
    made = conll("Ada/B-PER Lovelace-Byron/B-PER met/O ./O")
    row = task(1, TEXT, DATA, {"ner": spans, "mood": "Good"})
    assert lost(tmp_path, "CONLL2003", TEXT, row, file=made) == [
        (1, "an answer of 'mood'"),
        (1, "a span of 'LOC'"),
    ]


def test_documents_of_conll_are_matched_newest_annotation_first(tmp_path: Path) -> None:
    made = conll("none/O", "Ada/O", "Ada/B-PER", "Ada/B-PER")
    two = task(2, TEXT, DATA, {"ner": Span("PER", quote="Ada")}, {"ner": Span("LOC", quote="Ada")})
    one = task(3, TEXT, DATA, {"ner": Span("PER", quote="Ada")})
    rows = (task(1, TEXT, DATA), two, one)
    assert lost(tmp_path, "CONLL2003", TEXT, *rows, file=made) == [(2, "a span of 'LOC'")]


def test_exports_as_masks_contain_masks_only(tmp_path: Path) -> None:
    brush = Brush("cat", mask=[[0, 1], [1, 0]])
    box = Box("cat", percent=(1, 1, 20, 20))
    row = task(1, IMAGE, {"image": "s3://b/1.png"}, {"mask": brush, "box": box})
    assert lost(tmp_path, "BRUSH_TO_PNG", IMAGE, row) == [(1, "a box")]
    made = json.dumps({"images": [{"path": "s3://b/1.png"}]})
    assert lost(tmp_path, "BRUSH_TO_COCO", IMAGE, row, file=made) == []


def test_an_image_that_the_server_does_not_recognize_is_reported(tmp_path: Path) -> None:
    brush = Brush("cat", mask=[[0, 1], [1, 0]])
    row = task(1, IMAGE, {"image": "https://a.org/1.png?size=2"}, {"mask": brush})
    made = json.dumps({"images": []})
    assert lost(tmp_path, "BRUSH_TO_COCO", IMAGE, row, file=made) == [(1, "its image")]


def test_a_transcript_with_unreadable_audio_is_reported(tmp_path: Path) -> None:
    config = LabelConfig.create({"audio": "Audio", "said": "TextArea"})
    rows = [task(n, config, {"audio": f"s3://b/a{n}.wav"}, {"said": "Hello"}) for n in (1, 2)]
    made = json.dumps({"audio_filepath": "audio/a1.wav", "text": "Hello"}) + "\n"
    assert lost(tmp_path, "ASR_MANIFEST", config, *rows, file=made) == [(2, "a transcript")]


def test_a_manifest_has_one_transcript_and_no_regions(tmp_path: Path) -> None:
    said = tag("TextArea", perRegion=True)
    config = LabelConfig.create({"audio": "Audio", "who": labels("A", "B"), "said": said})
    spoken = [Interval("A", start=n, end=n + 1, answers={"said": f"{n}"}) for n in (0, 1)]
    row = task(1, config, {"audio": "https://example.org/a.wav"}, {"who": spoken})
    made = json.dumps({"audio_filepath": "audio/a.wav", "text": "0"})
    assert lost(tmp_path, "ASR_MANIFEST", config, row, file=made) == [
        (1, "an answer of 'who'"),
        (1, "the region of an answer of 'said'"),
        (1, "an answer of 'who'"),
        (1, "the region of an answer of 'said'"),
        (1, "all but one transcript"),
    ]
    row = task(1, config, {"audio": "https://example.org/a.wav"}, {"who": spoken})
    assert lost(tmp_path, "ASR_MANIFEST", config, row) == [(1, "a transcript")]


@pytest.mark.parametrize("result", [None, "x", [None, 3], [{}], [{"value": 3, "type": None}]])
@pytest.mark.parametrize("format", ["CSV", "CONLL2003", "BRUSH_TO_PNG"])
def test_invalid_results_are_ignored(format: str, result: Any, tmp_path: Path) -> None:
    row = {"id": 1, "data": DATA, "annotations": [{"id": 1, "result": result}]}
    lost(tmp_path, format, TEXT, row)


@pytest.mark.parametrize("format", ["ASR_MANIFEST", "BRUSH_TO_COCO"])
@pytest.mark.parametrize("file", ["", "[]", "no JSON", '{"images": 3}'])
def test_an_unexpected_file_does_not_stop_an_export(format: str, file: str, tmp_path: Path) -> None:
    assert lost(tmp_path, format, TEXT, task(1, TEXT, DATA), file=file) == []


def test_an_unknown_format_reports_nothing(tmp_path: Path) -> None:
    assert lost(tmp_path, "NEWEST", TEXT, task(1, TEXT, DATA, {}, was_cancelled=True)) == []
