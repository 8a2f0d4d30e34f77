"""Take the pictures of displays that the documentation has: `make pictures`.

A notebook is run on a real server. Chromium shows its outputs as JupyterLab does, and takes a
picture of each named one, in light and dark. Pages get their widths.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from PIL import Image

from label_studio_orm.server import LocalServer

from .. import notebooks
from . import CELLS, FOLDER, SCALE, THEMES
from .camera import Camera
from .page import page

MARK = "# %%"
WIDTH = re.compile(r'(?P<before>/(?P<name>\w+)-light\.png" width=")\d+')  # of a picture on a page


def notebook() -> NotebookNode:
    """Return cells.py as a notebook, whose cells have their names."""
    cells = []
    for part in CELLS.read_text().split(f"\n{MARK}")[1:]:
        name, _, source = part.partition("\n")
        tags = ["raises-exception"] if name.strip() == "error" else []
        marks = {"picture": name.strip(), "tags": tags}
        cells.append(nbformat.v4.new_code_cell(source.strip(), metadata=marks))
    return nbformat.v4.new_notebook(cells=cells)


def run() -> dict[str, NotebookNode]:
    """Return the output of each cell that has a name."""
    with LocalServer() as server, tempfile.TemporaryDirectory() as folder:
        done = notebooks.tidy(notebooks.execute(notebook(), server, Path(folder)))
    for place, key in notebooks.texts(done):
        place[key] = place[key].replace("1a2b3c4d-", "")
    if found := notebooks.private(done):
        raise SystemExit(f"The pictures would show {found}.")
    return {cell.metadata.picture: cell.outputs[-1] for cell in done.cells if cell.metadata.picture}


def main(wanted: list[str]) -> None:
    outputs = run()
    FOLDER.mkdir(exist_ok=True)
    with Camera(SCALE) as camera:
        for name, output in outputs.items():
            if wanted and name not in wanted:
                continue
            for theme in THEMES:
                file = FOLDER / f"{name}-{theme}.png"
                file.write_bytes(camera.take(page(output, theme), theme))
                print(file.name, file.stat().st_size // 1024, "KB")
    for path in FOLDER.parent.rglob("*.md"):
        path.write_text(WIDTH.sub(_with_width, path.read_text()))


def _with_width(found: re.Match[str]) -> str:
    with Image.open(FOLDER / f"{found['name']}-light.png") as image:
        return f"{found['before']}{image.width // SCALE}"


if __name__ == "__main__":
    main(sys.argv[1:])
