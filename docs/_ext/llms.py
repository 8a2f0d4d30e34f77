"""llms.txt: all pages with a sentence each, for language models; see https://llmstxt.org.

Pages that are written in Markdown are linked as such, and copied beside their HTML.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes

GENERATED = "reference"  # its Markdown has directives only
OPTIONAL = ("changelog",)


def write(app: Any, error: Exception | None) -> None:
    if error is None and app.builder.name == "html":
        out = Path(app.outdir)
        for page in app.env.found_docs:
            if is_markdown(app, page):
                shutil.copyfile(app.env.doc2path(page), out / f"{page}.md")
        (out / "llms.txt").write_text("\n".join(lines_of(app)) + "\n", encoding="utf-8")


def lines_of(app: Any) -> Iterator[str]:
    """Yield the lines: the title, a summary, then sections of links."""
    root = app.config.root_doc
    yield from (f"# {app.config.html_title}", "", f"> {paragraph_of(app, root)}", "")
    top = [page for page in children(app, root) if page not in OPTIONAL]
    for page in sorted(top, key=lambda page: bool(children(app, page))):
        if children(app, page):
            yield from ("", f"## {title_of(app, page)}", "")
        yield from (link(app, each) for each in children(app, page) or [page])
    yield from ("", "## Optional", "", *(link(app, page) for page in OPTIONAL))


def children(app: Any, page: str) -> list[str]:
    return list(app.env.toctree_includes.get(page, ()))


def link(app: Any, page: str) -> str:
    suffix = "md" if is_markdown(app, page) else "html"
    sentence = re.split(r"(?<=\.)\s", paragraph_of(app, page), maxsplit=1)[0]
    return f"- [{title_of(app, page)}]({page}.{suffix}): {sentence}"


def title_of(app: Any, page: str) -> str:
    return str(app.env.titles[page].astext())


def paragraph_of(app: Any, page: str) -> str:
    """Return the first paragraph of a page, in one line."""
    found = app.env.get_doctree(page).findall(nodes.paragraph)
    return " ".join(next((each.astext() for each in found), "").split())


def is_markdown(app: Any, page: str) -> bool:
    path = Path(app.env.doc2path(page))
    return path.suffix == ".md" and page.split("/")[0] not in (GENERATED, *OPTIONAL)


def setup(app: Any) -> dict[str, bool]:
    app.connect("build-finished", write)
    return {"parallel_read_safe": True}
