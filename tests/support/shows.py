"""What the tests of storages show, and the table that is made of it."""

from __future__ import annotations

import ast
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "storages.md"
PROVIDERS = {
    "s3": "S3",
    "s3s": "S3 with IAM role",
    "gcs": "Google Cloud Storage",
    "azure": "Azure Blob",
    "redis": "Redis",
    "local": "local files",
}
EACH = ("s3", "gcs", "azure", "redis", "local")  # what a test runs with that is marked for "each"
OPERATIONS = ("create", "validate", "list", "update", "sync in", "sync out", "delete")


def shown() -> dict[tuple[str, str], str]:
    """Return how each operation of a provider is shown: the best way of those that are marked.

    Tests are marked as `@pytest.mark.shows("s3", "create", "list")`.
    """
    found: dict[tuple[str, str], str] = {}
    for path in sorted(TESTS.rglob("test_storage*.py")):
        for provider, operations in _marks(ast.parse(path.read_text(encoding="utf-8"))):
            how = _how(path, provider)
            for operation in operations:
                if found.get((provider, operation), "request") == "request":
                    found[provider, operation] = how
    return found


def _how(path: Path, provider: str) -> str:
    if "contract" in path.stem:
        return "request"
    return "live" if provider == "local" else "emulator"


def _marks(tree: ast.AST) -> list[tuple[str, list[str]]]:
    """Return which operations are marked for which provider."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    marks = [call for call in calls if ast.unparse(call.func) == "pytest.mark.shows"]
    found = []
    for mark in marks:
        named, *operations = [ast.literal_eval(argument) for argument in mark.args]
        providers = EACH if named == "each" else (named,)
        found += [(provider, operations) for provider in providers]
    return found


def table() -> str:
    found = shown()
    lines = [f"| | {' | '.join(OPERATIONS)} |", f"| --- |{' --- |' * len(OPERATIONS)}"]
    for provider, title in PROVIDERS.items():
        cells = [found.get((provider, operation), "–") for operation in OPERATIONS]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


BEGIN, END = "<!-- made by the tests: make storages -->\n", "<!-- until here -->\n"


def with_table(page: str) -> str:
    """Return the page with the table of what the tests show now."""
    before, rest = page.split(BEGIN)
    return before + BEGIN + table() + END + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
