"""Labeling configs and results: pure functions of text and data, usable without a server.

>>> from label_studio_orm.labeling import Box, LabelConfig, choices, labels
>>> config = LabelConfig.create({"image": "Image", "bbox": labels("cat", "dog")})
>>> result = config.result({"bbox": Box("cat", pixels=(64, 48, 320, 240))}, size=(640, 480))
>>> config.read(result).regions[0].box.percent
(10.0, 10.0, 50.0, 50.0)
"""

import importlib as _importlib
from typing import TYPE_CHECKING as _TYPE_CHECKING

if _TYPE_CHECKING:
    from .config import LabelConfig
    from .controls import Control, Label, Object, Variable
    from .creation import NewTag, choices, labels, relations, tag, taxonomy
    from .diff import ConfigDiff
    from .masks import decode_mask, encode_mask
    from .matching import iou
    from .problems import Problem
    from .results.brush import Brush
    from .results.reader import Reading
    from .results.region import Region
    from .results.relations import Relation
    from .results.shapes import Box, Ellipse, KeyPoint, Polygon, Shape
    from .results.spans import Frames, Interval, Span
    from .results.tracks import KeyFrame, Track
    from .templates import Templates

__all__ = [
    "Box",
    "Brush",
    "ConfigDiff",
    "Control",
    "Ellipse",
    "Frames",
    "Interval",
    "KeyFrame",
    "KeyPoint",
    "Label",
    "LabelConfig",
    "NewTag",
    "Object",
    "Polygon",
    "Problem",
    "Reading",
    "Region",
    "Relation",
    "Shape",
    "Span",
    "Templates",
    "Track",
    "Variable",
    "choices",
    "decode_mask",
    "encode_mask",
    "iou",
    "labels",
    "relations",
    "tag",
    "taxonomy",
]

# Modules by the names in them: imported on first use.
_LATE = {
    "config": ("LabelConfig",),
    "controls": ("Control", "Label", "Object", "Variable"),
    "creation": ("NewTag", "choices", "labels", "relations", "tag", "taxonomy"),
    "diff": ("ConfigDiff",),
    "masks": ("decode_mask", "encode_mask"),
    "matching": ("iou",),
    "problems": ("Problem",),
    "results.brush": ("Brush",),
    "results.reader": ("Reading",),
    "results.region": ("Region",),
    "results.relations": ("Relation",),
    "results.shapes": ("Box", "Ellipse", "KeyPoint", "Polygon", "Shape"),
    "results.spans": ("Frames", "Interval", "Span"),
    "results.tracks": ("KeyFrame", "Track"),
    "templates": ("Templates",),
}


def __getattr__(name: str) -> object:
    for module, names in _LATE.items():
        if name in names:
            return getattr(_importlib.import_module(f".{module}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, *(name for name in globals() if name.startswith("__"))]
