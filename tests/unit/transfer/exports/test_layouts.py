"""Where the files of an export go: unique names that are the same in every run."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from label_studio_orm.labeling import LabelConfig
from label_studio_orm.transfer.exports.layouts import places_of
from label_studio_orm.transfer.media.media_names import named, same
from label_studio_orm.transfer.media.suffixes import lacking

IMAGE = LabelConfig.create({"image": "Image"})
LOCAL = "/data/local-files/?d="


def tasks(*urls: str) -> list[dict[str, Any]]:
    return [{"id": id, "data": {"image": url}} for id, url in enumerate(urls, 1)]


def places(format: str, *urls: str, config: LabelConfig = IMAGE) -> list[str]:
    return [*places_of(tasks(*urls), config, format).values()]


def stems(paths: list[str]) -> set[str]:
    return {path.rpartition("/")[2].rpartition(".")[0].casefold() for path in paths}


@pytest.mark.parametrize("format", ["YOLO", "YOLO_OBB_WITH_IMAGES", "VOC", "COCO"])
def test_an_image_with_a_unique_name_keeps_it(format: str) -> None:
    urls = ("/data/upload/3/0f-a.png", f"{LOCAL}photos/b.png", "s3://bucket/x/c.png")
    assert places(format, *urls) == ["images/0f-a.png", "images/b.png", "images/c.png"]


def test_a_suffix_that_is_not_of_an_image_stays_in_the_name() -> None:
    urls = (f"{LOCAL}a/v1.2", f"{LOCAL}a/v1.3", f"{LOCAL}a/v1.png")
    assert places("YOLO", *urls) == ["images/v1.2", "images/v1.3", "images/v1.png"]
    assert len(stems(places("YOLO", f"{LOCAL}a/v1.2", f"{LOCAL}b/v1.2.png"))) == 2


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (b"\x89PNG\r\n\x1a\n", ".png"),
        (b"\xff\xd8\xff\xe0", ".jpg"),
        (b"GIF89a", ".gif"),
        (b"RIFF0000WEBPVP8 ", ".webp"),
        (b"plain text", ""),
        (b"", ""),
    ],
)
def test_a_missing_suffix_is_found_from_the_contents(
    content: bytes, suffix: str, tmp_path: Path
) -> None:
    for name, found in (("image", suffix), ("v1.2", suffix), ("a.JPG", "")):
        (tmp_path / name).write_bytes(content)
        assert lacking(tmp_path / name) == found
    assert lacking(tmp_path / "missing") == ""


def test_an_image_from_another_host_has_a_hash_of_its_url_in_its_name() -> None:
    """The last part of https://a.org/image?id=7 does not identify the image."""
    one, two = places("YOLO", "https://a.org/image?id=7", "https://a.org/image?id=8")
    assert one != two
    assert one.endswith("__image")


@pytest.mark.parametrize(
    "urls",
    [
        (f"{LOCAL}a/1.jpg", f"{LOCAL}b/1.jpg"),
        (f"{LOCAL}a/1.jpg", f"{LOCAL}c/1.png"),
        (f"{LOCAL}a/1.jpg", f"{LOCAL}b/1.JPG"),
        (f"{LOCAL}a/cat.jpg", f"{LOCAL}b/Cat.jpg"),
        (f"{LOCAL}a/Straße.jpg", f"{LOCAL}b/STRASSE.jpg"),
        (f"{LOCAL}a/caf\u00e9.jpg", f"{LOCAL}b/cafe\u0301.jpg"),
        (f"{LOCAL}a/a%20b.jpg", f"{LOCAL}b/a b.jpg"),
        (f"{LOCAL}a/a:1.jpg", f"{LOCAL}b/a1.jpg"),
        (f"{LOCAL}a/1", f"{LOCAL}b/1.jpg"),
        (f"{LOCAL}a/1.jpg", "s3://bucket/1.jpg", "/data/upload/1/1.jpg", "gs://bucket/1.jpg"),
        ("s3://bucket/a/1.jpg", "s3://bucket/b/1.jpg", "s3://other/a/1.jpg"),
        ("https://a.org/1.jpg?v=1", "https://a.org/1.jpg?v=2", "https://b.org/1.jpg?v=1"),
        (f"{LOCAL}{'x' * 300}1.jpg", f"{LOCAL}{'x' * 300}2.jpg"),
        (
            f"{LOCAL}a/1.jpg",
            f"{LOCAL}a/1.jpg",
        ),  # two tasks with the same image have separate labels
    ],
)
@pytest.mark.parametrize("format", ["YOLO", "VOC"])
def test_no_two_images_have_label_files_of_the_same_name(
    format: str, urls: tuple[str, ...]
) -> None:
    found = places(format, *urls)
    assert len({same(stem) for stem in stems(found)}) == len(urls)


def test_a_name_that_equals_a_hashed_name_is_not_used_twice() -> None:
    """One file already has the hashed name that another one would get."""
    given = places("YOLO", f"{LOCAL}a/1.jpg", f"{LOCAL}b/1.jpg")[0]
    urls = (f"{LOCAL}a/1.jpg", f"{LOCAL}b/1.jpg", f"{LOCAL}c/{given.removeprefix('images/')}")
    assert len(stems(places("YOLO", *urls))) == 3


def test_names_do_not_depend_on_the_order_of_tasks() -> None:
    rows = tasks(*(f"{LOCAL}{folder}/{n}.jpg" for folder in "abc" for n in range(5)))
    first = places_of(rows, IMAGE, "YOLO")
    random.Random(7).shuffle(rows)
    assert places_of(rows, IMAGE, "YOLO") == first
    assert len({*first.values()}) == 15


def test_in_coco_names_may_differ_in_the_suffix_only() -> None:
    urls = ("s3://one/a.png", "s3://one/a.jpg")
    assert places("COCO", *urls) == ["images/a.png", "images/a.jpg"]
    assert len({*places("COCO", "s3://one/a.png", "s3://two/A.PNG")}) == 2


def test_an_added_suffix_never_creates_the_name_of_another_image() -> None:
    bare, whole, other = places("COCO", f"{LOCAL}a/1", f"{LOCAL}a/1.png", f"{LOCAL}a/2.png")
    assert f"{bare}.png" != whole
    assert other == "images/2.png"


def test_a_skipped_task_has_no_image_in_a_dataset() -> None:
    skipped = {"id": 1, "data": {"image": "s3://b/1.png"}, "annotations": [{"was_cancelled": True}]}
    assert places_of([skipped], IMAGE, "YOLO") == {}
    assert len(places_of([skipped], IMAGE, "CSV")) == 1


def test_each_page_of_a_task_is_an_image() -> None:
    config = LabelConfig.parse("<View><Image name='p' valueList='$pages'/></View>")
    rows = [{"id": 1, "data": {"pages": ["s3://b/1/a.png", "s3://b/2/a.png"]}}]
    assert len({*places_of(rows, config, "YOLO").values()}) == 2


@pytest.mark.parametrize("format", ["JSON", "CSV", "BRUSH_TO_PNG", "CONLL2003"])
def test_other_formats_have_one_file_for_each_url(format: str) -> None:
    urls = [f"{LOCAL}a/1.jpg", f"{LOCAL}b/1.jpg", f"{LOCAL}a/1.jpg"]
    one, two, again = places(format, *urls)
    assert one == again != two
    assert {one.rpartition("/")[0], two.rpartition("/")[0]} == {"media"}


def test_datasets_have_images_only() -> None:
    config = LabelConfig.create({"image": "Image", "sound": "Audio"})
    rows = [{"id": 1, "data": {"image": "s3://b/1.png", "sound": "s3://b/1.wav"}}]
    assert [*places_of(rows, config, "YOLO").values()] == ["images/1.png"]
    assert len(places_of(rows, config, "JSON")) == 2


def test_items_without_another_name_share_their_last_name() -> None:
    assert named(["a", "b"], lambda each: iter(["x"])) == {"a": "x", "b": "x"}
