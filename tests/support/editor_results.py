"""Results as the editor writes them, for a config with all controls."""

from __future__ import annotations

from typing import Any

import numpy as np

from label_studio_orm.labeling import LabelConfig, encode_mask

CONFIG = LabelConfig.parse("""<View>
  <Image name="image" value="$image"/><Image name="second" value="$second"/>
  <RectangleLabels name="bbox" toName="image">
    <Label value="cat"/><Label value="dog" alias="D"/>
  </RectangleLabels>
  <RectangleLabels name="many" toName="image" choice="multiple" allowEmpty="true">
    <Label value="cat"/><Label value="dog"/>
  </RectangleLabels>
  <Rectangle name="frame" toName="image"/>
  <Labels name="kind" toName="image"><Label value="car"/></Labels>
  <EllipseLabels name="ellipse" toName="image"><Label value="eye"/></EllipseLabels>
  <PolygonLabels name="outline" toName="image"><Label value="roof"/></PolygonLabels>
  <KeyPointLabels name="point" toName="image"><Label value="eye"/></KeyPointLabels>
  <BrushLabels name="brush" toName="image"><Label value="sky"/></BrushLabels>
  <BitmaskLabels name="bits" toName="image"><Label value="sky"/></BitmaskLabels>
  <VectorLabels name="vector" toName="image"><Label value="road"/></VectorLabels>
  <MagicWand name="wand" toName="image"/>
  <Choices name="breed" toName="image" perRegion="true"><Choice value="tabby"/></Choices>
  <TextArea name="said" toName="image" perRegion="true"/>
  <Taxonomy name="tags" toName="image" labeling="true">
    <Choice value="a"><Choice value="b"/></Choice>
  </Taxonomy>
  <Choices name="view" toName="image,second" choice="multiple">
    <Choice value="front"/><Choice value="back"/>
  </Choices>
  <Choices name="brought" toName="image" value="$options"/>
  <Choices name="nested" toName="image" allowNested="true" choice="multiple">
    <Choice value="A"/><Choice value="B"><Choice value="C"/><Choice value="D"/></Choice>
  </Choices>
  <Rating name="stars" toName="image"/>

  <Text name="text" value="$text"/><Text name="other" value="$other"/>
  <Labels name="ner" toName="text"><Label value="PER"/><Label value="ORG" alias="org"/></Labels>
  <TextArea name="note" toName="text" perRegion="true"/>
  <HyperText name="page" value="$page"/>
  <HyperTextLabels name="mark" toName="page"><Label value="name"/></HyperTextLabels>
  <Paragraphs name="chat" value="$chat"/>
  <ParagraphLabels name="turn" toName="chat"><Label value="question"/></ParagraphLabels>
  <Audio name="audio" value="$audio"/>
  <Labels name="who" toName="audio"><Label value="Ada"/></Labels>
  <Choices name="tone" toName="audio" perRegion="true"><Choice value="calm"/></Choices>
  <TimeSeries name="series" value="$series"><Channel column="a"/></TimeSeries>
  <TimeSeriesLabels name="run" toName="series"><Label value="fast"/></TimeSeriesLabels>
  <TimeSeries name="days" value="$days" timeColumn="day" timeFormat="%Y-%m-%d">
    <Channel column="a"/>
  </TimeSeries>
  <TimeSeriesLabels name="walk" toName="days"><Label value="fast"/></TimeSeriesLabels>
  <Video name="video" value="$video"/><VideoRectangle name="track" toName="video"/>
  <Labels name="what" toName="video"><Label value="car"/></Labels>
  <TimelineLabels name="scene" toName="video"><Label value="night"/></TimelineLabels>
  <TextArea name="plate" toName="video" perRegion="true"/>
  <Pairwise name="better" toName="text,other"/>
  <List name="items" value="$items"/><Ranker name="order" toName="items"/>
  <Ranker name="sorted" toName="items"><Bucket name="good"/></Ranker>
  <DateTime name="moment" toName="text"/><DateTime name="hour" toName="text" only="time"/>
  <DateTime name="month" toName="text" only="month,year"/>
  <Relations><Relation value="owns"/></Relations>
</View>""")

IMAGE = {"original_width": 640, "original_height": 480, "image_rotation": 0}

BOX = {"x": 10, "y": 20.5, "width": 30, "height": 40, "rotation": 0}

RLE = {"format": "rle", "rle": encode_mask(np.ones((480, 640), dtype=bool))}

PATHS = {
    "start": "/div[1]/p[2]/text()[1]",
    "startOffset": 3,
    "end": "/div[1]/p[3]/text()[1]",
    "endOffset": 2,
    "globalOffsets": {"start": 9, "end": 14},
}

TRACK = {
    "framesCount": 100,
    "duration": 4,
    "sequence": [
        {"frame": 1, "enabled": True, "time": 0.04, **BOX},
        {"frame": 9, "enabled": False, "time": 0.36, **BOX},
    ],
}


def item(name: str, type: str, value: Any, to: str = "image", **more: Any) -> dict[str, Any]:
    made = {"id": "r1", "from_name": name, "to_name": to, "type": type, "origin": "manual"}
    return {**made, "value": value, **(IMAGE if to == "image" else {}), **more}


def box(**more: Any) -> dict[str, Any]:
    return {**item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": ["cat"]}), **more}


def span(**value: Any) -> dict[str, Any]:
    return item("ner", "labels", {"start": 0, "end": 3, "labels": ["PER"], **value}, to="text")


def relation(**more: Any) -> dict[str, Any]:
    return {"from_id": "a", "to_id": "b", "type": "relation", "direction": "right", **more}


WRITTEN: dict[str, list[dict[str, Any]]] = {
    "box": [box(meta={"text": ["hi"]}, parentID="x", score=0.5, readonly=True, item_index=0)],
    "box by alias": [item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": ["D"]})],
    "box by value": [item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": ["dog"]})],
    "several labels": [item("many", "rectanglelabels", {**BOX, "rectanglelabels": ["cat", "dog"]})],
    "no label": [item("many", "rectanglelabels", {**BOX, "rectanglelabels": []})],
    "turned box": [
        item(
            "bbox",
            "rectanglelabels",
            {**BOX, "x": 103.5, "rotation": 90, "rectanglelabels": ["cat"]},
        )
    ],
    "rectangle alone": [item("frame", "rectangle", BOX)],
    "rectangle and labels": [
        item("frame", "rectangle", BOX),
        item("kind", "labels", {**BOX, "labels": ["car"]}),
    ],
    "answers of a region": [
        box(),
        item("breed", "choices", {**BOX, "choices": ["tabby"]}),
        item("said", "textarea", {**BOX, "text": ["hi"]}),
        item("tags", "taxonomy", {**BOX, "taxonomy": [["a"], ["a", "b"]]}),
    ],
    "an answer without the geometry": [box(), item("breed", "choices", {"choices": ["tabby"]})],
    "ellipse": [
        item(
            "ellipse",
            "ellipselabels",
            {"x": 5, "y": 6, "radiusX": 3, "radiusY": 4, "rotation": 0, "ellipselabels": ["eye"]},
        )
    ],
    "open line": [
        item(
            "outline",
            "polygonlabels",
            {"points": [[1, 2], [3, 4]], "closed": False, "polygonlabels": ["roof"]},
        )
    ],
    "smart point": [
        item(
            "point",
            "keypointlabels",
            {"x": 1, "y": 2, "width": 0.2, "labels": ["eye"], "keypointlabels": ["eye"]},
            is_positive=True,
        )
    ],
    "brush": [item("brush", "brushlabels", {**RLE, "brushlabels": ["sky"]})],
    "wand": [item("wand", "magicwand", RLE), item("kind", "labels", {**RLE, "labels": ["car"]})],
    "bitmask": [
        item(
            "bits",
            "bitmasklabels",
            {"imageDataURL": "data:image/png;base64,i", "bitmasklabels": ["sky"]},
        )
    ],
    "vector": [
        item(
            "vector",
            "vectorlabels",
            {
                "vertices": [{"id": "1", "x": 1, "y": 2, "isBezier": False}],
                "closed": False,
                "vectorlabels": ["road"],
            },
        )
    ],
    "span": [span(text="Ada")],
    "span without words": [span()],
    "span by alias": [span(labels=["org"])],
    "span by value": [span(labels=["ORG"])],
    "text about a span": [
        span(text="Ada"),
        item("note", "textarea", {"start": 0, "end": 3, "text": ["who?"]}, to="text"),
    ],
    "html": [
        item(
            "mark",
            "hypertextlabels",
            {**PATHS, "text": "Ada", "hypertextlabels": ["name"]},
            to="page",
        )
    ],
    "html as text": [
        item(
            "mark",
            "hypertextlabels",
            {"start": 0, "end": 3, "hypertextlabels": ["name"]},
            to="page",
        )
    ],
    "paragraphs": [
        item(
            "turn",
            "paragraphlabels",
            {
                "start": "2",
                "end": "3",
                "startOffset": 9,
                "endOffset": 2,
                "paragraphlabels": ["question"],
            },
            to="chat",
        )
    ],
    "audio": [
        item(
            "who",
            "labels",
            {"start": 0.5, "end": 1.25, "channel": 0, "labels": ["Ada"]},
            to="audio",
            original_length=9.5,
        ),
        item(
            "tone",
            "choices",
            {"start": 0.5, "end": 1.25, "channel": 0, "choices": ["calm"]},
            to="audio",
            original_length=9.5,
        ),
    ],
    "series": [
        item(
            "run",
            "timeserieslabels",
            {"start": 1, "end": 1, "instant": True, "timeserieslabels": ["fast"]},
            to="series",
        )
    ],
    "series of dates": [
        item(
            "walk",
            "timeserieslabels",
            {
                "start": "2020-01-01",
                "end": "2020-02-01",
                "instant": False,
                "timeserieslabels": ["fast"],
            },
            to="days",
        )
    ],
    "video": [
        item("track", "videorectangle", {**TRACK, "labels": ["car"]}, to="video"),
        item("plate", "textarea", {**TRACK, "text": ["B-AD 1"]}, to="video"),
    ],
    "video without label": [item("track", "videorectangle", TRACK, to="video")],
    "timeline": [
        item(
            "scene",
            "timelinelabels",
            {"ranges": [{"start": 1, "end": 5}], "timelinelabels": ["night"]},
            to="video",
        )
    ],
    "nested choices": [item("nested", "choices", {"choices": [["B"], ["B", "C"], ["B", "D"]]})],
    "several choices": [item("view", "choices", {"choices": ["front", "back"]}, to="second")],
    "pairwise": [item("better", "pairwise", {"selected": "left"}, to="better")],
    "ranker": [item("order", "ranker", {"ranker": {"order": ["1"]}}, to="items")],
    "buckets": [item("sorted", "ranker", {"ranker": {"good": ["1"], "_": []}}, to="items")],
    "moment": [item("moment", "datetime", {"datetime": "2020-01-02T03:04"}, to="text")],
    "hour": [item("hour", "datetime", {"datetime": "03:04"}, to="text")],
    "month": [item("month", "datetime", {"datetime": "2020-01-01"}, to="text")],
    "relation": [box(id="a"), box(id="b"), relation(labels=["owns"]), relation(direction="bi")],
    "relation without direction": [
        box(id="a"),
        box(id="b"),
        {**relation(), "direction": "left", "labels": []},
    ],
}
