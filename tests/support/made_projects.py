"""Made-up projects: configs of every control, tasks of any JSON, several annotators."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from attrs import evolve, frozen
from hypothesis import strategies as st

from label_studio_orm.labeling import LabelConfig, Relation, Span
from support.region_kinds import KINDS, Drawn

USERS = 3
WORDS = "Ada Lovelace wrote – naïvely? 😀 – the 1st program\nfor a machine."
DATES = st.dates().map(str)


@frozen(repr=False)
class MadeProject:
    """A project that is not there yet: its config, and its tasks as they are imported."""

    config: LabelConfig
    tasks: tuple[dict[str, Any], ...]

    def __repr__(self) -> str:
        tags = ", ".join(each.tag for each in self.config.controls.values())
        return f"{tags}: {json.dumps(self.tasks, ensure_ascii=False)}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))  # hypothesis shows every element of the config otherwise


# -- data ----------------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
numbers = (
    st.integers(-(2**63), 2**63 - 1)
    | st.sampled_from([2**53 + 1, 2**63, 2**64, -(2**64), 10**30])
    | st.floats(allow_nan=False, allow_infinity=False)
)
jsons = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


# -- what is asked of the whole task -------------------------------------------------------------

CHOICES = (
    '<Choice value="good"/><Choice value="not so good"/><Choice value="schlecht 😀" alias="x"/>'
)
TREE = '<Choice value="A"><Choice value="B"/><Choice value="C, D"/></Choice><Choice value="E"/>'
PATHS = (("A",), ("A", "B"), ("A", "C, D"), ("E",))
names = st.sampled_from(["good", "not so good", "x"])
several = st.lists(names, min_size=1, max_size=3, unique=True)
notes = st.lists(texts.filter(bool), min_size=1, max_size=3)

# Of each: what is in the config, and what is answered.
ASKED: Mapping[str, tuple[str, Any]] = {
    "one": (f'<Choices name="one" toName="shown">{CHOICES}</Choices>', names),
    "many": (
        f'<Choices name="many" toName="shown" choice="multiple">{CHOICES}</Choices>',
        several,
    ),
    "nested": (
        f'<Choices name="nested" toName="shown" allowNested="true">{TREE}</Choices>',
        st.sampled_from(PATHS),
    ),
    "topic": (
        f'<Taxonomy name="topic" toName="shown">{TREE}</Taxonomy>',
        st.lists(st.sampled_from(PATHS), min_size=1, max_size=2, unique=True),
    ),
    "day": ('<DateTime name="day" toName="shown" only="date"/>', DATES),
    "count": (
        '<Number name="count" toName="shown"/>',
        st.integers(-(2**53), 2**53) | st.floats(-1e300, 1e300),
    ),
    "rating": ('<Rating name="rating" toName="shown" maxRating="10"/>', st.integers(1, 10)),
    "said": ('<TextArea name="said" toName="shown"/>', notes),
    "better": (
        '<Text name="other" value="$other"/><Pairwise name="better" toName="shown,other"/>',
        st.sampled_from(["left", "right"]),
    ),
    "rank": (
        '<List name="items" value="$items"/><Ranker name="rank" toName="items"/>',
        st.permutations(["1", "2", "3"]),
    ),
}
ITEMS = [{"id": str(n), "title": f"Item {n}", "body": "…"} for n in (1, 2, 3)]


# -- regions -------------------------------------------------------------------------------------

PAGE = f"<p>{html.escape(WORDS)}</p><p>Once <b>more</b></p>"
DIALOGUE = [{"author": "Ada", "text": WORDS}, {"author": "😀", "text": "It did!"}]
MEDIA = "https://example.com/file"
SHOWN: Mapping[str, Any] = {"span": WORDS, "hypertext": PAGE, "paragraphs": DIALOGUE}


@st.composite
def spans(draw: Any) -> Span:
    """Draw a span of the words that all texts here have."""
    start = draw(st.integers(0, len(WORDS) - 1))
    quote = WORDS[start : draw(st.integers(start + 1, len(WORDS)))]
    nth = sum(WORDS.startswith(quote, at) for at in range(start)) + 1
    label, id = draw(st.sampled_from(["cat", "a dog", "Vögel 😀"])), draw(st.integers(1, 10**6))
    return Span(label, quote=quote, nth=nth, id=str(id))


def shapes(kind: str) -> Any:
    """Return a strategy for the regions of a kind, with ids of their own."""
    one = spans() if kind in SHOWN else KINDS[kind].shapes
    sent = one.filter(
        lambda shape: "\x00" not in "".join(shape.answers.get("note", ()))
    )  # which no server takes
    return st.lists(sent.map(on_one_image), max_size=3, unique_by=lambda shape: shape.id)


def on_one_image(shape: Any) -> Any:
    """Return a shape for tasks with a single image."""
    return evolve(shape, item_index=None) if getattr(shape, "item_index", None) else shape


@st.composite
def results(draw: Any, config: LabelConfig, kind: str, data: Mapping[str, Any]) -> Any:
    """Draw a result: answers of the task, regions, relations between them."""
    asked = [name for name in ASKED if name in config.controls]
    answers = {name: draw(st.none() | ASKED[name][1]) for name in asked}
    regions = draw(shapes(kind))
    relations = [Relation(one.id, other.id, "owns") for one, other in pairwise(regions)][:1]
    said = {name: answer for name, answer in answers.items() if answer is not None}
    return config.result({**said, KINDS[kind].control: regions}, data=data, relations=relations)


# Controls of which no shapes are drawn above: what a sample has of them, and what we only pass on.
DRAWN = ("Bitmask", "Brush", "Ellipse", "KeyPoint", "MagicWand", "Polygon", "Vector")
LABELS = '<Label value="cat"/>'
OTHERS = LabelConfig.parse(
    f"""<View><Image name="shown" value="$shown"/>
      {"".join(f'<{tag} name="{tag.lower()}" toName="shown"/>' for tag in DRAWN)}
      <Labels name="labels" toName="shown">{LABELS}</Labels>
      <VectorLabels name="vectors" toName="shown">{LABELS}</VectorLabels>
      <BitmaskLabels name="bitmasks" toName="shown">{LABELS}</BitmaskLabels></View>"""
)
SIZE = {"to_name": "shown", "original_width": 10, "original_height": 10, "image_rotation": 0}
LINE = {"vertices": [{"id": "a", "x": 1.5, "y": 2, "prevPointId": None}], "closed": False}
PIXELS = {"imageDataURL": "data:image/png;base64,AAAA"}
PASSED_ON: list[dict[str, Any]] = [
    {
        "id": "vector",
        "from_name": "vectors",
        "type": "vectorlabels",
        "value": {**LINE, "vectorlabels": ["cat"]},
        **SIZE,
    },
    {
        "id": "bitmask",
        "from_name": "bitmasks",
        "type": "bitmasklabels",
        "value": {**PIXELS, "bitmasklabels": ["cat"]},
        **SIZE,
    },
]


@st.composite
def other_results(draw: Any) -> list[dict[str, Any]]:
    """Draw some regions of the controls of which there are samples only."""
    items = [*OTHERS.sample_result(), *PASSED_ON]
    ids = sorted({item["id"] for item in items})
    kept = {id: draw(texts.filter(bool)) + id for id in ids if draw(st.booleans())}
    return [{**item, "id": kept[item["id"]]} for item in items if item["id"] in kept]


# -- projects ------------------------------------------------------------------------------------


@st.composite
def tasks(draw: Any, config: LabelConfig, kind: str) -> dict[str, Any]:
    """Draw a task with all that an import takes; `completed_by` counts the users from 0."""
    more = draw(st.dictionaries(texts, jsons, max_size=3))
    usual = {"number": draw(numbers), "json": draw(jsons), "other": draw(texts)}
    data = {**more, **usual, "shown": SHOWN.get(kind, MEDIA), "items": ITEMS}
    made = results(config, kind, data) if kind in KINDS else other_results()
    annotation = st.fixed_dictionaries(
        {
            "result": made,
            "completed_by": st.integers(0, USERS - 1),
            "was_cancelled": st.booleans(),
            "ground_truth": st.booleans(),
            "lead_time": st.none() | st.floats(0, 1e6),
        }
    )
    prediction = st.fixed_dictionaries(
        {
            "result": made,
            "score": st.none() | st.floats(0, 1),
            "model_version": st.none() | texts.filter(bool),
        }
    )
    return {
        "data": data,
        "meta": draw(st.dictionaries(texts, jsons, max_size=2)),
        "annotations": draw(st.lists(annotation, max_size=3)),
        "predictions": draw(st.lists(prediction, max_size=3)),
    }


def config_of(kind: Drawn, asked: Sequence[str]) -> LabelConfig:
    """Return a config for the regions of a kind, with questions about the whole task."""
    xml = re.sub(r"(<(Video)?Rectangle [^>]*)>.*?</\2?Rectangle>", r"\1/>", kind.config.xml)
    more = "".join(ASKED[name][0] for name in asked)
    return LabelConfig.parse(xml.removesuffix("</View>") + more + "</View>")


@st.composite
def made_projects(draw: Any) -> MadeProject:
    """Draw a project of a few tasks."""
    kind = draw(st.sampled_from([*sorted(KINDS), "others"]))
    asked = draw(st.lists(st.sampled_from(sorted(ASKED)), max_size=4, unique=True))
    config = config_of(KINDS[kind], asked) if kind in KINDS else OTHERS
    return MadeProject(config, tuple(draw(st.lists(tasks(config, kind), min_size=1, max_size=4))))
