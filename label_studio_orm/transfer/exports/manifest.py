"""The manifest of an export folder: its files, so that the next export replaces only those."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from attrs import define, evolve, field

from ...errors import InvalidInput
from ...text import listed
from ..content import md5_of
from ..downloads import BLOCK
from ..files import target

NAME = ".label_studio_orm.json"
IN_THE_MAKING = re.compile(r"\.[0-9a-f]{16}\.part")  # what a killed process leaves of `target()`
IGNORED = re.compile(r"\..*|Thumbs\.db|desktop\.ini", re.IGNORECASE)


@define
class Manifest:
    """The files of an export in a folder, as relative POSIX paths."""

    folder: Path
    server: str
    project: int
    format: str
    files: dict[str, str] = field(factory=dict)  # path → md5
    media: dict[str, str] = field(factory=dict)  # path → URL

    # -- what is there already -------------------------------------------------------------------

    def earlier(self) -> Manifest:
        """Return the manifest in the folder; an empty one if there is none."""
        try:
            kept = json.loads((self.folder / NAME).read_bytes())
            found = Manifest(self.folder, kept["server"], kept["project"], kept["format"])
            found.files, found.media = (_paths(kept[part]) for part in ("files", "media"))
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return Manifest(self.folder, self.server, self.project, self.format)
        return found

    def check(self, earlier: Manifest, rooms: Iterable[str]) -> None:
        """Refuse a folder in which this export would mix with other files, or destroy them.

        `rooms` are the subfolders that belong to the export alone.
        """
        if (earlier.project, earlier.format) != (self.project, self.format):
            raise InvalidInput(
                f"{self.folder} holds the {earlier.format} export of project {earlier.project}. "
                f"Choose another folder for the {self.format} export of project {self.project}."
            )
        self.check_paths(earlier, self._lying_in(rooms))
        changed = [each for each in earlier.files if earlier.is_changed(each)]
        if changed:
            raise InvalidInput(
                f"{listed(changed, most=1)} in {self.folder} was changed after the last export "
                "and would be lost. Move it elsewhere, or choose another folder."
            )

    def check_paths(self, earlier: Manifest, paths: Iterable[str]) -> None:
        """Refuse a folder if one of the files exists and was not written by an earlier export."""
        known = {*earlier.files, *earlier.media}
        strange = [each for each in paths if each not in known and self._path(each).exists()]
        if strange:
            raise InvalidInput(
                f"{self.folder} holds {listed(strange, most=1)}, which no earlier export wrote and "
                "which would mix with this one. Choose an empty folder."
            )

    def is_changed(self, path: str) -> bool:
        """Tell whether a file has changed since it was written."""
        try:  # without a md5 it was to be written, and may be there
            return self.files[path] not in ("", md5_of([self._path(path).read_bytes()]))
        except OSError:  # it is gone
            return False

    def _lying_in(self, rooms: Iterable[str]) -> Iterator[str]:
        for room in rooms:
            for path in sorted((self.folder / room).rglob("*")):
                if path.is_file() and not IGNORED.fullmatch(path.name):
                    yield path.relative_to(self.folder).as_posix()

    # -- what takes its place --------------------------------------------------------------------

    def begin(self, earlier: Manifest, paths: Iterable[str], media: Mapping[str, str]) -> None:
        """Remove an earlier export, except for media that this one has as well.

        `paths` are all paths that may be written. Labels are removed first, so that an interrupted
        export leaves no labels of other files.
        """
        self.files, self.media = dict.fromkeys(paths, ""), dict(media)
        both = evolve(self, files={**earlier.files, **self.files})
        both.media = {**earlier.media, **self.media}
        both.save()
        for path in earlier.files:
            self._path(path).unlink(missing_ok=True)
        self._remove_parts({PurePosixPath(path).parent for path in (*both.files, *both.media)})
        self._move_media(earlier)
        self.save()

    def _move_media(self, earlier: Manifest) -> None:
        """Give files their new names, and remove those that are of no use any more."""
        wanted: dict[str, list[str]] = {}
        for path, url in self.media.items():
            if earlier.server == self.server and earlier.media.get(path) != url:
                wanted.setdefault(url, []).append(path)
        moving: list[tuple[Path, str]] = []
        for number, (path, url) in enumerate(earlier.media.items()):
            there = self._path(path)
            if (earlier.server, self.media.get(path)) == (self.server, url) or not there.exists():
                continue
            if wanted.get(url):
                aside = there.with_name(f".{number:016x}.part")
                moving.append((there.replace(aside), wanted[url].pop()))
            else:
                there.unlink()
        for aside, path in moving:
            aside.replace(self._path(path))

    def _remove_parts(self, folders: Iterable[PurePosixPath]) -> None:
        for folder in folders:
            for path in self._path(str(folder)).glob(".*.part"):
                if IN_THE_MAKING.fullmatch(path.name):
                    path.unlink(missing_ok=True)

    def rename(self, path: str, name: str) -> None:
        """Rename a media file; the manifest is written first, in case the process is killed."""
        new = str(PurePosixPath(path).with_name(name))
        self.media[new] = self.media[path]
        self.save()
        self._path(path).replace(self._path(new))
        del self.media[path]

    def write(self, path: str, content: bytes) -> None:
        """Write a file of the export."""
        with target(self._path(path)) as place:
            place.file.write(content)
            place.finish("")
        self.files[path] = md5_of([content])

    def put(self, path: str, file: Path) -> None:
        """Copy a file into the export."""
        with target(self._path(path)) as place, file.open("rb") as found:
            shutil.copyfileobj(found, place.file)
            place.finish("")
        with file.open("rb") as found:
            self.files[path] = md5_of(iter(lambda: found.read(BLOCK), b""))

    def finish(self, earlier: Manifest) -> None:
        """Write the manifest, and remove empty folders."""
        self.files = {path: md5 for path, md5 in self.files.items() if md5}
        self.save()
        for path in (*earlier.files, *earlier.media):
            with suppress(OSError):  # it is not empty
                self._path(path).parent.rmdir()

    def save(self) -> None:
        kept = {"server": self.server, "project": self.project, "format": self.format}
        text = json.dumps({**kept, "files": self.files, "media": self.media})
        with target(self.folder / NAME) as place:
            place.file.write(text.encode())
            place.finish("")

    def _path(self, path: str) -> Path:
        return self.folder / path


def _paths(kept: Any) -> dict[str, str]:
    """Return paths that do not lead out of the folder, whatever somebody has written there."""
    found = {str(path): str(what) for path, what in dict(kept).items()}
    for path in map(PurePosixPath, found):
        if path.is_absolute() or ".." in path.parts or not path.parts or ":" in path.parts[0]:
            raise ValueError(path)
    return found
