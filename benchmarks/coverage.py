"""How much of the API of Label Studio Community is shown live, operation by operation.

`python benchmarks/coverage.py` prints for each operation the record or the module that sends it,
and the test that shows it on a real server. A test fails unless it really sends what it is marked
for. The exit code is 1 if an operation has no test.
"""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "label_studio_orm"
STRINGS = (ast.Constant, ast.JoinedStr)
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.operations import Operation, community, live_tests  # noqa: E402

from label_studio_orm.records.registry import RECORDS, record_class  # noqa: E402


def main() -> int:
    """Print the table; return the exit code."""
    operations, tests = community(), live_tests()
    for name, operation in operations.items():
        print(f"{name:35} {sender(operation):28} {tests.get(name, ['-- no test --'])[0]}")
        if operation.why:
            print(f"{'':35} by {operation.method} {operation.path}: {operation.why}")
    shown = len(operations.keys() & tests.keys())
    print(f"{shown} of {len(operations)} operations of Label Studio Community are shown live.")
    return int(shown < len(operations))


def sender(operation: Operation) -> str:
    """Return what sends an operation: a record, else the module that has the start of its path."""
    path = _template(operation.path)
    for senders in (_records(), _modules()):
        if fitting := [prefix for prefix in senders if path.startswith(prefix)]:
            return senders[max(fitting, key=len)]
    return "LabelStudio.fetch"  # by the address in the data of a task


def _records() -> dict[str, str]:
    """Return the class of each path of records."""
    classes = [record_class(key) for key in RECORDS]
    return {_template(each._meta.collection): each.__name__ for each in classes}


@cache
def _modules() -> dict[str, str]:
    """Return the module of each path; those that only send are no reason for a request."""
    found: dict[str, str] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        if not {"testing", "server", "http"} & {*file.relative_to(PACKAGE).parts}:
            name = file.relative_to(PACKAGE).as_posix()
            own = {path: name for path in _paths(file) if path.startswith("/api/")}
            found = {**own, **found}  # the first module that has it
    return found


def _paths(file: Path) -> set[str]:
    """Return the strings of a module that may be paths."""
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    strings = (ast.unparse(node) for node in nodes if isinstance(node, STRINGS))
    return {_template(text.lstrip("f").strip("'\"")) for text in strings}


def _template(path: str) -> str:
    """Return a path with one placeholder for all names, and a slash at its end."""
    return re.sub(r"\{[^}]*\}", "{}", path).rstrip("/") + "/"


if __name__ == "__main__":
    sys.exit(main())
