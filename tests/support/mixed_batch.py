"""A batch of annotations and predictions on tasks that have some already, and whether all is right.

Each write has a number as its result, so that the server's database tells which were made.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from label_studio_orm import Project
from label_studio_orm.transfer.batches.batch import Batch
from support.truth import Truth

CONFIG = (
    '<View><Text name="text" value="$text"/><Number name="number" toName="text"/>'
    '<Choices name="kind" toName="text"><Choice value="Good"/></Choices></View>'
)
OTHER, OURS = "m1", "m2"  # model versions: that was there before, and of the batch
ACCEPTED = 5  # tasks with an annotation that was made from a prediction


@dataclass(frozen=True)
class Write:
    """An annotation or a prediction."""

    kind: str
    task: int
    number: int

    def send(self, project: Project) -> None:
        task = project.tasks.get(self.task)
        if self.kind == "annotation":
            task.annotate(result(self.number))
        else:
            task.predict(result(self.number), model_version=OURS)


def result(number: int) -> list[dict[str, Any]]:
    region = {"from_name": "number", "to_name": "text", "type": "number"}
    return [{**region, "value": {"number": number}}]


@dataclass
class MixedBatch:
    """A project with annotations and predictions, and more of both to be written in a batch."""

    project: Project
    truth: Truth
    tasks: list[int] = field(init=False)
    before: list[dict[int, tuple[Any, ...]]] = field(init=False)  # annotations, predictions
    doubles: list[int] = field(default_factory=list)  # predictions that an error says to remove

    def prepare(self, tasks: int) -> None:
        """Import tasks with an annotation and a prediction each."""
        prediction = {"result": result(-2), "score": 0.5, "model_version": OTHER}
        labeled = {"annotations": [{"result": result(-1)}], "predictions": [prediction]}
        rows = ({"data": {"text": f"Review {number}"}, **labeled} for number in range(tasks))
        self.tasks = [*self.project.import_tasks(rows, progress=False)]
        _accept(self.project, self.tasks[:ACCEPTED])
        self.before = self._rows()

    def writes(self, many: int, chance: random.Random) -> list[Write]:
        """Make up writes, a third of which are annotations; none, some or most are equal."""
        kinds = chance.choices(["annotation", "prediction"], [1, 2], k=many)
        numbers = chance.choice([3, many // 2, many * 10])
        tasks = chance.sample(self.tasks, len(self.tasks))
        return [
            Write(kind, tasks[n // 3 % len(tasks)], chance.randrange(numbers))
            for n, kind in enumerate(kinds)
        ]

    def made(self) -> Counter[Write]:
        """Return what was written since: with temporary predictions, if there are any."""
        annotations, predictions = self._rows()
        new = [row for id, row in annotations.items() if id not in self.before[0]]
        found = [Write("annotation", task, _number(said)) for task, said, *_ in new]
        for id in predictions.keys() - self.before[1].keys() - {*self.doubles}:
            task, said, version, *_ = predictions[id]
            found.append(Write(_kind(version), task, _number(said)))
        return Counter(found)

    def wrong(self, wanted: Iterable[Write]) -> str:
        """Say what is lost, is there twice or was touched; "" if nothing is."""
        made, expected = self.made(), Counter(wanted)
        lost, extra = expected - made, made - expected
        told = {"lost": lost, "too many": extra}
        problems = [
            f"{writes.total()} {what}, as {next(iter(writes))}"
            for what, writes in told.items()
            if writes
        ]
        return "; ".join([*problems, *self.touched()])

    def touched(self) -> list[str]:
        """Say which of the records that were there before were changed or removed."""
        names = ("annotations", "predictions")
        return [
            f"{len(changed)} {name} were touched, as {before[changed[0]]} → {now.get(changed[0])}"
            for name, before, now in zip(names, self.before, self._rows(), strict=True)
            if (changed := [id for id in before if now.get(id) != before[id]])
        ]

    def miscounted(self) -> str:
        """Compare the counters of the project with what it has."""
        counted = self.project.refresh()
        told = (counted.total_annotations_number, counted.total_predictions_number)
        there = tuple(map(len, self._rows()))
        return "" if told == there else f"counted {told}, but there are {there}"

    def _rows(self) -> list[dict[int, tuple[Any, ...]]]:
        id = self.project.id
        return [self.truth.annotation_rows(id), self.truth.prediction_rows(id)]


def told(batch: Batch, made: int) -> str:
    """Compare the counts of a batch that ended in an error with how much was made."""
    sure, perhaps = batch.created, len(batch.unknown)
    return "" if sure <= made <= sure + perhaps else f"{made} made, told {sure} + {perhaps} unknown"


def _accept(project: Project, tasks: list[int]) -> None:
    params = {"id": "predictions_to_annotations", "project": project.id}
    body = {"selectedItems": {"all": False, "included": tasks}, "model_version": OTHER}
    project.client.json("POST", "/api/dm/actions/", params=params, json=body)


def _kind(version: str) -> str:
    return "prediction" if version == OURS else f"prediction of {version}"


def _number(said: str) -> int:
    [region] = json.loads(said)
    return int(region["value"]["number"])
