"""Where a format expects the files that it was made for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from label_studio_orm.errors import LabelStudioError
from label_studio_orm.transfer.media.layouts import Layout
from label_studio_orm.transfer.media.references import Reference

SERVER = "http://ls.example.org"
UPLOAD = Reference(1, "/data/upload/3/0f-a.png")
ELSEWHERE = Reference(2, "https://a.org/x/a.png")


def write(path: Path, content: Any = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))


@pytest.mark.parametrize(
    ("format", "label"),
    [
        ("YOLO", "labels/0f-a.txt"),
        ("YOLO_OBB_WITH_IMAGES", "labels/0f-a.txt"),
        ("YOLO", "labels/train/0f-a.txt"),
        ("VOC", "Annotations/0f-a.xml"),
    ],
)
def test_a_file_has_the_name_of_its_label(format: str, label: str, tmp_path: Path) -> None:
    write(tmp_path / label)
    assert Layout(tmp_path, SERVER, format).place(UPLOAD) == tmp_path / "images" / "0f-a.png"


def test_a_file_has_the_hash_that_its_label_has(tmp_path: Path) -> None:
    for name in UPLOAD.names(SERVER):
        folder = tmp_path / name
        write(folder / "labels" / f"{Path(name).stem}.txt")
        assert Layout(folder, SERVER, "YOLO").place(UPLOAD) == folder / "images" / name


def fetched(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.touch()


def test_a_file_that_is_missing_is_in_no_list(tmp_path: Path) -> None:
    layout = Layout(tmp_path, SERVER, "CSV")
    layout.place(UPLOAD)
    layout.finish()
    assert json.loads((tmp_path / "media.json").read_text()) == {}


def test_coco_has_the_names_in_one_file_and_gets_those_of_the_files(tmp_path: Path) -> None:
    (hashed,) = ELSEWHERE.names(SERVER)
    images = [{"id": 0, "file_name": UPLOAD.url}, {"id": 1, "file_name": ELSEWHERE.url}]
    unknown = {"id": 2, "file_name": "../../x.png"}
    write(tmp_path / "result.json", {"images": [*images, unknown], "info": "é"})
    layout = Layout(tmp_path, SERVER, "COCO")
    assert layout.place(UPLOAD) == tmp_path / "images" / "0f-a.png"
    assert layout.place(ELSEWHERE) == tmp_path / "images" / hashed
    fetched(layout.place(UPLOAD), layout.place(ELSEWHERE))
    layout.finish()
    content = json.loads((tmp_path / "result.json").read_text())
    names = [image["file_name"] for image in content["images"]]
    assert names == ["images/0f-a.png", f"images/{hashed}", "../../x.png"]
    assert content["info"] == "é"


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"images": [{}]}', '{"images": 3}'])
def test_a_coco_file_that_is_none_is_told(content: str, tmp_path: Path) -> None:
    write(tmp_path / "result.json", content)
    with pytest.raises(LabelStudioError):
        Layout(tmp_path, SERVER, "COCO").finish()


def test_other_formats_have_media_and_a_list_of_it(tmp_path: Path) -> None:
    layout = Layout(tmp_path, SERVER, "CSV")
    paths = [layout.place(each) for each in (UPLOAD, ELSEWHERE, UPLOAD)]
    assert {path.parent for path in paths} == {tmp_path / "media"}
    assert paths[0] == paths[2] != paths[1]
    fetched(*paths)
    layout.finish()
    found = json.loads((tmp_path / "media.json").read_text())
    assert found == {
        UPLOAD.url: f"media/{paths[0].name}",
        ELSEWHERE.url: f"media/{paths[1].name}",
    }


def test_two_files_of_one_name_clash_where_names_are_followed(tmp_path: Path) -> None:
    layout = Layout(tmp_path, SERVER, "YOLO")
    layout.place(Reference(1, "s3://one/a.png"))
    layout.place(Reference(2, "s3://one/a.png"))
    with pytest.raises(LookupError, match=r"it has the name of s3://one/a\.png"):
        layout.place(Reference(3, "s3://two/a.png"))


@pytest.mark.parametrize("format", ["YOLO", "VOC"])
def test_two_files_whose_labels_have_one_name_clash(format: str, tmp_path: Path) -> None:
    """a.png and a.jpg have one a.txt: the label of one of them."""
    write(tmp_path / "labels" / "a.txt")
    write(tmp_path / "Annotations" / "a.xml")
    layout = Layout(tmp_path, SERVER, format)
    layout.place(Reference(1, "s3://one/a.png"))
    with pytest.raises(LookupError):
        layout.place(Reference(2, "s3://one/a.jpg"))


def test_two_files_of_one_name_but_for_its_case_clash(tmp_path: Path) -> None:
    """As they do on the disks of Windows and macOS, where one would take the other's place."""
    layout = Layout(tmp_path, SERVER, "YOLO")
    layout.place(Reference(1, "s3://one/a.png"))
    with pytest.raises(LookupError):
        layout.place(Reference(2, "s3://one/A.PNG"))


def test_a_coco_export_of_two_files_with_labels_of_one_stem_keeps_both(tmp_path: Path) -> None:
    urls = ["s3://one/a.png", "s3://one/a.jpg"]
    images = [{"id": n, "file_name": url} for n, url in enumerate(urls)]
    write(tmp_path / "result.json", {"images": images})
    layout = Layout(tmp_path, SERVER, "COCO")
    names = [layout.place(Reference(n, url)).name for n, url in enumerate(urls)]
    assert names == ["a.png", "a.jpg"]


@pytest.mark.parametrize("root", ["../../files", "/label-studio/files", "../../photos"])
@pytest.mark.parametrize("nested_first", [True, False])
def test_coco_calls_files_of_local_storage_by_paths_that_the_server_sees(
    nested_first: bool, root: str, tmp_path: Path
) -> None:
    names = [f"{root}/photos/a cat.png", f"{root}/photos/photos/a cat.png", "else/photos/b.png"]
    order = reversed(names) if nested_first else names
    write(tmp_path / "result.json", {"images": [{"file_name": name} for name in order]})
    layout = Layout(tmp_path, SERVER, "COCO")
    cat = layout.place(Reference(1, "/data/local-files/?d=photos/a%20cat.png"))
    fetched(cat)
    layout.finish()
    content = json.loads((tmp_path / "result.json").read_text())
    found = {image["file_name"] for image in content["images"]}
    assert found == {"images/a cat.png", *names[1:]}
