"""Where a format expects the files that it was made for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from attrs import define, field

from ...errors import IncompleteResult
from ...http.body import to_json
from ..files import target
from .references import Reference

COCO_FILE = "result.json"
MEDIA_FILE = "media.json"  # which reference became which file


@define
class Layout:
    """A folder with an export in it, and where the files go that belong to its labels."""

    folder: Path
    server: str
    format: str
    _stems: frozenset[str] = field(init=False)  # what the labels are called
    _taken: dict[str, tuple[Reference, str]] = field(factory=dict)  # by what its label is called

    def __attrs_post_init__(self) -> None:
        self._stems = frozenset(self._labels())

    @property
    def follows_names(self) -> bool:
        """Whether files are found by the names of their labels, in images/."""
        return self.format.startswith(("YOLO", "COCO", "VOC"))

    def place(self, reference: Reference) -> Path:
        """Return where a file goes; raise `LookupError` where another has its name."""
        name = self._name(reference)
        label = name if self.format.startswith("COCO") or not self.follows_names else _stem(name)
        other, _ = self._taken.setdefault(label.casefold(), (reference, name))
        if other.url != reference.url:
            raise LookupError(
                f"it has the name of {other.url}, and the export has labels for only one of them"
            )
        return self.folder / self._subfolder / name

    @property
    def _subfolder(self) -> str:
        return "images" if self.follows_names else "media"

    def _name(self, reference: Reference) -> str:
        if not self.follows_names:
            return reference.own_name
        names = [*reference.names(self.server)]
        fitting = (name for name in names if _stem(name) in self._stems)
        return next(fitting, names[0])

    def _labels(self) -> list[str]:
        if self.format.startswith("YOLO"):
            return [path.stem for path in self.folder.glob("labels/**/*.txt")]
        if self.format.startswith("VOC"):
            return [path.stem for path in self.folder.glob("Annotations/*.xml")]
        return [_stem(name) for name in self._coco_names()]

    def _coco_names(self) -> list[str]:
        if not self.format.startswith("COCO"):
            return []
        return [str(image["file_name"]) for image in self._coco()["images"]]

    def _coco(self) -> dict[str, Any]:
        try:
            content: dict[str, Any] = json.loads((self.folder / COCO_FILE).read_bytes())
            _ = [image["file_name"] for image in content["images"]]
        except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
            raise IncompleteResult(f"The {COCO_FILE} of the export is not COCO: {error}.") from None
        return content

    def finish(self) -> None:
        """Say in the export which file each reference became."""
        named = {ref.url: f"{self._subfolder}/{name}" for ref, name in self._taken.values()}
        found = {url: path for url, path in named.items() if (self.folder / path).exists()}
        if self.format.startswith("COCO"):
            self._name_in_coco(found)
        elif not self.follows_names:
            _write(self.folder / MEDIA_FILE, to_json(found))

    def _name_in_coco(self, found: Mapping[str, str]) -> None:
        """COCO names its files by what stood in the task, where it was not downloaded."""
        content = self._coco()
        names = [str(image["file_name"]) for image in content["images"]]
        known = {**found, **seen_from_the_server(found, names)}
        for image in content["images"]:
            image["file_name"] = known.get(image["file_name"], image["file_name"])
        text = json.dumps(content, indent=2, ensure_ascii=False)
        _write(self.folder / COCO_FILE, text.encode())


def seen_from_the_server(found: Mapping[str, str], names: Iterable[str]) -> Mapping[str, str]:
    """Return what COCO calls files of local storage: their paths from a folder of the server.

    Such a path is `../../root/photos/cat.png` where a task has `/data/local-files/?d=photos/…`;
    the document root is what most have in front of that.
    """
    local = {
        unquote(url.partition("?d=")[2]).lstrip("/"): path
        for url, path in found.items()
        if "/local-files/" in url
    }
    if not local:
        return {}
    parts = (name.split("/") for name in names)
    ends = (("/".join(each[:at]), "/".join(each[at:])) for each in parts for at in range(len(each)))
    roots = Counter(root for root, end in ends if end in local)
    root = max(roots, key=lambda each: (roots[each], -len(each)), default="")
    return {f"{root}/{end}": local[end] for end in local}


def _stem(name: str) -> str:
    return PurePosixPath(name).stem[:251]  # as long as a name with .txt may be


def _write(path: Path, content: bytes) -> None:
    with target(path) as place:
        place.file.write(content)
        place.finish("")
