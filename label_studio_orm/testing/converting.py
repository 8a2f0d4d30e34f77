"""Exports in the simple formats: a row per annotation."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from .database import Row

# Those that the SDK makes of JSON itself are listed, too.
FORMATS = (
    *("JSON", "JSON_MIN", "CSV", "TSV", "COCO", "COCO_WITH_IMAGES", "VOC", "YOLO"),
    *("YOLO_WITH_IMAGES", "YOLO_OBB", "YOLO_OBB_WITH_IMAGES"),
)
OF_ANNOTATION = ("created_at", "updated_at", "lead_time")
PLAIN = ("rating", "number")  # types of results that are a value


def rows(tasks: list[Row]) -> Iterator[Row]:
    """Yield a row for each annotation that is not skipped, and for each task without any."""
    for task in tasks:
        own = {**task["data"], "id": task["id"]}
        done = [each for each in task["annotations"] if not each["was_cancelled"]]
        for each in done:
            about = {"annotator": each["completed_by"], "annotation_id": each["id"]}
            yield {**own, **_answers(each), **about, **{key: each[key] for key in OF_ANNOTATION}}
        if not done:
            about = dict.fromkeys(("annotator", "annotation_id", *OF_ANNOTATION))
            yield {**own, **about}


def _answers(annotation: Mapping[str, Any]) -> Row:
    """Return what was answered with each control."""
    found: dict[str, list[Any]] = {}
    for region in annotation["result"]:
        if "from_name" in region:
            found.setdefault(region["from_name"], []).append(_answer(region))
    return {
        name: each[0] if len(each) == 1 and _is_plain(each[0]) else each
        for name, each in found.items()
    }


def _answer(region: Mapping[str, Any]) -> Any:
    kind, value = region["type"], region["value"]
    if kind in PLAIN:
        return value[kind]
    if kind == "choices":
        chosen = value["choices"]
        return chosen[0] if len(chosen) == 1 else {"choices": chosen}
    if kind == "textarea":
        texts = value["text"]
        return texts[0] if len(texts) == 1 else texts
    return value


def _is_plain(answer: Any) -> bool:
    return not isinstance(answer, dict) or "choices" in answer


def to_json_min(tasks: list[Row]) -> str:
    return json.dumps([*rows(tasks)], indent=2)


def to_csv(tasks: list[Row], delimiter: str = ",") -> str:
    found = [*rows(tasks)]
    file = io.StringIO()
    names = sorted({name for row in found for name in row})
    writer = csv.DictWriter(file, names, delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC)
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in found)
    return file.getvalue()


def _cell(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, (list, dict)) else value


CONVERTERS: Mapping[str, Callable[[list[Row]], str]] = MappingProxyType(
    {"JSON_MIN": to_json_min, "CSV": to_csv, "TSV": lambda tasks: to_csv(tasks, "\t")}
)
