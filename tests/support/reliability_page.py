"""docs/reliability.md: what the tests found, as a page."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Mapping
from pathlib import Path

from label_studio_orm import Project
from label_studio_orm.tuning import Tuning
from support.faults import ALL_KINDS
from support.reliability import OPERATIONS, Operation

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"

Cells = Mapping[tuple[str, str], str]  # (operation, kind of fault) → outcome

# How each fault is headed, and what it is.
FAULTS = {
    "cut before": "connection lost before the server sees the request",
    "502": "a gateway answers 502, the server sees nothing",
    "503": "the same with 503",
    "504": "the same with 504",
    "429": "the same with 429",
    "drop in": "connection lost in the middle of the request",
    "cut during": "connection lost while the server works on it",
    "504 during": "a gateway answers 504 while the server works on it",
    "cut after": "connection lost when the server is done, before its answer",
    "502 after": "a gateway answers 502 when the server is done",
    "504 after": "the same with 504",
    "slow": "the answer comes after the client's timeout",
    "drop out": "connection lost in the middle of the answer",
    "repeat": "the answer comes twice",
}

TEXT = """\
# Reliability

What becomes of an operation when one of its requests goes wrong. No line of the tables is written
by hand: each cell is a test ([tests/live/test_faults.py](../tests/live/test_faults.py)) that runs
the operation on a real Label Studio ({version}), through a proxy that harms the named request once.
What was done is then read from the server's database. `make reliability` tries each cell and writes
this page anew; `make test` tries one of those that look alike both to the client and to the server,
as a 502 and a 504, and fails where it is not true any more.

- **done**: the result is complete, in spite of the fault. Nothing is lost, nothing is there twice.
- **again**: an error; the same call, made again, completes it, and nothing is there twice.
- **unknown**: an error that says what may have been made or not; you look before you go on.

In all of them nothing temporary is left: no view and no snapshot at the server, no `.part` file.

{table}

The faults:

{faults}

## More than one fault

The same tests run imports, batches, exports, reading and uploads under faults at random, which may
harm each request. `make faults` does so for 200 imports of 5,000 rows, half of them with `key=`,
and kills 20 imports with `kill -9`. Where an import ends in an error, it is checked that what the
error says is true, and that going on as it says gives each row exactly once.

An import with `key=` is the one to choose for what may be cut short: it can be called again
whatever happened, even after the process was killed.

```python
from label_studio_orm import LabelStudio

ls = LabelStudio()
config = '<View><Text name="text" value="$text"/></View>'
project = ls.projects.create(title="Reviews", label_config=config)
rows = [{{"id": number, "text": f"Review {{number}}"}} for number in range(100)]

assert project.import_tasks(rows, key="id").created == 100
assert project.import_tasks(rows, key="id").skipped == 100  # nothing is sent again
```

## What an import cannot tell apart

{cannot}

## What is not covered

- Servers that import and export in a queue (all editions but Community): what is tested of them is
  tested with canned answers.
- More than one client at work in the same project at the same time, but for what is said above.
- A request for a sync that reaches the server more than {begins_within:g} s after it was lost. If
  the sync is called again by then, as the error says, the server works on two at once: one may
  fail, and tasks may be there twice.
- A server that loses what it has confirmed, or a disk that is full.
- Label Studio keeps the file of a removed snapshot in its media folder; there is no request to
  remove it.
"""


def page(cells: Cells, version: str) -> str:
    return TEXT.format(
        table=_table(cells),
        faults="\n".join(f"- **{kind}**: {what}" for kind, what in FAULTS.items()),
        cannot=_from_docstring(),
        version=version,
        begins_within=Tuning().sync_begin_timeout,
    )


def read() -> dict[tuple[str, str], str]:
    """Return the cells of the page as it is; none if there is no page."""
    found: dict[tuple[str, str], str] = {}
    text = PAGE.read_text() if PAGE.exists() else ""
    names = {(_named(each), _asked(each)): each.__name__ for each in OPERATIONS}
    for line in text.splitlines():
        parts = [part.strip() for part in line.strip("|").split(" | ")]
        operation = names.get((parts[0], parts[1] if len(parts) > 1 else ""))
        if operation:
            found |= {
                (operation, kind): said for kind, said in zip(ALL_KINDS, parts[2:], strict=True)
            }
    return found


def version() -> str:
    """Return the server's version that the page names."""
    said = re.search(r"real Label Studio \(([^)]+)\)", PAGE.read_text() if PAGE.exists() else "")
    return said[1] if said else ""


def _table(cells: Cells) -> str:
    head = ["operation", "request that goes wrong", *ALL_KINDS]
    lines = [head, ["---"] * len(head)]
    for each in OPERATIONS:
        outcomes = [cells.get((each.__name__, kind), "?") for kind in ALL_KINDS]
        lines.append([_named(each), _asked(each), *outcomes])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _named(operation: type[Operation]) -> str:
    return operation.name


def _asked(operation: type[Operation]) -> str:
    return operation.decisive


def _from_docstring() -> str:
    """Return what the docstring of the import says of it."""
    said = inspect.getdoc(Project.import_tasks) or ""
    (found,) = [part for part in said.split("\n\n") if part.startswith("Where the answer to a")]
    return "\n".join(textwrap.wrap(" ".join(found.split()), 100))
