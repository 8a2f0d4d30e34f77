"""What an import has to tell of the rows that it sent, counted by key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import listed, nearest
from ..media.references import AT_THE_SERVER
from .needs import variable_of
from .parts import KEPT

if TYPE_CHECKING:
    from collections import Counter

    from ...labels.config import LabelConfig

MEDIA = ("Image", "Audio", "AudioPlus", "Video", "Pdf")
# Paths as programs on this machine write them; a URL, a data: URI, or what the server has is none.
LOCAL = re.compile(
    r"file:|[a-z]:[\\/]|\\\\|~[\\/]|\.{1,2}[\\/]"
    r"|/(home|users|root|tmp|mnt|media|var|volumes|content|kaggle|workspace|opt|srv)/"
    r"|[^:/<{][^:]*\.(jpe?g|png|gif|bmp|webp|svg|tiff?|wav|mp3|ogg|flac|m4a|mp4|webm|pdf)$",
    re.IGNORECASE,
)


class Note(NamedTuple):
    """Something to tell: a key that the server forgets, or under which there is a local path."""

    is_path: bool
    key: str


def media_keys(config: LabelConfig) -> tuple[str, ...]:
    """Return the keys of the data under which a browser looks for files."""
    found = [
        variable_of(element.attrs.get(name, ""))
        for element in config.root.walk()
        if element.tag in MEDIA
        for name in ("value", "valueList")
    ]
    return tuple(dict.fromkeys(key for key in found if key and not re.search(r"[.\[]", key)))


def local_paths(data: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[Note]:
    """Yield the keys that have a path of this machine where a browser needs a URL."""
    for key in keys:
        value = data.get(key)
        for each in value if isinstance(value, list) else (value,):
            if isinstance(each, str) and LOCAL.match(each) and not AT_THE_SERVER.match(each):
                yield Note(True, key)
                break


def dropped(notes: Counter[Note]) -> dict[str, int]:
    """Return how many rows had something under keys that the server forgets."""
    return {note.key: count for note, count in sorted(notes.items()) if not note.is_path}


def warnings(notes: Counter[Note]) -> Iterator[str]:
    """Yield what a user should know."""
    forgotten = dropped(notes)
    if forgotten:
        said = (f"{key} (of {count}){_hint(key)}" for key, count in forgotten.items())
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
    return nearest(name, KEPT[part] if brackets else KEPT["task"])
