"""The examples of what only Enterprise has run on a fake one."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.enterprise import EnterpriseServer, running

import label_studio_orm
from label_studio_orm import Task
from label_studio_orm.records import enterprise as package

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs/guide/enterprise").glob("*.md"))
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
MODULES = [
    module.name for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
]


@pytest.fixture
def fresh_enterprise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[EnterpriseServer]:
    """A fake Label Studio Enterprise in the environment, and a folder to write to."""
    monkeypatch.chdir(tmp_path)
    with running() as server:
        monkeypatch.setenv("LABEL_STUDIO_URL", server.url)
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", server.api_key)
        yield server


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str, fresh_enterprise: EnterpriseServer) -> None:
    ls = fresh_enterprise.client
    project = ls.projects.get(2)
    names = {
        "ls": ls,
        "project": project,
        "task": project.tasks.get(3),
        "annotation": project.tasks.get(3).annotations[0],
        "Task": Task,
    }
    module = importlib.import_module(name)
    result = doctest.testmod(module, extraglobs=names, optionflags=doctest.ELLIPSIS)
    assert result.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_run_from_top_to_bottom(
    page: Path, fresh_enterprise: EnterpriseServer
) -> None:
    text = page.read_text()
    names: dict[str, Any] = {}
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start(1))
        exec(compile("\n" * line + block[1], str(page), "exec"), names)


@pytest.mark.parametrize("name", MODULES)
def test_classes_tell_how_they_were_checked(name: str) -> None:
    module = importlib.import_module(name)
    own = [each for each in vars(module).values() if getattr(each, "__module__", "") == name]
    public = [each for each in own if each.__name__ in label_studio_orm.__all__]
    for each in public:
        assert HONEST in " ".join((each.__doc__ or "").split()), each


HONEST = "Enterprise; checked against the official SDK's requests, not against a server."


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_tell_how_it_was_checked(page: Path) -> None:
    assert HONEST in " ".join(page.read_text().split())
