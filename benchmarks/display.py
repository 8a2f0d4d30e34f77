"""Measure what a notebook's displays take: `python benchmarks/display.py`. Sends nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from label_studio_orm import Box, LabelConfig, LabelStudio, Project, Records, Task, choices, labels
from label_studio_orm.errors import LabelStudioError
from label_studio_orm.orm.identity import record_key
from label_studio_orm.transfer import ImportResult
from label_studio_orm.transfer.refusals import Failure

COUNT = 10_000
ROUNDS = 5


def tasks(client: LabelStudio) -> Records[Task]:
    answer = [{"id": 1, "result": [{"type": "choices", "value": {"choices": ["Good"]}}]}]
    rows = (
        {
            "id": number,
            "project": 1,
            "data": {"text": "A fine film. " * 50, "image": f"/data/{number}.png", "n": number},
            "total_annotations": 1,
            "is_labeled": True,
            "annotations": answer,
            "predictions": answer,
        }
        for number in range(COUNT)
    )
    found = (Task._from_answer(client, row, complete=True) for row in rows)
    return Records(found, title="tasks of project 1", total=COUNT)


def drawn(client: LabelStudio) -> Task:
    """Return a task with 200 regions, of a project whose config is known."""
    config = LabelConfig.create({"image": "Image", "bbox": labels("cat")})
    client._cache.replace(
        record_key(client, "label_config", 1), {"label_config": config.xml, "looked": 0}
    )
    size, data = (640, 480), {"image": "/data/cat.png"}
    regions = [Box("cat", percent=(n / 4, n / 5, 10, 10), size=size) for n in range(200)]
    answer = [{"id": 1, "result": config.result({"bbox": regions}, data=data)}]
    row = {"id": 1, "project": 1, "data": data, "annotations": answer, "predictions": []}
    return Task._from_answer(client, row, complete=True)


def query(client: LabelStudio, records: Records[Task]) -> object:
    found = Project(1, client=client).tasks
    list(found._loaded.followed(iter(records)))
    return found


def milliseconds(work: Callable[[], object]) -> tuple[float, float]:
    """Return what the first call took, and the quickest of some more."""
    times = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return times[0], min(times[1:])


def main() -> None:
    client = LabelStudio("http://localhost:8080", api_key="0" * 40)
    records = tasks(client)
    config = LabelConfig.create({"text": "Text", "mood": choices(*map(str, range(COUNT)))})
    failed = tuple(Failure(n, "a.csv", LabelStudioError("Bad.")) for n in range(COUNT))
    shown = {
        f"list of {COUNT:,} tasks": records,
        f"query that has read {COUNT:,} tasks": query(client, records),
        "task": records[0],
        "task with 200 regions": drawn(client),
        f"config with {COUNT:,} labels": config,
        f"import with {COUNT:,} refused rows": ImportResult(range(COUNT), COUNT, failed=failed),
    }
    for name, each in shown.items():
        first, best = milliseconds(each._repr_html_)  # type: ignore[attr-defined]
        print(f"{name:40} {first:8.1f} ms at first, {best:6.1f} ms then")


if __name__ == "__main__":
    main()
