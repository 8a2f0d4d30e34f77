"""Exports with media files from a real server."""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from support.cleaning import delete
from support.postgres import NewDatabase

from label_studio_orm import LabelStudio, Project
from label_studio_orm.labeling import Box, LabelConfig, labels
from label_studio_orm.server import LocalServer

BOXES = (
    '<View><Image name="image" value="$image"/><RectangleLabels name="box" toName="image">'
    '<Label value="Cat"/></RectangleLabels></View>'
)
PAGES = (
    '<View><Image name="pages" valueList="$pages"/><RectangleLabels name="box" toName="pages">'
    '<Label value="Cat"/></RectangleLabels></View>'
)
NAMES = ("cat.png", "a b.png", "é ü.png", "x(1).v2.png", "100%.png", "日本.png", "+&=.png")


def picture(shade: int, size: tuple[int, int] = (4, 4)) -> bytes:
    """Return a PNG of this size with unique contents."""

    def part(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    width, height = size
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([shade]) * width) * height
    parts = part(b"IHDR", head), part(b"IDAT", zlib.compress(rows)), part(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


BOX = {
    "from_name": "box",
    "to_name": "image",
    "type": "rectanglelabels",
    "original_width": 4,
    "original_height": 4,
    "image_rotation": 0,
    "value": {"x": 0, "y": 0, "width": 50, "height": 50, "rotation": 0, "rectanglelabels": ["Cat"]},
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of images that the server serves."""
    root = tmp_path_factory.mktemp("root")
    for number, name in enumerate(("photos/local a.png", "photos/deep/é.png", "photos/top.png")):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(100 + number))
    return root


@pytest.fixture(scope="module")
def local_server(root: Path, new_database: NewDatabase) -> Iterator[LocalServer]:
    """A server that serves local files, unlike the server of the suite."""
    with LocalServer(database=new_database(), files=root / "photos") as server:
        yield server


class Quiet(http.server.SimpleHTTPRequestHandler):
    keys: list[str | None] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.keys.append(self.headers.get("Authorization"))
        super().do_GET()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def ls(local_server: LocalServer) -> LabelStudio:
    """A client that may read from loopback, where the other host of these tests is."""
    return local_server.client().with_options(allow_private=True)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """The URL of images on another server."""
    folder = tmp_path / "web"
    for number, name in enumerate(("one/w.png", "two/w.png", "a b.png")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(picture(200 + number))
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{serving.server_address[1]}"
        serving.shutdown()
        thread.join()


@pytest.fixture
def boxes(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Boxes", label_config=BOXES)
    yield project
    delete(project)


@pytest.fixture
def pictures(
    boxes: Project, ls: LabelStudio, root: Path, web: str, tmp_path: Path
) -> dict[str, bytes]:
    """Annotated tasks with images of all kinds: their data and their bytes."""
    folder = tmp_path / "uploads"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        (folder / name).write_bytes(picture(number))
    boxes.upload_files(folder)
    boxes.import_storages.local.create(path=root / "photos", use_blob_urls=True)
    others = [
        f"/data/local-files/?d={quote(str(p.relative_to(root)))}" for p in root.rglob("*.png")
    ]
    others += [f"{web}/one/w.png", f"{web}/two/w.png", f"{web}/a%20b.png"]
    boxes.import_tasks([{"image": url} for url in others])
    for task in boxes.tasks:
        task.annotate([BOX])
    found = {}
    for task in boxes.tasks:
        url = task.data["image"]
        found[url] = ls.fetch(url).content
    assert len(set(found.values())) == len(NAMES) + 6
    return found


def images(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "images").iterdir()}


@pytest.mark.parametrize("format", ["YOLO", "VOC"])
def test_label_files_and_images_share_their_names(
    format: str, boxes: Project, pictures: dict[str, bytes], tmp_path: Path
) -> None:
    result = boxes.export(format, tmp_path / "out", media=True)
    assert result.media.missing == ()
    assert (result.media.fetched, result.media.kept) == (len(pictures), 0)
    labels = [*result.glob("labels/*.txt"), *result.glob("Annotations/*.xml")]
    assert {path.stem for path in labels} == {Path(name).stem for name in images(result)}
    assert sorted(images(result).values()) == sorted(pictures.values())
    if format == "VOC":
        named = [ElementTree.parse(path).findtext("filename") or "" for path in labels]
        assert [Path(name).stem for name in named] == [path.stem for path in labels]


def test_coco_names_each_image(boxes: Project, pictures: dict[str, bytes], tmp_path: Path) -> None:
    result = boxes.export("COCO", tmp_path / "out", media=True)
    assert result.media.missing == ()
    content = json.loads((result / "result.json").read_bytes())
    names = [image["file_name"] for image in content["images"]]
    assert {Path(name).parent for name in names} == {Path("images")}
    assert sorted((result / name).read_bytes() for name in names) == sorted(pictures.values())
    assert len(content["annotations"]) == len(pictures)


def test_a_yolo_label_belongs_to_its_own_image(
    boxes: Project, pictures: dict[str, bytes], tmp_path: Path
) -> None:
    """Each image is identified by its shade, and each label by the position of its box."""
    for number, task in enumerate(boxes.tasks):
        (annotation,) = task.annotations
        box = {**BOX, "value": {**BOX["value"], "x": number, "width": 10}}  # type: ignore[dict-item]
        annotation.result = [box]
        annotation.save()
    result = boxes.export("YOLO", tmp_path / "out", media=True)
    shown = [pictures[task.data["image"]] for task in boxes.tasks]
    for stem, content in ((Path(name).stem, body) for name, body in images(result).items()):
        center = float((result / "labels" / f"{stem}.txt").read_text().split()[1])
        assert shown[round(center * 100 - 5)] == content


@pytest.mark.parametrize(("format", "file"), [("JSON", "tasks.json"), ("CSV", "tasks.csv")])
def test_other_formats_have_a_list_of_files(
    format: str, file: str, boxes: Project, pictures: dict[str, bytes], tmp_path: Path
) -> None:
    result = boxes.export(format, tmp_path / "out", media=True)
    named = json.loads((result / "media.json").read_bytes())
    assert {url: (result / name).read_bytes() for url, name in named.items()} == pictures
    assert (result / file).stat().st_size > 0
    if format == "JSON":
        tasks = json.loads((result / file).read_bytes())
        assert {task["data"]["image"] for task in tasks} == set(pictures)


def test_the_key_stays_with_the_server(
    boxes: Project, pictures: dict[str, bytes], tmp_path: Path
) -> None:
    Quiet.keys.clear()
    boxes.export("JSON", tmp_path / "out", media=True)
    assert Quiet.keys == [None] * 3


def test_a_second_export_downloads_missing_files_only(
    boxes: Project, pictures: dict[str, bytes], tmp_path: Path
) -> None:
    first = boxes.export("YOLO", tmp_path / "out", media=True)
    gone = sorted((first / "images").iterdir())[:2]
    for path in gone:
        path.unlink()
    again = boxes.export("YOLO", tmp_path / "out", media=True)
    assert (again.media.fetched, again.media.kept) == (2, len(pictures) - 2)
    assert sorted(images(again).values()) == sorted(pictures.values())


def test_missing_files_are_reported(boxes: Project, web: str, tmp_path: Path) -> None:
    urls = [
        "/data/upload/9/nothing.png",
        "/data/local-files/?d=photos/nothing.png",
        "/data/local-files/?d=../../etc/passwd",
        f"{web}/nothing.png",
        "s3://bucket/nothing.png",
        "http://127.0.0.1:9/nothing.png",
    ]
    ids = list(boxes.import_tasks([{"image": url} for url in urls]))
    result = boxes.export("JSON", tmp_path / "out", media=True)
    assert [(each.task, each.url) for each in result.media.missing] == list(
        zip(ids, urls, strict=True)
    )
    assert all(each.reason for each in result.media.missing)
    assert not (result / "media").exists() or not any((result / "media").iterdir())


def test_all_images_of_a_list_are_downloaded(ls: LabelStudio, web: str, tmp_path: Path) -> None:
    project = ls.projects.create(title="Pages", label_config=PAGES)
    project.import_tasks([{"pages": [f"{web}/one/w.png", f"{web}/two/w.png"]}])
    assert project.export("JSON", tmp_path / "out", media=True).media.fetched == 2
    delete(project)


def test_only_images_of_exported_tasks_are_downloaded(
    boxes: Project, pictures: dict[str, bytes], tmp_path: Path
) -> None:
    ids = boxes.tasks.ids()[:3]
    result = boxes.export("YOLO", tmp_path / "out", media=True, ids=ids)
    assert result.media.fetched == len(images(result)) == 3


# -- images with the same name -------------------------------------------------------------------

ALIKE = ("alike/a/1.png", "alike/b/1.png", "alike/c/1.jpg", "alike/d/Cat.png", "alike/e/cat.png")
ALIKE += ("alike/f/caf\u00e9.png", "alike/g/cafe\u0301.png", "alike/h/x y.png", "alike/i/x%20y.png")
WIDE = (40, 20)  # pixels


@pytest.fixture
def alike(boxes: Project, root: Path) -> Iterator[dict[str, bytes]]:
    """Tasks with images of the same name, each with its own label: "0", "1", …"""
    boxes.label_config = str(LabelConfig.create({"image": "Image", "box": labels("0", "1")}))
    boxes.save()
    found: dict[str, bytes] = {}
    for number, name in enumerate(ALIKE):
        (root / "photos" / name).parent.mkdir(parents=True, exist_ok=True)
        found[str(number)] = picture(number, WIDE)
        (root / "photos" / name).write_bytes(found[str(number)])
    boxes.import_storages.local.create(path=root / "photos", use_blob_urls=True)
    urls = [f"/data/local-files/?d={quote(f'photos/{name}')}" for name in ALIKE]
    boxes.import_tasks([{"image": url} for url in urls])
    for number, task in enumerate(boxes.tasks):
        # Without a size in the result, that of the file is used.
        answer = {"box": Box(str(number), percent=(10, 20, 30, 40))}
        task.annotate(answer, validate=False)
    yield found
    shutil.rmtree(root / "photos" / "alike")


def labels_of(folder: Path, format: str) -> dict[str, bytes]:
    """Return the label of each image, read like a user of the format would."""
    if format == "COCO":
        content = json.loads((folder / "result.json").read_bytes())
        names = {each["id"]: each["name"] for each in content["categories"]}
        labeled = {each["image_id"]: names[each["category_id"]] for each in content["annotations"]}
        sizes = {(each["width"], each["height"]) for each in content["images"]}
        assert sizes == {WIDE}
        return {
            labeled[each["id"]]: (folder / each["file_name"]).read_bytes()
            for each in content["images"]
        }
    classes = (folder / "classes.txt").read_text().split() if format == "YOLO" else []
    found = {}
    for path in (folder / "images").iterdir():
        if format == "YOLO":
            label = classes[int((folder / "labels" / f"{path.stem}.txt").read_text().split()[0])]
        else:
            root = ElementTree.parse(folder / "Annotations" / f"{path.stem}.xml")
            assert root.findtext("filename") == path.name
            assert [int(root.findtext(f"size/{side}") or 0) for side in ("width", "height")] == [
                *WIDE
            ]
            label = root.findtext("object/name") or ""
        found[label] = path.read_bytes()
    return found


@pytest.mark.parametrize("format", ["YOLO", "VOC", "COCO"])
def test_images_with_the_same_name_have_their_own_labels(
    format: str, boxes: Project, alike: dict[str, bytes], tmp_path: Path
) -> None:
    result = boxes.export(format, tmp_path / "out", media=True)
    assert result.media.missing == result.left_out == ()
    assert labels_of(result, format) == alike
    names = {path.name for path in (result / "images").iterdir()}
    again = boxes.export(format, tmp_path / "again", media=True)
    assert {path.name for path in (again / "images").iterdir()} == names


def test_a_second_export_replaces_the_first(
    boxes: Project, alike: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    boxes.export("YOLO", out, media=True)
    (out / "notes.md").write_text("mine")
    boxes.tasks[1].delete()
    boxes.label_config = str(LabelConfig.create({"image": "Image", "box": labels("-", "0", "1")}))
    boxes.save()
    result = boxes.export("YOLO", out, media=True)
    assert (result.media.fetched, result.media.kept) == (0, len(ALIKE) - 1)
    assert (out / "classes.txt").read_text().split()[0] == "-"
    assert labels_of(out, "YOLO") == {n: shown for n, shown in alike.items() if n != "1"}
    stems = {path.stem for path in (out / "images").iterdir()}
    assert {path.stem for path in (out / "labels").iterdir()} == stems
    assert (out / "notes.md").read_text() == "mine"


# -- wherever the config finds them --------------------------------------------------------------

SHOWN = """
<View>
  <Image name="one" value="$doc.url"/>
  <Image name="two" value="$images[1].url"/>
  <Repeater on="$pages" indexFlag="{{i}}">
    <Image name="page_{{i}}" value="$pages[{{i}}].url"/>
    <RectangleLabels name="box_{{i}}" toName="page_{{i}}"><Label value="Cat"/></RectangleLabels>
  </Repeater>
  <HyperText name="html" value="$html" valueType="url"/>
  <Choices name="kind" toName="one"><Choice value="Cat"/></Choices>
</View>
"""


def test_files_are_downloaded_wherever_the_config_shows_them(
    ls: LabelStudio, web: str, tmp_path: Path
) -> None:
    project = ls.projects.create(title="Shown", label_config=SHOWN)
    one, two, three = (f"{web}/{name}" for name in ("one/w.png", "two/w.png", "a%20b.png"))
    data = {
        "doc": {"url": one},
        "images": [{"url": "s3://is-not/shown.png"}, {"url": two}],
        "pages": [{"url": two}, {"url": three}],
        "html": three,
    }
    box = {**BOX, "from_name": "box_1", "to_name": "page_1"}
    project.import_tasks([{"data": data, "annotations": [{"result": [box]}]}])
    every = project.export("JSON", tmp_path / "json", media=True)
    yolo = project.export("YOLO", tmp_path / "yolo", media=True)
    delete(project)
    assert set(json.loads((every / "media.json").read_bytes())) == {one, two, three}
    assert every.media.missing == yolo.media.missing == ()
    named = json.loads((yolo / "media.json").read_bytes())
    lines = {url: (yolo / "labels" / f"{Path(named[url]).stem}.txt").read_text() for url in named}
    assert [bool(lines[url]) for url in (one, two, three)] == [False, False, True]


def test_an_archive_has_images_beside_labels(
    boxes: Project, pictures: dict[str, bytes], tmp_path: Path
) -> None:
    path = boxes.export("YOLO_WITH_IMAGES", tmp_path / "out.zip")
    assert path.media.missing == ()
    with zipfile.ZipFile(path) as archive:
        names = [Path(name) for name in archive.namelist()]
        shown = [archive.read(str(name)) for name in names if name.parts[0] == "images"]
    assert sorted(shown) == sorted(pictures.values())
    stems = {name.stem for name in names if name.parts[0] == "labels"}
    assert stems == {name.stem for name in names if name.parts[0] == "images"}


def test_an_export_with_media_leaves_nothing_at_the_server(
    boxes: Project, pictures: dict[str, bytes], tmp_path: Path
) -> None:
    boxes.export("COCO", tmp_path / "out", media=True)
    assert list(boxes.exports) == []
