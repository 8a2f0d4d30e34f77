"""The cache of files that tasks refer to."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm.errors import ConnectionFailed, InvalidInput
from label_studio_orm.transfer.media import cached
from label_studio_orm.transfer.media.cached import cached_file
from label_studio_orm.transfer.media.references import Reference

posix = pytest.mark.skipif(os.name != "posix", reason="only these systems have permissions")


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the cache."""
    monkeypatch.setattr(cached, "cache_folder", lambda: tmp_path / "label-studio-orm")
    return tmp_path / "label-studio-orm" / "media"


@pytest.fixture(autouse=True)
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were fetched; each file has its address as its content."""
    found: list[str] = []

    def blocks(client: Any, reference: Reference, **options: Any) -> Iterator[bytes]:
        found.append(reference.url)
        yield reference.url.encode()

    monkeypatch.setattr(cached, "_blocks", blocks)
    return found


def path_of(url: str, client: FakeClient | None = None, *, refresh: bool = False) -> Path:
    return cached_file(client or FakeClient(), Reference(1, url), refresh=refresh)


def test_each_address_of_a_server_is_fetched_once(fetched: list[str]) -> None:
    urls = ["/data/upload/1/a.png", "/data/upload/2/a.png", "https://cdn.example.com/a.png?v=2"]
    paths = [path_of(url) for url in urls]
    assert [path_of(url) for url in urls] == paths
    assert [path.read_text() for path in paths] == urls == fetched
    assert [path.suffix for path in paths] == [".png"] * 3
    other = path_of(urls[0], FakeClient(server="http://other"))
    assert other.name == paths[0].name
    assert other.parent != paths[0].parent
    path_of(urls[0], refresh=True)
    assert fetched[3:] == [urls[0]] * 2


@pytest.mark.parametrize(
    "url",
    [
        "/data/upload/../../../etc/passwd",
        "s3://bucket/..\\..\\nul.png",
        "https://example.com/%2e%2e%2f%2e%2e%2fa.png",
        "/data/local-files/?d=../../.bashrc",
        f"https://example.com/{'x' * 3000}.png",
        "https://example.com/\u202egnp.exe",
        "https://example.com/",
    ],
)
def test_no_address_leads_out_of_the_cache(url: str, cache_folder: Path) -> None:
    path = path_of(url)
    assert path.read_text() == url
    assert path.parent.parent == cache_folder
    assert len(path.name.encode()) <= cached.DIGITS + 1 + cached.MAX_NAME


@posix
def test_only_the_user_may_enter_the_cache(cache_folder: Path) -> None:
    cache_folder.mkdir(parents=True)
    cache_folder.chmod(0o777)
    path_of("/data/upload/1/a.png")
    assert stat.S_IMODE(cache_folder.stat().st_mode) == 0o700


@posix
def test_a_link_in_place_of_the_cache_or_a_file_is_not_followed(
    cache_folder: Path, tmp_path: Path, fetched: list[str]
) -> None:
    path = path_of("/data/upload/1/a.png")
    path.unlink()
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    path.symlink_to(outside)
    assert path_of("/data/upload/1/a.png").read_text() == "/data/upload/1/a.png"
    assert outside.read_text() == "mine"
    cache_folder.rename(tmp_path / "moved")
    cache_folder.symlink_to(tmp_path / "moved")
    with pytest.raises(InvalidInput, match="must be a folder of this user"):
        path_of("/data/upload/1/a.png")


def test_a_download_that_breaks_leaves_nothing(
    cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(client: Any, reference: Reference, **options: Any) -> Iterator[bytes]:
        yield b"half"
        raise ConnectionFailed("lost")

    monkeypatch.setattr(cached, "_blocks", broken)
    with pytest.raises(ConnectionFailed):
        path_of("/data/upload/1/a.png")
    assert [each for each in cache_folder.rglob("*") if each.is_file()] == []


def test_a_cache_that_cannot_be_is_an_error(cache_folder: Path) -> None:
    cache_folder.parent.mkdir()
    cache_folder.write_text("a file")
    with pytest.raises(InvalidInput, match="The cache of files"):
        path_of("/data/upload/1/a.png")


def test_a_file_of_a_bucket_is_fetched_for_each_task(fetched: list[str]) -> None:
    """Projects may have storages of that name at different services."""
    paths = {cached_file(FakeClient(), Reference(task, "s3://b/a.png")) for task in (1, 2)}
    assert (len(paths), len(fetched)) == (2, 2)
