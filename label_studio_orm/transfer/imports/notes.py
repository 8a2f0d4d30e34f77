"""Notes on imported rows, counted by key: what was dropped, and other warnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import nearest
from ...labeling.variables import VALID_CHARACTERS, invalid_character
from ...text import listed
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
        ABSENT: "{tasks} had {key} in the source project, but the source does not include them: "
        "use project.export(predictions=True).",
        ANSWERS: "{tasks}: these are rows of a CSV, TSV or JSON_MIN export, so their answers "
        "became data. To import them as annotations, use project.export('JSON').",
        PATH: "{tasks} with a local file path under {key!r}, which a browser cannot load: "
        "project.upload_files() uploads local files, and local_file_url() returns the URL of "
        "a file in a local storage.",
    }
)


class Note(NamedTuple):
    """A note on a row: a key that the server drops, a local path under a key, …"""

    kind: str
    key: str


def notes_of(task: Mapping[str, Any], forgotten: Iterable[str]) -> Iterator[Note]:
    """Yield the notes on a task, except those on local paths."""
    yield from (Note(DROPPED, key) for key in forgotten)
    for part, counts in COUNTS.items():
        if not task.get(part) and any(task.get(count) for count in counts):
            yield Note(ABSENT, part)
    yield from (Note(UNNAMED, key) for key in task["data"] if invalid_character(str(key)))
    if task["data"].keys() >= OF_AN_EXPORT:
        yield Note(ANSWERS, "")


def dropped(notes: Counter[Note]) -> dict[str, int]:
    """Count the rows with values under keys that the server drops."""
    return {note.key: count for note, count in sorted(notes.items()) if note.kind == DROPPED}


def warnings(notes: Counter[Note]) -> Iterator[str]:
    """Yield warnings for the user."""
    forgotten = dropped(notes)
    if forgotten:
        counts = (f"{key} ({_tasks(count)}{_hint(key)})" for key, count in forgotten.items())
        yield f"The server drops these keys: {listed(counts)}."
    unnamed = sorted(repr(note.key) for note in notes if note.kind == UNNAMED)
    if unnamed:
        yield f"No config can show the keys {listed(unnamed)}: use only {VALID_CHARACTERS}."
    for note, count in sorted(notes.items()):
        if note.kind in SAYS:
            yield SAYS[note.kind].format(tasks=_tasks(count), key=note.key)


def _tasks(count: int) -> str:
    return f"{count} task" if count == 1 else f"{count:,} tasks"


def _hint(key: str) -> str:
    part, brackets, name = key.rpartition("[].")
    hint = nearest(name, KEPT[part] if brackets else KEPT["task"])
    return hint.replace(" Did", "; did")
