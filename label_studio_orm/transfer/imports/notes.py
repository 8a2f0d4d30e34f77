"""What an import has to tell of the rows that it sent, counted by key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import listed, nearest
from ...labels.variables import CAN_STAND, unnameable
from .flat import OF_AN_EXPORT
from .parts import KEPT

if TYPE_CHECKING:
    from collections import Counter


DROPPED, ABSENT, ANSWERS, PATH, UNNAMED = "dropped", "absent", "answers", "path", "unnamed"
COUNTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "annotations": ("total_annotations", "cancelled_annotations"),
        "predictions": ("total_predictions",),
    }
)
SAYS: Mapping[str, str] = MappingProxyType(
    {
        ABSENT: "{tasks} had {key} where they come from, and have none here: "
        "project.export(predictions=True) has them.",
        ANSWERS: "{tasks}: rows of a CSV, TSV or JSON_MIN export, whose answers are imported as "
        "data. project.export('JSON') has them as annotations.",
        PATH: "{tasks} with the path of a file under {key!r}, which a browser cannot load: "
        "project.upload_files() sends files of this machine, and local_file_url() makes the URL of "
        "a file in a local storage.",
    }
)


class Note(NamedTuple):
    """Something to tell of a row: a key that the server forgets, a local path under a key, …"""

    kind: str
    key: str


def notes_of(task: Mapping[str, Any], forgotten: Iterable[str]) -> Iterator[Note]:
    """Yield what is to be told of a task besides the paths in it."""
    yield from (Note(DROPPED, key) for key in forgotten)
    for part, counts in COUNTS.items():
        if not task.get(part) and any(task.get(count) for count in counts):
            yield Note(ABSENT, part)
    yield from (Note(UNNAMED, key) for key in task["data"] if unnameable(str(key)))
    if task["data"].keys() >= OF_AN_EXPORT:
        yield Note(ANSWERS, "")


def dropped(notes: Counter[Note]) -> dict[str, int]:
    """Return how many rows had something under keys that the server forgets."""
    return {note.key: count for note, count in sorted(notes.items()) if note.kind == DROPPED}


def warnings(notes: Counter[Note]) -> Iterator[str]:
    """Yield what a user should know."""
    forgotten = dropped(notes)
    if forgotten:
        said = (f"{key} (of {_tasks(count)}{_hint(key)})" for key, count in forgotten.items())
        yield f"The server does not keep these parts of the tasks: {listed(said)}."
    unnamed = sorted(repr(note.key) for note in notes if note.kind == UNNAMED)
    if unnamed:
        yield f"No config can show the keys {listed(unnamed)}: variables have {CAN_STAND} only."
    for note, count in sorted(notes.items()):
        if note.kind in SAYS:
            yield SAYS[note.kind].format(tasks=_tasks(count), key=note.key)


def _tasks(count: int) -> str:
    return f"{count} task" if count == 1 else f"{count:,} tasks"


def _hint(key: str) -> str:
    part, brackets, name = key.rpartition("[].")
    hint = nearest(name, KEPT[part] if brackets else KEPT["task"])
    return hint.replace(" Did", "; did")
