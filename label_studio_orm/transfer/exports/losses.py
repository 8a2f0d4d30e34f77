"""Comparison of the server's converted files with the tasks: what the converters left out."""

from __future__ import annotations

import logging
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from ...errors import LabelStudioError, LimitExceeded
from ...http.decoding import decoded
from ...labeling.config import LabelConfig
from ...labeling.controls import find_tag
from ...text import shown
from ..datasets.annotation_parts import (
    BOX,
    MASK,
    POLYGON,
    Other,
    Region,
    annotations_of,
    parts_of,
    results_of,
    value_of,
)
from ..imports.readers import tasks_in_file
from ..left_out import LeftOut
from .archives import DAMAGED, opened

Task = Mapping[str, Any]
Annotation = Mapping[str, Any]
Losses = Iterator[tuple[str, str]]  # what, and why
Check = Callable[[Task, Annotation], Losses]

log = logging.getLogger(__name__)

# Errors of reading a file with an unexpected format.
UNEXPECTED = (LabelStudioError, AttributeError, TypeError, *DAMAGED)
MAX_BYTES = 500_000_000  # compared in memory
TABLES = ("CSV", "JSON_MIN", "TSV")
COLUMNS = frozenset({"annotation_id", "annotator", "created_at", "id", "lead_time", "updated_at"})
PICTURES = ".jpg, .jpeg, .png, .gif and .bmp"  # the suffixes that BRUSH_TO_COCO accepts
SUPPORTED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "BRUSH_TO_COCO": frozenset({BOX, MASK, POLYGON}),
        "BRUSH_TO_NUMPY": frozenset({MASK}),
        "BRUSH_TO_PNG": frozenset({MASK}),
    }
)


def losses(format: str, config: LabelConfig, tasks: Path, files: Sequence[Path]) -> list[LeftOut]:
    """Return the parts of the tasks that the server's files lack.

    An unexpected file does not fail the export, which is complete.
    """
    try:
        return _losses(format, config, tasks, files)
    except UNEXPECTED as error:
        log.warning("Could not check what the %s export leaves out: %s", format, shown(error))
        return []


def _losses(format: str, config: LabelConfig, tasks: Path, files: Sequence[Path]) -> list[LeftOut]:
    if format in TABLES:
        check: Check = _Table(format, config)
    elif format == "CONLL2003":
        check = _Words(_documents(files[0]))
    elif format == "ASR_MANIFEST":
        check = _Manifest(files)
    elif format in SUPPORTED:
        check = _Regions(format, config, files)
    else:  # a format that is not checked
        return []
    return [each for task in tasks_in_file(tasks) for each in _of_task(task, config, check)]


def _of_task(task: Task, config: LabelConfig, check: Check) -> Iterator[LeftOut]:
    annotations = annotations_of(task)
    if annotations is None:
        yield LeftOut(task["id"], "a skipped task", "the server's converters leave it out")
        return
    skipped = len(task.get("annotations") or ()) - len(annotations)
    if skipped:
        why = "the server's converters leave them out"
        yield LeftOut(task["id"], "a skipped annotation", why)
    # Newest first, like the converters; a task without annotations is also a row.
    for annotation in reversed(annotations or [{}]):
        for what, why in _dropped(annotation, config):
            yield LeftOut(task["id"], what, why)
        for what, why in check(task, annotation):
            yield LeftOut(task["id"], what, why)


def _dropped(annotation: Annotation, config: LabelConfig) -> Losses:
    """Yield the parts that only JSON supports."""
    for item in results_of(annotation):
        if item.get("type") == "relation":
            yield "a relation", "only JSON supports relations"
        elif config.controls and find_tag(config.controls, str(item.get("from_name"))) is None:
            yield f"a result of {item.get('from_name')!r}", "the labeling config has no such tag"


class _Table:
    """CSV, TSV and JSON_MIN: a row for each annotation, a column for each control."""

    def __init__(self, format: str, config: LabelConfig) -> None:
        self._format, self._config = format, config

    def __call__(self, task: Task, annotation: Annotation) -> Losses:
        answered = {item.get("from_name") for item in results_of(annotation)}
        reserved = COLUMNS | (answered if self._format == "JSON_MIN" else frozenset())
        for key in sorted(reserved & set(task.get("data") or ()), key=str):
            if key == "id" and self._format != "JSON_MIN":
                yield "the id of the task", f"{self._format} has data['id'] instead"
            else:
                yield f"data[{key!r}]", f"{self._format} uses this name for something else"
        for name in answered:
            control = find_tag(self._config.controls, str(name))
            if control is not None and control.per_region:
                why = f"{self._format} has answers without their regions"
                yield f"the region of an answer of {name!r}", why


class _Words:
    """CoNLL: a document for each annotation, with one label a word."""

    def __init__(self, documents: Iterator[Counter[str]]) -> None:
        self._documents = documents

    def __call__(self, task: Task, annotation: Annotation) -> Losses:
        starts = next(self._documents, Counter[str]())
        spans: Counter[str] = Counter()
        for item in results_of(annotation):
            labels = value_of(item).get("labels")
            if item.get("type") == "labels" and isinstance(labels, list):
                spans.update(map(str, labels))
            elif item.get("type") != "relation":
                yield (
                    f"an answer of {item.get('from_name')!r}",
                    "CoNLL supports only labels of words",
                )
        for label in (spans - starts).elements():
            yield f"a span of {label!r}", "CoNLL has one label per word, and another was written"


def _documents(path: Path) -> Iterator[Counter[str]]:
    """Yield how often each label begins in a document."""
    found: Counter[str] = Counter()
    with path.open(encoding="utf-8") as file:
        next(file, None)  # -DOCSTART-
        for line in file:
            mark = line.rstrip("\n").rpartition(" -X- _ ")[2]
            if mark.startswith("B-"):
                found[mark[2:]] += 1
            elif not line.strip():
                yield found
                found = Counter()


class _Manifest:
    """ASR: a line for each annotation whose audio the server could read, with one transcript."""

    def __init__(self, files: Sequence[Path]) -> None:
        lines = _read(files, "manifest.json").splitlines()
        self._names = {PurePosixPath(decoded(line)["audio_filepath"]).name for line in lines}

    def __call__(self, task: Task, annotation: Annotation) -> Losses:
        urls = [each for each in (task.get("data") or {}).values() if isinstance(each, str)]
        names = {PurePosixPath(name).name for url in urls for name in (url, unquote(url))}
        if annotation and not names & self._names:
            yield "a transcript", "the server could not read the duration of its audio"
        elif annotation:
            yield from self._beside_the_text(results_of(annotation))

    @staticmethod
    def _beside_the_text(results: Iterable[Mapping[str, Any]]) -> Losses:
        """Yield all but the first transcript."""
        texts = 0
        for item in results:
            name = item.get("from_name")
            if item.get("type") == "textarea":
                value = value_of(item)
                texts += len(value["text"]) if isinstance(value.get("text"), list) else 1
                if "start" in value:
                    why = "ASR_MANIFEST has transcripts without their regions"
                    yield f"the region of an answer of {name!r}", why
            elif item.get("type") != "relation":
                yield f"an answer of {name!r}", "ASR_MANIFEST supports only transcripts"
        if texts > 1:
            yield "all but one transcript", "ASR_MANIFEST has one for each annotation"


class _Regions:
    """Masks: only regions of some kinds."""

    def __init__(self, format: str, config: LabelConfig, files: Sequence[Path]) -> None:
        self._format, self._config = format, config
        self._pictures: set[str] | None = None
        if format == "BRUSH_TO_COCO":
            content = decoded(_read(files, "result_coco.json"))
            self._pictures = {str(image.get("path")) for image in content["images"]}

    def __call__(self, task: Task, annotation: Annotation) -> Losses:
        supported = SUPPORTED[self._format]
        parts = [*parts_of(annotation, self._config)]
        for part in parts:
            kind = part.kind if isinstance(part, Region) else part.what
            if kind not in supported and kind != "a relation" and _is_known(part):
                kinds = ", ".join(each[2:] + "s" for each in sorted(supported))
                yield kind, f"{self._format} supports {kinds}"
        missing = self._pictures is not None and self._pictures.isdisjoint(_texts(task))
        if missing and any(isinstance(part, Region) and part.kind in supported for part in parts):
            yield "its image", f"the server finds only URLs that end in {PICTURES}"


def _is_known(part: Region | Other) -> bool:
    return isinstance(part, Region) or part.known


def _texts(task: Task) -> Iterable[str]:
    return (each for each in (task.get("data") or {}).values() if isinstance(each, str))


def _read(files: Sequence[Path], name: str) -> str:
    """Return the content of a file of an export, which may be in a single archive."""
    for file in files:
        if file.name == name or (len(files) == 1 and not zipfile.is_zipfile(file)):
            check_length(file.stat().st_size)
            return file.read_text(encoding="utf-8")
    with opened(files[0]) as archive:
        check_length(archive.getinfo(name).file_size)
        return archive.read(name).decode()


def check_length(size: int) -> None:
    if size > MAX_BYTES:
        raise LimitExceeded(f"it is too large to compare: {size:,} bytes")
