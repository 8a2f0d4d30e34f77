"""Tasks whose data is nested as deep as a server likes: read, changed, moved and exported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from support.exporting import ExportServer, task
from support.stub import Answer, Stub

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import LabelStudioError, LimitExceeded
from label_studio_orm.limits import Limits
from label_studio_orm.transfer.imports.readers import tasks_in

LISTS, OBJECTS = ("[", "]"), ('{"a":', "}")
LEVELS = (470, 700, 940, 970, 990)  # Python ends at 1,000, with its own calls


def save(project: Project, folder: Path) -> None:
    found = project.tasks.get(1)
    found.data = {**found.data, "more": 1}
    found.save()


USES: dict[str, Callable[[Project, Path], Any]] = {
    "get": lambda project, folder: project.tasks.get(1).data,
    "list": lambda project, folder: [found.data for found in project.tasks],
    "save": save,
    "move": lambda project, folder: project.remap_data("text", "leaf", "s3://", backup=folder),
    "iterate": lambda project, folder: list(project.iter_export()),
    "export": lambda project, folder: project.export(),
    "media": lambda project, folder: project.export("JSON", folder / "out", media=True),
}


@pytest.fixture(params=[LISTS, OBJECTS], ids=["lists", "objects"])
def brackets(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.mark.parametrize("levels", LEVELS)
@pytest.mark.parametrize("use", USES)
def test_deep_data_is_handled_or_refused(
    use: str, levels: int, brackets: tuple[str, str], ls: LabelStudio, stub: Stub, tmp_path: Path
) -> None:
    server = ExportServer(stub, [task(1, text="X")])
    deep = brackets[0] * levels + '"leaf/a?b"' + brackets[1] * levels
    one = server.content[1:-1].replace(b'"X"', deep.encode())
    server.content = b"[" + one + b"]"
    stub.on("GET", "/api/version", {"release": "1.23.2", "edition": "Community"})
    stub.on("GET", "/api/tasks/", Answer(body=b'{"total": 1, "tasks": [' + one + b"]}"))
    for method in ("GET", "PATCH"):
        stub.on(method, "/api/tasks/1/", Answer(body=one))
    # A server that keeps its own data ignores what is saved, and says so.
    expected = LabelStudioError if use in ("save", "move") else LimitExceeded
    with suppress(expected):
        USES[use](ls.projects.get(1), tmp_path)


def test_a_task_of_an_export_without_end_is_aborted() -> None:
    def blocks() -> Iterator[bytes]:
        yield b'[{"id": 1, "data": {"text": "'
        for _ in range(1_000):
            yield b"x" * 1_000

    with pytest.raises(LimitExceeded, match=r"A task of the export must not exceed .*answer_bytes"):
        list(tasks_in(blocks(), Limits(answer_bytes=100_000)))


def test_an_export_of_many_tasks_may_be_larger_than_one_response() -> None:
    some = b",".join(b'{"id": 1, "text": "%s"}' % (b"x" * 1_000) for _ in range(50))
    blocks = [b"[", some, b",", some, b",", some, b"]"]
    assert len(list(tasks_in(blocks, Limits(answer_bytes=150_000)))) == 150
