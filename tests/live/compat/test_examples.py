"""The steps that the old SDK documents run on both packages; only the import line differs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from compared import HERE, MISSING, OLD, ROOT
from support.old_enterprise import answer_as_enterprise
from support.stub import running_stub

from label_studio_orm.server import LocalServer

EXAMPLES = sorted(HERE.glob("examples/*.py"))
ENTERPRISE = "members"

pytestmark = pytest.mark.skipif(not OLD.exists(), reason=MISSING)


@pytest.fixture(scope="module")
def urls_and_keys(local_server: LocalServer) -> Iterator[dict[str, tuple[str, str]]]:
    """The URL and the key of a real server, and of a stub of Enterprise."""
    with running_stub() as stub:
        answer_as_enterprise(stub)
        yield {"": (local_server.url, local_server.api_key), ENTERPRISE: (stub.url, "key")}


def printed(python: Path | str, code: str, server: tuple[str, str], folder: Path) -> str:
    """Run a script; return what it prints."""
    folder.mkdir()
    names = dict(zip(("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"), server, strict=True))
    own = {} if python == OLD else {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [python, "-W", "ignore", "-c", code],
        env={**{name: os.environ[name] for name in ("PATH", "HOME")}, **own, **names},
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_prints_the_same(
    path: Path, urls_and_keys: dict[str, tuple[str, str]], tmp_path: Path
) -> None:
    code = path.read_text()
    server = urls_and_keys.get(path.stem, urls_and_keys[""])
    old = printed(OLD, code, server, tmp_path / "old")
    code = code.replace("from label_studio_sdk", "from label_studio_orm.compat")
    assert printed(sys.executable, code, server, tmp_path / "new") == old != ""
