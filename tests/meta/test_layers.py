"""A folder is a layer, and imports point downwards."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "label_studio_orm"

# From the top down: a layer may use those below it.
LAYERS = (
    "__init__",
    "server",
    "client",
    "records",
    "transfer",
    "data_manager",
    "features",
    "probes",
    "server_version",
    "progress",
    "orm",
    "tables",
    "http",
    "labeling",
    "limits",
    "errors",
    "text",
    "redaction",
    "secret",
)
MODULES = sorted(PACKAGE.rglob("*.py"))


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Yield the run-time imports of a module, as "package.module"."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    package = ("label_studio_orm", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = (*base, *filter(None, [node.module]))
            yield from (".".join((*module, name.name)) for name in node.names)


def test_every_module_has_a_layer() -> None:
    assert {layer_of(path) for path in MODULES} == set(LAYERS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    own = LAYERS.index(layer_of(path))
    for name in imports(path):
        if name.startswith("label_studio_orm.") and layer_of(path) != "__init__":
            layer = name.split(".")[1]
            assert layer in LAYERS, f"{path.name} imports {name} from the top"
            assert LAYERS.index(layer) >= own, f"{path.name} imports {name}, which is above it"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_wire_imports_requests(path: Path) -> None:
    wire = {name.split(".")[0] for name in imports(path)} & {"requests", "urllib3"}
    assert not wire or layer_of(path) == "http"


def test_orm_is_independent_of_label_studio() -> None:
    for path in (PACKAGE / "orm").glob("*.py"):
        tree = ast.parse(path.read_text())
        texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
        paths = [text for text in texts if isinstance(text, str) and text.startswith("/api")]
        assert paths == [], path.name
