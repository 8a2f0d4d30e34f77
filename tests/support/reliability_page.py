"""docs/explanation/reliability.md, generated from the outcomes of the tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from label_studio_orm.tuning import Tuning
from support.faults import ALL_KINDS
from support.reliability import OPERATIONS, Operation

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "reliability.md"

Cells = Mapping[tuple[str, str], str]  # (operation, kind of fault) → outcome

# The column of each fault, and its description.
FAULTS = {
    "cut before": "connection lost before the server sees the request",
    "502": "a gateway responds with 502, the server sees nothing",
    "503": "the same with 503",
    "504": "the same with 504",
    "429": "the same with 429",
    "drop in": "connection lost during the request",
    "cut during": "connection lost while the server processes the request",
    "504 during": "a gateway responds with 504 while the server processes the request",
    "cut after": "connection lost after the server has finished, before its response",
    "502 after": "a gateway responds with 502 after the server has finished",
    "504 after": "the same with 504",
    "slow": "the response arrives after the client's timeout",
    "drop out": "connection lost during the response",
    "repeat": "the response is sent twice",
}

TEXT = """\
# Reliability

This page lists the outcome of each operation if one of its requests fails. The tables are
generated: each cell is a test (`tests/live/test_faults.py`) that runs the operation on a
real Label Studio ({version}), through a proxy that injects one fault into the named request, and
then reads the outcome from the server's database. `make reliability` tests each
cell and regenerates this page. `make test` tests one cell of each group of faults that look alike
to both the client and the server, such as a 502 and a 504, and fails if the page is wrong.

- **done**: the result is complete in spite of the fault; nothing is lost or duplicated.
- **again**: an error; repeating the same call completes the operation, without duplicates.
- **unknown**: an error that says what may or may not exist; check before you continue.

Nothing temporary remains in any case: no view, no snapshot and no temporary model version on the
server, no `.part` file.

{table}

The faults:

{faults}

## Several faults

The same tests run imports, batches, exports, reads and uploads under random faults, which may
affect any request. `make faults` does so for 200 imports of 5,000 rows, half of them with `key=`,
and for 200 batches of 3,000 annotations and predictions; it kills 20 of each with `kill -9`. If an
import raises an error, the tests check that its text is true, and that following its advice imports
each row exactly once. Of a batch that was killed, the next batch of the project removes the
temporary predictions, and logs that; the annotations that it has made remain.

Use `key=` for imports that may be interrupted: such an import is idempotent and can be repeated
after any failure, even after the process was killed.

```python
from label_studio_orm import LabelStudio

ls = LabelStudio()
config = '<View><Text name="text" value="$text"/></View>'
project = ls.projects.create(title="Reviews", label_config=config)
rows = [{{"id": number, "text": f"Review {{number}}"}} for number in range(100)]

assert project.import_tasks(rows, key="id").created == 100
assert project.import_tasks(rows, key="id").skipped == 100  # nothing is sent again
```

## Limits of recovery

If the response to a request is lost, the import checks which tasks the server has, for as long
again as the request took (at least 5 seconds), and sends only what is missing. A request that
arrives even later is detected at the end, and its duplicates are removed. Tasks are compared by
`key`, or by their data and meta without a key. Therefore the import cannot distinguish the tasks of
a lost request from equal tasks that somebody else creates at the same time, and it cannot detect a
request that the server processes after the call has ended.

## What is not covered

- Servers that import and export in a queue (all editions except Community): these are tested with
  canned responses only.
- Several clients that write to the same project at the same time, except as described above.
- A sync request that reaches the server more than {begins_within:g} s after it was lost. If
  `sync()` is called again by then, as the error advises, the server runs two syncs at once: one may
  fail, and tasks may be duplicated.
- A server that loses what it has confirmed, or a full disk.
- Label Studio keeps the file of a deleted snapshot in its media folder; there is no request to
  remove it.
"""


def page(cells: Cells, version: str) -> str:
    return TEXT.format(
        table=_table(cells),
        faults="\n".join(f"- **{kind}**: {what}" for kind, what in FAULTS.items()),
        version=version,
        begins_within=Tuning().sync_begin_timeout,
    )


def read() -> dict[tuple[str, str], str]:
    """Return the cells of the existing page; none without a page."""
    found: dict[tuple[str, str], str] = {}
    text = PAGE.read_text() if PAGE.exists() else ""
    names = {(_named(each), _selection(each)): each.__name__ for each in OPERATIONS}
    for line in text.splitlines():
        parts = [part.strip() for part in line.strip("|").split(" | ")]
        operation = names.get((parts[0], parts[1] if len(parts) > 1 else ""))
        if operation:
            found |= {
                (operation, kind): said for kind, said in zip(ALL_KINDS, parts[2:], strict=True)
            }
    return found


def version() -> str:
    """Return the server version that the page names."""
    said = re.search(r"real Label Studio \(([^)]+)\)", PAGE.read_text() if PAGE.exists() else "")
    return said[1] if said else ""


def _table(cells: Cells) -> str:
    head = ["operation", "faulty request", *ALL_KINDS]
    lines = [head, ["---"] * len(head)]
    for each in OPERATIONS:
        outcomes = [cells.get((each.__name__, kind), "?") for kind in ALL_KINDS]
        lines.append([_named(each), _selection(each), *outcomes])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _named(operation: type[Operation]) -> str:
    return operation.name


def _selection(operation: type[Operation]) -> str:
    return operation.decisive
