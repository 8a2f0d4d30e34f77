"""Tags of the editor of Label Studio 1.23; see https://labelstud.io/tags.

The editor ignores the case of tags and attributes: keys are in lower case, values in the usual
spelling.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

T = TypeVar("T")

DEEPEST = 100  # nested tags; more is an attack or an accident


def _spelled(*names: str) -> Mapping[str, str]:
    return MappingProxyType({name.lower(): name for name in " ".join(names).split()})


def with_labels(by_drawing: Mapping[str, T]) -> dict[str, T]:
    """Add the tags with labels to a dict of drawing tags: "brush" and "brushlabels"."""
    return {**by_drawing, **{f"{tag}labels": each for tag, each in by_drawing.items()}}


ENTERPRISE = _spelled("Chat CustomInterface OcrLabels ReactCode VideoVector VideoVectorLabels")
OBJECTS = _spelled(
    "Audio AudioPlus HyperText Image List Paragraphs Pdf Table Text TimeSeries Video",
    "Chat CustomInterface ReactCode",  # Enterprise only
)
# Controls whose results contain the labels of their regions.
LABELINGS = _spelled(
    "BitmaskLabels BrushLabels EllipseLabels HyperTextLabels KeyPointLabels Labels OcrLabels",
    "ParagraphLabels PolygonLabels RectangleLabels TimelineLabels TimeSeriesLabels VectorLabels",
    "VideoVectorLabels",
)
# Controls that only draw; a separate <Labels> has the labels.
DRAWINGS = _spelled(
    "Bitmask Brush Ellipse KeyPoint MagicWand Polygon Rectangle Vector VideoRectangle VideoVector"
)
ANSWERS = _spelled("Choices DateTime Number Pairwise Ranker Rating Taxonomy TextArea")
PER_ITEM = frozenset(ANSWERS) - {"pairwise", "ranker"}  # can be answered per image of a list
CONTROLS = MappingProxyType({**LABELINGS, **DRAWINGS, **ANSWERS})
LABELS = _spelled("Choice Label Relation")
PARTS = _spelled("Bucket Channel MultiChannel Panel Shortcut")
VISUAL = _spelled("Collapse Dialog Filter Header Markdown PagedView Relations Repeater Style View")
NO_CONTROLS = frozenset({"filter"})
NO_OBJECTS = frozenset({*VISUAL, *LABELS, *PARTS, *CONTROLS})
KNOWN = MappingProxyType({**OBJECTS, **CONTROLS, **LABELS, **PARTS, **VISUAL})

# The tags that a part must be inside, at any depth.
PARENTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "label": LABELINGS,
        "choice": _spelled("Choices Taxonomy"),
        "channel": _spelled("TimeSeries"),
        "multichannel": _spelled("TimeSeries"),
        "relation": _spelled("Relations"),
        "bucket": _spelled("Ranker"),
    }
)
ON_IMAGES = ("bitmask", "brush", "ellipse", "keypoint", "polygon", "rectangle", "vector")
# The objects that a control can be for, where the editor supports no others.
ABOUT: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        **with_labels(dict.fromkeys(ON_IMAGES, _spelled("Image"))),
        "magicwand": _spelled("Image"),
        "hypertextlabels": _spelled("HyperText"),
        "ranker": _spelled("List"),
        "timelinelabels": _spelled("Video"),
        "timeserieslabels": _spelled("TimeSeries"),
        "videorectangle": _spelled("Video"),
        "paragraphlabels": _spelled("Paragraphs"),
    }
)
# The children that a tag may have: with any other, the editor shows nothing.
_LABELS_IN = _spelled("Label Header View HyperText")
CHILDREN: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(LABELINGS, _LABELS_IN),
        "labels": _spelled("Label Header View Text HyperText"),
        "timelinelabels": _spelled("Label Header View Text HyperText"),
        "timeserieslabels": _spelled("Labels Label Choice"),
        "choices": _spelled("Choice View Header HyperText"),
        "choice": _spelled("Choice"),
        "taxonomy": _spelled("Choice"),
        "textarea": _spelled("Shortcut"),
        "ranker": _spelled("Bucket"),
        "relations": _spelled("Relation"),
        "timeseries": _spelled("Channel View HyperText MultiChannel"),
        "channel": _spelled("Channel View"),
        "multichannel": _spelled("Channel"),
        "collapse": _spelled("Panel"),
    }
)
NOT_IN_VIEW = frozenset({"panel", "channel", "multichannel", "shortcut", "relation", "bucket"})
NAMELESS = frozenset({*VISUAL, *LABELS, *PARTS}) - {"bucket", "filter"}  # need no name
# Attributes whose case matters to the server.
ATTRIBUTES = MappingProxyType(
    {
        "alias": "alias",
        "apiurl": "apiUrl",
        "indexflag": "indexFlag",
        "name": "name",
        "toname": "toName",
        "value": "value",
        "valuelist": "valueList",
        "whentagname": "whenTagName",
    }
)
