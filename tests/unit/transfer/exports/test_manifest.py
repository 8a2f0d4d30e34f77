"""Files that an earlier export wrote into a folder are replaced, and no others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from label_studio_orm.errors import InvalidInput
from label_studio_orm.transfer.exports.manifest import NAME, Manifest

SERVER = "http://ls.example.org"
ROOMS = ("images", "labels")

Export = Callable[..., Manifest]


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """Write labels and media as an export does, in `tmp_path`."""

    def export(
        labels: dict[str, str],
        media: dict[str, str],
        *,
        project: int = 1,
        format: str = "YOLO",
        server: str = SERVER,
        interrupted: bool = False,
    ) -> Manifest:
        record = Manifest(tmp_path, server, project, format)
        earlier = record.earlier()
        record.check(earlier, ROOMS)
        record.check_paths(earlier, labels)
        record.begin(earlier, labels, media)
        for path, url in media.items():
            if not (tmp_path / path).exists():
                write(tmp_path / path, f"fetched {url}")
        for path, content in labels.items() if not interrupted else ():
            record.write(path, content.encode())
        if not interrupted:
            record.finish(earlier)
        return record

    return export


def write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def files(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != NAME)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def test_label_files_of_deleted_tasks_are_removed(export: Export, tmp_path: Path) -> None:
    export({"labels/1.txt": "0", "labels/2.txt": "0"}, {"images/1.png": "a", "images/2.png": "b"})
    export({"labels/1.txt": "1"}, {"images/1.png": "a"})
    assert files(tmp_path) == {"labels/1.txt": "1", "images/1.png": "fetched a"}


def test_other_files_are_kept(export: Export, tmp_path: Path) -> None:
    write(tmp_path / "README.md", "mine")
    write(tmp_path / "labels.cache", "theirs")
    write(tmp_path / "images" / ".DS_Store", "")
    write(tmp_path / "runs" / "train" / "1.txt", "mine")
    export({"labels/1.txt": "0"}, {"images/1.png": "a"})
    export({}, {})
    assert files(tmp_path) == {
        "README.md": "mine",
        "labels.cache": "theirs",
        "images/.DS_Store": "",
        "runs/train/1.txt": "mine",
    }
    assert not (tmp_path / "labels").exists()


@pytest.mark.parametrize("path", ["labels/0.txt", "images/0.png", "images/train/0.png"])
def test_files_that_would_mix_with_the_export_are_refused(
    path: str, export: Export, tmp_path: Path
) -> None:
    write(tmp_path / path, "mine")
    with pytest.raises(InvalidInput, match=rf"holds {path}, which no earlier export wrote"):
        export({"labels/1.txt": "0"}, {})
    assert files(tmp_path) == {path: "mine"}


def test_an_export_refuses_to_overwrite_another_file(export: Export, tmp_path: Path) -> None:
    write(tmp_path / "classes.txt", "mine")
    with pytest.raises(InvalidInput, match=r"holds classes\.txt.* Choose an empty folder"):
        export({"classes.txt": "0"}, {})
    assert files(tmp_path) == {"classes.txt": "mine"}


def test_label_files_changed_by_the_user_are_kept(export: Export, tmp_path: Path) -> None:
    export({"labels/1.txt": "0", "labels/2.txt": "0"}, {})
    write(tmp_path / "labels/1.txt", "corrected")
    with pytest.raises(
        InvalidInput, match=r"labels/1\.txt in .* was changed after the last export"
    ):
        export({"labels/1.txt": "1"}, {})
    assert files(tmp_path)["labels/1.txt"] == "corrected"


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (
            {"format": "COCO"},
            ("holds the YOLO export of project 1. Choose another folder for the COCO export"),
        ),
        ({"project": 2}, "holds the YOLO export of project 1. Choose .* project 2"),
    ],
)
def test_a_folder_with_another_export_is_refused(
    other: dict[str, str], says: str, export: Export, tmp_path: Path
) -> None:
    export({"labels/1.txt": "0"}, {"images/1.png": "a"})
    before = files(tmp_path)
    with pytest.raises(InvalidInput, match=says):
        export({}, {}, **other)
    assert files(tmp_path) == before


def test_media_files_are_kept_under_a_new_name(export: Export, tmp_path: Path) -> None:
    export({}, {"images/1.png": "a", "images/2.png": "b"})
    write(tmp_path / "images/1.png", "a as it was")
    export({}, {"images/a__1.png": "a", "images/c__1.png": "c", "images/2.png": "b"})
    assert files(tmp_path) == {
        "images/a__1.png": "a as it was",
        "images/c__1.png": "fetched c",
        "images/2.png": "fetched b",
    }


def test_swapped_names_move_their_files(export: Export, tmp_path: Path) -> None:
    export({}, {"images/1.png": "a", "images/2.png": "b", "images/3.png": "c"})
    export({}, {"images/2.png": "a", "images/1.png": "b", "images/3.png": "d"})
    assert files(tmp_path) == {
        "images/1.png": "fetched b",
        "images/2.png": "fetched a",
        "images/3.png": "fetched d",
    }


def test_media_files_of_another_server_are_downloaded_again(export: Export, tmp_path: Path) -> None:
    export({}, {"images/1.png": "/data/local-files/?d=1.png"})
    write(tmp_path / "images/1.png", "of the first server")
    export({}, {"images/1.png": "/data/local-files/?d=1.png"}, server="http://other.example.org")
    assert files(tmp_path)["images/1.png"].startswith("fetched")


def test_an_interrupted_export_is_recognized(export: Export, tmp_path: Path) -> None:
    export({"labels/1.txt": "0"}, {"images/1.png": "a"})
    export({"labels/2.txt": "0"}, {"images/1.png": "a", "images/2.png": "b"}, interrupted=True)
    assert "labels/1.txt" not in files(tmp_path), "labels of other classes beside new pictures"
    write(tmp_path / "labels/2.txt", "written, but not noted any more")
    write(tmp_path / "images/.0123456789abcdef.part", "what a kill leaves")
    export({"labels/3.txt": "0"}, {"images/2.png": "b"})
    assert files(tmp_path) == {"labels/3.txt": "0", "images/2.png": "fetched b"}


@pytest.mark.parametrize("content", ["", "[]", "{}", "null", '{"server": 1}', "\udcff"])
def test_without_a_valid_manifest_no_file_is_recognized(
    content: str, export: Export, tmp_path: Path
) -> None:
    export({"labels/1.txt": "0"}, {})
    (tmp_path / NAME).write_text(content, errors="surrogateescape")
    with pytest.raises(InvalidInput, match="which no earlier export wrote"):
        export({"labels/1.txt": "0"}, {})


@pytest.mark.parametrize("path", ["../precious", "/precious", "a/../../precious", "C:/precious"])
def test_a_manifest_never_points_out_of_its_folder(path: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write(tmp_path / "precious", "mine")
    kept = {"server": SERVER, "project": 1, "format": "YOLO", "files": {path: ""}, "media": {}}
    write(folder / NAME, json.dumps(kept))
    record = Manifest(folder, SERVER, 1, "YOLO")
    record.begin(record.earlier(), [], {})
    assert (tmp_path / "precious").read_text() == "mine"
