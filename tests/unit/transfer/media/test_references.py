"""References to media in the data of tasks: which are downloaded, from where, under which name."""

from __future__ import annotations

import base64
from pathlib import PureWindowsPath
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from label_studio_orm.labeling import LabelConfig
from label_studio_orm.transfer.files import safe_name
from label_studio_orm.transfer.media.references import (
    Reference,
    hashed,
    keys_with_media,
    references,
)
from label_studio_orm.transfer.media.shown import sources

SERVER = "http://ls.example.org"


def shown(data: dict[str, Any], *tags: str) -> list[Reference]:
    config = LabelConfig.parse(f"<View>{''.join(tags)}</View>")
    return [*references({"id": 7, "data": data}, sources(config))]


def found(data: dict[str, Any], *tags: str) -> list[str]:
    return [each.url for each in shown(data, *tags) if not each.unreachable]


IMAGE, TEXT = "<Image name='i' value='$x'/>", "<Text name='t' value='$x'/>"


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
        "dbx://Volumes/main/default/photos/a.png",
        "redis://a.png",
    ],
)
def test_urls_of_the_server_or_a_cloud_are_downloaded_even_for_texts(url: str) -> None:
    assert found({"x": url}, IMAGE) == [url]
    assert found({"x": url}, TEXT) == [url]


def test_a_web_url_is_downloaded_unless_it_may_be_a_text() -> None:
    assert found({"x": "https://a.org/1.png"}, IMAGE) == ["https://a.org/1.png"]
    assert found({"x": "https://a.org/1.png"}, TEXT) == []


@pytest.mark.parametrize(
    "value",
    [
        "A fine film.",
        "",
        None,
        7,
        {"a": "s3://b/c"},
        "see /data/upload/3/a.png",
        "file:///etc/passwd",
        "ftp://a.org/1.png",
        "/etc/passwd",
        "//evil.org/data/upload/1",
    ],
)
def test_other_values_are_not_references(value: Any) -> None:
    assert found({"x": value}, IMAGE) == []
    assert shown({"x": value}, TEXT) == []


def test_a_text_that_begins_with_a_url_is_not_a_reference() -> None:
    assert shown({"x": "https://a.org/ says so"}, TEXT) == []
    assert shown({"x": "https://a.org/ says so"}, "<HyperText name='h' value='$x'/>") == []


def test_lists_have_several_references_and_unshown_keys_none() -> None:
    data = {"pages": ["s3://b/1.png", "s3://b/2.png", 3], "other": "s3://b/3.png"}
    assert found(data, "<Image name='p' valueList='$pages'/>") == ["s3://b/1.png", "s3://b/2.png"]


A, B = "https://a.org/a.png", "https://a.org/b.png"


@pytest.mark.parametrize(
    ("tag", "data", "urls"),
    [
        ("<Image name='i' value='$doc.url'/>", {"doc": {"url": A}}, [A]),
        ("<Image name='i' value='$doc.deep.url'/>", {"doc": {"deep": {"url": A}}}, [A]),
        ("<Image name='i' value='$doc.url'/>", {"doc.url": A}, [A]),
        ("<Image name='i' value='$images[1].url'/>", {"images": [{"url": A}, {"url": B}]}, [B]),
        ("<Image name='i' value='$images[1]'/>", {"images": [A, B]}, [B]),
        ("<Image name='i' value='$images[7].url'/>", {"images": [{"url": A}]}, []),
        ("<Image name='i' value='$images'/>", {"images": [A, B]}, [A, B]),
        ("<Image name='i' valueList='$doc.pages'/>", {"doc": {"pages": [A, B]}}, [A, B]),
        ("<Image name='i' value='https://a.org/$file'/>", {"file": "a.png"}, [A]),
        ("<Image name='i' value='https://a.org/$a.b.$ext'/>", {"a": {"b": "a"}, "ext": "png"}, [A]),
        ("<Image name='i' value='https://a.org/$file'/>", {}, []),
        ("<Video name='v' value='$x'/>", {"x": A}, [A]),
        ("<Audio name='v' value='$x'/>", {"x": A}, [A]),
        ("<Pdf name='v' value='$x'/>", {"x": A}, [A]),
        ("<TimeSeries name='v' value='$x' valueType='url'/>", {"x": A}, [A]),
        ("<TimeSeries name='v' value='$x'/>", {"x": {"time": [1, 2]}}, []),
        ("<HyperText name='v' value='$x' valueType='url'/>", {"x": A}, [A]),
        ("<Text name='v' value='$x' valueType='url'/>", {"x": A}, [A]),
        ("<Paragraphs name='v' value='$x' audioUrl='$y'/>", {"x": [{"text": "a"}], "y": A}, [A]),
        ("<Paragraphs name='v' value='$x' valueType='url'/>", {"x": A}, [A]),
        ("<Table name='v' value='$x'/>", {"x": {"a": A}}, []),
    ],
)
def test_references_are_found_wherever_the_config_shows_them(
    tag: str, data: dict[str, Any], urls: list[str]
) -> None:
    assert found(data, tag) == urls


REPEATED = (
    "<Repeater on='$images' indexFlag='{{i}}'>"
    "<Image name='image_{{i}}' value='$images[{{i}}].url'/></Repeater>"
)


def test_a_repeater_has_a_reference_for_each_item() -> None:
    data = {"images": [{"url": A}, {"other": 1}, {"url": B}]}
    assert [(each.shown, each.url) for each in shown(data, REPEATED)] == [
        ("image_0", A),
        ("image_2", B),
    ]
    assert shown({"images": []}, REPEATED) == shown({}, REPEATED) == []


def test_a_repeater_of_numbered_keys_has_the_existing_ones() -> None:
    tag = "<Repeater on='$n'><Image name='i_{{idx}}' value='$image_{{idx}}'/></Repeater>"
    assert found({"n": [1, 2], "image_0": A, "image_1": B}, tag) == [A, B]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("C:\\photos\\1.jpg", "upload_files"),
        ("c:/photos/1.jpg", "upload_files"),
        ("\\\\server\\share\\1.jpg", "upload_files"),
        ("file:///home/x/1.jpg", "upload_files"),
        ("/home/x/1.jpg", "import_storages.local"),
        ("~/1.jpg", "upload_files"),
        ("1.jpg", "not a URL"),
        ("ftp://a.org/1.jpg", "not a URL"),
        ("photos/1.jpg", "not a URL"),
    ],
)
def test_a_value_that_cannot_be_downloaded_has_a_reason(url: str, says: str) -> None:
    (reference,) = shown({"x": url}, IMAGE)
    assert says in reference.unreachable
    assert shown({"x": url}, TEXT) == []


@pytest.mark.parametrize("url", ["HTTPS://a.org/1.png", "https://a.org/a b.png", " s3://b/1.png "])
def test_addresses_that_browsers_accept_are_downloaded(url: str) -> None:
    assert found({"x": url}, IMAGE) == [url.strip()]


def test_a_data_url_is_decoded() -> None:
    (one,) = shown({"x": "data:image/png;base64,QUJD"}, IMAGE)
    assert (one.inline, one.content()) == (True, b"ABC")
    assert next(one.names()).endswith("__inline.png")
    (two,) = shown({"x": "data:text/plain,a%20b"}, IMAGE)
    assert two.content() == b"a b"


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
def test_the_request_path_of_a_reference(url: str, path: str) -> None:
    assert Reference(7, url).path(SERVER) == path


def test_the_path_of_the_server_url_is_not_repeated() -> None:
    assert Reference(7, "/ls/data/upload/a").path(f"{SERVER}/ls") == "/data/upload/a"
    assert Reference(7, "/data/upload/a").path(f"{SERVER}/ls") == "/data/upload/a"


def test_the_server_resolves_cloud_urls() -> None:
    url = "s3://bucket/ä/a b?.png"
    address = urlsplit(Reference(7, url).path(SERVER))
    assert address.path == "/tasks/7/presign/"
    (named,) = parse_qs(address.query)["fileuri"]
    assert base64.urlsafe_b64decode(named).decode() == url


def test_a_local_file_keeps_its_name() -> None:
    assert next(Reference(7, "/data/local-files/?d=a/b.png").names()) == "b.png"
    assert next(Reference(7, "/data/local-files/?d=b.png").names()) == "b.png"


def test_names_become_more_specific_until_they_are_unique() -> None:
    plain, by_url, by_task, by_all = Reference(7, "s3://bucket/1/a.png").names()
    assert plain == "a.png"
    assert by_url == hashed("s3://bucket/1/a.png") != hashed("s3://bucket/2/a.png")
    assert by_task == f"7_{by_url}"
    assert by_all.startswith("7_")
    assert all(name.endswith("a.png") for name in (by_url, by_task, by_all))


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
    for name in reference.names():
        assert name not in ("", ".", "..")
        assert not set(name) & set("/\\")
        assert len(name) <= 255


@pytest.mark.parametrize("url", ["s3://bucket/" + "é" * 250, "/data/upload/1/" + "日" * 200])
def test_names_are_not_longer_than_file_systems_allow(url: str) -> None:
    reference = Reference(7, url)
    for name in reference.names():
        assert len(name.encode()) <= 255


def test_a_long_name_keeps_its_suffix() -> None:
    assert all(each.endswith("x.png") for each in Reference(7, f"s3://b/{'x' * 400}.png").names())


@pytest.mark.parametrize("name", ["C:evil.json", "C:\\evil.json", "a.json:stream", "a\0b.json"])
def test_a_safe_name_is_safe_on_windows_too(name: str) -> None:
    path = PureWindowsPath("D:/out") / safe_name(name)
    assert path.parent == PureWindowsPath("D:/out")
    assert not set(path.name) & set(":\0")
