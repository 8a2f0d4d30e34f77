"""Regions as notebooks draw them lie where the editor draws them, in its colours."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from support.drawing import shown_by
from support.editor import Editor, Shown
from support.media import SIZE

from label_studio_orm import Task
from label_studio_orm.labeling import Box, Ellipse, KeyPoint, Polygon, Span
from label_studio_orm.notebook import html

NewTask = Callable[[str, Any], Task]
Points = list[list[float]]

LABELS = '<Label value="cat" background="#f0a"/><Label value="dog"/><Label value="é 😀"/>'
IMAGES = "".join(
    f'<{tag} name="{tag}" toName="shown">{LABELS}</{tag}>'
    for tag in ("RectangleLabels", "EllipseLabels", "PolygonLabels", "KeyPointLabels")
)
CONFIG = f'<View><Image name="shown" value="$shown"/>{IMAGES}</View>'
DRAWN = {
    "RectangleLabels": [
        Box("cat", percent=(10.5, 20.25, 30, 40)),
        Box("dog", percent=(60, 10, 20, 30), rotation=30),
        Box("é 😀", percent=(90, 80, 10, 15), rotation=271.5),
    ],
    "EllipseLabels": [
        Ellipse("dog", percent=(50, 50, 20.2, 10.1)),
        Ellipse("cat", percent=(40, 60, 25, 12), rotation=70),
    ],
    "PolygonLabels": [
        Polygon("cat", percent=[(1, 2), (30, 40), (50.5, 6)]),
        Polygon("dog", percent=[(70, 20), (90, 40), (55, 96), (60, 33)]),
    ],
    "KeyPointLabels": [KeyPoint("dog", percent=(12.34, 88))],
}
WITHIN = 0.1  # pixels of an image of 64 × 48

# The points of each region, in pixels of the image itself: of ellipses, eight around them.
EDITOR = """
const image = Htx.annotationStore.selected.names.get("shown");
const around = [...Array(8).keys()].map((n) => n * Math.PI / 4);
const own = {
  Rect: (node) => [[0, 0], [node.width(), 0], [node.width(), node.height()], [0, node.height()]],
  Ellipse: (node) => around.map((at) => [
    node.radiusX() * Math.cos(at), node.radiusY() * Math.sin(at)]),
  Circle: () => [[0, 0]],
  Line: (node) => node.points().reduce(
    (found, each, at, all) => at % 2 ? [...found, [all[at - 1], each]] : found, []),
};
const scale = [image.naturalWidth / image.stageWidth, image.naturalHeight / image.stageHeight];
const probe = document.body.appendChild(document.createElement("i"));
const colour = (given) => {
  probe.style.color = given;
  return getComputedStyle(probe).color;
};
const shown = (region) => {
  const named = image.stageRef.findOne((node) => node.name()?.split(" ")[0] === region.id);
  const node = named.getClassName() === "Group" ? named.findOne("Line") : named;
  const transform = node.getAbsoluteTransform(image.stageRef);
  const points = own[node.getClassName()](node).map(([x, y]) => transform.point({ x, y }));
  return [points.map(({ x, y }) => [x * scale[0], y * scale[1]]), colour(region.getOneColor())];
};
return Htx.annotationStore.selected.regionStore.regions.map(shown);
"""
OURS = """
const [width, height] = arguments;
const svg = document.querySelector(".lso-image svg");
const place = document.querySelector(".lso-image").getBoundingClientRect();
const around = [...Array(8).keys()].map((n) => n * Math.PI / 4);
const number = (node, name) => node[name].baseVal.value;
const own = {
  rect: (node) => {
    const [x, y, w, h] = ["x", "y", "width", "height"].map((each) => number(node, each));
    return [[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
  },
  ellipse: (node) => around.map((at) => [
    number(node, "cx") + number(node, "rx") * Math.cos(at),
    number(node, "cy") + number(node, "ry") * Math.sin(at)]),
  polygon: (node) => [...node.points].map(({ x, y }) => [x, y]),
  path: (node) => [node.getPointAtLength(0)].map(({ x, y }) => [x, y]),
};
return [...svg.children].map((node) => {
  const matrix = node.getScreenCTM();
  const points = own[node.nodeName](node).map(([x, y]) => {
    const point = new DOMPoint(x, y).matrixTransform(matrix);
    return [
      (point.x - place.x) * width / place.width, (point.y - place.y) * height / place.height];
  });
  return [points, getComputedStyle(node).stroke];
});
"""


def test_shapes_lie_where_the_editor_draws_them_in_its_colours(
    editor: Editor, new_task: NewTask
) -> None:
    annotation = new_task(CONFIG, "photo.png").annotate(DRAWN, size=SIZE)
    assert editor.show(annotation).errors == []
    theirs: list[tuple[Points, str]] = editor.driver.execute_script(EDITOR)
    page = html(annotation.task.refresh()) or ""
    editor.driver.get(f"data:text/html;base64,{base64.b64encode(page.encode()).decode()}")
    ours: list[tuple[Points, str]] = editor.driver.execute_script(OURS, *SIZE)
    assert len(ours) == len(theirs) == sum(map(len, DRAWN.values()))
    for (points, colour), (expected, its_colour) in zip(ours, theirs, strict=True):
        assert _distance(points, expected) < WITHIN, (points, expected)
        assert colour.replace("rgba", "rgb").startswith(its_colour[:-1])


def _distance(one: Points, other: Points) -> float:
    pairs = zip(one, other, strict=True)
    return max(max(abs(a - b) for a, b in zip(p, q, strict=True)) for p, q in pairs)


LABELED = "".join(f'<Label value="{each}"/>' for each in ("one", "two", "three"))
TEXTS = {
    "Text": "Ada 😀 Lovelace joined\nACME Corp in London",
    "HyperText": "<p>Ada <b>😀 Love</b>lace joined</p><p>ACME<br>Corp</p>",
    "Paragraphs": [
        {"author": "Ann", "text": "Hello 😀 Bob!"},
        {"author": "Bob", "text": "How are you?"},
    ],
}
CONTROLS = {"Text": "Labels", "HyperText": "HyperTextLabels", "Paragraphs": "ParagraphLabels"}
TAGS = "".join(
    f'<{tag} name="{tag}" value="$shown.{tag}"/>'
    f'<{control} name="{control}" toName="{tag}">{LABELED}</{control}>'
    for tag, control in CONTROLS.items()
)
MARKED = {
    "Labels": [
        Span("one", quote="Ada 😀"),
        Span("two", quote="😀 Lovelace joined\nACME"),
        Span("three", quote="Corp in"),
    ],
    "HyperTextLabels": [Span("one", quote="Love"), Span("two", start=7, end=28)],
    "ParagraphLabels": [
        Span("one", quote="Bob"),
        Span("two", paragraph=0, start=6, end_paragraph=1, end=3),
    ],
}


def test_marks_are_on_the_words_that_the_editor_highlights(
    editor: Editor, new_task: NewTask
) -> None:
    annotation = new_task(f"<View>{TAGS}</View>", TEXTS).annotate(MARKED)
    # Before the editor is opened: on a slow machine it saves drafts of its own.
    texts = shown_by(annotation.task.refresh()).all(class_="lso-object")
    shown = editor.show(annotation)
    words = [
        "".join(mark.text for mark in text.all("mark", title=span.labels[0]))
        for text, spans in zip(texts, MARKED.values(), strict=True)
        for span in spans
    ]
    assert [*map(_letters, words)] == [*map(_letters, shown.highlighted)]


def _letters(words: str) -> str:
    """Return words without white space, of which browsers and our line breaks add some."""
    return "".join(words.split())


# -- the editor in a frame -------------------------------------------------------------------------


class _Page(BaseHTTPRequestHandler):
    content = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def notebook_page() -> Iterator[tuple[type[_Page], str]]:
    """A page on the site of the server, and its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield _Page, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_page_on_the_same_site_shows_the_editor_in_a_frame(
    editor: Editor, new_task: NewTask, notebook_page: tuple[type[_Page], str]
) -> None:
    page, address = notebook_page
    task = new_task(f"<View>{TAGS}</View>", TEXTS)
    page.content = (html(task.show()) or "").encode()
    editor.driver.get(address)
    editor.driver.switch_to.frame(editor.driver.find_element("css selector", "iframe"))
    try:
        Shown(editor.driver).run("open", task.id, "", 0)
        assert "How are you?" in Shown(editor.driver).text
    finally:
        editor.driver.switch_to.default_content()
