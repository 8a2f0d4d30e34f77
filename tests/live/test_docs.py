"""The examples of the README, the docs and the docstrings run."""

from __future__ import annotations

import doctest
import importlib.util
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.postgres import NewDatabase
from support.receiver import ENVIRON, ModelBackend, running
from support.texts import SENTIMENT, sentiment

import label_studio_orm
from label_studio_orm import LabelStudio, Project, Task, UploadedFile, connect
from label_studio_orm.labeling import LabelConfig, Span, choices, labels
from label_studio_orm.server import LocalServer

pure = importlib.import_module("label_studio_orm.labeling")
CONFIG = LabelConfig.create(
    {"text": "Text", "sentiment": choices("Good", "Bad"), "ner": labels("PER", "ORG")}
)
ROOT = Path(__file__).parents[2]
# Those of Enterprise run in tests/contract.
ENTERPRISE = ROOT / "docs/guide/enterprise"
PAGES = [
    ROOT / "README.md",
    *(page for page in sorted((ROOT / "docs").rglob("*.md")) if page.parent != ENTERPRISE),
]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
MODULES = ["label_studio_orm"] + [
    module.name
    for module in pkgutil.walk_packages(label_studio_orm.__path__, "label_studio_orm.")
    if ".records.enterprise" not in module.name
    and ">>>" in Path(importlib.util.find_spec(module.name).origin).read_text()  # type: ignore[union-attr,arg-type]
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the storages in docstrings."""
    folder = tmp_path_factory.mktemp("files") / "photos"
    folder.mkdir()
    for name in ("cat.jpg", "dog.jpg"):
        (folder / name).write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def local_server(folder: Path, new_database: NewDatabase) -> Iterator[LocalServer]:
    with LocalServer(database=new_database(), files=folder, environ=ENVIRON) as server:
        yield server


@pytest.fixture(scope="module")
def backend_url() -> Iterator[str]:
    """The URL of the ML backend in docstrings."""
    with running(ModelBackend()) as model:
        yield model.url


@pytest.fixture(autouse=True)
def _at_home(local_server: LocalServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run examples with a server in the environment, and in a folder to write to."""
    monkeypatch.setenv("LABEL_STUDIO_URL", local_server.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", local_server.api_key)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def _photos(tmp_path: Path) -> None:
    """Create the files that docstrings upload."""
    (tmp_path / "photos").mkdir()
    for name in ("cat.svg", "dog.svg"):
        (tmp_path / "photos" / name).write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if BLOCK.search(page.read_text())],
    ids=lambda page: str(page.relative_to(ROOT).with_suffix("")),
)
def test_the_examples_of_a_page_run_from_top_to_bottom(page: Path, ls: LabelStudio) -> None:
    for project in ls.projects:  # so that pages need not clean up after themselves
        project.delete()
    text = page.read_text()
    names: dict[str, Any] = {}
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start(1))
        exec(compile("\n" * line + block[1], str(page), "exec"), names)


@pytest.mark.usefixtures("_photos")
@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(
    name: str, ls: LabelStudio, folder: Path, backend_url: str
) -> None:
    text = {"text": "Ada joined ACME."}
    said = {"sentiment": "Good", "ner": [Span("PER", quote="Ada")]}
    module = importlib.import_module(name)
    names = {
        **{name: getattr(module, name, getattr(pure, name)) for name in pure.__all__},
        "config": CONFIG,
        "annotation": CONFIG.read(CONFIG.result(said, data=text), data=text),
        "ls": ls,
        "folder": folder,
        "backend_url": backend_url,
        "connect": connect,
        "Project": Project,
        "Task": Task,
        "UploadedFile": UploadedFile,
        "LocalServer": LocalServer,
    }
    if re.search(r"(>>>|\.\.\.) .*\b(project|task|ls)\b", inspect.getsource(module)):
        names |= one_task(ls)
    options = doctest.ELLIPSIS
    result = doctest.testmod(module, extraglobs=names, optionflags=options, verbose=False)
    assert result.failed == 0


def one_task(ls: LabelStudio) -> dict[str, Any]:
    """Return the only project, and its task with an annotation and a prediction."""
    for project in ls.projects:
        project.delete()
    project = ls.projects.create(title="Reviews", label_config=SENTIMENT)
    project.import_tasks([{"text": "Rarely seen a worse film."}])
    task = project.tasks[0]
    task.annotate(sentiment("Negative"))
    task.predict(sentiment("Negative"), score=0.91, model_version="m1")
    return {"project": project, "task": task}
