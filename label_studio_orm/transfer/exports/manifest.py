"""The manifest of an export folder: the files that the next export may replace."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from attrs import define, evolve, field

from ...errors import InvalidInput
from ...http.decoding import decoded_or
from ...text import listed, shown
from ..content import md5_of
from ..datasets.output import IMAGES
from ..downloads import BLOCK
from ..files import check_no_links, is_file, made_by_me, open_itself, remove, target
from ..names import DATA, path_problem
from .layouts import MEDIA

NAME = ".label_studio_orm.json"
TEMPORARY = re.compile(r"\.[0-9a-f]{16}\.part")  # left by a killed process: see `target()`
FOLDERS = (f"{IMAGES}/", f"{MEDIA}/")
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

    # -- the earlier export -------------------------------------------------------------------

    def earlier(self) -> Manifest:
        """Return the manifest in the folder; an empty one if there is none."""
        try:
            stored = decoded_or(None, self._read())
            found = Manifest(self.folder, stored["server"], stored["project"], stored["format"])
            found.files, found.media = _files(stored["files"]), _media(stored["media"])
        except InvalidInput:  # also a ValueError
            raise
        except (OSError, ValueError, LookupError, TypeError):
            return Manifest(self.folder, self.server, self.project, self.format)
        return found

    def _read(self) -> bytes:
        """Return the content of the manifest, which must be a regular file."""
        path = self.folder / NAME
        if not is_file(path):
            raise FileNotFoundError(path)
        with target(self.folder / NAME, within=self.folder) as mine:  # only to compare owners
            if not made_by_me(path, mine.file.name):
                raise InvalidInput(
                    f"{path} belongs to another user: this export would remove the files that it "
                    "lists. Choose another folder, or remove that file if the folder is yours."
                )
        with open_itself(path) as file:
            return bytes(file.read())

    def check(self, earlier: Manifest, subfolders: Iterable[str]) -> None:
        """Refuse a folder in which this export would mix with other files, or overwrite them.

        `subfolders` are those that must contain only the export.
        """
        subfolders = [*subfolders]
        for subfolder in subfolders:
            check_no_links(self.folder, subfolder)
        if (earlier.project, earlier.format) != (self.project, self.format):
            raise InvalidInput(
                f"{self.folder} holds the {shown(earlier.format)} export of project "
                f"{shown(earlier.project)}. "
                f"Choose another folder for the {self.format} export of project {self.project}."
            )
        self.check_paths(earlier, self._files_in(subfolders))
        changed = [each for each in earlier.files if earlier.is_changed(each)]
        if changed:
            raise InvalidInput(
                f"{listed(changed, most=1)} in {self.folder} was changed after the last export "
                "and would be lost. Move it elsewhere, or choose another folder."
            )

    def check_paths(self, earlier: Manifest, paths: Iterable[str]) -> None:
        """Refuse a folder if one of the files exists and was not written by an earlier export."""
        known = {*earlier.files, *earlier.media}
        foreign = [each for each in paths if each not in known and self._exists(each)]
        if foreign:
            raise InvalidInput(
                f"{self.folder} holds {listed(foreign, most=1)}, which no earlier export wrote and "
                "which would mix with this one. Choose an empty folder."
            )

    def is_changed(self, path: str) -> bool:
        """Tell whether a file has changed since it was written."""
        try:  # an interrupted export has written no MD5
            return self.files[path] not in ("", _md5_at(self._path(path)))
        except OSError:  # it was removed
            return False

    def _files_in(self, subfolders: Iterable[str]) -> Iterator[str]:
        for subfolder in subfolders:
            for path in sorted((self.folder / subfolder).rglob("*")):
                if _is_content(path):
                    yield path.relative_to(self.folder).as_posix()

    # -- the new export ------------------------------------------------------------------------

    def begin(self, earlier: Manifest, paths: Iterable[str], media: Mapping[str, str]) -> None:
        """Remove an earlier export, except for media that this one shares.

        `paths` are all paths that may be written. Labels are removed first, so that an interrupted
        export leaves no labels of other files.
        """
        self.files, self.media = dict.fromkeys(paths, ""), dict(media)
        _check_names((*self.files, *self.media))
        both = evolve(self, files={**earlier.files, **self.files})
        both.media = {**earlier.media, **self.media}
        both.save()
        for path in (*earlier.files, *filter(self._is_link, earlier.media)):
            remove(self.folder, path)
        self._remove_parts({PurePosixPath(path).parent for path in (*both.files, *both.media)})
        self._move_media(earlier)
        self.save()

    def _move_media(self, earlier: Manifest) -> None:
        """Rename media files that this export reuses, and remove the others."""
        reused: dict[str, list[str]] = {}
        for path, url in self.media.items():
            if earlier.server == self.server and earlier.media.get(path) != url:
                reused.setdefault(url, []).append(path)
        moving: list[tuple[Path, str]] = []
        for path, url in earlier.media.items():
            file = self._path(path)
            if (earlier.server, self.media.get(path)) == (self.server, url) or not is_file(file):
                continue
            if reused.get(url):
                temporary = file.with_name(f".{secrets.token_hex(8)}.part")
                moving.append((file.replace(temporary), reused[url].pop()))
            else:
                remove(self.folder, path)
        for temporary, path in moving:
            temporary.replace(self._path(path))

    def _remove_parts(self, folders: Iterable[PurePosixPath]) -> None:
        for folder in folders:
            for path in self._path(str(folder)).glob(".*.part"):
                if TEMPORARY.fullmatch(path.name) and is_file(path):
                    remove(self.folder, path.relative_to(self.folder).as_posix())

    def _is_link(self, path: str) -> bool:
        return self._path(path).is_symlink()

    def _exists(self, path: str) -> bool:
        return self._is_link(path) or self._path(path).exists()

    def rename(self, path: str, name: str) -> None:
        """Rename a media file; the manifest is written first, in case the process is killed."""
        new = str(PurePosixPath(path).with_name(name))
        self.media[new] = self.media[path]
        self.save()
        self._path(path).replace(self._path(new))
        del self.media[path]

    def write(self, path: str, content: bytes) -> None:
        """Write a file of the export."""
        with target(self.folder / path, within=self.folder) as output:
            output.file.write(content)
            output.finish()
        self.files[path] = md5_of([content])

    def put(self, path: str, file: Path) -> None:
        """Copy a file into the export."""
        with target(self.folder / path, within=self.folder) as output, file.open("rb") as found:
            shutil.copyfileobj(found, output.file)
            output.finish()
        self.files[path] = _md5_at(file)

    def finish(self, earlier: Manifest) -> None:
        """Write the manifest, and remove empty folders."""
        self.files = {path: md5 for path, md5 in self.files.items() if md5}
        self.save()
        for path in (*earlier.files, *earlier.media):
            with suppress(OSError):  # it is not empty
                self._path(path).parent.rmdir()

    def save(self) -> None:
        own = {"server": self.server, "project": self.project, "format": self.format}
        text = json.dumps({**own, "files": self.files, "media": self.media})
        with target(self.folder / NAME, within=self.folder) as output:
            output.file.write(text.encode())
            output.finish()

    def _path(self, path: str) -> Path:
        """Return the path of a file; refuse links to other folders."""
        check_no_links(self.folder, path.rpartition("/")[0])
        return self.folder / path


def _check_names(paths: Iterable[str]) -> None:
    """Refuse paths from the server that lead out of the folder."""
    for path in paths:
        problem = path_problem(path)
        if problem:
            raise InvalidInput(f"A file of the export {problem}: {shown(path)!r}.")


def _is_content(path: Path) -> bool:
    """Tell whether a file in a folder would mix with an export."""
    return path.is_symlink() or (path.is_file() and not IGNORED.fullmatch(path.name))


def _md5_at(path: Path) -> str:
    with path.open("rb") as file:
        return md5_of(iter(lambda: file.read(BLOCK), b""))


def _files(stored: Any) -> dict[str, str]:
    """Return the files of a manifest, without those that no export writes."""
    return {path: what for path, what in _paths(stored).items() if _suffix(path) in DATA}


def _media(stored: Any) -> dict[str, str]:
    """Return the media of a manifest, without those that no export writes."""
    return {path: url for path, url in _paths(stored).items() if path.startswith(FOLDERS)}


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


def _paths(stored: Any) -> dict[str, str]:
    found = {str(path): str(what) for path, what in dict(stored).items()}
    return {path: what for path, what in found.items() if not path_problem(path)}
