"""Errors: the message, the problems one by one, and the request."""

from __future__ import annotations

from ..errors import LabelStudioError
from ..labeling.problems import Problem
from . import body_of
from .cells import cut, heading, note
from .configs import problem_line, problems_of
from .markup import Html, joined, tag
from .reports import failures_of


@body_of.register(LabelStudioError)
def _(error: LabelStudioError) -> Html:
    problems = [each for each in getattr(error, "problems", ()) if isinstance(each, Problem)]
    message = str(error).split("\n")[0] if problems else str(error)
    text = problem_line(problems[0]) if len(problems) == 1 else cut_lines(message)
    several = problems_of(problems) if len(problems) > 1 else None
    failed = failures_of(getattr(getattr(error, "batch", None), "failed", ()))
    name = tag("span", type(error).__name__, class_="lso-bad")
    message = tag("div", text, class_="lso-message")
    notes = [note(cut(each, 400)) for each in getattr(error, "__notes__", ())]
    return joined([heading(name), message, several, failed, _request(error), notes])


def cut_lines(text: str) -> Html:
    """Return a text of several lines, without secrets."""
    lines = text.split("\n")
    return joined([[cut(line, 1_000), tag("br")] for line in lines[:-1]] + [cut(lines[-1], 1_000)])


def _request(error: LabelStudioError) -> Html | None:
    """Return the request that failed, in a line."""
    status = f"{error.status}" if error.status else ""
    request = f"{error.method} {error.path}" if error.method and error.path else ""
    id = f"error id {error.error_id}" if error.error_id else ""
    facts = [each for each in (status, request, id) if each and each not in str(error)]
    return note(cut(" · ".join(facts), 400)) if facts else None
