"""What an import has to tell of the rows that it sent, counted by key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...errors import listed, nearest
from .parts import KEPT

if TYPE_CHECKING:
    from collections import Counter


class Note(NamedTuple):
    """Something to tell: a key that the server forgets, or under which there is a local path."""

    is_path: bool
    key: str


def dropped(notes: Counter[Note]) -> dict[str, int]:
    """Return how many rows had something under keys that the server forgets."""
    return {note.key: count for note, count in sorted(notes.items()) if not note.is_path}


def warnings(notes: Counter[Note]) -> Iterator[str]:
    """Yield what a user should know."""
    forgotten = dropped(notes)
    if forgotten:
        said = (f"{key} (of {count} tasks{_hint(key)})" for key, count in forgotten.items())
        yield f"The server does not keep these parts of the tasks: {listed(said)}."
    for note, count in sorted(notes.items()):
        if note.is_path:
            yield (
                f"{count} tasks have a path of a file under {note.key!r}, which a browser cannot "
                "load: project.upload_files() sends files of this machine, and local_file_url() "
                "makes the URL of a file in a local storage."
            )


def _hint(key: str) -> str:
    part, brackets, name = key.rpartition("[].")
    hint = nearest(name, KEPT[part] if brackets else KEPT["task"])
    return hint.replace(" Did", "; did")
