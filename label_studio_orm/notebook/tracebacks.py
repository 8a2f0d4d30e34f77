"""Tracebacks in IPython and Jupyter: the user's code, without the frames of this package."""

from __future__ import annotations

import itertools
import os
import re
import sysconfig
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from ..display import running_shell

FULL = ("LABEL_STUDIO_ORM_TRACEBACK", "full")  # the variable that asks for all frames
PACKAGE = f"{Path(__file__).parents[1]}{os.sep}"
GENERATED = re.compile(rf"<attrs generated .*\b{__name__.partition('.')[0]}\.")  # for our classes
# Neither ours nor the user's: the standard library, generated code, other packages.
STANDARD = (sysconfig.get_path("stdlib"), "<attrs generated", "<frozen ")
INSTALLED = ("site-packages", "dist-packages")


def rendered(error: BaseException) -> list[str]:
    """Return the lines that IPython shows for an error, in the mode and colors of its shell."""
    shell = running_shell()
    if shell is None:
        return traceback.format_exception(error)
    if os.environ.get(FULL[0]) == FULL[1] or shell.InteractiveTB.mode == "Verbose":
        return _lines(shell, error)
    with _without_internals(error):
        return _lines(shell, error, tb_offset=0)


def _lines(shell: Any, error: BaseException, **options: Any) -> list[str]:
    render = shell.InteractiveTB.structured_traceback
    lines: list[str] = render(type(error), error, error.__traceback__, **options)
    return lines


@contextmanager
def _without_internals(error: BaseException) -> Iterator[None]:
    """Hide internal frames and causes while an error is rendered: IPython reads both from it."""
    chain = list(_chain(error))
    shown = [error, *(each for each in chain[1:] if any(_visible(each)))]
    before = [(each, _links(each), each.__traceback__) for each in shown]
    try:
        for each, following in zip(shown, [*shown[1:], None], strict=True):
            direct = each.__cause__ if each.__cause__ is following else None
            _link(each, direct, following, following is None or direct is not None)
            each.__traceback__ = _joined([*_visible(each)]) or each.__traceback__
        yield
    finally:
        for each, links, frames in before:
            _link(each, *links)
            each.__traceback__ = frames


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, what caused it, and so on."""
    seen = set[int]()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        cause, context, suppressed = _links(following)
        following = cause or (None if suppressed else context)


def _links(error: BaseException) -> tuple[BaseException | None, BaseException | None, bool]:
    return error.__cause__, error.__context__, error.__suppress_context__


def _link(
    error: BaseException,
    cause: BaseException | None,
    context: BaseException | None,
    suppressed: bool,
) -> None:
    error.__cause__, error.__context__ = cause, context
    error.__suppress_context__ = suppressed  # last, as setting the cause changes it


def _visible(error: BaseException) -> Iterator[TracebackType]:
    """Yield the frames of user code, also of callbacks and methods that this package calls."""
    internal = False
    for frame in itertools.dropwhile(_is_of_ipython, _frames(error.__traceback__)):
        file = frame.tb_frame.f_code.co_filename
        internal = _is_ours(file) or (internal and _is_installed(file))
        if not internal:
            yield frame


def _is_ours(file: str) -> bool:
    return file.startswith(PACKAGE) or GENERATED.match(file) is not None


def _is_installed(file: str) -> bool:
    return file.startswith(STANDARD) or any(folder in Path(file).parts for folder in INSTALLED)


def _frames(first: TracebackType | None) -> Iterator[TracebackType]:
    while first is not None:
        yield first
        first = first.tb_next


def _is_of_ipython(frame: TracebackType) -> bool:
    module = str(frame.tb_frame.f_globals.get("__name__"))
    return module.partition(".")[0] in ("IPython", "ipykernel")


def _joined(frames: list[TracebackType]) -> TracebackType | None:
    """Return a traceback of only these frames."""
    joined: TracebackType | None = None
    for each in reversed(frames):
        joined = TracebackType(joined, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return joined
