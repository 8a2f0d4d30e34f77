"""The operations that Label Studio documents, and the live tests that show each of them.

A test is marked as `@pytest.mark.operations("webhooks.create", "webhooks.list")`. The tests of
storages are marked as `@pytest.mark.shows("each", "create", "list")`, for both ways of a provider.
"""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from attrs import evolve, frozen
from contract import coverage
from contract.call import FACTS

from .shows import EACH

TABLE = Path(__file__).with_name("operations.tsv")
LIVE = Path(__file__).parents[1] / "live"
WAYS = {"import_storages": "import_storage", "export_storages": "export_storage"}
SYNCS = {"sync in": "import_storage", "sync out": "export_storage"}


# Operations that we have another request for, which does the same and more.
INSTEAD = MappingProxyType(
    {
        "annotations.list": ("GET", "/api/tasks/{id}/", "a task is read with its annotations"),
        "tasks.delete_all_tasks": (
            "POST",
            "/api/dm/actions/",
            "the action tells the webhooks of the project, and keeps its counters right",
        ),
    }
)


@frozen
class Operation:
    """A row of the table: a request that the server's OpenAPI document names."""

    name: str
    method: str
    path: str
    edition: str
    why: str = ""  # we send another request than the one of the table

    def is_sent_by(self, method: str, path: str) -> bool:
        """Tell whether a request is of this operation; the slash at the end is optional."""
        template = re.sub(r"\\{\w+\\}", r"\\d+", re.escape(self.path.rstrip("/")))
        template = template.replace(r"upload/\d+", "upload/.+")  # the one name that is no id
        return method == self.method and bool(re.fullmatch(template, path.rstrip("/")))


def all_operations() -> dict[str, Operation]:
    """Return every operation of the table, by name."""
    with TABLE.open(newline="") as file:
        rows = [Operation(*row.values()) for row in csv.DictReader(file, delimiter="\t")]
    return {row.name: _as_we_send(row) for row in rows}


def _as_we_send(row: Operation) -> Operation:
    if row.name not in INSTEAD:
        return row
    method, path, why = INSTEAD[row.name]
    return evolve(row, method=method, path=path, why=why)


def community() -> dict[str, Operation]:
    """Return the operations of the Community edition."""
    return {name: each for name, each in all_operations().items() if each.edition == "oss"}


# -- what is marked --------------------------------------------------------------------------------


def live_tests() -> dict[str, list[str]]:
    """Return the live tests of each operation that one is marked for."""
    found: dict[str, list[str]] = {}
    for path in sorted(LIVE.rglob("test_*.py")):
        for test, mark, arguments in _marks(ast.parse(path.read_text(encoding="utf-8"))):
            named = f"{path.relative_to(LIVE.parents[1]).as_posix()}::{test}"
            for name in _names(mark, arguments):
                found.setdefault(name, []).append(named)
    return found


def _marks(tree: ast.AST) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each mark of a test: the test, the mark's name and its arguments."""
    for test in ast.walk(tree):
        for decorator in getattr(test, "decorator_list", ()):
            for call in ast.walk(decorator):
                name = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
                if name in ("pytest.mark.operations", "pytest.mark.shows"):
                    yield test.name, name, [ast.literal_eval(each) for each in call.args]


def _names(mark: str, arguments: list[str]) -> list[str]:
    if mark == "pytest.mark.operations":
        return arguments
    provider, *verbs = arguments
    providers = EACH if provider == "each" else (provider,)
    return [name for each in providers for name in of_storages(each, verbs, WAYS.values())]


def of_storages(provider: str, verbs: Iterable[str], ways: Iterable[str]) -> Iterator[str]:
    """Yield the names of what `shows` says of a provider: "sync in" is `import_storage.s3.sync`."""
    for verb in verbs:
        for way in (SYNCS[verb],) if verb in SYNCS else ways:
            yield f"{way}.{provider}.{'sync' if verb in SYNCS else verb}"


def shown_by(test: str) -> list[Operation]:
    """Return the operations of label-studio-sdk that `contract/coverage.py` names a test for."""
    captured = json.loads((FACTS / "operations.json").read_text())["live"]
    named = {name: live for name, live in coverage.LIVE.items() if live.test == test}
    return [_of_sdk(name, live, captured[name]) for name, live in named.items()]


def _of_sdk(name: str, live: coverage.Live, request: str) -> Operation:
    if live.instead:
        method, path, why = live.instead
        return Operation(name, method, path, "oss", why)
    method, _, route = request.partition(" ")
    return Operation(name, method, route.replace("{}", "{id}"), "oss")


def marked(item: pytest.Item) -> list[Operation]:
    """Return the operations that a test must send, with its parameters."""
    others = shown_by(item.nodeid.partition("[")[0])
    names = [name for mark in item.iter_markers("operations") for name in mark.args]
    params: Mapping[str, object] = getattr(getattr(item, "callspec", None), "params", {})
    ways = [WAYS[way] for way in WAYS if way in map(str, params.values())] or WAYS.values()
    for mark in item.iter_markers("shows"):
        provider, *verbs = mark.args
        provider = params["place"] if provider == "each" else provider
        names += of_storages(str(provider), verbs, ways)
    table = all_operations()
    if unknown := [name for name in names if name not in table]:
        pytest.fail(f"marked for {', '.join(unknown)}, but {TABLE.name} has no such operation")
    return [*others, *(table[name] for name in names)]


def check_sent(marked: Iterable[Operation], sent: Iterable[tuple[str, str]]) -> None:
    """Fail for operations that no request was sent of."""
    sent = set(sent)
    for each in marked:
        if not any(each.is_sent_by(*request) for request in sent):
            pytest.fail(
                f"marked for {each.name}, but it did not send {each.method} {each.path} "
                "with success",
                pytrace=False,
            )
