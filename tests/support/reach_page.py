"""docs/explanation/servers.md, generated from the outcomes of `make reach`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from .targets import TARGETS, Target

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "servers.md"
PASSED, REFUSED, FAILED, SKIPPED = "passed", "refused", "failed", "skipped"
LONGEST = 400  # characters of an error
PROPER = ("Python", "JSON", "YOLO", "COCO", "VOC", "NUL", "URL", "URLs", "Enterprise", "Arrow")
NAMES = {name.lower(): name for name in PROPER}
FRONTS = {"gunicorn": "gunicorn", "uwsgi": "uWSGI", "uwsgi+nginx": "uWSGI, nginx"}

TEXT = """\
# Servers

The package is tested with Label Studio {oldest} to {newest}, on SQLite and PostgreSQL, on its
development server, gunicorn, uWSGI, and uWSGI behind nginx. If a version or database lacks a
feature, the package uses another way if there is one. Otherwise it raises an error that names the
version or database, before anything is changed:

```python
from label_studio_orm import LabelStudio, Task, Unsupported

ls = LabelStudio()
print(ls.info)  # ServerInfo(version="{newest}", edition="Community")
project = ls.projects.create(title="Reviews")
project.import_tasks([{{"text": "A fine film.", "split": "train"}}])
text, split = Task.data["text"], Task.data["split"]
few = ((text == "a") & (split == "train")) | ((text == "b") & (split == "dev"))
assert project.tasks.filter(few).count() == 0  # on any version
try:
    project.tasks.filter(few).save_as_view("Few")
except Unsupported as error:
    print(error)  # Label Studio 1.20.0 cannot combine `or` with `and` in one filter; …
project.delete()
```

On SQLite, let one process write at a time: the database refuses others with "database is locked".
Use PostgreSQL for several workers or many users.

## How this page is generated

`make reach` starts each of these servers, runs the steps of `tests/reach` on it and generates
everything below; `make reach REACH=1.20.0` tests one server only. Each step compares results with
expected values: filters, for example, with what Python finds in the same {rows:,} rows. A step
passes (✓), or is refused (✗) by an error that names the version or database. Any other error or a
wrong value fails the step and `make reach`.

`make reach` installs each version of Label Studio, and gunicorn and uWSGI ({uwsgi}) from PyPI, in
separate environments. PostgreSQL and nginx come from Debian: `apt-get install postgresql
nginx-light`. A server whose programs are missing is skipped, and named here.
{left_out}
## Results

The number of steps that pass, and that are refused. The endurance steps need a server with several
workers.

{table}

## Missing features by server

Each refused step, with the text of the error. Fields that a version lacks also raise an error, and
are listed together.

{lacks}

## The steps

{steps}
"""


@frozen
class Step:
    """A step and its outcome on a server."""

    area: str
    name: str
    outcome: str
    text: str = ""

    @classmethod
    def of(cls, found: Mapping[str, str]) -> Step:
        return cls(found["area"], _sentence(found["step"]), found["outcome"], found["text"])


Outcomes = Mapping[str, Sequence[Step]]  # by the names of targets


def page(outcomes: Outcomes, left_out: Mapping[str, str], *, rows: int, uwsgi: str) -> str:
    """Return the page; `left_out` maps servers that this machine cannot run to the reasons."""
    return TEXT.format(
        oldest=TARGETS[0].version,
        newest=TARGETS[-1].version,
        rows=rows,
        uwsgi=uwsgi,
        left_out=_left_out(left_out),
        table=_table(outcomes),
        lacks="\n\n".join(_lacking(name, steps) for name, steps in outcomes.items()),
        steps="\n\n".join(_steps(outcomes)),
    )


def _left_out(reasons: Mapping[str, str]) -> str:
    """List the servers that are not on the page."""
    lines = [f"- {_title(Target.of(name))} was skipped: {why}." for name, why in reasons.items()]
    return "\n" + "\n".join(lines) + "\n" if lines else ""


def _table(outcomes: Outcomes) -> str:
    """Areas as rows, servers as columns."""
    targets = [Target.of(name) for name in outcomes]
    lines = [["", *map(_title, targets)], ["---"] * (len(targets) + 1)]
    for area in _areas(outcomes):
        own = [[step for step in steps if step.area == area] for steps in outcomes.values()]
        lines.append([area.replace("_", " "), *map(_counts, own)])
    lines.append(["**all**", *map(_counts, outcomes.values())])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _counts(steps: Iterable[Step]) -> str:
    found = [step.outcome for step in steps]
    passed, refused, failed = (found.count(each) for each in (PASSED, REFUSED, FAILED))
    words = [f"{passed} ✓" if passed else "", f"{refused} ✗" if refused else ""]
    words.append(f"{failed} **failed**" if failed else "")
    return ", ".join(filter(None, words)) or "–"


def _lacking(name: str, steps: Iterable[Step]) -> str:
    """List what a server lacks: the text of each error, or the names of fields."""
    lines = [
        f"- {step.area.replace('_', ' ')}, {step.name}: "
        f"{'**failed**: ' if step.outcome == FAILED else ''}{_shortened(step.text)}"
        for step in steps
        if step.outcome in (REFUSED, FAILED) or (step.outcome == PASSED and step.text)
    ]
    body = "\n".join(lines) or "Nothing."
    return f"### {_title(Target.of(name))}\n\n{body}"


def _steps(outcomes: Outcomes) -> Iterable[str]:
    """List the names of all steps, area by area."""
    for area in _areas(outcomes):
        steps = [step for found in outcomes.values() for step in found if step.area == area]
        names = dict.fromkeys(step.name for step in steps)
        yield f"**{area.replace('_', ' ')}** ({len(names)}): {'; '.join(_grouped(names))}."


def _grouped(names: Iterable[str]) -> Iterable[str]:
    """Combine the names of parametrized steps: "a file becomes tasks (json, csv)"."""
    groups: dict[str, list[str]] = {}
    for name in names:
        base, _, parameter = name.partition(" (")
        groups.setdefault(base, []).extend([parameter.rstrip(")")] if parameter else [])
    for base, parameters in groups.items():
        yield f"{base} ({', '.join(parameters)})" if parameters else base


def _areas(outcomes: Outcomes) -> list[str]:
    return sorted({step.area for steps in outcomes.values() for step in steps})


def _title(target: Target) -> str:
    parts = [target.version, "PostgreSQL" if target.database else "", FRONTS.get(target.front, "")]
    return " ".join(filter(None, parts))


def _sentence(name: str) -> str:
    """Convert the name of a test to words: "a file becomes tasks (csv)"."""
    base, _, parameter = name.partition("[")
    words = " ".join(NAMES.get(word, word) for word in base.split("_"))
    return f"{words} ({parameter.rstrip(']').replace('_', ' ')})" if parameter else words


def _shortened(text: str) -> str:
    """Return a text as one list item, without temporary addresses."""
    line = re.sub(r"http://127\.0\.0\.1:\d+", "http://…", " ".join(text.split()))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
