"""`<picture>` in Markdown: an image for the light theme, and one for the dark.

Code hosts show the one for the theme of the browser. Readers of the site choose a theme there: it
has both, of which furo shows one.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from docutils import nodes
from sphinx.transforms import SphinxTransform


class Pictures(SphinxTransform):
    """Makes images of `<picture>` elements, so that Sphinx finds their files."""

    default_priority = 500

    def apply(self, **_: Any) -> None:
        """Replace each element by its images."""
        for found in list(self.document.findall(nodes.raw)):
            if found.astext().lstrip().startswith("<picture>"):
                found.replace_self(images(found.astext()))


def images(html: str) -> list[nodes.image]:
    """Return the images of a `<picture>`: what has a `<source>` is for the dark theme."""
    reader = _Reader()
    reader.feed(html)
    image = reader.found["img"]
    options = {name: image[name] for name in ("alt", "width") if name in image}
    themes = {"only-light": image["src"], "only-dark": reader.found["source"]["srcset"]}
    shown = {"loading": "lazy", **options}  # of two images, one is shown and needed
    return [nodes.image(uri=uri, classes=[name], **shown) for name, uri in themes.items()]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[tag] = {name: value or "" for name, value in attrs}


def setup(app: Any) -> dict[str, bool]:
    app.add_transform(Pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
