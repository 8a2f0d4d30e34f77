"""Files of a task in a page: from the cache on this machine, or by their URL."""

from __future__ import annotations

import functools
import io
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from ...errors import LabelStudioError
from ...labeling.image_size import image_size
from ...redaction import without_secrets
from ...transfer.media.cached import known_file
from ...transfer.media.references import Reference
from ...transfer.media.suffixes import lacking
from ..markup import data_url, safe_url

if TYPE_CHECKING:
    from ...orm.context import Context

MOST_BYTES = 2_000_000  # of an image in a page
LARGE = 200_000  # bytes, from which an image is made smaller
MOST_PIXELS = 1280  # of the width and height of an image in a page
TYPES = {".bmp": "bmp", ".gif": "gif", ".jpg": "jpeg", ".png": "png", ".webp": "webp"}


@frozen
class Media:
    """The files of one task. Nothing is fetched: what `task.path(key)` has fetched is there."""

    client: Context
    task: int

    def url(self, value: object) -> str | None:
        """Return the URL of a file for a browser, or None if data has none."""
        reference = self._reference(value)
        if reference is None:
            return None
        if reference.inline:
            return safe_url(reference.url) if len(reference.url) <= MOST_BYTES else None
        path = reference.path(self.client.server)
        if without_secrets(path) != path:  # a page that is passed on would hold them
            return None
        return safe_url(f"{self.client.server}{path}" if path.startswith("/") else path)

    def image(self, value: object) -> str | None:
        """Return the URL of an image: the file itself if it is in the cache."""
        path = self._path(value)
        found = None if path is None else _embedded(path, path.stat().st_mtime_ns)
        return found or self.url(value)

    def sound(self, value: object) -> str | None:
        """Return the URL of a sound: the file itself if it is in the cache, and not large."""
        path = self._path(value)
        kind = (mimetypes.guess_type(path.name)[0] or "") if path else ""
        if path is None or not kind.startswith("audio/") or path.stat().st_size > MOST_BYTES:
            return self.url(value)
        return data_url(kind, path.read_bytes())

    def size(self, value: object) -> tuple[int, int] | None:
        """Return (width, height) of an image in the cache; None if it or Pillow is missing."""
        path = self._path(value)
        try:
            return None if path is None else image_size(path)
        except LabelStudioError:
            return None

    def _path(self, value: object) -> Path | None:
        reference = self._reference(value)
        if reference is None or reference.inline:
            return None
        return known_file(self.client, reference)

    def _reference(self, value: object) -> Reference | None:
        if not isinstance(value, str) or not value.strip():
            return None
        reference = Reference(self.task, value.strip())
        return None if reference.unreachable else reference


@functools.lru_cache(maxsize=16)  # the columns of one task follow each other
def _embedded(path: Path, _changed: int) -> str | None:
    """Return an image as a data: URL, made smaller if it is large; None if it stays too large."""
    if path.stat().st_size > LARGE and (smaller := _smaller(path)):
        return data_url("image/jpeg", smaller)
    kind = _type_of(path)
    if kind is None or path.stat().st_size > MOST_BYTES:
        return None
    return data_url(f"image/{kind}", path.read_bytes())


def _type_of(path: Path) -> str | None:
    """Return the type of an image, like "png"; None for other files."""
    by_content = TYPES.get(lacking(path))
    named = (mimetypes.guess_type(path.name)[0] or "").partition("image/")[2]
    return by_content or named or None


def _smaller(path: Path) -> bytes | None:
    """Return an image as a JPEG of a moderate size; None without Pillow, or if it is no image."""
    try:
        from PIL import Image, ImageOps

        with Image.open(path) as opened:
            opened.draft("RGB", (MOST_PIXELS, MOST_PIXELS))  # much quicker for a large JPEG
            image = ImageOps.exif_transpose(opened)
            image.thumbnail((MOST_PIXELS, MOST_PIXELS))
            file = io.BytesIO()
            image.convert("RGB").save(file, "JPEG", quality=80)
            return file.getvalue()
    except Exception:  # Pillow raises many types for a damaged file
        return None
