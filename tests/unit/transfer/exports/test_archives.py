"""Archives from an untrusted server: all members inside the folder, or nothing."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from label_studio_orm.errors import IncompleteResult, InvalidInput
from label_studio_orm.transfer.exports.archives import unpack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "deep" / "inner"
    folder.mkdir(parents=True)
    return folder


def archive(tmp_path: Path, members: Mapping[str, bytes], compression: int = 0) -> Path:
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w", compression) as writing:
        for name, content in members.items():
            writing.writestr(zipfile.ZipInfo(name), content, compression)
    return path


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_members_and_folders_are_extracted(tmp_path: Path, folder: Path) -> None:
    made = archive(tmp_path, {"images/": b"", "labels/é 1.txt": b"0 1", "classes.txt": b"Cat"})
    assert unpack(made, folder) == [folder / "labels/é 1.txt", folder / "classes.txt"]
    assert files(folder) == ["classes.txt", "labels/é 1.txt"]
    assert (folder / "labels/é 1.txt").read_bytes() == b"0 1"


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "a/../../evil",
        "..",
        "/evil",
        "//host/share/evil",
        "..\\evil",
        "a\\..\\..\\evil",
        "\\evil",
        "C:evil",
        "C:\\evil",
        "c:/evil",
    ],
)
def test_nothing_is_extracted_if_a_member_points_out_of_the_folder(
    name: str, tmp_path: Path, folder: Path
) -> None:
    made = archive(tmp_path, {"good.txt": b"", name: b"x"})
    with pytest.raises(IncompleteResult, match=r"points outside .*Do you trust this server"):
        unpack(made, folder)
    assert files(tmp_path) == ["archive.zip"]


@pytest.mark.parametrize("name", [".", "./.", ""])
def test_a_member_without_a_name_is_refused(name: str, tmp_path: Path, folder: Path) -> None:
    made = archive(tmp_path, {"good.txt": b"", name or "?": b"x"})
    made.write_bytes(made.read_bytes() if name else _nameless(made.read_bytes()))
    with pytest.raises((InvalidInput, IncompleteResult)):
        unpack(made, folder)
    assert files(tmp_path) == ["archive.zip"]


def _nameless(content: bytes) -> bytes:
    """Give the member "?" an empty name."""
    return content.replace(b"?", b"\0")


def test_a_link_in_an_archive_is_refused(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "archive.zip"
    link = zipfile.ZipInfo("out.png")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as writing:
        writing.writestr(link, str(tmp_path))
        writing.writestr("out.png/evil.png", b"x")
    with pytest.raises(IncompleteResult, match=r"a member 'out\.png', which is a link"):
        unpack(path, folder)
    assert files(tmp_path) == ["archive.zip"]


def test_a_zip_bomb_is_not_extracted(tmp_path: Path, folder: Path) -> None:
    zeros = bytes(150_000_000)
    made = archive(tmp_path, {"good.txt": b"", "zeros.txt": zeros}, zipfile.ZIP_DEFLATED)
    with pytest.raises(IncompleteResult, match="150,000,000 bytes unpacked, more than 200 times"):
        unpack(made, folder)
    assert files(folder) == []


def test_a_member_larger_than_declared_is_refused(tmp_path: Path, folder: Path) -> None:
    made = archive(tmp_path, {"zeros.txt": bytes(1_000_000)}, zipfile.ZIP_DEFLATED)
    lying = made.read_bytes().replace((1_000_000).to_bytes(4, "little"), b"\x10\0\0\0")
    made.write_bytes(lying)
    with pytest.raises(IncompleteResult, match="damaged"):
        unpack(made, folder)
    assert files(folder) == []


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("harm", ["cut", "flipped", "wrong end"])
def test_a_damaged_archive_leaves_no_files(
    harm: str, compression: int, tmp_path: Path, folder: Path
) -> None:
    made = archive(tmp_path, {"a.txt": b"Hello, hello, hello, hello. " * 30}, compression)
    content = bytearray(made.read_bytes())
    if harm == "cut":
        del content[len(content) // 2 :]
    elif harm == "flipped":
        content[35:45] = b"\xff" * 10
    else:
        content[-6:-2] = b"\xff" * 4  # the offset of the central directory
    made.write_bytes(content)
    with pytest.raises(IncompleteResult, match="archive that the server sent is damaged"):
        unpack(made, folder)
    assert files(folder) == []


def test_an_encrypted_archive_raises_an_error(tmp_path: Path, folder: Path) -> None:
    made = archive(tmp_path, {"a.txt": b"x"})
    content = bytearray(made.read_bytes())
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # the bit "encrypted"
        content[content.index(signature) + offset] |= 1
    made.write_bytes(content)
    with pytest.raises((InvalidInput, IncompleteResult)):
        unpack(made, folder)
    assert files(folder) == []


def test_existing_files_are_replaced(tmp_path: Path, folder: Path) -> None:
    (folder / "classes.txt").write_text("Dog")
    unpack(archive(tmp_path, {"classes.txt": b"Cat"}), folder)
    assert (folder / "classes.txt").read_text() == "Cat"
    assert not zipfile.is_zipfile(io.BytesIO((folder / "classes.txt").read_bytes()))
