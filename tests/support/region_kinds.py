"""Strategies for regions and results of each kind, with the config for them."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from label_studio_orm.labeling import (
    Box,
    Brush,
    Ellipse,
    Frames,
    Interval,
    KeyFrame,
    KeyPoint,
    LabelConfig,
    Polygon,
    Span,
    Track,
)

LABELS = '<Label value="cat"/><Label value="a dog"/><Label value="Vögel 😀"/>'

NAMES = ("cat", "a dog", "Vögel 😀")


def about(shown: str, *controls: str) -> LabelConfig:
    """Make a config with labels, and answers for each region."""
    tags = "".join(f"<{tag}>{LABELS}</{tag.split()[0]}>" for tag in controls)
    return LabelConfig.parse(f"""<View>
      <{shown} name="shown" value="$shown"/>{tags}
      <Choices name="sure" toName="shown" perRegion="true">
        <Choice value="yes"/><Choice value="no"/>
      </Choices>
      <TextArea name="note" toName="shown" perRegion="true"/>
      <Rating name="stars" toName="shown" perRegion="true"/>
      <Relations><Relation value="owns"/></Relations>
    </View>""")


def plain(tag: str) -> str:
    return f'{tag} name="{tag.lower()}" toName="shown"'


IMAGE = about(
    "Image",
    *map(plain, ("Rectangle", "Labels", "EllipseLabels", "PolygonLabels")),
    *map(plain, ("KeyPointLabels", "BrushLabels", "RectangleLabels")),
)

TEXT = about("Text", plain("Labels"))

HTML = about("HyperText", plain("HyperTextLabels"))

DIALOGUE = about("Paragraphs", plain("ParagraphLabels"))

SOUND = about("Audio", plain("Labels"))

SERIES = about("TimeSeries", plain("TimeSeriesLabels"))

VIDEO = about("Video", plain("TimelineLabels"), plain("VideoRectangle"), plain("Labels"))

percents = st.floats(0, 100)

places = st.floats(1, 99)

sides = st.floats(1, 100)

parts = st.floats(0.01, 1)

degrees = st.floats(-360, -1) | st.floats(1, 360)

seconds = st.floats(0, 1e6)

sizes = st.tuples(st.integers(1, 9000), st.integers(1, 9000))

characters = st.sampled_from("ab e\n<&😀é\u200d👩𝒳")

texts = st.text(characters, min_size=1, max_size=12)

answers = st.fixed_dictionaries(
    {},
    optional={
        "sure": st.sampled_from(["yes", "no"]),
        "note": st.lists(st.text(max_size=5), min_size=1, max_size=3),
        "stars": st.integers(1, 5),
    },
)


def inside(
    x: float, y: float, across: float, down: float, *, around: bool = False
) -> tuple[float, float, float, float]:
    """Return a place, and a size that is a part of what is left to the edges of the image."""
    to_x, to_y = (min(x, 100 - x), min(y, 100 - y)) if around else (100 - x, 100 - y)
    return x, y, across * to_x, down * to_y


def kind_of_shape(make: Any, **parts: Any) -> Any:
    """Return a strategy for shapes with a label, answers and a score."""
    ids = st.integers(1, 10**6).map(str)
    score = st.none() | st.floats(0, 1)
    labels = st.sampled_from(NAMES)
    return st.builds(make, labels=labels, id=ids, answers=answers, score=score, **parts)


def ordered(numbers: Any) -> Any:
    return st.tuples(numbers, numbers).map(sorted)


def stretches(**more: Any) -> Any:
    def make(ends: list[Any], **rest: Any) -> Interval:
        return Interval(start=ends[0], end=ends[1], **rest)

    return kind_of_shape(make, ends=ordered(seconds), **more)


keyframes = st.lists(
    st.builds(
        KeyFrame,
        id=st.just(""),
        percent=st.tuples(percents, percents, sides, sides),
        rotation=degrees,
        frame=st.integers(1, 500),
        time=st.none() | seconds,
        enabled=st.booleans(),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda each: each.frame,
)

array_sizes = array_shapes(min_dims=2, max_dims=2, max_side=9)

masks: Any = (arrays(bool, array_sizes) | arrays(np.uint8, array_sizes)).filter(np.any)

boxes = st.tuples(places, places, parts, parts).map(lambda four: inside(*four))

ellipses = st.tuples(places, places, parts, parts).map(lambda four: inside(*four, around=True))

turned = st.tuples(places, places, sides, sides)  # which may lie outside in part

points = st.tuples(percents, percents)


@frozen(repr=False)
class Drawn:
    """How regions of a kind are made, and with which control of which config."""

    config: LabelConfig
    control: str
    shapes: Any
    must: tuple[str, ...]  # parts of the value that are never anything else


KINDS = {
    "box": Drawn(
        IMAGE,
        "rectanglelabels",
        kind_of_shape(Box, percent=boxes, size=sizes),
        ("x", "y", "width", "height"),
    ),
    "rotated box": Drawn(
        IMAGE,
        "rectanglelabels",
        kind_of_shape(Box, percent=turned, rotation=degrees, size=sizes, item_index=st.just(2)),
        ("x", "y", "width", "height", "rotation"),
    ),
    "box with separate labels": Drawn(
        IMAGE,
        "rectangle",
        kind_of_shape(Box, percent=turned, rotation=degrees, size=sizes),
        ("x", "y", "width", "height", "rotation"),
    ),
    "ellipse": Drawn(
        IMAGE,
        "ellipselabels",
        kind_of_shape(Ellipse, percent=ellipses, size=sizes),
        ("x", "y", "radiusX", "radiusY"),
    ),
    "rotated ellipse": Drawn(
        IMAGE,
        "ellipselabels",
        kind_of_shape(Ellipse, percent=turned, rotation=degrees, size=sizes),
        ("x", "y", "radiusX", "radiusY", "rotation"),
    ),
    "polygon": Drawn(
        IMAGE,
        "polygonlabels",
        kind_of_shape(
            Polygon,
            percent=st.lists(points, min_size=3, max_size=6),
            closed=st.booleans(),
            size=sizes,
        ),
        ("points",),
    ),
    "key point": Drawn(
        IMAGE,
        "keypointlabels",
        kind_of_shape(KeyPoint, percent=points, width=percents, size=sizes),
        ("x", "y"),
    ),
    "mask": Drawn(IMAGE, "brushlabels", kind_of_shape(Brush, mask=masks), ("rle",)),
    "sound": Drawn(
        SOUND,
        "labels",
        stretches(channel=st.integers(0, 3), duration=st.none() | seconds),
        ("start", "end"),
    ),
    "series": Drawn(SERIES, "timeserieslabels", stretches(instant=st.booleans()), ("start", "end")),
    "frames": Drawn(
        VIDEO,
        "timelinelabels",
        kind_of_shape(
            Frames,
            ranges=st.lists(ordered(st.integers(1, 999)).map(tuple), min_size=1, max_size=3),
        ),
        ("ranges",),
    ),
    "track": Drawn(
        VIDEO,
        "videorectangle",
        kind_of_shape(
            Track,
            keyframes=keyframes,
            frames=st.none() | st.integers(500, 999),
            duration=st.none() | seconds,
        ),
        ("sequence",),
    ),
    "span": Drawn(
        TEXT,
        "labels",
        kind_of_shape(
            lambda ends, **rest: Span(start=ends[0], end=ends[1] + 1, **rest),
            ends=ordered(st.integers(0, 10**6)),
            text=st.none() | texts,
        ),
        ("start", "end"),
    ),
    "hypertext": Drawn(
        HTML,
        "hypertextlabels",
        kind_of_shape(
            Span,
            xpaths=st.tuples(
                st.tuples(st.just("/p[1]/text()[1]"), st.integers(0, 9)),
                st.tuples(st.just("/p[2]/b[1]/text()[2]"), st.integers(0, 9)),
            ),
            start=st.just(3),
            end=st.integers(4, 99),
            text=st.none() | texts,
        ),
        ("start", "end", "startOffset", "endOffset"),
    ),
    "paragraphs": Drawn(
        DIALOGUE,
        "paragraphlabels",
        kind_of_shape(
            Span,
            paragraph=st.integers(0, 4),
            end_paragraph=st.integers(5, 9),
            start=st.integers(0, 99),
            end=st.integers(1, 99),
            text=st.none() | texts,
        ),
        ("start", "end", "startOffset", "endOffset"),
    ),
}

ids = st.lists(st.integers(1, 9).map(str), max_size=4, unique=True)
