"""Whatever is built validates and reads back the same; whatever is changed by hand is refused."""

from __future__ import annotations

import copy
import html
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from support.region_kinds import (
    DIALOGUE,
    HTML,
    IMAGE,
    KINDS,
    SERIES,
    TEXT,
    Drawn,
    boxes,
    ids,
    masks,
    points,
    sizes,
    texts,
)

from label_studio_orm.errors import InvalidResult
from label_studio_orm.labeling import (
    Box,
    Brush,
    LabelConfig,
    Polygon,
    Relation,
    Shape,
    Span,
)

examples = settings(max_examples=10, deadline=None, derandomize=True, database=None)

Result = list[dict[str, Any]]


@st.composite
def texts_with_ends(draw: Any) -> tuple[str, int, int]:
    text = draw(texts)
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))


def nth_of(quote: str, text: str, at: int) -> int:
    """Count which occurrence of the words stands at a place."""
    return sum(text.startswith(quote, place) for place in range(at + 1))


each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))


# -- what is drawn ---------------------------------------------------------------------------------


@each_kind
@examples
@given(data=st.data())
def test_a_region_reads_back_as_it_was_built(kind: Drawn, data: st.DataObject) -> None:
    shape: Shape = data.draw(kind.shapes)

    result = kind.config.result({kind.control: [shape]})
    (region,) = kind.config.read(result).regions

    assert region.shape == evolve(shape, to="shown")
    assert (region.id, region.labels, region.control) == (shape.id, shape.labels, kind.control)
    assert region.answers == shape.answers
    assert region.score == shape.score


@each_kind
@examples
@given(data=st.data())
def test_a_region_that_was_read_builds_the_same_result(kind: Drawn, data: st.DataObject) -> None:
    result = kind.config.result({kind.control: data.draw(kind.shapes)})
    (region,) = kind.config.read(result).regions

    assert kind.config.result({kind.control: region.shape}) == result
    assert kind.config.result({kind.control: region}) == result
    assert kind.config.result([region]) == result


@each_kind
@examples
@given(data=st.data(), more=st.dictionaries(st.sampled_from(["é", "model", "x y"]), texts))
def test_unreadable_items_are_passed_on(
    kind: Drawn, data: st.DataObject, more: dict[str, Any]
) -> None:
    result = kind.config.result({kind.control: data.draw(kind.shapes)})
    for item in result:
        item.update(more)
        item["value"]["of another version"] = more
    strange: Result = [{"type": "hologram", "id": "?", "value": {"z": 1}, **more}, {"so": "what"}]
    before = copy.deepcopy([*strange, *result])

    reading = kind.config.read([*strange, *result])

    assert kind.config.result(reading, validate=False) == before
    assert kind.config.result(kind.config.read(result)) == result


@each_kind
@examples
@given(data=st.data())
def test_the_order_of_the_items_of_a_region_does_not_matter(
    kind: Drawn, data: st.DataObject
) -> None:
    shape: Shape = data.draw(kind.shapes)
    result = kind.config.result({kind.control: shape})

    (region,) = kind.config.read(data.draw(st.permutations(result))).regions

    assert region.labels == shape.labels
    assert region.answers == shape.answers
    assert region.shape is not None
    if not isinstance(shape, Span):  # of which a per-region text takes the place of the words
        assert evolve(region.shape, score=shape.score) == evolve(shape, to="shown")


# -- units -----------------------------------------------------------------------------------------


@examples
@given(size=sizes, percent=boxes)
def test_pixels_fractions_and_percent_are_the_same_box(size: Any, percent: Any) -> None:
    whole = np.array([*size, *size])
    fractions = np.array(percent) / 100
    boxes = [
        Box("cat", percent=percent, size=size),
        Box("cat", fractions=fractions, size=size),
        Box("cat", pixels=fractions * whole, size=size),
    ]

    for box in boxes:
        (item,) = IMAGE.result({"rectanglelabels": box})
        read = IMAGE.read([item]).regions[0].box
        assert [item["value"][part] for part in ("x", "y", "width", "height")] == pytest.approx(
            percent, rel=1e-9, abs=1e-9
        )
        assert read.percent == pytest.approx(percent, rel=1e-9, abs=1e-9)
        assert read.fractions == pytest.approx(fractions, rel=1e-9, abs=1e-9)
        assert read.pixels == pytest.approx(fractions * whole, rel=1e-9, abs=1e-9)


@examples
@given(size=sizes, percent=st.lists(points, min_size=3, max_size=6))
def test_pixels_fractions_and_percent_are_the_same_polygon(size: Any, percent: Any) -> None:
    fractions = np.array(percent) / 100
    for given_as in ({"fractions": fractions}, {"pixels": fractions * np.array(size)}):
        (item,) = IMAGE.result({"polygonlabels": Polygon("cat", size=size, **given_as)})
        assert np.allclose(item["value"]["points"], percent, rtol=1e-9, atol=1e-9)
        read = IMAGE.read([item]).regions[0].polygon
        assert np.allclose(read.pixels, fractions * np.array(size), rtol=1e-9, atol=1e-9)


@examples
@given(mask=masks)
def test_a_mask_reads_back_pixel_by_pixel(mask: Any) -> None:
    result = IMAGE.result({"brushlabels": Brush("cat", mask=mask)})
    alpha = mask * np.uint8(255) if mask.dtype == bool else mask
    assert (IMAGE.read(result).regions[0].mask == alpha).all()


# -- spans -----------------------------------------------------------------------------------------


@examples
@given(place=texts_with_ends())
def test_offsets_and_a_quote_give_the_same_span_of_text(place: tuple[str, int, int]) -> None:
    text, start, end = place
    quote = text[start:end]
    spans = (
        Span("cat", start=start, end=end),
        Span("cat", quote=quote, nth=nth_of(quote, text, start)),
    )
    for span in spans:
        (region,) = TEXT.read(TEXT.result({"labels": span}, data={"shown": text})).regions
        assert (region.span.start, region.span.end, region.span.text) == (start, end, quote)


@examples
@given(texts=st.lists(texts, min_size=1, max_size=3), place=st.data())
def test_a_quote_of_a_dialogue_is_where_javascript_finds_it(
    texts: list[str], place: st.DataObject
) -> None:
    text, start, end = place.draw(texts_with_ends())
    dialogue = [{"author": "Ada", "text": each} for each in [*texts, text]]
    quote = text[start:end]
    span = Span("cat", quote=quote, paragraph=len(texts), nth=nth_of(quote, text, start))

    (item,) = DIALOGUE.result({"paragraphlabels": span}, data={"shown": dialogue})

    value = item["value"]
    bits = text.encode("utf-16-le")[2 * value["startOffset"] : 2 * value["endOffset"]]
    assert bits.decode("utf-16-le") == quote
    assert (value["start"], value["end"]) == (str(len(texts)),) * 2


pieces = st.lists(st.tuples(st.sampled_from(["p", "b", "i"]), texts), min_size=1, max_size=4)


@examples
@given(pieces=pieces, breaks=st.booleans(), data=st.data())
def test_offsets_and_a_quote_give_the_same_span_of_html(
    pieces: list[tuple[str, str]], breaks: bool, data: st.DataObject
) -> None:
    br = "<br/>" if breaks else ""
    page = br.join(f"<{tag}>{html.escape(text)}</{tag}>" for tag, text in pieces)
    text = ("\n" if breaks else "").join(text for _, text in pieces)
    which = data.draw(st.integers(0, len(pieces) - 1))
    before = sum(len(text) + breaks for _, text in pieces[:which])
    start = before + data.draw(st.integers(0, len(pieces[which][1]) - 1))
    end = data.draw(st.integers(start + 1, before + len(pieces[which][1])))
    quote = text[start:end]
    spans = (
        Span("cat", start=start, end=end),
        Span("cat", quote=quote, nth=nth_of(quote, text, start)),
    )
    for span in spans:
        (item,) = HTML.result({"hypertextlabels": span}, data={"shown": page})
        value = item["value"]
        read = HTML.read([item]).regions[0].span
        assert (read.start, read.end, read.text) == (start, end, quote)
        path = value["start"].removesuffix("/text()[1]").lstrip("/")
        node = (ET.fromstring(f"<body>{page}</body>").findtext(path) or "").encode("utf-16-le")
        marked = node[2 * value["startOffset"] : 2 * value["endOffset"]].decode("utf-16-le")
        assert (marked, value["end"]) == (quote, value["start"])


# -- relations -------------------------------------------------------------------------------------


@examples
@given(
    spans=st.lists(KINDS["span"].shapes, min_size=2, max_size=4, unique_by=lambda span: span.id),
    labels=st.sampled_from([(), ("owns",)]),
    direction=st.sampled_from(["left", "right", "bi"]),
)
def test_relations_read_back_as_they_were_built(
    spans: list[Any], labels: Any, direction: str
) -> None:
    relation = Relation(spans[0], spans[-1], labels, direction)
    result = TEXT.result({"labels": spans}, relations=[relation])

    reading = TEXT.read(result)

    assert reading.relations == (relation,)
    assert [region.id for region in reading.regions] == [span.id for span in spans]
    assert TEXT.result(reading) == result


ANSWERS = LabelConfig.parse("""<View>
  <Text name="shown" value="$shown"/><Text name="other" value="$other"/>
  <List name="items" value="$items"/>
  <Choices name="one" toName="shown"><Choice value="a"/><Choice value="b" alias="B"/></Choices>
  <Choices name="some" toName="shown" choice="multiple">
    <Choice value="a"/><Choice value="b"/><Choice value="c"/>
  </Choices>
  <Choices name="nested" toName="shown" allowNested="true" choice="multiple">
    <Choice value="a"/><Choice value="b"><Choice value="a"/><Choice value="c"/></Choice>
  </Choices>
  <Rating name="stars" toName="shown" maxRating="10"/>
  <Number name="number" toName="shown"/>
  <DateTime name="moment" toName="shown"/>
  <DateTime name="day" toName="shown" only="date"/>
  <DateTime name="hour" toName="shown" only="time"/>
  <DateTime name="year" toName="shown" only="year" format="%Y"/>
  <DateTime name="german" toName="shown" only="date" format="%d.%m.%Y"/>
  <TextArea name="texts" toName="shown"/>
  <TextArea name="text" toName="shown" maxSubmissions="1"/>
  <Taxonomy name="tree" toName="shown">
    <Choice value="a"><Choice value="b"/><Choice value="c" alias="C"/></Choice><Choice value="d"/>
  </Taxonomy>
  <Pairwise name="pair" toName="shown,other"/>
  <Ranker name="order" toName="items"/>
  <Ranker name="buckets" toName="items"><Bucket name="good"/><Bucket name="bad"/></Ranker>
</View>""")


def some_of(*them: Any) -> Any:
    return st.lists(st.sampled_from(them), min_size=1, unique=True)


paths = some_of(("a",), ("a", "b"), ("a", "C"), ("d",))

minutes = st.datetimes(datetime(1000, 1, 1)).map(lambda each: each.replace(second=0, microsecond=0))

days = st.dates(date(1000, 1, 1))

PLAIN = {
    "one": ("choices", st.sampled_from(["a", "B"])),
    "some": ("choices", some_of("a", "b", "c")),
    "nested": ("choices", some_of(("a",), ("b",), ("b", "a"), ("b", "c"))),
    "stars": ("rating", st.integers(1, 10)),
    "number": ("number", st.integers(-(10**9), 10**9) | st.floats(-1e12, 1e12)),
    "moment": ("datetime", minutes),
    "day": ("datetime", days),
    "hour": ("datetime", minutes.map(datetime.time)),
    "year": ("datetime", days.map(lambda each: each.replace(month=1, day=1))),
    "german": ("datetime", days),
    "texts": ("text", st.lists(st.text(max_size=9), min_size=1, max_size=3)),
    "text": ("text", st.text(max_size=9)),
    "tree": ("taxonomy", paths),
    "pair": ("selected", st.sampled_from(["left", "right"])),
    "order": ("ranker", ids),
    "buckets": ("ranker", st.fixed_dictionaries({"good": ids, "bad": ids}, optional={"_": ids})),
}

everything = st.fixed_dictionaries({}, optional={name: each for name, (_, each) in PLAIN.items()})


# -- answers ---------------------------------------------------------------------------------------


@settings(examples, max_examples=60)
@given(plain=everything)
def test_answers_are_read_as_they_were_built(plain: dict[str, Any]) -> None:
    result = ANSWERS.result(plain)
    reading = ANSWERS.read(result)

    assert reading.answers == plain
    assert {name: reading[name] for name in plain} == plain
    assert [*map(type, reading.answers.values())] == [*map(type, plain.values())]
    assert reading.regions == ()
    assert ANSWERS.result(reading) == result


Mutation = Callable[[dict[str, Any]], str]  # changes an item; returns the path of what it changed


def renamed(key: str, to: Any) -> Mutation:
    def mutate(item: dict[str, Any]) -> str:
        item[key] = to
        return f".{key}"

    return mutate


def replaced(part: str, value: Any) -> Mutation:
    def mutate(item: dict[str, Any]) -> str:
        item["value"][part] = value
        return f".value.{part}"

    return mutate


def relabelled(key: str, name: str) -> Mutation:
    def mutate(item: dict[str, Any]) -> str:
        item["value"][key][-1] = name
        return f".value.{key}[{len(item['value'][key]) - 1}]"

    return mutate


not_names = st.sampled_from(["Shown", "rectanglelabel", "", " labels", None, 5]) | st.text(
    st.sampled_from("xyzé "), min_size=1
)

not_numbers = st.sampled_from(["12", None, True, [1], {}, float("nan")])

not_lists = st.sampled_from(["cat", None, 5, True, {"a": 1}])


def refused(config: LabelConfig, result: Result, index: int, mutate: Mutation) -> None:
    changed = copy.deepcopy(result)
    path = f"[{index}]{mutate(changed[index])}"
    with pytest.raises(InvalidResult) as caught:
        config.validate(changed)
    assert [p.path for p in caught.value.problems if p.path.startswith(path)], (
        path,
        caught.value.problems,
    )


def names_changed() -> Any:
    return st.builds(renamed, st.sampled_from(["from_name", "to_name", "type"]), not_names)


# -- mutations -------------------------------------------------------------------------------------


@each_kind
@settings(examples, max_examples=20)
@given(data=st.data())
def test_a_region_with_one_name_changed_is_refused(kind: Drawn, data: st.DataObject) -> None:
    result = kind.config.result({kind.control: data.draw(kind.shapes)})
    index = data.draw(st.integers(0, len(result) - 1))
    refused(kind.config, result, index, data.draw(names_changed()))


@each_kind
@examples
@given(data=st.data())
def test_a_region_with_one_label_changed_is_refused(kind: Drawn, data: st.DataObject) -> None:
    result = kind.config.result({kind.control: data.draw(kind.shapes)})
    found = [
        (index, key)
        for index, item in enumerate(result)
        for key in item["value"]
        if key.endswith("labels") or key == "choices"
    ]
    index, key = data.draw(st.sampled_from(found))
    wrong = data.draw(st.sampled_from(["Cat", "cat ", "", "Yes", "maybe"]) | st.text("xyz"))
    refused(kind.config, result, index, relabelled(key, wrong))
    refused(kind.config, result, index, replaced(key, data.draw(not_lists)))


@each_kind
@examples
@given(data=st.data())
def test_a_region_with_a_number_of_another_type_is_refused(
    kind: Drawn, data: st.DataObject
) -> None:
    result = kind.config.result({kind.control: data.draw(kind.shapes)})
    part = data.draw(st.sampled_from(kind.must))
    kept = result[0]["value"][part]
    wrong: Any = not_lists if isinstance(kept, list) else not_numbers
    if kind.config is SERIES or isinstance(kept, str):
        wrong = st.sampled_from([None, True, [1], {}])  # moments can be texts; places are
    refused(kind.config, result, 0, replaced(part, data.draw(wrong)))


@settings(examples, max_examples=60)
@given(data=st.data())
def test_an_answer_with_one_name_changed_is_refused(data: st.DataObject) -> None:
    name, value = data.draw(st.sampled_from([*PLAIN]).flatmap(one_answer))
    refused(ANSWERS, ANSWERS.result({name: value}), 0, data.draw(names_changed()))


def one_answer(name: str) -> Any:
    return st.tuples(st.just(name), PLAIN[name][1])


@settings(examples, max_examples=60)
@given(data=st.data())
def test_an_answer_of_another_type_is_refused(data: st.DataObject) -> None:
    name, value = data.draw(st.sampled_from([*PLAIN]).flatmap(one_answer))
    key = PLAIN[name][0]
    wrong = data.draw(st.sampled_from([None, True, {"no": 1}, 1e999, [7], [["nobody"]]]))
    refused(ANSWERS, ANSWERS.result({name: value}), 0, replaced(key, wrong))


@settings(examples, max_examples=40)
@given(data=st.data())
def test_an_answer_with_one_choice_changed_is_refused(data: st.DataObject) -> None:
    name, value = data.draw(st.sampled_from(["one", "some"]).flatmap(one_answer))
    wrong = data.draw(st.sampled_from(["A", "", "a ", "z"]))
    refused(ANSWERS, ANSWERS.result({name: value}), 0, relabelled("choices", wrong))

    name, value = data.draw(st.sampled_from(["nested", "tree"]).flatmap(one_answer))
    key = PLAIN[name][0]
    result = ANSWERS.result({name: value})
    for path in ([wrong], ["b", wrong], ["c"], "a", [], ["a", "d"]):
        refused(ANSWERS, result, 0, replaced_last(key, path))


def replaced_last(key: str, path: Any) -> Mutation:
    def mutate(item: dict[str, Any]) -> str:
        item["value"][key][-1] = path
        return f".value.{key}[{len(item['value'][key]) - 1}]"

    return mutate
