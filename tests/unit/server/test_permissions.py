"""The folder of a LocalServer can be read and written by its user only."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

import pytest

from label_studio_orm.errors import LocalServerError
from label_studio_orm.server.folder_lock import LOCK, LockHolder
from label_studio_orm.server.local import TRUSTED_FILES
from label_studio_orm.server.permissions import make_private, open_private
from label_studio_orm.server.running_servers import lock_holders

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files of another user")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_is_private(tmp_path: Path) -> None:
    make_private(tmp_path / "new")
    assert mode(tmp_path / "new") == 0o700


def test_a_readable_folder_of_the_user_is_made_private_which_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    media = tmp_path / "open" / "media"
    media.mkdir(parents=True)
    with caplog.at_level(logging.WARNING):
        make_private(tmp_path / "open")
    assert mode(tmp_path / "open") == mode(media) == 0o700
    assert f"Other users could read {tmp_path / 'open'}" in caplog.text


def test_a_file_system_without_permissions_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A file system like FAT, where the mount determines the mode of all files."""

    def refuse(path: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    tmp_path.chmod(0o755)
    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(LocalServerError, match="must have permissions"):
        make_private(tmp_path, trusted=TRUSTED_FILES)
    assert caplog.text == ""


@as_root
@pytest.mark.parametrize("what", [".", "orm-credentials.json", "label_studio.sqlite3", ".env"])
def test_files_of_another_user_are_refused(what: str, tmp_path: Path) -> None:
    folder = tmp_path / "planted"
    folder.mkdir()
    if what != ".":
        (folder / what).write_text("{}")
    os.chown(folder / what, NOBODY, -1)
    with pytest.raises(LocalServerError, match="must belong to root, not user 65534"):
        make_private(folder, trusted=TRUSTED_FILES)
    assert mode(folder) == 0o755  # unchanged


@as_root
def test_a_link_of_another_user_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "mine")
    make_private(link)
    os.chown(link, NOBODY, -1, follow_symlinks=False)
    with pytest.raises(LocalServerError, match="must not be a link of user 65534"):
        make_private(link, trusted=TRUSTED_FILES)


def test_credentials_writable_by_others_are_refused(tmp_path: Path) -> None:
    (tmp_path / "orm-credentials.json").write_text("{}")
    (tmp_path / "orm-credentials.json").chmod(0o666)
    with pytest.raises(LocalServerError, match=r"Other users must not .*orm-credentials\.json"):
        make_private(tmp_path, trusted=TRUSTED_FILES)


def test_a_folder_in_a_world_writable_one_is_refused_unless_it_is_sticky(
    tmp_path: Path,
) -> None:
    (tmp_path / "all").mkdir()
    (tmp_path / "all").chmod(0o777)
    with pytest.raises(LocalServerError, match="Other users must not be able to replace"):
        make_private(tmp_path / "all" / "mine", trusted=TRUSTED_FILES)
    (tmp_path / "all").chmod(0o1777)
    make_private(tmp_path / "all" / "mine")


@as_root
def test_a_planted_temporary_server_is_not_suggested(tmp_path: Path) -> None:
    folder = tmp_path / "label-studio-planted"
    folder.mkdir()
    with open_private(folder / LOCK, "a+") as lock:
        LockHolder(folder, os.getpid(), os.getpid(), 1).write(lock)
    os.chown(folder, NOBODY, -1)
    assert list(lock_holders(tmp_path)) == []


def test_a_pipe_or_link_in_place_of_a_lock_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / LOCK)
    assert LockHolder.of(tmp_path) is None
    (tmp_path / LOCK).unlink()
    (tmp_path / LOCK).symlink_to("/dev/zero")
    assert LockHolder.of(tmp_path) is None
