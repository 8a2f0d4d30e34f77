"""Exports with media: a folder with the labels and the media files."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field

from ...errors import IncompleteResult, InvalidInput, note
from ...http.decoding import decoded
from ...text import shown
from ..datasets.dataset import WRITERS, paths_of
from ..datasets.make import check_fits, make, sizes_in
from ..datasets.output import IMAGES, encoded
from ..datasets.writer import Writer
from ..files import Target, as_path, behind_own_link, is_file, target
from ..imports.readers import tasks_in_file
from ..left_out import LeftOut, report
from ..media.fetcher import Fetcher
from ..media.references import Reference
from ..media.suffixes import lacking
from .archives import unpack
from .exported import ExportedPath
from .layouts import MEDIA, names_of_pictures, places_of
from .losses import UNEXPECTED, check_length, losses
from .manifest import NAME as MANIFEST_FILE
from .manifest import Manifest
from .snapshots import fill
from .source import ExportSource

if TYPE_CHECKING:
    from ...labeling.config import LabelConfig
    from ...limits import Limits

MEDIA_FILE = "media.json"  # maps references to files
WITH_IMAGES = "_WITH_IMAGES"  # the suffix of format names
MASKS_FILE = "result_coco.json"  # of BRUSH_TO_COCO


def into_folder(source: ExportSource, folder: Path) -> ExportedPath:
    """Export into a folder, with the media files of the tasks."""
    config = _config(source)
    with tempfile.TemporaryDirectory() as temporary:
        return _WithMedia(source, config, folder, Path(temporary)).run()


def zipped(source: ExportSource, output: Target) -> ExportedPath:
    """Write an image dataset as an archive, with images if the format includes them."""
    config = _config(source)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if source.format.endswith(WITH_IMAGES):
            done = _WithMedia(source, config, folder / f"project-{source.project.id}", folder).run()
            _zip(done, output)
        else:
            done = _zip_labels(source, config, output, folder)
        result = ExportedPath(output.finish(f"{done.stem}.zip"))
    for name in ("assembled", "left_out", "media"):
        setattr(result, name, getattr(done, name))
    return result


def _config(source: ExportSource) -> LabelConfig:
    config = source.project.config
    check_fits(source.format, config, lambda: source.project.export_formats(fitting=True))
    return config


def _zip(folder: Path, output: Target) -> None:
    with zipfile.ZipFile(output.file, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name not in (MANIFEST_FILE, MEDIA_FILE):
                archive.write(path, path.relative_to(folder))


def _zip_labels(
    source: ExportSource, config: LabelConfig, output: Target, folder: Path
) -> ExportedPath:
    tasks = source.save_json(f"{folder}/", source.progress)
    names = names_of_pictures(tasks_in_file(tasks), config, source.format)
    with zipfile.ZipFile(output.file, "w", zipfile.ZIP_DEFLATED) as archive:
        tasks.left_out = report(
            source.format, make(source.format, config, tasks, archive.writestr, names)
        )
    return tasks


def folder_at(path: str | Path | None) -> Path:
    """Return the folder for an export with media, and make it if needed."""
    if path is None:
        raise InvalidInput("path must be a folder for an export with media, not None.")
    given = as_path(path)
    try:
        folder = behind_own_link(given.expanduser())
    except (OSError, ValueError, RuntimeError) as error:
        raise InvalidInput(f"Cannot write to {path}: {error}.") from None
    if folder.exists() and not folder.is_dir():
        raise InvalidInput(
            f"path must be a folder for an export with media, not the file {folder}."
        )
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@define
class _WithMedia:
    source: ExportSource
    config: LabelConfig
    folder: Path
    temporary: Path  # a folder for incomplete files
    converted: dict[str, Path] = field(factory=dict)  # path → file of the server
    manifest: Manifest = field(init=False)
    earlier: Manifest = field(init=False)

    def __attrs_post_init__(self) -> None:
        project = self.source.project
        self.manifest = Manifest(self.folder, project.client.server, project.id, self.source.format)
        self.earlier = self.manifest.earlier()

    def run(self) -> ExportedPath:
        self.manifest.check(self.earlier, self._subfolders())
        tasks = self._fetch_tasks()
        result = ExportedPath(self.folder)
        result.assembled = tasks.assembled
        try:
            places = places_of(tasks_in_file(tasks), self.config, self.source.format)
            paths = [*self._paths(places), MEDIA_FILE]
            self.manifest.check_paths(self.earlier, paths)
            urls = {path: reference.url for reference, path in places.items()}
            self.manifest.begin(self.earlier, paths, urls)
            fetcher = Fetcher(self.source.project.client, self.folder)
            result.media = fetcher.run(places, self.source.progress)
            places = self._with_suffixes(places)
            result.left_out = report(self.source.format, self._write(tasks, places))
            self._write_media_map(places)
            self.manifest.finish(self.earlier)
        except KeyboardInterrupt as error:
            note(error, "Call it again to resume: downloaded files are kept.")
            raise
        return result

    def _with_suffixes(self, places: dict[Reference, str]) -> dict[Reference, str]:
        """Add missing suffixes to images: training tools skip those without."""
        if self.source.format not in WRITERS:
            return places
        new = {}
        for reference, path in places.items():
            suffix = lacking(self.folder / path)
            if suffix:
                self.manifest.rename(path, f"{Path(path).name}{suffix}")
            new[reference] = f"{path}{suffix}"
        return new

    def _subfolders(self) -> tuple[str, ...]:
        """Return the subfolders that must contain only the export."""
        if self.source.format not in WRITERS:
            return (MEDIA,)
        labels = self._writer.label_folder
        return (IMAGES, labels) if labels else (IMAGES,)

    @property
    def _writer(self) -> Writer:
        return WRITERS[self.source.format](self.manifest.write, self.config)

    def _fetch_tasks(self) -> ExportedPath:
        """Fetch the JSON of the tasks, and files that the server converts."""
        path = self.temporary / "tasks.json"
        if self.source.format not in (*WRITERS, "JSON"):
            return self._fetch_converted(path)
        tasks = self.source.save_json(path, False)
        if self.source.format == "JSON":
            self.converted = {"tasks.json": tasks}
        return tasks

    def _fetch_converted(self, path: Path) -> ExportedPath:
        timeout = self.source.timeout
        with self.source.snapshot() as snapshot:
            with target(path) as output:
                tasks = ExportedPath(fill(output, snapshot, "JSON", timeout, False))
            with target(f"{self.temporary}/converted/") as output:
                file = fill(output, snapshot, self.source.format, timeout, False)
        limits = self.source.project.client.limits
        self.converted = _members(file, self.temporary / "unpacked", limits)
        return tasks

    def _paths(self, places: Mapping[Reference, str]) -> Iterable[str]:
        """Return the paths of all files except media."""
        if self.source.format in WRITERS:
            return paths_of(self._writer, (Path(path).name for path in places.values()))
        return self.converted

    def _write(self, tasks: Path, places: Mapping[Reference, str]) -> list[LeftOut]:
        """Write all files except media; return what the format could not hold."""
        format = self.source.format
        if format in WRITERS:
            names = {each: Path(path).name for each, path in places.items()}
            sizes = sizes_in(self.folder)
            return make(format, self.config, tasks, self.manifest.write, names, sizes)
        if format == "BRUSH_TO_COCO":
            _name_files(self.converted.get(MASKS_FILE, self.temporary / MASKS_FILE), places)
        for path, file in self.converted.items():
            self.manifest.put(path, file)
        return losses(format, self.config, tasks, [*self.converted.values()])

    def _write_media_map(self, places: Mapping[Reference, str]) -> None:
        """Write the map of references to files."""
        found = {each.url: path for each, path in places.items() if is_file(self.folder / path)}
        self.manifest.write(MEDIA_FILE, _json(found))


def _members(file: Path, folder: Path, limits: Limits) -> dict[str, Path]:
    """Return the files of an export by path: the members of an archive, or a single file."""
    if not zipfile.is_zipfile(file):
        return {f"tasks{file.suffix}": file}
    return {path.relative_to(folder).as_posix(): path for path in unpack(file, folder, limits)}


def _name_files(path: Path, places: Mapping[Reference, str]) -> None:
    """Replace the last parts of URLs, which may be ambiguous, by file names."""
    names = {reference.url: name for reference, name in places.items()}
    try:
        check_length(path.stat().st_size)
        content = decoded(path.read_bytes())
        for image in content["images"]:
            image["file_name"] = names.get(image.get("path"), image["file_name"])
        path.write_bytes(_json(content))
    except UNEXPECTED as error:
        raise IncompleteResult(
            f"{path.name} of the export is not valid COCO: {shown(error)}."
        ) from None


def _json(content: object) -> bytes:
    return encoded(json.dumps(content, indent=2, ensure_ascii=False))
