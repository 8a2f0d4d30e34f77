"""Where a secret can be seen in an error: its texts, and the variables of its frames."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from requests import PreparedRequest

from label_studio_orm.errors import LabelStudioError
from label_studio_orm.secret import Sealed, Secret

DEPTH = 3
TESTS = str(Path(__file__).parents[1])
OPAQUE = (Secret, Sealed, PreparedRequest)  # the last one has the key while it is sent


def leaks(error: BaseException, *secrets: str) -> list[str]:
    """Return the places where a secret can be seen, as "function: variable"."""
    places = ((where, text) for where, text in _texts(error) if any(s in text for s in secrets))
    return sorted({where for where, _ in places})


def _texts(error: BaseException) -> Iterator[tuple[str, str]]:
    for each in _chain(error):
        yield f"str of {type(each).__name__}", f"{each} {each!r}"
        yield from _of(each.__dict__, f"attributes of {type(each).__name__}", DEPTH)
        for frame, _ in traceback.walk_tb(each.__traceback__):
            if _counts(frame.f_code.co_filename, error):
                for name, value in frame.f_locals.items():
                    yield from _of(value, f"{frame.f_code.co_name}: {name}", DEPTH)


def _counts(file: str, error: BaseException) -> bool:
    """Tell whether a frame is ours, or of a library that an error of ours came through."""
    ours = "/label_studio_orm/" in file
    return ours or (isinstance(error, LabelStudioError) and TESTS not in file)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or error.__context__


def _of(value: Any, where: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, PreparedRequest):
        return
    yield where, _text(value)
    if isinstance(value, OPAQUE) or depth == 0:
        return
    if isinstance(value, Mapping):
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, (list, tuple, set, frozenset)):
        inner = list(value)
    elif type(value).__module__.startswith("label_studio_orm"):
        names = [*getattr(value, "__dict__", {}), *getattr(type(value), "__slots__", ())]
        inner = [getattr(value, name, None) for name in names if name != "__weakref__"]
    else:
        return
    for each in inner:
        yield from _of(each, where, depth - 1)


def _text(value: Any) -> str:
    if isinstance(value, (bytes, bytearray)):
        return value.decode("latin-1")
    try:
        return value if isinstance(value, str) else repr(value)
    except AttributeError:  # attrs has not come to its end with this one
        return ""
