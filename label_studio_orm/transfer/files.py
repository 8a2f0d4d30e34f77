"""Atomic writing of files, safe against links."""

from __future__ import annotations

import filecmp
import itertools
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, BinaryIO

from attrs import define

from ..errors import InvalidInput
from .names import LONGEST_NAME, safe_name

READABLE_BITS = 0o666  # never executable
MAX_LINKS = 40  # in a row, as in Linux
NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # not on Windows
FOLDER = getattr(os, "O_DIRECTORY", 0)
BY_FOLDER = {os.open, os.rename, os.unlink} <= os.supports_dir_fd


@define
class Target:
    """A temporary file: write to `file`, then `finish()` it under its name."""

    folder: Path
    name: str | None  # None: the server's name for it
    file: BinaryIO
    opened: int | None = None  # a descriptor of the folder, which no link can replace

    def finish(self, name: str = "") -> Path:
        """Give the file its name and return its path.

        `name` is the default. It may come from the server, so it never replaces another file.
        """
        self.file.close()
        path = self.folder / (self.name or safe_name(name))
        try:
            if not self.name:
                path = free_path(path, self.file.name)
            self._move(path)
        except OSError as error:  # a name that this system does not accept
            raise InvalidInput(f"Cannot write {path}: {_reason(error)}.") from None
        return path

    def _move(self, path: Path) -> None:
        if self.opened is None:
            Path(self.file.name).replace(path)
        else:
            part = Path(self.file.name).name
            os.replace(part, path.name, src_dir_fd=self.opened, dst_dir_fd=self.opened)

    def discard(self) -> None:
        """Close the file, and remove it if it was not finished."""
        try:
            self.file.close()  # fails on a full disk
        finally:
            with suppress(FileNotFoundError):
                if self.opened is None:
                    Path(self.file.name).unlink()
                else:
                    os.unlink(Path(self.file.name).name, dir_fd=self.opened)


@contextmanager
def target(path: str | Path, *, within: Path | None = None) -> Iterator[Target]:
    """Open a temporary file beside the target, and remove it if it was not finished.

    If the path is a folder, or ends with a slash, the file is inside. With `within`, no link below
    that folder is followed. Raises `InvalidInput` if nothing can be written.
    """
    as_path(path)
    with ExitStack() as stack:
        try:
            folder, name = _split(path) if within is None else (Path(path).parent, Path(path).name)
            opened = _ready_folder(folder, within)
            if opened is not None:
                stack.callback(os.close, opened)
            output = Target(folder, name, _part(folder, opened), opened)
            stack.callback(output.discard)
            _keep_mode(folder / (name or ""), output.file)
        except (OSError, ValueError, RuntimeError) as error:
            raise InvalidInput(f"Cannot write to {path}: {_reason(error)}.") from None
        yield output


def as_path(path: Any) -> Path:
    """Return what a user has given as a path, or raise `InvalidInput`."""
    if not isinstance(path, (str, os.PathLike)):
        raise InvalidInput(f"path must be a path such as 'folder/file.json', not {path!r}.")
    return Path(path)


def existing(source: str | Path) -> Path:
    """Return the path of an existing file or folder."""
    given = as_path(source)
    try:
        path = given.expanduser()
        there = path.exists()
    except (OSError, ValueError, RuntimeError):  # too long, or with an unknown user
        raise InvalidInput(f"{str(source)[:60]!r} is not the path of a file.") from None
    if not there:
        where = "" if path.is_absolute() else f" in {Path.cwd()}"
        raise InvalidInput(f"There is no file or folder {path}{where}.")
    return path


def open_itself(path: Path, mode: str = "rb", **options: Any) -> IO[Any]:
    """Open a file without following a link."""

    def opener(path: str, flags: int) -> int:
        return os.open(path, flags | NO_LINK, READABLE_BITS)

    return open(path, mode, opener=opener, **options)


def remove(folder: Path, path: str) -> None:
    """Remove a file below a folder, or a link itself; what cannot be removed stays."""
    check_no_links(folder, path.rpartition("/")[0])
    file = folder / path
    with suppress(OSError):
        if not BY_FOLDER:
            file.unlink()
            return
        opened = _opened(file.parent, folder)
        try:
            os.unlink(file.name, dir_fd=opened)
        finally:
            os.close(opened)


def free_path(path: Path, content: str | Path) -> Path:
    """Return the path, or the next numbered one, that is free or has this content."""
    numbered = (path.with_name(f"{path.stem}-{n}{path.suffix}") for n in itertools.count(2))
    paths = itertools.chain([path], numbered)
    return next(each for each in paths if not os.path.lexists(each) or _is_same(each, content))


def is_file(path: Path) -> bool:
    """Tell whether a path is a regular file and not a link."""
    return not path.is_symlink() and path.is_file()


def made_by_me(path: Path, like: str | Path) -> bool:
    """Tell whether a file has the same owner as one that this process has created."""
    return path.lstat().st_uid == Path(like).lstat().st_uid


def check_no_links(folder: Path, path: str) -> None:
    """Raise `InvalidInput` if a relative POSIX path contains a link."""
    current = str(folder)  # faster than Path: this runs for each file of an export
    for part in path.split("/"):
        current = os.path.join(current, part)  # noqa: PTH118
        if part and os.path.islink(current):  # noqa: PTH114
            raise InvalidInput(
                f"{current} is a link: an export would write outside its folder. Remove it, or "
                "choose another folder."
            )


def behind_own_link(path: Path) -> Path:
    """Follow links, but only those of this user or of root."""
    trusted = {getattr(os, "geteuid", lambda: 0)(), 0}  # on Windows, all are 0
    for _ in range(MAX_LINKS):
        if not path.is_symlink():
            return path
        if path.lstat().st_uid not in trusted:
            raise ValueError("it is a link of another user")
        path = path.parent / path.readlink()
    raise ValueError("it is a link that leads to itself")


def _make_folder(folder: Path, within: Path | None) -> None:
    if within is not None and folder != within:
        check_no_links(within, folder.relative_to(within).as_posix())
    folder.mkdir(parents=True, exist_ok=True)


def _split(path: str | Path) -> tuple[Path, str | None]:
    target = behind_own_link(Path(path).expanduser())
    if target.is_dir() or str(path).endswith(("/", os.sep)):
        return target, None
    if target.exists() and not target.is_file():
        raise ValueError("it exists and is not a file")
    if len(os.fsencode(target.name)) > LONGEST_NAME:
        raise ValueError("the name is too long")
    return target.parent, target.name


def _ready_folder(folder: Path, within: Path | None) -> int | None:
    """Create a folder if needed; return its descriptor if it is `within` another."""
    if within is not None and BY_FOLDER:
        with suppress(OSError):
            return _opened(folder, within)
    _make_folder(folder, within)
    return _opened(folder, within) if within is not None and BY_FOLDER else None


def _opened(folder: Path, within: Path) -> int:
    """Open a folder of an export part by part, without following links.

    The descriptor stays valid even if the folder is moved meanwhile.
    """
    number = os.open(within, FOLDER)
    for part in folder.relative_to(within).parts:
        try:
            below = os.open(part, FOLDER | NO_LINK, dir_fd=number)
        finally:
            os.close(number)
        number = below
    return number


def _part(folder: Path, opened: int | None) -> BinaryIO:
    """Create a file with a random name."""
    name = f".{secrets.token_hex(8)}.part"

    def opener(_: str, flags: int) -> int:
        return os.open(name, flags, READABLE_BITS, dir_fd=opened)

    if opened is None:
        return (folder / name).open("xb")
    return open(folder / name, "xb", opener=opener)


def _keep_mode(path: Path, new: BinaryIO) -> None:
    """Copy the permissions of the file to replace, if it has the same owner."""
    with suppress(FileNotFoundError):
        before = path.lstat()
        if stat.S_ISREG(before.st_mode) and made_by_me(path, new.name):
            new_file = new.fileno() if os.chmod in os.supports_fd else new.name
            os.chmod(new_file, before.st_mode & READABLE_BITS)  # noqa: PTH101 (by its number)


def _is_same(path: Path, other: str | Path) -> bool:
    return is_file(path) and filecmp.cmp(path, other, shallow=False)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
