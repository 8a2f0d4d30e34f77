"""The files that a task refers to: images, audio, video, texts."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from .. import transfer
from ..errors import InvalidInput
from ..labeling.image_size import image_size
from ..text import shown
from ..transfer.ports import as_task

if TYPE_CHECKING:
    from ..transfer.ports import TaskPort


class TaskFiles:
    """The verbs that read the files of a task, each by its key in the data."""

    def path(self, key: str, *, item: int | None = None, refresh: bool = False) -> Path:
        """Return the path of a file of this task on this machine, fetched once and then cached.

        `key` is its key in the data, whose value is the URL of an upload, of a file in a
        storage, or any other; of a list of URLs, `item=0` is the first. What is at the server
        is read through it with the client's key, other URLs without it; see `LabelStudio.fetch()`
        and `Limits`. The cache is private to this machine's user, and by the URL: a file that
        has changed since is fetched again with `refresh=True`. Raises `NotFound` for a file that
        is gone.

        >>> tasks = project.upload_files("photos/", field="text")
        >>> project.tasks[1].path("text").name
        '...-cat.svg'
        """
        task = as_task(self)
        url = _address(task, key, item)
        return transfer.cached_file(task.client, _reference(task, key, url), refresh=refresh)

    def open(self, key: str, *, item: int | None = None, refresh: bool = False) -> IO[bytes]:
        """Open a file of this task for reading, in binary mode; arguments are as for `path()`.

        >>> tasks = project.upload_files("photos/", field="text")
        >>> with project.tasks[1].open("text") as file:
        ...     file.read()
        b"<svg ...>"
        """
        return transfer.open_itself(self.path(key, item=item, refresh=refresh))

    def size(self, key: str, *, item: int | None = None, refresh: bool = False) -> tuple[int, int]:
        """Return (width, height) in pixels of an image of this task, as the editor shows it.

        That obeys the orientation in its EXIF data. Arguments are as for `path()`. Needs Pillow:
        the extra "images".
        """
        return image_size(self.path(key, item=item, refresh=refresh))


def _address(task: TaskPort, key: str, item: int | None) -> str:
    """Return what the data has under a key, which must be an address."""
    where, found = f"data[{key!r}] of {task!r}", _value(task, key)
    if isinstance(found, list) and item is None:
        raise InvalidInput(f"{where} is a list of {len(found)}: name one, as item=0.")
    if item is not None:
        found, where = _item(found, item, where), f"data[{key!r}][{item}] of {task!r}"
    if not isinstance(found, str) or not found.strip():
        raise InvalidInput(f"{where} must be the URL of a file, not {shown(repr(found), 60)}.")
    return found.strip()


def _value(task: TaskPort, key: str) -> Any:
    data = task.data
    if not isinstance(key, str):
        raise InvalidInput(f"key must be a key of the data such as 'image', not {key!r}.")
    if key not in data:
        from ..labeling.problems import suggestion  # late, as only a mistyped key needs it

        raise InvalidInput(f"The data of {task!r} has no {key!r}.{suggestion(key, data)}")
    return data[key]


def _item(found: Any, item: int, where: str) -> Any:
    if not isinstance(found, list):
        raise InvalidInput(f"{where} is not a list: leave out item=.")
    try:
        return found[item]
    except (IndexError, TypeError):
        raise InvalidInput(
            f"item must be a position in {where}, a list of {len(found)}, not {item!r}."
        ) from None


def _reference(task: TaskPort, key: str, url: str) -> transfer.Reference:
    reference = transfer.Reference(task.id, url)
    if reference.unreachable:
        raise InvalidInput(
            f"data[{key!r}] of {task!r} must be the URL of a file, not "
            f"{shown(repr(url), 60)}: {reference.unreachable}."
        )
    return reference
