"""Problems of configs and results, and the errors that list them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from attrs import field, frozen

from ..errors import InvalidConfig, InvalidResult, nearest
from ..text import FEW, shown

MAX_SHOWN = 20  # problems in a message; error.problems has all


@frozen
class Problem:
    """A problem: `path` is where, `message` is what is wrong and what would be right."""

    path: str
    message: str
    control: str = ""  # the name of the control, if any
    edition: str = field(default="", kw_only=True)  # the only one without this problem, if any

    def __str__(self) -> str:
        named = not self.control or repr(self.control) in self.message
        about = "" if named else f" of {self.control!r}"
        return shown(f"{self.path}{about}: {self.message}" if self.path else self.message, 2_000)


def raise_result(problems: Sequence[Problem]) -> None:
    """Raise `InvalidResult` if there are problems."""
    if problems:
        head = "The result does not fit the labeling config:"
        raise InvalidResult(format_problems(head, problems), problems=tuple(problems))


def raise_config(problems: Sequence[Problem]) -> None:
    """Raise `InvalidConfig` if there are problems."""
    if problems:
        head = "The labeling config is invalid:"
        raise InvalidConfig(format_problems(head, problems), problems=tuple(problems))


def format_problems(head: str, problems: Sequence[Problem]) -> str:
    """Return a message with a line per problem; only the first ones if there are many."""
    lines = [str(problem) for problem in problems[:MAX_SHOWN]]
    more = [f"and {len(problems) - MAX_SHOWN} more."] if len(problems) > MAX_SHOWN else []
    return "\n".join([*([head] if len(problems) > 1 else []), *lines, *more])


def suggestion(name: object, known: Iterable[object]) -> str:
    """Suggest the known name nearest to a wrong one, or list the names if there are few."""
    return _suggestion(str(name), tuple(str(each) for each in known))


@functools.lru_cache(maxsize=1024)  # the same mistake often repeats for each task
def _suggestion(name: str, names: tuple[str, ...]) -> str:
    if not names:
        return " There are none."
    other_case = next((each for each in names if each.casefold() == name.casefold()), None)
    if other_case is not None:
        return f" Did you mean {other_case!r}?"
    verb = "is" if len(names) == 1 else "are"
    few = f" There {verb} {', '.join(map(repr, names))}." if len(names) <= FEW else ""
    return nearest(name, names) or few
