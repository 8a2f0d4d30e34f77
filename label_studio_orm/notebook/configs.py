"""Labeling configs: controls with their labels, object tags with their data, and problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..labeling.config import LabelConfig
from ..labeling.controls import Control, Label, Object
from ..labeling.diff import ConfigDiff
from ..labeling.problems import Problem
from ..records.config_check import ConfigCheck
from . import body_of
from .cells import counted, cut, folded, heading, note, note_of_more, table
from .drawing.palette import Colour, colour, picked
from .markup import Html, joined, tag

MOST_LABELS = 40  # of a control
MOST_CHECKED = 2_000  # labels: to check more takes too long for a display
MOST_PROBLEMS = 20
MOST_XML = 100_000  # characters
OPTIONS = ("required", "perRegion", "perItem")  # that tell how a control is answered


@body_of.register(LabelConfig)
def _(config: LabelConfig) -> Html:
    size = sum(map(len, config.labels.values()))
    problems = config.check() if size <= MOST_CHECKED else []
    what = f"{counted(len(config.controls), 'control')}, {counted(size, 'label')}"
    xml = tag("pre", config.xml[:MOST_XML], "…" if len(config.xml) > MOST_XML else "")
    parts = (controls_of(config), problems_of(problems), folded("XML", xml))
    return joined([heading(type(config).__name__, what), *parts])


def controls_of(config: LabelConfig) -> Html:
    """Return a table of the object tags of a config, and one of its controls."""
    objects = [_object_row(each) for each in config.objects.values()]
    controls = [_control_row(each) for each in config.controls.values()]
    return joined(
        [
            table(("object tag", "name", "shows"), objects) if objects else None,
            table(("control tag", "name", "for", "labels"), controls) if controls else None,
        ]
    )


def _object_row(shown: Object) -> tuple[object, ...]:
    return cut(shown.tag), tag("b", cut(shown.name)), tag("code", cut(shown.value))


def _control_row(control: Control) -> tuple[object, ...]:
    options = [cut(name) for name in OPTIONS if control.is_on(name)]
    if control.multiple and control.labels:
        options.append(cut("several answers"))
    about = note(" · ".join(options)) if options else None
    to = cut(", ".join(control.to_name))
    return joined([cut(control.tag), about]), tag("b", cut(control.name)), to, labels_of(control)


def labels_of(control: Control) -> Html:
    """Return the labels of a control in their colours."""
    labels = control.labels[:MOST_LABELS]
    more = len(control.labels) - len(labels)
    dynamic = "labels from the data" if control.has_external_labels else None
    rest = f"and {more:,} more" if more else dynamic
    return joined(
        [[(_pill(control, label), " ") for label in labels], note(rest) if rest else None]
    )


def _pill(control: Control, label: Label) -> Html:
    hotkey = label.options.get("hotkey")
    found = _colour_of(control, label)
    return tag(
        "span",
        cut(" / ".join(label.path), 60),
        style=f"--lso-colour:{found.css}" if found else None,
        title=f"hotkey {hotkey}" if hotkey else None,
        class_="lso-pill lso-coloured" if found else "lso-pill",
    )


def _colour_of(control: Control, label: Label) -> Colour | None:
    """Return the colour of a label: its own, or the one that the editor picks for its regions."""
    own = colour(label.options.get("background", ""))
    return own or (
        picked(label.options.get("value", label.name)) if control.labels_regions else None
    )


def problems_of(problems: Iterable[Problem]) -> Html | None:
    """Return a list of problems, each with its place."""
    found = list(problems)
    if not found:
        return None
    lines = [tag("li", problem_line(each)) for each in found[:MOST_PROBLEMS]]
    head = tag("b", counted(len(found), "problem"), class_="lso-bad")
    return tag("div", head, tag("ul", lines), note_of_more(len(found), MOST_PROBLEMS, "problems"))


def problem_line(problem: Problem) -> Html:
    """Return a problem with its place."""
    named = not problem.control or repr(problem.control) in problem.message
    control = "" if named else f" of {problem.control!r}"
    if not problem.path:
        return cut(problem.message, 400)
    return joined([tag("code", cut(problem.path)), cut(control), ": ", cut(problem.message, 400)])


@body_of.register(ConfigDiff)
def _(diff: ConfigDiff) -> Html:
    lost, gained = len(diff.lost), len(diff.gained)
    what = f"{lost:,} lost, {gained:,} gained" if lost or gained else str(diff)
    return joined([heading("ConfigDiff", what), changes_of(diff)])


def changes_of(diff: ConfigDiff) -> Html:
    """Return what is lost and what is gained, line by line."""
    return joined([_lines(diff.lost, "−", "lso-bad"), _lines(diff.gained, "+", "lso-good")])


def _lines(texts: Iterable[str], sign: str, kind: str) -> Iterator[Html] | list[Html]:
    return [tag("div", tag("span", f"{sign} ", cut(text, 200), class_=kind)) for text in texts]


@body_of.register(ConfigCheck)
def _(check: ConfigCheck) -> Html:
    good = bool(check)
    verdict = "can be saved without loss" if good else "accepted" if check.accepted else "refused"
    essentials = "changes controls, types or labels" if check.changes_essentials else ""
    mark = tag("span", verdict, class_="lso-good" if good else "lso-bad")
    changes = changes_of(check.diff) if check.diff else None
    return joined([heading("ConfigCheck", mark, essentials), problems_of(check.problems), changes])
