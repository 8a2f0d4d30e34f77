"""A process that works for a project until it is killed or interrupted: `python worker.py …`.

It prints READY, waits for a line, and prints in the end how it ended: a line of JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from label_studio_orm import LabelStudio, Project
from label_studio_orm.tuning import Tuning

CHUNK = int(os.environ.get("WORKER_CHUNK", "40"))  # tasks
GROUP = 2  # files


def rows(many: int) -> list[dict[str, Any]]:
    return [{"n": n, "text": f"Review {n}"} for n in range(many)]


def iterate(project: Project) -> None:
    for _ in project.iter_export(ids=project.tasks.ids()):
        pass


def annotate(project: Project, many: int, kinds: int) -> None:
    ids = project.tasks.ids()
    with project.batch():
        for number in range(many):
            project.tasks.get(ids[number % len(ids)]).annotate({"number": number % kinds})


# Each takes the project, a folder to write to or to read from, and a number of rows.
WORK: dict[str, Callable[[Project, Path, int], Any]] = {
    "import": lambda project, folder, many: project.import_tasks(rows(many)),
    "import with key": lambda project, folder, many: project.import_tasks(rows(many), key="n"),
    "upload": lambda project, folder, many: project.upload_files(folder),
    "export": lambda project, folder, many: project.export("JSON", folder / "out.json"),
    "export of ids": lambda project, folder, many: project.export(
        "JSON", folder / "out.json", ids=project.tasks.ids()
    ),
    "conversion": lambda project, folder, many: project.export("CSV", folder / "out.csv"),
    "export with media": lambda project, folder, many: project.export(
        "JSON", folder / "out", media=True
    ),
    "batch": lambda project, folder, many: annotate(project, many, many),
    "batch of equal ones": lambda project, folder, many: annotate(project, many, 2),
    "iter_export": lambda project, folder, many: iterate(project),
}


def main(url: str, work: str, project: str, folder: str, many: str) -> None:
    ls = LabelStudio(url, api_key=os.environ["WORKER_API_KEY"])
    ls._tuning = Tuning(import_tasks=CHUNK, upload_files=GROUP, batch_annotations_turned=CHUNK)
    print("READY", flush=True)
    input()
    told = {"ended": "", "said": ""}
    try:
        WORK[work](Project.get(int(project), client=ls), Path(folder), int(many))
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it comes too late: there is nothing to stop
    except BaseException as error:
        told = {"ended": type(error).__name__, "said": str(error)}
        if "WORKER_TRACE" in os.environ:
            traceback.print_exc()
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
