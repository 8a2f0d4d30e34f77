"""A folder is a layer, and imports point downwards."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from label_studio_orm.records.enterprise.annotation import EnterpriseAnnotation
from label_studio_orm.records.enterprise.member import EnterpriseMember
from label_studio_orm.records.enterprise.organization import EnterpriseOrganization
from label_studio_orm.records.enterprise.project import EnterpriseProject
from label_studio_orm.records.enterprise.task import EnterpriseTask
from label_studio_orm.records.enterprise.tasks import EnterpriseTasks
from label_studio_orm.records.overview import Overview
from label_studio_orm.records.renames import Renames
from label_studio_orm.records.task_files import TaskFiles
from label_studio_orm.records.transfers import Transfers

ENTERPRISE = (
    *(EnterpriseProject, EnterpriseTask, EnterpriseTasks, EnterpriseAnnotation),
    *(EnterpriseOrganization, EnterpriseMember),
)
PACKAGE = Path(__file__).parents[2] / "label_studio_orm"

# From the top down: a layer may use those below it.
LAYERS = (
    "__init__",
    "compat",
    "aio",
    "thread_pool",
    "notebook",
    "testing",
    "server",
    "client",
    "connecting",
    "records",
    "transfer",
    "data_manager",
    "features",
    "probes",
    "server_version",
    "orm",
    "labeling",
    "tables",
    "http",
    "progress",
    "limits",
    "interruption",
    "tuning",
    "extras",
    "errors",
    "folders",
    "display",
    "text",
    "redaction",
    "stack",
    "signatures",
    "secret",
)
# A property that names a class of a front end, for type checkers; it is imported when it is used.
FOR_TYPES = {("records/project.py", "label_studio_orm.compat.project.Project")}
MODULES = sorted(PACKAGE.rglob("*.py"))


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Yield what a module imports, as "package.module": also in functions, and for types only."""
    tree = ast.parse(path.read_text())
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
            if (str(path.relative_to(PACKAGE)), name) in FOR_TYPES:
                continue
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


def test_labeling_can_be_used_on_its_own() -> None:
    names = {name for path in (PACKAGE / "labeling").rglob("*.py") for name in imports(path)}
    own = {name.split(".")[1] for name in names if name.startswith("label_studio_orm.")}
    assert own <= {"labeling", *LAYERS[LAYERS.index("limits") :]}


def test_transfer_uses_what_is_not_public_of_records_through_its_ports_only() -> None:
    for path in set((PACKAGE / "transfer").rglob("*.py")) - {PACKAGE / "transfer" / "ports.py"}:
        assert list(private_accesses(path)) == [], path.name


def private_accesses(path: Path) -> Iterator[str]:
    """Yield the private attributes of other objects that a module uses."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and node.attr[0] == "_" != node.attr[1]:
            owner = ast.unparse(node.value)
            if owner not in ("self", "cls") and node.attr != "_tuning":  # of a client, for all
                yield f"{owner}.{node.attr}"


def test_verbs_of_projects_and_tasks_are_plain_classes() -> None:
    for mixin in (Transfers, Renames, Overview, TaskFiles, *ENTERPRISE):
        assert mixin.__bases__ == (object,)


def test_labeling_has_no_circle_of_imports() -> None:
    below = {name_of(path): set(own_imports(path)) for path in (PACKAGE / "labeling").rglob("*.py")}
    while below:
        lowest = [name for name, names in below.items() if not names & below.keys() - {name}]
        assert lowest, f"These import each other: {sorted(below)}"
        for name in lowest:
            del below[name]


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def own_imports(path: Path) -> Iterator[str]:
    """Yield the modules of the package that a module imports."""
    for name in imports(path):
        is_module = (PACKAGE.parent / name.replace(".", "/")).with_suffix(".py").exists()
        yield name if is_module else name.rpartition(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_class_casts_itself(path: Path) -> None:
    casts = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "cast"
        and ast.unparse(node.args[1]) == "self"
    ]
    assert casts == []
