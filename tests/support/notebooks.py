"""The tutorials: run as a reader would, and stored with outputs that look the same every time.

`make notebooks` runs them all, and writes their outputs back.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from traitlets.config import Config

from label_studio_orm.server import LocalServer

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "tutorials"
# In the order of the site; the ids in the outputs depend on it.
NAMES = (
    *("images", "ner", "audio", "video"),
    *("llm-answers", "active-learning", "administration"),
)

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
ENCRYPTED = Config(KernelManager={"transport_encryption": "auto"})  # without it, kernels warn
CELL_TIMEOUT = 120  # seconds

# What differs from run to run, and what stands for it: Label Studio's usual address, and so on.
# Times until 2025 are data.
VOLATILE = (
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://localhost:8080"),
    (re.compile(r"\b[0-9a-f]{8}-(?=[\w-]+\.\w{3,4}\b)"), "1a2b3c4d-"),  # before names of uploads
    (re.compile(r"20(2[6-9]|[3-9]\d)-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?"), "2026-01-01 12:00"),
)
# API keys of both kinds, and folders of a machine.
PRIVATE = re.compile(
    r"\b[0-9a-f]{40}\b|eyJ[\w-]{20,}\.|(?:/home|/root|/tmp|/Users|/var|/private)/[\w.-]+"
)


def read(name: str) -> NotebookNode:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def run(name: str, server: LocalServer, folder: Path) -> NotebookNode:
    """Run a tutorial in a folder; errors are raised."""
    return execute(read(name), server, folder)


def execute(notebook: NotebookNode, server: LocalServer, folder: Path) -> NotebookNode:
    """Run a notebook in a folder, with the server in its environment."""
    shutil.copytree(FOLDER / "data", folder / "data")
    environ = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
        "LABEL_STUDIO_URL": server.url,
        "LABEL_STUDIO_API_KEY": server.api_key,
        "LABEL_STUDIO_ORM_PROGRESS": "0",
        "XDG_CACHE_HOME": str(folder / "cache"),
        "IPYTHONDIR": str(folder / "ipython"),  # without settings of the developer
    }
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_TIMEOUT,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        config=ENCRYPTED,
    )
    return client.execute(env=environ)


def outputs(notebook: NotebookNode) -> list[NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", ())]


def shown(notebook: NotebookNode) -> list[str]:
    """Return the text of all outputs, in each of their formats; not pictures."""
    return [place[key] for place, key in texts(notebook)]


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Replace what differs from run to run."""
    notebook.metadata = NotebookNode(kernelspec=KERNEL, language_info={"name": "python"})
    for place, key in texts(notebook):
        place[key] = _without_volatile(place[key])
    return notebook


def private(notebook: NotebookNode) -> list[str]:
    """Return API keys and folders that outputs show."""
    return [match[0] for text in shown(notebook) for match in PRIVATE.finditer(text)]


def texts(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, str]]:
    """Yield where the text of outputs is: a dict and a key."""
    for output in outputs(notebook):
        data = output.get("data", {})
        yield from ((data, kind) for kind in data if kind.startswith("text/"))
        if "text" in output:
            yield output, "text"


def _without_volatile(text: str) -> str:
    for pattern, instead in VOLATILE:
        text = pattern.sub(instead, text)
    return text


def main() -> None:
    with LocalServer() as server:
        for name in NAMES:
            with tempfile.TemporaryDirectory() as folder:
                notebook = tidy(run(name, server, Path(folder)))
            if found := private(notebook):
                raise SystemExit(f"{name}.ipynb would show {found}")
            nbformat.write(notebook, FOLDER / f"{name}.ipynb")
            print(name)


if __name__ == "__main__":
    main()
