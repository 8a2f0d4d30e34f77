"""What tasks refer to, where it is fetched, and what exports call it."""

from __future__ import annotations

import base64
from pathlib import PureWindowsPath
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from label_studio_orm.transfer.files import safe_name
from label_studio_orm.transfer.media.references import (
    Reference,
    keys_with_media,
    references,
)

SERVER = "http://ls.example.org"


def found(data: dict[str, Any], **keys: bool) -> list[str]:
    return [each.url for each in references({"id": 7, "data": data}, keys)]


@pytest.mark.parametrize(
    "url",
    [
        "/data/upload/3/0f-a b é.png",
        "data/upload/3/a.png",
        "/upload/3/a.png",
        "upload/3/a.png",
        "/data/local-files/?d=photos/a.png",
        "/storage-data/uploaded/?filepath=upload/3/a.png",
        "s3://bucket/a.png",
        "s3s://bucket/a.png",
        "gs://bucket/a.png",
        "azure-blob://box/a.png",
        "azure_spi://box/a.png",
        "redis://a.png",
    ],
)
def test_what_the_server_or_a_cloud_has_is_fetched_also_for_texts(url: str) -> None:
    assert found({"x": url}, x=False) == [url]
    assert found({"x": url}, x=True) == [url]


def test_a_url_is_fetched_but_not_where_it_may_be_a_text() -> None:
    assert found({"x": "https://a.org/1.png"}, x=False) == ["https://a.org/1.png"]
    assert found({"x": "https://a.org/1.png"}, x=True) == []


@pytest.mark.parametrize(
    "value",
    [
        "A fine film.",
        "",
        None,
        7,
        {"a": "s3://b/c"},
        "https://a.org/ says so",
        "data:image/png;base64,AAAA",
        "see /data/upload/3/a.png",
        "file:///etc/passwd",
        "ftp://a.org/1.png",
        "/etc/passwd",
        "//evil.org/data/upload/1",
    ],
)
def test_anything_else_is_left_alone(value: Any) -> None:
    assert found({"x": value}, x=False) == []


def test_lists_have_many_and_keys_that_are_not_shown_none() -> None:
    data = {"pages": ["s3://b/1.png", "s3://b/2.png", 3], "other": "s3://b/3.png"}
    assert found(data, pages=False, missing=False) == ["s3://b/1.png", "s3://b/2.png"]


def test_the_keys_come_from_the_labeling_config() -> None:
    config = {
        "box": {"inputs": [{"type": "Image", "value": "image"}]},
        "said": {"inputs": [{"type": "Text", "value": "$text"}]},
        "pages": {"inputs": [{"type": "Image", "value": None, "valueList": "pages"}]},
        "nothing": {},
    }
    assert keys_with_media(config) == {"image": False, "text": True, "pages": False}


def test_a_key_that_is_shown_as_image_and_as_text_has_media() -> None:
    inputs = [{"type": "Image", "value": "image"}, {"type": "Text", "value": "image"}]
    for order in (inputs, inputs[::-1]):
        assert keys_with_media({"box": {"inputs": order}}) == {"image": False}


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/data/upload/3/a.png", "/data/upload/3/a.png"),
        ("upload/3/a.png", "/data/upload/3/a.png"),
        ("/data/local-files/?d=a/b.png", "/data/local-files/?d=a/b.png"),
        ("https://a.org/1.png?x=2", "https://a.org/1.png?x=2"),
    ],
)
def test_where_it_is_fetched(url: str, path: str) -> None:
    assert Reference(7, url).path(SERVER) == path


def test_a_server_in_a_folder_is_not_named_twice() -> None:
    assert Reference(7, "/ls/data/upload/a").path(f"{SERVER}/ls") == "/data/upload/a"
    assert Reference(7, "/data/upload/a").path(f"{SERVER}/ls") == "/data/upload/a"


def test_the_server_resolves_what_is_in_a_cloud() -> None:
    url = "s3://bucket/ä/a b?.png"
    address = urlsplit(Reference(7, url).path(SERVER))
    assert address.path == "/tasks/7/resolve/"
    (named,) = parse_qs(address.query)["fileuri"]
    assert base64.urlsafe_b64decode(named).decode() == url


def test_the_name_in_an_export_is_the_last_part_or_that_behind_a_hash() -> None:
    first, *others = Reference(7, "/data/upload/3/0f-a.png").names(SERVER)
    assert first == "0f-a.png"
    assert all(name.endswith("__0f-a.png") for name in others)
    (name,) = Reference(7, "https://a.org/x/1.png?size=3").names(SERVER)
    assert name.endswith("__1.png")


def test_a_local_file_has_its_own_name() -> None:
    assert next(Reference(7, "/data/local-files/?d=a/b.png").names(SERVER)) == "b.png"
    assert next(Reference(7, "/data/local-files/?d=b.png").names(SERVER)) == "b.png"


def test_own_names_tell_apart_files_of_the_same_name() -> None:
    one, two = (Reference(7, f"s3://bucket/{n}/a.png").own_name for n in "12")
    assert one != two
    assert one.endswith("__a.png")


@pytest.mark.parametrize(
    "url",
    [
        "/data/upload/..",
        "/data/upload/../../..",
        "/data/upload/..\\..\\evil",
        "s3://bucket/..",
        "https://a.org/..",
        "https://a.org/",
        "https://a.org",
        "/data/local-files/?d=../../evil",
        "https://a.org/" + "x" * 3000,
    ],
)
def test_no_name_leaves_its_folder(url: str) -> None:
    reference = Reference(7, url)
    for name in (*reference.names(SERVER), reference.own_name):
        assert name not in ("", ".", "..")
        assert not set(name) & set("/\\")
        assert len(name) <= 255


@pytest.mark.parametrize("url", ["s3://bucket/" + "é" * 250, "/data/upload/1/" + "日" * 200])
def test_no_name_is_longer_than_a_disk_takes(url: str) -> None:
    reference = Reference(7, url)
    for name in (*reference.names(SERVER), reference.own_name):
        assert len(name.encode()) <= 255


def test_a_long_name_keeps_its_suffix() -> None:
    assert Reference(7, "s3://bucket/" + "x" * 400 + ".png").own_name.endswith("x.png")


@pytest.mark.parametrize("name", ["C:evil.json", "C:\\evil.json", "a.json:stream", "a\0b.json"])
def test_a_safe_name_is_safe_on_windows_too(name: str) -> None:
    path = PureWindowsPath("D:/out") / safe_name(name)
    assert path.parent == PureWindowsPath("D:/out")
    assert not set(path.name) & set(":\0")
