"""Configs, reports and errors."""

from __future__ import annotations

import pytest
from support.displays import Page, exported_path

from label_studio_orm import (
    ImportResult,
    InvalidResult,
    LabelConfig,
    LabelStudio,
    NotFound,
    choices,
    labels,
)
from label_studio_orm.errors import LabelStudioError
from label_studio_orm.notebook import body_of
from label_studio_orm.transfer import ExportedTasks
from label_studio_orm.transfer.refusals import Failure

CONFIG = LabelConfig.create({"image": "Image", "bbox": labels("cat"), "mood": choices("a", "b")})


def text_of(shown: object) -> str:
    return Page(body_of(shown) or "").text


def test_a_config_shows_its_tags_and_folds_the_xml() -> None:
    text = text_of(CONFIG)
    assert text.startswith("LabelConfig · 2 controls, 3 labels")
    for part in ("Image", "$image", "RectangleLabels", "cat", "XML", "<View>"):
        assert part in text
    assert "<details>" in (body_of(CONFIG) or "")


def test_labels_have_their_colours() -> None:
    config = LabelConfig.parse(CONFIG.xml.replace('"cat"', '"cat" background="#ff8800"'))
    assert "--lso-colour:#ff8800" in (body_of(config) or "")


def test_problems_of_a_config_are_listed() -> None:
    config = LabelConfig.parse('<View><Choices name="mood" toName="txt"/></View>')
    text = text_of(config)
    assert "2 problems" in text
    assert "line 1, <Choices name='mood'>: toName='txt' is not a tag of this config." in text


def test_a_large_config_shows_its_first_labels() -> None:
    config = LabelConfig.create({"text": "Text", "mood": choices(*map(str, range(5000)))})
    assert "and 4,960 more" in text_of(config)


def test_an_import_lists_what_was_refused() -> None:
    failed = [Failure(i, f"a.csv line {i}", LabelStudioError("It is wrong.")) for i in range(12)]
    text = text_of(ImportResult([1, 2], 2, failed=tuple(failed), dropped={"drafts": 3}))
    for part in ("2 created, 12 refused", "a.csv line 9", "and 2 more: see .failed", "drafts 3"):
        assert part in text


def test_an_export_sums_up_what_the_format_cannot_hold() -> None:
    assert "The format cannot hold parts of 1 task" in text_of(exported_path())


def test_exported_tasks_show_their_data_and_count_the_answers() -> None:
    task = {"id": 7, "data": {"text": "Fine."}, "annotations": [{"id": 1}, {"id": 2}]}
    body = body_of(ExportedTasks([task] * 30)) or ""
    assert "10 of 30" in body
    assert body.count("Fine.") == 10
    assert '<td class="lso-number">2</td>' in body


def test_an_error_shows_the_problem_with_its_place() -> None:
    with pytest.raises(InvalidResult) as raised:
        CONFIG.result({"mood": "c"})
    text = text_of(raised.value)
    assert text.startswith("InvalidResult")
    assert "'mood' has no label 'c'" in text


def test_an_error_names_the_request_once() -> None:
    error = NotFound("No such task.", status=404, method="GET", path="/api/tasks/7/")
    assert text_of(error).count("404 · GET /api/tasks/7/") == 1
    error.reword("GET /api/tasks/7/ → 404: No such task.")
    assert text_of(error).count("/api/tasks/7/") == 1


def test_a_client_shows_its_server_and_never_its_key() -> None:
    body = body_of(LabelStudio("http://localhost:8080", api_key="0123456789abcdef")) or ""
    assert "http://localhost:8080" in Page(body).text
    assert "0123456789abcdef" not in body
