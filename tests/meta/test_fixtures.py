"""A fixture has one name and one meaning in the whole test tree."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
GENERATORS = ("Iterator", "Generator")


def fixtures() -> Iterator[tuple[str, str, Path]]:
    """Yield the name, the type and the file of every fixture."""
    for path in sorted(TESTS.rglob("*.py")):
        nodes = [*ast.walk(ast.parse(path.read_text()))]
        own = {node.name for node in nodes if isinstance(node, ast.ClassDef)}
        for node in nodes:
            if isinstance(node, ast.FunctionDef) and any(map(is_fixture, node.decorator_list)):
                found = type_of(node.returns)  # classes of two files may have the same name
                yield node.name, f"{found} of {path.stem}" if found in own else found, path


def is_fixture(decorator: ast.expr) -> bool:
    return ast.unparse(decorator).partition("(")[0] == "pytest.fixture"


def type_of(returns: ast.expr | None) -> str:
    """Return the annotation of what tests are given; a generator gives what it yields."""
    assert returns is not None
    if isinstance(returns, ast.Subscript) and ast.unparse(returns.value) in GENERATORS:
        return ast.unparse(returns.slice)
    return ast.unparse(returns)


def test_a_fixture_name_stands_for_one_type() -> None:
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, type, path in fixtures():
        found[name][type].append(str(path.relative_to(TESTS)))
    several = {name: dict(types) for name, types in found.items() if len(types) > 1}
    assert several == {}
