"""The size of an image file is that of the picture as browsers show it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from PIL import Image

from label_studio_orm.errors import InvalidInput, MissingPackage
from label_studio_orm.labeling.image_size import ORIENTATION, image_size


def picture(path: Path, *, orientation: int = 1) -> Path:
    """Write a picture of 64×48 pixels that says how it is turned."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    Image.new("RGB", (64, 48)).save(path, exif=exif)
    return path


@pytest.mark.parametrize("orientation", [1, 2, 3, 4])
def test_the_sides_of_an_upright_image_are_not_swapped(tmp_path: Path, orientation: int) -> None:
    assert image_size(picture(tmp_path / "a.jpg", orientation=orientation)) == (64, 48)


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_a_image_on_its_side_is_as_wide_as_it_was_high(
    tmp_path: Path, name: str, orientation: int
) -> None:
    assert image_size(picture(tmp_path / name, orientation=orientation)) == (48, 64)


def test_a_webp_is_not_rotated_as_chromium_does_not_turn_it(tmp_path: Path) -> None:
    assert image_size(picture(tmp_path / "a.webp", orientation=6)) == (64, 48)


def test_a_file_without_exif_is_as_it_lies_there(tmp_path: Path) -> None:
    Image.new("L", (3, 2)).save(tmp_path / "a.bmp")
    assert image_size(str(tmp_path / "a.bmp")) == (3, 2)


def test_an_open_file_is_read_and_left_at_its_start(tmp_path: Path) -> None:
    file = io.BytesIO(picture(tmp_path / "a.jpg", orientation=6).read_bytes())
    file.seek(10)
    assert image_size(file) == (48, 64)
    assert file.tell() == 0
    assert not file.closed


def test_only_the_head_is_needed(tmp_path: Path) -> None:
    whole = picture(tmp_path / "a.png", orientation=6).read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) - 20])
    assert image_size(tmp_path / "cut.png") == (48, 64)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"there is no file .*no\.jpg"):
        image_size(tmp_path / "no.jpg")


def test_a_url_is_no_file() -> None:
    with pytest.raises(InvalidInput, match="is a URL: pass the path of the image file"):
        image_size("https://example.com/a.jpg")


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0"])
def test_an_invalid_image_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(InvalidInput, match=r"Pillow cannot read .*a\.jpg"):
        image_size(tmp_path / "a.jpg")


DAMAGED = {
    "divided by zero": b"\x01\0\0\0" + bytes(36) + b" EMF" + bytes(60),
    "not implemented": b"DDS " + (124).to_bytes(4, "little") + b"\1" * 68 + bytes(52),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=list(DAMAGED))
def test_errors_of_pillow_for_a_damaged_header_are_converted(content: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"Pillow cannot read 'the open file' as an image"):
        image_size(io.BytesIO(content))


def test_a_folder_is_no_image(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"Pillow cannot read .* as an image"):
        image_size(tmp_path)


def test_an_image_too_large_for_pillow_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = picture(tmp_path / "a.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    with pytest.raises(InvalidInput, match=r"exceeds limit.*Pass size"):
        image_size(path)


def test_without_pillow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(MissingPackage, match=r"label-studio-orm\[images\]"):
        image_size("a.jpg")
