"""Local files: which are uploaded, under which name, and which are refused first."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from label_studio_orm.errors import InvalidInput
from label_studio_orm.transfer.uploads import local_files as module
from label_studio_orm.transfer.uploads.local_files import SUFFIXES, LocalFile, local_files


def touch(folder: Path, *names: str) -> list[Path]:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return [folder / name for name in names]


def names(given: Any) -> list[str]:
    return [file.name for file in local_files(given)]


def test_a_folder_means_all_its_files_ordered_by_name(tmp_path: Path) -> None:
    touch(tmp_path, "b.png", "a.png", "deep/er/c.jpg", "deep/d.wav")
    assert names(tmp_path) == ["a.png", "b.png", "deep/d.wav", "deep/er/c.jpg"]
    assert names(str(tmp_path)) == names(tmp_path)


def test_a_list_keeps_its_order(tmp_path: Path) -> None:
    assert names(touch(tmp_path, "b.png", "a.png")) == ["b.png", "a.png"]


def test_paths_may_come_from_a_generator(tmp_path: Path) -> None:
    assert names(iter(touch(tmp_path, "b.png", "a.png"))) == ["b.png", "a.png"]


def test_folders_and_files_can_be_combined(tmp_path: Path) -> None:
    touch(tmp_path, "cats/1.png", "dog.png")
    assert names([tmp_path / "cats", tmp_path / "dog.png"]) == ["1.png", "dog.png"]


def test_a_file_that_is_given_twice_is_uploaded_once(tmp_path: Path) -> None:
    (path,) = touch(tmp_path, "a.png")
    assert names([path, str(path), tmp_path, tmp_path / "." / "a.png"]) == ["a.png"]


def test_hidden_files_and_folders_are_skipped(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", ".DS_Store", ".git/b.png", "deep/.hidden.png", ".c.png")
    assert names(tmp_path) == ["a.png"]


def test_a_hidden_folder_can_be_given_explicitly(tmp_path: Path) -> None:
    touch(tmp_path, ".cache/a.png")
    assert names(tmp_path / ".cache") == ["a.png"]


def test_a_tilde_means_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    touch(tmp_path, "a.png")
    assert names("~/a.png") == ["a.png"]


@pytest.mark.parametrize("name", ["two words.png", "日本 é.png", "a'b(1)#%&+.png", "UPPER.PNG"])
def test_file_names_may_have_any_characters(name: str, tmp_path: Path) -> None:
    touch(tmp_path, name)
    assert names(tmp_path) == [name]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_suffix_that_the_server_supports_is_accepted(suffix: str, tmp_path: Path) -> None:
    touch(tmp_path, f"a{suffix}")
    assert names(tmp_path) == [f"a{suffix}"]


def test_another_suffix_suggests_the_nearest(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "b.jpgg")
    with pytest.raises(InvalidInput, match=r"b\.jpgg: .* Did you mean '\.jpg'\?"):
        local_files(tmp_path)


def test_a_file_without_a_suffix_is_refused(tmp_path: Path) -> None:
    touch(tmp_path, "README")
    with pytest.raises(InvalidInput, match=r"README: the server takes files of \.bmp"):
        local_files(tmp_path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    with pytest.raises(InvalidInput, match=r"a\.png is empty"):
        local_files(tmp_path)


def test_a_file_that_is_too_large_for_the_server_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 5)
    (path,) = touch(tmp_path, "a.png")
    with pytest.raises(InvalidInput, match=r"a\.png has 5 bytes; fewer than 5 go through"):
        local_files(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"There is no file .*nowhere\.png"):
        local_files(tmp_path / "nowhere.png")


@pytest.mark.parametrize("given", [[], "empty"])
def test_an_empty_list_or_folder_is_refused(given: Any, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="There are no files in"):
        local_files(tmp_path if given == "empty" else given)


@pytest.mark.parametrize("given", [7, b"a.png", {"a.png": 1}, None])
def test_a_value_that_is_not_a_path_is_refused(given: Any) -> None:
    with pytest.raises(InvalidInput, match="Files must be a path or a list of paths"):
        local_files(given)


def test_a_large_value_that_is_not_a_path_is_cut_in_the_error() -> None:
    with pytest.raises(InvalidInput, match=r"not \{'a\.png': 'xxx.{0,400}…\."):
        local_files({"a.png": "x" * 10_000})


@pytest.mark.parametrize("given", [[7], [None], [b"a.png"], [["a.png"]]])
def test_a_list_of_other_values_is_refused(given: Any) -> None:
    with pytest.raises(InvalidInput, match="is not the path of a file"):
        local_files(given)


@pytest.mark.parametrize("given", ["a\0b.png", "~nobody-of-this-name/a.png", "x" * 5000 + ".png"])
def test_an_impossible_path_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput):
        local_files(given)


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (path,) = touch(tmp_path, "real/a.png")
    (tmp_path / "link.png").symlink_to(path)
    assert names([tmp_path / "link.png", path]) == ["link.png"]


def test_the_md5_is_computed_from_the_bytes(tmp_path: Path) -> None:
    (path,) = touch(tmp_path, "a.png")
    assert LocalFile(path, "a.png").md5 == hashlib.md5(b"a.png").hexdigest()
