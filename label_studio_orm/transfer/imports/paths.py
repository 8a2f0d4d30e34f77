"""Detection of local file paths in task data, where a browser needs a URL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..media.references import AT_THE_SERVER
from .notes import PATH, Note

if TYPE_CHECKING:
    from ...labeling.config import LabelConfig

ALONE = re.compile(r"\$[^.\[/$]+")  # what is part of a URL, as in "https://a.org/$name", is none
MEDIA = ("Image", "Audio", "AudioPlus", "Video", "Pdf")
# Paths as programs on this machine write them; a URL, a data: URI, or what the server has is none.
LOCAL = re.compile(
    r"file:|[a-z]:[\\/]|\\\\|~[\\/]|\.{1,2}[\\/]"
    r"|/(home|users|root|tmp|mnt|media|var|volumes|content|kaggle|workspace|opt|srv)/"
    r"|[^:/<{][^:]*\.(jpe?g|png|gif|bmp|webp|svg|tiff?|wav|mp3|ogg|flac|m4a|mp4|webm|pdf)$",
    re.IGNORECASE,
)


def media_keys(config: LabelConfig) -> tuple[str, ...]:
    """Return the data keys that must hold URLs of files."""
    found = [
        element.attrs.get(name, "")
        for element in config.root.walk()
        if element.tag in MEDIA
        for name in ("value", "valueList")
    ]
    return tuple(dict.fromkeys(value[1:] for value in found if ALONE.fullmatch(value)))


def local_paths(data: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[Note]:
    """Yield the keys that hold a local path where a browser needs a URL."""
    for key in keys:
        value = data.get(key)
        for each in value if isinstance(value, list) else (value,):
            if isinstance(each, str) and LOCAL.match(each) and not AT_THE_SERVER.match(each):
                yield Note(PATH, key)
                break
