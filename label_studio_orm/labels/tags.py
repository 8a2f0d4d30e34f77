"""The tags that the editor of Label Studio 1.23 knows; see https://labelstud.io/tags.

The editor takes tags and attributes in any case, so names are in lower case here, with the usual
spelling beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DEEPEST = 100  # tags within one another; more is an attack, or an accident


def _spelled(*names: str) -> Mapping[str, str]:
    return MappingProxyType({name.lower(): name for name in " ".join(names).split()})


OBJECTS = _spelled(
    "Audio AudioPlus HyperText Image List Paragraphs Pdf Table Text TimeSeries Video",
    "Chat CustomInterface ReactCode",  # of Enterprise
)
# Controls whose regions have their labels in themselves.
LABELINGS = _spelled(
    "BitmaskLabels BrushLabels EllipseLabels HyperTextLabels KeyPointLabels Labels OcrLabels",
    "ParagraphLabels PolygonLabels RectangleLabels TimelineLabels TimeSeriesLabels VectorLabels",
    "VideoVectorLabels",
)
# Controls that draw only, and leave labels to a <Labels> beside them.
DRAWINGS = _spelled(
    "Bitmask Brush Ellipse KeyPoint MagicWand Polygon Rectangle Vector VideoRectangle VideoVector"
)
ANSWERS = _spelled("Choices DateTime Number Pairwise Ranker Rating Taxonomy TextArea")
PER_ITEM = frozenset(ANSWERS) - {"pairwise", "ranker"}  # which can be asked of each image of a list
CONTROLS = MappingProxyType({**LABELINGS, **DRAWINGS, **ANSWERS})
LABELS = _spelled("Choice Label Relation")
PARTS = _spelled("Bucket Channel MultiChannel Panel Shortcut")
VISUAL = _spelled("Collapse Dialog Filter Header Markdown PagedView Relations Repeater Style View")
NO_CONTROLS = frozenset({"filter"})
NO_OBJECTS = frozenset({*VISUAL, *LABELS, *PARTS, *CONTROLS})
KNOWN = MappingProxyType({**OBJECTS, **CONTROLS, **LABELS, **PARTS, **VISUAL})

# Which tags a part may stand in, at any depth.
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
# Which objects a control can be about, where the editor insists on it, or shows nothing else.
ABOUT: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "bitmasklabels",
                "brushlabels",
                "keypointlabels",
                "polygon",
                "polygonlabels",
                "rectanglelabels",
                "vector",
                "vectorlabels",
            ),
            _spelled("Image"),
        ),
        "hypertextlabels": _spelled("HyperText"),
        "ranker": _spelled("List"),
        "timelinelabels": _spelled("Video"),
        "timeserieslabels": _spelled("TimeSeries"),
        "videorectangle": _spelled("Video"),
        "paragraphlabels": _spelled("Paragraphs"),
    }
)
# What may stand right in a tag, where the editor is strict: with anything else it shows nothing.
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

# Attributes that take one of a few words, by tag.
_ONE_OR_MORE = ("single", "multiple")
_GRANULARITY = ("symbol", "word", "sentence", "paragraph")
_TEXT = {
    "valuetype": ("text", "url"),
    "savetextresult": ("none", "no", "yes"),
    "encoding": ("none", "base64", "base64unicode"),
    "granularity": _GRANULARITY,
}
WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **{tag: {"choice": _ONE_OR_MORE} for tag in LABELINGS},
        "choices": {
            "choice": ("single", "single-radio", "multiple"),
            "layout": ("select", "inline", "vertical"),
        },
        "relations": {"choice": _ONE_OR_MORE},
        "text": _TEXT,
        "hypertext": _TEXT,
        "label": {"granularity": _GRANULARITY},
        "audio": {"decoder": ("ffmpeg", "webaudio", "none"), "player": ("html5", "webaudio")},
        "pairwise": {"selected": ("left", "right", "none")},
        "paragraphs": {"valuetype": ("json", "url"), "layout": ("none", "dialogue")},
        "timeseries": {"valuetype": ("url", "json")},
        "image": {
            "horizontalalignment": ("left", "center", "right"),
            "verticalalignment": ("top", "center", "bottom"),
            "defaultzoom": ("auto", "original", "fit"),
            "crossorigin": ("none", "anonymous", "use-credentials"),
        },
    }
)
# Attributes that are "true" or "false", of any tag, and of some tags only.
SWITCHES = frozenset(
    _spelled(
        "allowempty allownested allowsubmit canrotate closable collapsible editable labeling",
        "leafsonly peritem perregion readonly required showalias showfullpath showinline",
        "showsubmitbutton slider smart smartonly skipduplicates",
    )
)
SWITCHES_OF: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "choice": frozenset({"selected"}),
        "label": frozenset({"selected"}),
        "image": frozenset(
            _spelled(
                "smoothing grid zoom negativezoom showlabels zoomcontrol brightnesscontrol",
                "contrastcontrol rotatecontrol crosshair selectioncontrol lazyoff",
            )
        ),
        "audio": frozenset(
            _spelled(
                "muted zoom volume speed showlabels showscores autocenter scrollparent",
                "splitchannels spectrogram",
            )
        ),
    }
)
