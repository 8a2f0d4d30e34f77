"""What is wrong, and where."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from attrs import field, frozen

from ..errors import InvalidConfig, InvalidResult, nearest
from ..text import FEW, shown

MAX_SHOWN = 20  # problems that a message tells; all are in error.problems


@frozen
class Problem:
    """Something that is wrong: `path` says where, `message` what, and what would be right."""

    path: str
    message: str
    control: str = ""  # the name of the control that it is about, if it is about one
    edition: str = field(default="", kw_only=True)  # the only one that it is right for, if any

    def __str__(self) -> str:
        said = not self.control or repr(self.control) in self.message
        about = "" if said else f" of {self.control!r}"
        return shown(f"{self.path}{about}: {self.message}" if self.path else self.message, 2_000)


def raise_result(problems: Sequence[Problem]) -> None:
    """Raise `InvalidResult` with all problems, if there are any."""
    if problems:
        head = "The result does not fit the labeling config:"
        raise InvalidResult(format_problems(head, problems), problems=tuple(problems))


def raise_config(problems: Sequence[Problem]) -> None:
    """Raise `InvalidConfig` if there are problems."""
    if problems:
        head = "The labeling config is invalid:"
        raise InvalidConfig(format_problems(head, problems), problems=tuple(problems))


def format_problems(head: str, problems: Sequence[Problem]) -> str:
    """Format problems as lines of a message; only the first ones if there are many."""
    lines = [str(problem) for problem in problems[:MAX_SHOWN]]
    more = [f"and {len(problems) - MAX_SHOWN} more."] if len(problems) > MAX_SHOWN else []
    return "\n".join([*([head] if len(problems) > 1 else []), *lines, *more])


def suggestion(name: object, known: Iterable[object]) -> str:
    """Say what a wrong name was meant to be, or which there are if these are few."""
    return _suggestion(str(name), tuple(str(each) for each in known))


@functools.lru_cache(maxsize=1024)  # the same mistake is often made for each task
def _suggestion(name: str, names: tuple[str, ...]) -> str:
    if not names:
        return " There are none."
    other_case = next((each for each in names if each.casefold() == name.casefold()), None)
    if other_case is not None:
        return f" Did you mean {other_case!r}?"
    verb = "is" if len(names) == 1 else "are"
    few = f" There {verb} {', '.join(map(repr, names))}." if len(names) <= FEW else ""
    return nearest(name, names) or few
