"""Regions of images and videos as raw dicts, and what is wrong with them.

What is in GOOD opens in the real editor and is saved again as it was, which is tried in
tests/live/editor, and passes through exports, which is tried in tests/live/test_drawn_exports.py.
What is in BAD does not, or lies outside the image, or is nothing that could be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from label_studio_orm.labeling import encode_mask

WIDTH, HEIGHT = 64, 48
LABELS = '<Label value="cat"/><Label value="dog"/>'


def _tag(tag: str, name: str, to: str) -> str:
    return f'<{tag} name="{name}" toName="{to}">{LABELS}</{tag}>'


ON_IMAGE = (
    *(
        _tag(f"{kind}Labels", f"{kind.lower()}labels", "image")
        for kind in ["Rectangle", "Ellipse", "Polygon", "KeyPoint", "Brush", "Bitmask", "Vector"]
    ),
    _tag("Labels", "labels", "image"),
    *(f'<{tag} name="{tag.lower()}" toName="image"/>' for tag in ("Rectangle", "Brush")),
    '<MagicWand name="magicwand" toName="image"/>',
    '<TextArea name="textarea" toName="image" perRegion="true"/>',
    '<Choices name="choices" toName="image" perRegion="true"><Choice value="x"/></Choices>',
)
IMAGE_CONFIG = f'<View><Image name="image" value="$shown"/>{"".join(ON_IMAGE)}</View>'
IMAGES_CONFIG = f'<View><Image name="image" valueList="$shown"/>{"".join(ON_IMAGE)}</View>'
VIDEO_CONFIG = f"""<View>
  {_tag("Labels", "labels", "video")}<Video name="video" value="$shown"/>
  <VideoRectangle name="videorectangle" toName="video"/>
  {_tag("TimelineLabels", "timelinelabels", "video")}
</View>"""

Item = dict[str, Any]
MISSING = object()


def changed(old: Mapping[str, Any], /, **new: Any) -> dict[str, Any]:
    """Return a dict with some keys changed, or left out if they are MISSING."""
    return {key: value for key, value in {**old, **new}.items() if value is not MISSING}


def item(type: str, value: Mapping[str, Any], /, **beside: Any) -> Item:
    """Return an item of a control, which has the name of its type, with its label."""
    labelled = type.endswith("labels") and type not in value
    made = {
        "id": "r1",
        "from_name": type,
        "to_name": "image",
        "type": type,
        "original_width": WIDTH,
        "original_height": HEIGHT,
        "image_rotation": 0,
        "value": {**value, **({type: ["cat"]} if labelled else {})},
    }
    return changed(made, **beside)


# -- places ----------------------------------------------------------------------------------------

BOX = {"x": 10, "y": 10, "width": 20, "height": 30, "rotation": 0}
ELLIPSE = {"x": 50, "y": 50, "radiusX": 20, "radiusY": 30, "rotation": 0}
POINT = {"x": 50, "y": 50, "width": 1}
POLYGON = {"points": [[0, 0], [10, 0], [10, 10]], "closed": True}
RLE = encode_mask(np.eye(HEIGHT, WIDTH, dtype=bool))
BRUSH = {"format": "rle", "rle": RLE}
PNG = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="  # noqa: E501
VERTICES = [{"id": "a", "x": 10, "y": 10}, {"id": "b", "x": 30, "y": 10, "prevPointId": "a"}]
VECTOR = {"vertices": VERTICES, "closed": False}
KEY = {"frame": 1, "enabled": True, **BOX, "time": 1 / 24}
TRACK = {"framesCount": 50, "duration": 2.0, "sequence": [KEY], "labels": ["cat"]}
RANGES = {"ranges": [{"start": 1, "end": 10}]}


def box(**new: Any) -> list[Item]:
    return [item("rectanglelabels", changed(BOX, **new))]


def box_with(**beside: Any) -> list[Item]:
    return [item("rectanglelabels", BOX, **beside)]


def ellipse(**new: Any) -> list[Item]:
    return [item("ellipselabels", changed(ELLIPSE, **new))]


def point(**new: Any) -> list[Item]:
    return [item("keypointlabels", changed(POINT, **new))]


def polygon(**new: Any) -> list[Item]:
    return [item("polygonlabels", changed(POLYGON, **new))]


def brush(rle: Any = RLE, **beside: Any) -> list[Item]:
    return [item("brushlabels", {"format": "rle", "rle": rle}, **beside)]


def bitmask(**new: Any) -> list[Item]:
    return [item("bitmasklabels", changed({"imageDataURL": PNG}, **new))]


def vector(**new: Any) -> list[Item]:
    return [item("vectorlabels", changed(VECTOR, **new))]


def labels(**value: Any) -> list[Item]:
    return [item("labels", {**value, "labels": ["cat"]})]


def in_video(type: str, value: Mapping[str, Any], **beside: Any) -> Item:
    none = {"original_width": MISSING, "original_height": MISSING, "image_rotation": MISSING}
    return item(type, value, to_name="video", **{**none, **beside})


def track(*keys: Any, **new: Any) -> list[Item]:
    value = changed({**TRACK, "sequence": list(keys) or [KEY]}, **new)
    return [in_video("videorectangle", value)]


def key(number: int = 1, **new: Any) -> dict[str, Any]:
    return changed({**KEY, "frame": number, "time": number / 24}, **new)


def timeline(*ranges: Any) -> list[Item]:
    return [in_video("timelinelabels", {"ranges": list(ranges)})]


RECTANGLE = item("rectangle", BOX)

GOOD: Mapping[str, list[Item]] = {
    "a box": box(),
    "a box at the edges": box(x=0, y=0, width=100, height=100),
    "a box beyond the edge by rounding": box(x=33.3, width=66.71),
    "a box without a rotation": box(rotation=MISSING),
    "a box turned more than once": box(rotation=725),
    "a turned box, partly outside": box(x=95, rotation=45),
    "a turned box wider than the image": box(x=50, y=0, width=120, height=5, rotation=80),
    "a box without an id": box_with(id=MISSING),
    "a box whose id is null": box_with(id=None),
    "a box without the size of the image": box_with(
        original_width=MISSING, original_height=MISSING
    ),
    "a box without a score": box_with(score=None),
    "the score 1": box_with(score=1),
    "a box of image 0": box_with(item_index=0),
    "a box of no image in particular": box_with(item_index=None),
    "a parent that is gone": box_with(parentID="gone"),
    "no parent": box_with(parentID=None),
    "a box of a prediction": box_with(origin="prediction", readonly=True),
    "an ellipse": ellipse(),
    "a turned ellipse, partly outside": ellipse(x=95, rotation=45),
    "a point": point(),
    "a large point": point(width=500),
    "a polygon": polygon(),
    "an open line": polygon(closed=False),
    "an open line of one point": polygon(points=[[1, 1]], closed=False),
    "a polygon of two points": polygon(points=[[1, 1], [5, 5]]),
    "a polygon of one place": polygon(points=[[5, 5]] * 3),
    "a polygon that does not say closed": polygon(closed=MISSING),
    "a mask": brush(),
    "a mask with bytes behind it": brush([*RLE, 1, 2, 3]),
    "an erased mask": brush(encode_mask(np.zeros((HEIGHT, WIDTH), dtype=bool))),
    "a mask that does not say its format": [item("brushlabels", {"rle": RLE})],
    "a wand": [item("magicwand", BRUSH), item("labels", {**BRUSH, "labels": ["cat"]})],
    "a bitmask": bitmask(),
    "a vector": vector(),
    "labels beside a box": [RECTANGLE, *labels(**BOX)],
    "labels beside a box, without its place": [RECTANGLE, *labels()],
    "labels alone, as a box": labels(**BOX),
    "labels alone, as a point": labels(**POINT),
    "labels alone, as a mask": labels(**BRUSH),
    "an answer about a box": [RECTANGLE, item("choices", {**BOX, "choices": ["x"]})],
    "an answer about a box, without its place": [RECTANGLE, item("choices", {"choices": ["x"]})],
    "a text about a box": [RECTANGLE, item("textarea", {**BOX, "text": ["hi"]})],
}
# What is wrong: the path of what is.
BAD: Mapping[str, tuple[str, list[Item]]] = {
    "percent as a text": ("[0].value.x", box(x="10")),
    "percent as a switch": ("[0].value.x", box(x=True)),
    "no x": ("[0].value.x", box(x=None)),
    "no height": ("[0].value.height", box(height=MISSING)),
    "a rotation that is null": ("[0].value.rotation", box(rotation=None)),
    "a rotation without end": ("[0].value.rotation", box(rotation=float("inf"))),
    "a rotation that is no number": ("[0].value.rotation", box(rotation=float("nan"))),
    "no width": ("[0].value.width", box(width=0)),
    "a negative width": ("[0].value.width", box(width=-5)),
    "a negative height, turned": ("[0].value.height", box(height=-5, rotation=5)),
    "no width, turned": ("[0].value.width", box(width=0, rotation=5)),
    "left of the image in part": ("[0].value.x", box(x=-5)),
    "below the image in part": ("[0].value.height", box(y=90)),
    "outside the image": ("[0].value.x", box(x=-50)),
    "pixels": ("[0].value.x", box(x=320)),
    "a turned box outside": ("[0].value.x", box(x=130, rotation=5)),
    "infinitely far": ("[0].value.y", box(y=float("-inf"))),
    "very far": ("[0].value.y", box(y=1e300)),
    "percent for a score": ("[0].score", box_with(score=90)),
    "a negative score": ("[0].score", box_with(score=-0.1)),
    "a score as a text": ("[0].score", box_with(score="0.9")),
    "a score as a switch": ("[0].score", box_with(score=True)),
    "an image that is not there": ("[0].item_index", box_with(item_index=1)),
    "an image before the first": ("[0].item_index", box_with(item_index=-1)),
    "an image as a text": ("[0].item_index", box_with(item_index="0")),
    "half an image": ("[0].item_index", box_with(item_index=0.5)),
    "an image as a switch": ("[0].item_index", box_with(item_index=False)),
    "a parent as a number": ("[0].parentID", box_with(parentID=4)),
    "its own parent": ("[0].parentID", box_with(parentID="r1")),
    "an origin of its own": ("[0].origin", box_with(origin="robot")),
    "an origin that is null": ("[0].origin", box_with(origin=None)),
    "readonly as a text": ("[0].readonly", box_with(readonly="yes")),
    "an image without a width": ("[0].original_width", box_with(original_width=None)),
    "an image of width 0": ("[0].original_width", box_with(original_width=0)),
    "a width as a text": ("[0].original_width", box_with(original_width="64")),
    "text that is null": ("[0].value.text", box(text=None)),
    "labels of another control as a text": ("[0].value.labels", box(labels="cat")),
    "an id in the value as a number": ("[0].value.id", box(id=3)),
    "a pid in the value as a number": ("[0].value.pid", box(pid=3)),
    "filtered in the value as a text": ("[0].value.filtered", box(filtered="no")),
    "an object in the value": ("[0].value.object", box(object="image")),
    "an object beside the value": ("[0].object", box_with(object="image")),
    "results in the value": ("[0].value.results", box(results="cat")),
    "a mask on an image of width 64.0": ("[0].original_width", brush(original_width=64.0)),
    "a mask as an array of numpy": ("[0].value.rle", brush(np.array(RLE))),
    "a score in the value": ("[0].value.score", box(score="high")),
    "an ellipse of no radius": ("[0].value.radiusX", ellipse(radiusX=0)),
    "an ellipse of negative radius": ("[0].value.radiusX", ellipse(radiusX=-4)),
    "an ellipse without a radius": ("[0].value.radiusY", ellipse(radiusY=MISSING)),
    "an ellipse partly outside": ("[0].value.radiusX", ellipse(x=90)),
    "an ellipse outside": ("[0].value.y", ellipse(y=-60)),
    "a point without a width": ("[0].value.width", point(width=MISSING)),
    "a point of width null": ("[0].value.width", point(width=None)),
    "a point outside": ("[0].value.x", point(x=130)),
    "a negative point as a text": ("[0].value.negative", point(negative="no")),
    "a polygon without points": ("[0].value.points", polygon(points=[])),
    "points as dicts": ("[0].value.points[0]", polygon(points=[{"x": 0, "y": 0}])),
    "points as texts": ("[0].value.points[1]", polygon(points=[[1, 1], ["5", "5"], [9, 1]])),
    "points in space": ("[0].value.points[0]", polygon(points=[[1, 1, 0]])),
    "points in a row": ("[0].value.points[0]", polygon(points=[1, 1, 5, 5, 9, 1])),
    "a polygon outside": ("[0].value.points[1]", polygon(points=[[1, 1], [130, 5], [9, 1]])),
    "a polygon beyond the top": ("[0].value.points[1]", polygon(points=[[1, 1], [5, -5], [9, 1]])),
    "closed that is null": ("[0].value.closed", polygon(closed=None)),
    "closed as a number": ("[0].value.closed", polygon(closed=1)),
    "three bytes for a mask": ("[0].value.rle", brush([0, 5, 4])),
    "no bytes for a mask": ("[0].value.rle", brush([])),
    "no mask": ("[0].value.rle", brush(None)),
    "a mask cut off": ("[0].value.rle", brush(RLE[:-3])),
    "a mask of a smaller image": (
        "[0].value.rle",
        brush(encode_mask(np.eye(10, 20, dtype=bool))),
    ),
    "a mask of a larger image": (
        "[0].value.rle",
        brush(encode_mask(np.eye(100, 200, dtype=bool))),
    ),
    "a mask whose head is of another": ("[0].value.rle", brush([0, 0, 48, 4, *RLE[4:]])),
    "a mask of floats": ("[0].value.rle", brush([float(each) for each in RLE])),
    "a mask with a byte of 256": ("[0].value.rle", brush([256, *RLE[1:]])),
    "a mask as a text": ("[0].value.rle", brush("AAAw")),
    "a mask without the size of the image": (
        "[0].original_width",
        brush(original_width=MISSING),
    ),
    "a mask of an image without size": ("[0].original_height", brush(original_height=0)),
    "a mask with strokes as a text": (
        "[0].value.touches",
        [item("brushlabels", {**BRUSH, "touches": "x"})],
    ),
    "a mask with a picture that is none": (
        "[0].value.maskDataURL",
        [item("brushlabels", {**BRUSH, "maskDataURL": "x"})],
    ),
    "a wand cut off": ("[0].value.rle", [item("magicwand", {"format": "rle", "rle": RLE[:-3]})]),
    "a bitmask without a picture": ("[0].value.imageDataURL", bitmask(imageDataURL=MISSING)),
    "an empty bitmask": ("[0].value.imageDataURL", bitmask(imageDataURL="")),
    "a bitmask of a number": ("[0].value.imageDataURL", bitmask(imageDataURL=5)),
    "a vector without points": ("[0].value.vertices", vector(vertices=MISSING)),
    "a vector of null": ("[0].value.vertices", vector(vertices=None)),
    "a vector of pairs": ("[0].value.vertices[0]", vector(vertices=[[1, 1]])),
    "a vector with a point that is none": (
        "[0].value.vertices[2]",
        vector(vertices=[*VERTICES, None]),
    ),
    "a curve without its handles": (
        "[0].value.vertices[0].controlPoint1",
        vector(vertices=[{**VERTICES[0], "isBezier": True, "controlPoint2": {"x": 1, "y": 2}}]),
    ),
    "a vector outside": ("[0].value.vertices[0]", vector(vertices=[{"id": "a", "x": 300, "y": 1}])),
    "a vector whose closed is null": ("[0].value.closed", vector(closed=None)),
    "labels without any place": ("[0].id", labels()),
    "labels at no place": ("[0].value.x", labels(x=500, width=-3, height="q")),
    "labels with an x alone": ("[0].value.y", labels(x=1)),
    "labels of a mask cut off": ("[0].value.rle", labels(format="rle", rle=RLE[:-3])),
    "labels before what they lie on": ("[0].id", [*labels(), RECTANGLE]),
    "an answer before its region": ("[0].id", [item("choices", {"choices": ["x"]}), RECTANGLE]),
    "an answer that lies nowhere": (
        "[0].value.x",
        [item("choices", {**BOX, "x": "q", "choices": ["x"]}), RECTANGLE],
    ),
    "an answer about no region": ("[0].id", [item("choices", {"choices": ["x"]})]),
    "a text about a box that is no list": (
        "[1].value.text",
        [RECTANGLE, item("textarea", {**BOX, "text": "hi"})],
    ),
}

GOOD_IN_VIDEO: Mapping[str, list[Item]] = {
    "a track": track(key(1), key(20, x=50)),
    "a track without labels": track(labels=MISSING),
    "a track of a video of unknown length": track(framesCount=MISSING, duration=MISSING),
    "a track that leaves the picture": track(key(1), key(20, x=-15)),
    "two key frames of one frame": track(key(5), key(5)),
    "frame 0": track(key(0), key(20)),
    "a frame behind the end": track(key(1), key(500)),
    "a key frame that is hidden": track(key(1), key(9, enabled=False, time=MISSING)),
    "a key frame whose enabled is null": track(key(1, enabled=None)),
    "a key frame that is hidden, and not turned": track(key(1, enabled=False, rotation=MISSING)),
    "labels beside a track": [
        in_video("videorectangle", changed(TRACK, labels=MISSING)),
        in_video("labels", {"labels": ["cat"]}),
    ],
    "a stretch": timeline({"start": 1, "end": 10}),
    "one frame": timeline({"start": 3, "end": 3}),
    "frames as 1.0": timeline({"start": 1.0, "end": 10.0}),
    "stretches that overlap": timeline({"start": 1, "end": 10}, {"start": 5, "end": 20}),
    "stretches in any order": timeline({"start": 15, "end": 20}, {"start": 1, "end": 10}),
    "a stretch with an open end": timeline({"start": 5, "end": None}),
    "a stretch from frame 0": timeline({"start": 0, "end": 10}),
}
BAD_IN_VIDEO: Mapping[str, tuple[str, list[Item]]] = {
    "no key frames": ("[0].value.sequence", track(sequence=[])),
    "key frames that are null": ("[0].value.sequence", track(sequence=None)),
    "key frames by number": ("[0].value.sequence", track(sequence={"0": KEY})),
    "a key frame that is none": ("[0].value.sequence[0]", track(None)),
    "key frames out of order": ("[0].value.sequence[1].frame", track(key(20), key(1))),
    "a frame as a text": ("[0].value.sequence[0].frame", track(key(1, frame="1"))),
    "half a frame": ("[0].value.sequence[0].frame", track(key(1, frame=1.5))),
    "no frame": ("[0].value.sequence[0].frame", track(key(1, frame=MISSING))),
    "no enabled": ("[0].value.sequence[0].enabled", track(key(1, enabled=MISSING))),
    "enabled as a text": ("[0].value.sequence[0].enabled", track(key(1, enabled="yes"))),
    "no time": ("[0].value.sequence[0].time", track(key(1, time=MISSING))),
    "a time as a text": ("[0].value.sequence[0].time", track(key(1, time="0:01"))),
    "no rotation": ("[0].value.sequence[0].rotation", track(key(1, rotation=MISSING))),
    "a key frame without a width": ("[0].value.sequence[0].width", track(key(1, width=MISSING))),
    "a key frame of no height": ("[0].value.sequence[0].height", track(key(1, height=0))),
    "a key frame in pixels": ("[0].value.sequence[1].x", track(key(1), key(2, x=640))),
    "frames as a text": ("[0].value.framesCount", track(framesCount="50")),
    "frames that are null": ("[0].value.framesCount", track(framesCount=None)),
    "a duration that is null": ("[0].value.duration", track(duration=None)),
    "a track without a label that is known": ("[0].value.labels[0]", track(labels=["cow"])),
    "labels that are null": ("[0].value.labels", track(labels=None)),
    "labels of a track alone": (
        "[0].type",
        [in_video("labels", {"sequence": [KEY], "labels": ["cat"]})],
    ),
    "labels of a video alone": ("[0].type", [in_video("labels", {"labels": ["cat"]})]),
    "no stretches": ("[0].value.ranges", timeline()),
    "a stretch as a pair": ("[0].value.ranges[0]", timeline([1, 10])),
    "a stretch of half frames": ("[0].value.ranges[0]", timeline({"start": 1.5, "end": 10})),
    "a stretch of texts": ("[0].value.ranges[0]", timeline({"start": "1", "end": "10"})),
    "a stretch backwards": ("[0].value.ranges[0]", timeline({"start": 9, "end": 3})),
    "a stretch of nothing": ("[0].value.ranges[0]", timeline({})),
}
