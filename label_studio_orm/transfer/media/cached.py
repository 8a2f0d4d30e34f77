"""Files that tasks refer to, one at a time: downloaded, or from a cache on this machine."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput
from ...folders import cache_folder
from ...orm.deadline import Deadline
from ..downloads import Download
from ..files import is_file, made_by_me, target
from ..names import safe_name
from .references import Reference, last_part

if TYPE_CHECKING:
    from ...orm.context import Context

MAX_NAME = 80  # bytes: Windows has short paths
DIGITS = 32  # of digests: nobody can make two addresses with the same
TIMEOUT = (5.0, 30.0)  # seconds, to connect and to read
OUTAGE_TIMEOUT = 5.0  # seconds that a file's host may be unavailable
OTHERS = 0o077  # permissions of other users


def host_deadline(client: Context) -> Deadline:
    """Return how long to wait for the host of a file, which may be anywhere."""
    return Deadline(OUTAGE_TIMEOUT, client._tuning)


def download(client: Context, url: str, path: str | Path) -> Path:
    """Write a file at the server to a path, or into a folder under its own name."""
    with target(path) as output:
        for block in _blocks(client, Reference(0, url)):
            output.file.write(block)
        return output.finish(safe_name(last_part(url)))


def cached_file(client: Context, reference: Reference, *, refresh: bool = False) -> Path:
    """Return the path of a file in the cache, which is fetched if it is not there."""
    cache = _private(_folder())
    path = cache / _name(client, reference)
    if refresh or not (is_file(path) and made_by_me(path, cache)):
        with target(path, within=cache) as output:
            for block in _blocks(client, reference):
                output.file.write(block)
            output.finish()
    return path


def known_file(client: Context, reference: Reference) -> Path | None:
    """Return the path of a file that is in the cache; None for others, which are not fetched."""
    cache = _folder()
    path = cache / _name(client, reference)
    try:
        return path if is_file(path) and made_by_me(path, cache) else None
    except OSError:
        return None


def _folder() -> Path:
    return cache_folder() / "media"


def _name(client: Context, reference: Reference) -> str:
    digest = _digest(reference.path(client.server))  # s3://… differs from project to project
    return f"{_digest(client.server)}/{digest}-{safe_name(last_part(reference.url), MAX_NAME)}"


def _blocks(client: Context, reference: Reference) -> Iterator[bytes]:
    if reference.inline:
        return iter([reference.content()])
    address = reference.path(client.server)

    def get(headers: Mapping[str, str]) -> Any:
        return client.fetch(address, headers=headers, stream=True, timeout=TIMEOUT)

    return iter(Download(reference.url, get, client, deadline_for=host_deadline))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:DIGITS]


def _private(folder: Path) -> Path:
    """Create a folder that only this user may enter, or check and close an existing one."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
        own = status.st_uid == getattr(os, "geteuid", lambda: status.st_uid)()  # not on Windows
        if not stat.S_ISDIR(status.st_mode) or not own:
            raise InvalidInput(
                f"The cache of files must be a folder of this user: {folder} is not."
            )
        if os.name == "posix" and status.st_mode & OTHERS:
            folder.chmod(0o700)
    except OSError as error:
        raise InvalidInput(f"The cache of files cannot be at {folder}: {error.strerror}.") from None
    return folder
