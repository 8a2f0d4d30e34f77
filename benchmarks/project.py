"""The project that is read and written: real text, an annotation and a prediction a task."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pydoc_data.topics import topics
from typing import Any

from label_studio_orm import LabelStudio, Project

CONFIG = """
<View>
  <Text name="text" value="$text"/>
  <Choices name="sentiment" toName="text">
    <Choice value="Positive"/>
    <Choice value="Negative"/>
  </Choices>
</View>
"""
REGION = {"from_name": "sentiment", "to_name": "text", "type": "choices"}
RESULT = [{**REGION, "value": {"choices": ["Positive"]}}]


def texts() -> Iterator[str]:
    """Yield paragraphs of the Python language reference, which every Python has with it."""
    found = (part.strip() for text in topics.values() for part in text.split("\n\n"))
    return itertools.cycle([part for part in found if 200 <= len(part) <= 500])


def rows(count: int) -> Iterator[dict[str, Any]]:
    for text in itertools.islice(texts(), count):
        yield {
            "data": {"text": text},
            "annotations": [{"result": RESULT}],
            "predictions": [{"result": RESULT, "score": 0.5, "model_version": "m0"}],
        }


def made(ls: LabelStudio, tasks: int) -> tuple[Project, list[int]]:
    """Make the project; return it and the ids of its tasks."""
    project = ls.projects.create(title="Benchmark", label_config=CONFIG)
    return project, list(project.import_tasks(rows(tasks), progress=False))
