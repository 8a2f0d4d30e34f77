"""Comparisons show how far both sides agree, and their first rows."""

from __future__ import annotations

from typing import Any

from support.displays import Page

from label_studio_orm import Comparison
from label_studio_orm.notebook import body_of
from label_studio_orm.records.comparison import WITH_PREDICTIONS


def comparison(*rows: dict[str, Any]) -> Comparison:
    columns = tuple(WITH_PREDICTIONS.values())
    full = [{**dict.fromkeys(columns), "task": 1, "same": False, **row} for row in rows]
    return Comparison(full, "annotations with predictions of 'm1'", columns=columns)


def text_of(shown: object) -> str:
    return Page(body_of(shown) or "").text


def test_a_comparison_shows_the_agreement_and_the_first_rows() -> None:
    rows = [
        {"control": "box", "label": f"cat{n}", "predicted_label": "dog", "iou": 0.8125}
        for n in range(12)
    ]
    text = text_of(comparison({"control": "stars", "same": True, "difference": -2}, *rows))
    for part in ("predictions of 'm1' · 1 task", "0.8125", "100%", "10 of 13", "cat8", "dog"):
        assert part in text
    assert "cat9" not in text
    assert "answer" not in text  # no row has one


def test_a_control_that_a_model_does_not_predict_has_no_percentage() -> None:
    text = text_of(comparison({"control": "mood", "answer": "calm"}))
    assert "not predicted" in text
    assert "%" not in text


def test_an_empty_comparison_is_a_line() -> None:
    assert text_of(comparison()) == "Comparison · annotations with predictions of 'm1' · 0 tasks"


def test_markup_in_labels_stays_text() -> None:
    html = body_of(comparison({"control": "<b>", "label": "<script>x</script>"})) or ""
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
