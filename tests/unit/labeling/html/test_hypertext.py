"""Offsets in HTML: as the editor counts them, with the extra and without it."""

from __future__ import annotations

import base64
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.html_shapes import SHAPES, Shape
from support.hypertext import documents, plain_pages

from label_studio_orm.errors import InvalidInput, InvalidResult, MissingPackage
from label_studio_orm.labeling import LabelConfig, Span
from label_studio_orm.labeling.html.hypertext import text_nodes, whole_text


def config(*, options: str = "") -> LabelConfig:
    return LabelConfig.parse(f"""<View><HyperText name="page" value="$page" {options}/>
      <HyperTextLabels name="mark" toName="page"><Label value="A"/></HyperTextLabels></View>""")


PAGE = config()


def value_of(span: Span, html: str, *, page: LabelConfig = PAGE) -> dict[str, Any]:
    (item,) = page.result({"mark": span}, data={"page": html})
    value = dict(item["value"])
    del value["hypertextlabels"]
    return value


def as_in_the_editor(shape: Shape) -> dict[str, Any]:
    return {
        "start": shape.path,
        "startOffset": shape.offset,
        "end": shape.path,
        "endOffset": shape.offset + len("cat"),
        "globalOffsets": {"start": shape.start, "end": shape.start + len("cat")},
        "text": "cat",
    }


@pytest.fixture
def without_parser(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    text_nodes.cache_clear()
    monkeypatch.setitem(sys.modules, "selectolax.lexbor", None)
    yield
    text_nodes.cache_clear()


each_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))


@each_shape
def test_a_quote_has_the_place_that_the_editor_gives_it(shape: Shape) -> None:
    assert value_of(Span("A", quote="cat"), shape.html) == as_in_the_editor(shape)


@each_shape
def test_offsets_that_the_editor_saved_give_the_same_words(shape: Shape) -> None:
    saved = {"from_name": "mark", "to_name": "page", "type": "hypertextlabels", "id": "1"}
    value = {**as_in_the_editor(shape), "hypertextlabels": ["A"]}
    (region,) = PAGE.read([{**saved, "value": value}]).regions

    again = Span("A", start=region.span.start, end=region.span.end)

    assert value_of(again, shape.html) == as_in_the_editor(shape)


# -- without the extra ---------------------------------------------------------------------------

PLAIN = {
    *("CRLF", "CRLF between tags", "CR", "CRLF as a reference", "no tags, leading blanks"),
    *("pretty-printed page", "page with CRLF", "blanks before the first tag", "a byte order mark"),
    *("no head", "no body", "only a head before", "old doctype", "</br>"),
    *("paragraphs not closed", "items not closed", "definitions not closed", "</p> without <p>"),
    *("pre with a first line end", "pre with two", "pre with a first line end by reference"),
    *("pre after a comment", "references", "references without semicolon", "no references"),
    *("references of Windows", "NBSP", "comments", "a comment of Word", "a comment not closed"),
    *("CDATA and instructions", "script in a paragraph", "style in the body", "iframe"),
    *("emoji", "breaks", "a break first", "center and hr", "an angle bracket alone"),
    *("end tag with nothing", "cut in a tag", "cut in an attribute", "attributes", "upper case"),
    *("details", "deep", "</div> too many", "paragraph in formatting"),
    *("formatting that overlaps", "formatting over paragraphs"),
}


@each_shape
@pytest.mark.usefixtures("without_parser")
def test_without_the_extra_html_is_counted_the_same_or_refused(
    shape: Shape, request: pytest.FixtureRequest
) -> None:
    name = next(name for name, each in SHAPES.items() if each is shape)
    if name in PLAIN:
        assert value_of(Span("A", quote="cat"), shape.html) == as_in_the_editor(shape)
        return
    with pytest.raises(MissingPackage, match=r"pip install 'label-studio-orm\[html\]'"):
        value_of(Span("A", quote="cat"), shape.html)


@pytest.mark.usefixtures("without_parser")
@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<p>a<svg></svg>", "it contains <svg>"),
        ("<table><tr><td>a</table>", "browsers move <tr> from where it is"),
        ("<p><b>a<div>b</div></b></p>", "browsers move <div> from where it is"),
        ("<table>a<tbody></tbody></table>", "a table contains text outside its cells"),
        ("<head><noscript>a</noscript></head>b", "its head has tags other than title"),
        ("<head></head><style>a</style>b", "elements of its head come after the head"),
        ("a<style>b</style/>c</style>d", "it contains characters that browsers drop"),
        ("<style>b</style/>c</style>d", "<style> contains more than text"),
        ("<p>a\0b", "it contains characters that browsers drop"),
        ("<body>a</body>b", "</body> is misplaced"),
    ],
)
def test_without_the_extra_the_reason_is_given(html: str, why: str) -> None:
    with pytest.raises(MissingPackage, match=f"because {why}"):
        text_nodes(html)


@pytest.mark.usefixtures("without_parser")
def test_without_the_extra_stored_regions_are_read_and_written_again() -> None:
    shape = SHAPES["svg"]
    item = {
        **{"from_name": "mark", "to_name": "page", "type": "hypertextlabels", "id": "1"},
        "value": {**as_in_the_editor(shape), "hypertextlabels": ["A"]},
    }
    (region,) = PAGE.read([item]).regions
    assert (region.span.text, region.span.start) == ("cat", shape.start)
    assert value_of(region.span, shape.html) == as_in_the_editor(shape)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(html=st.one_of(documents(), plain_pages()), inline=st.booleans())
def test_generated_html_is_counted_the_same_with_and_without_the_extra(
    html: str, inline: bool
) -> None:
    with_parser = text_nodes(html, inline=inline)
    text_nodes.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "selectolax.lexbor", None)
        try:
            assert text_nodes(html, inline=inline) == with_parser
        except MissingPackage:
            pass
        finally:
            text_nodes.cache_clear()


# -- options of <HyperText> ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "start", "path"),
    [
        ("  b cat", 4, "/text()[1]"),  # nothing is dropped within an element
        ("<head><title>T</title></head>\n<body>\n<p>cat", 3, "/p[1]/text()[1]"),
        ("<style>p{}</style><p>cat", 3, "/p[1]/text()[1]"),
    ],
)
def test_inline_html_is_counted_without_a_head(html: str, start: int, path: str) -> None:
    value = value_of(Span("A", quote="cat"), html, page=config(options='inline="true"'))
    assert (value["globalOffsets"]["start"], value["start"]) == (start, path)


@pytest.mark.parametrize(("encoding", "codec"), [("base64", "latin-1"), ("base64unicode", "utf-8")])
def test_html_in_base64_is_decoded(encoding: str, codec: str) -> None:
    data = base64.b64encode("<p>é cat</p>\n".encode(codec)).decode().rstrip("=") + "\n"
    page = config(options=f'encoding="{encoding}"')
    assert value_of(Span("A", quote="cat"), data, page=page)["startOffset"] == 2


@pytest.mark.parametrize("html", ["<p>cat</p>", "abcde", "{w}="])
def test_html_that_is_not_base64_is_refused(html: str) -> None:
    with pytest.raises(InvalidResult, match="'page' must be HTML in base64"):
        value_of(Span("A", quote="cat"), html, page=config(options='encoding="base64"'))


# -- limits --------------------------------------------------------------------------------------


def test_a_span_that_begins_with_a_break_is_refused() -> None:
    with pytest.raises(InvalidResult, match="must not begin or end with a <br>, as 1 to 3 does"):
        value_of(Span("A", start=1, end=3), "a<br>b")


def test_a_span_beyond_the_html_is_refused() -> None:
    with pytest.raises(InvalidResult, match=r"end must be at most 3, .* not 9"):
        value_of(Span("A", start=0, end=9), "<p>cat</p>")


@pytest.mark.parametrize("tags", [512, 3000])
def test_html_that_is_too_deep_for_browsers_is_refused(tags: int) -> None:
    with pytest.raises(InvalidInput, match=r"must not nest more|nests more"):
        text_nodes("<div>" * tags + "x")


def test_tags_that_count_as_text_must_be_known_to_the_letter() -> None:
    picture = "<p>a<noscript><img style='{}'></noscript>"
    assert text_nodes(picture.format("color: red"))[1].text == '<img style="color:red" />'
    with pytest.raises(InvalidInput, match="<img> with a complex style or srcset"):
        text_nodes(picture.format("/* a */ color: red"))


def test_html_as_deep_as_browsers_keep_it_is_counted() -> None:
    (node,) = text_nodes("<div>" * 511 + "x")
    assert node.path == "/div[1]" * 511 + "/text()[1]"


def test_parsed_html_is_kept_for_a_few_texts_only() -> None:
    assert (text_nodes.cache_info().maxsize or 0) <= 16


@pytest.mark.parametrize(
    "piece",
    ["<p>a <b>b</b></p>\n", "<p>a", "</x>", "<!-- ", "<i a='", "&amp;", "<script>", "<", "&#x"],
)
@pytest.mark.parametrize("parser", [True, False])
def test_long_html_takes_time_by_its_length(
    piece: str, parser: bool, request: pytest.FixtureRequest
) -> None:
    if not parser:
        request.getfixturevalue("without_parser")

    def seconds(times: int) -> float:
        text_nodes.cache_clear()
        begun = time.process_time()
        whole_text(text_nodes(piece * times))
        return time.process_time() - begun

    # The best of three: Python's garbage collector may take its time in one of them.
    short, long = (min(seconds(times) for _ in range(3)) for times in (1_000, 10_000))
    assert long < 40 * short + 0.1
