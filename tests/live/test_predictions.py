"""predict(), batches and imports accept the same predictions, even those that bulk import drops."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.cleaning import delete
from support.stub import counted

from label_studio_orm import LabelStudio, Project
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
    Relation,
    Span,
    Track,
)
from label_studio_orm.labeling.results.bulk import BulkCheck

LABELS = '<Label value="A"/><Label value="Long B" alias="B"/>'
ON_IMAGES = "RectangleLabels EllipseLabels KeyPointLabels PolygonLabels BrushLabels VectorLabels"
DRAWN_ALONE = "Rectangle Ellipse KeyPoint Polygon Brush MagicWand Bitmask"
CONFIG = f"""<View>
  <Image name="image" value="$image"/>
  {"".join(f'<{t} name="{t}" toName="image">{LABELS}</{t}>' for t in ON_IMAGES.split())}
  {"".join(f'<{t} name="{t}" toName="image"/>' for t in DRAWN_ALONE.split())}
  <BitmaskLabels name="BitmaskLabels" toName="image">{LABELS}</BitmaskLabels>
  <Labels name="beside" toName="image">{LABELS}</Labels>
  <RectangleLabels name="free" toName="image" allowEmpty="true">{LABELS}</RectangleLabels>
  <RectangleLabels name="brought" toName="image" value="$labels">
    <Label value="A"/>
  </RectangleLabels>
  <TextArea name="note" toName="image" perRegion="true"/>
  <Rating name="sure" toName="image" perRegion="true"/>
  <Text name="text" value="$text"/>
  <Labels name="ner" toName="text">{LABELS}</Labels>
  <Relations><Relation value="of"/></Relations>
  <HyperText name="html" value="$html"/>
  <HyperTextLabels name="HyperTextLabels" toName="html">{LABELS}</HyperTextLabels>
  <Paragraphs name="talk" value="$talk" textKey="text"/>
  <ParagraphLabels name="ParagraphLabels" toName="talk">{LABELS}</ParagraphLabels>
  <Audio name="audio" value="$audio"/>
  <Labels name="heard" toName="audio">{LABELS}</Labels>
  <TimeSeries name="series" value="$series" valueType="json" timeColumn="time">
    <Channel column="v"/>
  </TimeSeries>
  <TimeSeriesLabels name="TimeSeriesLabels" toName="series">{LABELS}</TimeSeriesLabels>
  <Video name="video" value="$video"/>
  <VideoRectangle name="track" toName="video"/>
  <Labels name="seen" toName="video">{LABELS}</Labels>
  <TimelineLabels name="TimelineLabels" toName="video">{LABELS}</TimelineLabels>
  <Choices name="mood" toName="text"><Choice value="Good"/></Choices>
  <Choices name="several" toName="text" choice="multiple">
    <Choice value="X"/><Choice value="Y"/>
  </Choices>
  <Choices name="nested" toName="text" allowNested="true">
    <Choice value="Animal"><Choice value="Cat"/></Choice>
  </Choices>
  <Choices name="extra" toName="text" value="$labels"><Choice value="A"/></Choices>
  <Taxonomy name="kind" toName="text">
    <Choice value="Animal"><Choice value="Cat"/></Choice>
  </Taxonomy>
  <Rating name="stars" toName="text"/>
  <Number name="count" toName="text"/>
  <DateTime name="day" toName="text" only="date"/>
  <TextArea name="said" toName="text"/>
  <Pairwise name="better" toName="text,html"/>
  <List name="items" value="$items"/>
  <Ranker name="order" toName="items"/>
  <Repeater on="$pages">
    <Image name="page_{{{{idx}}}}" value="$pages[{{{{idx}}}}].url"/>
    <Choices name="page_mood_{{{{idx}}}}" toName="page_{{{{idx}}}}"><Choice value="Good"/></Choices>
  </Repeater>
</View>"""
DATA = {
    "image": "https://example.com/1.jpg",
    "text": "Ada works for ACME.",
    "html": "<p>Ada works</p>",
    "talk": [{"author": "Ada", "text": "Hello all"}],
    "audio": "https://example.com/1.wav",
    "video": "https://example.com/1.mp4",
    "series": {"time": [1, 2, 3], "v": [4, 5, 6]},
    "labels": [{"value": "brought"}],
    "items": [{"id": "1", "title": "a"}, {"id": "2", "title": "b"}],
    "pages": [{"url": "https://example.com/1.jpg"}],
}
SIZE = (100, 100)
PAINTED = Brush("A", rle=(0, 0, 0, 16, 57, 27, 253, 255, 240), size=(2, 2))
HERE = {"percent": (10, 10, 20, 20), "size": SIZE}
TIMED = [KeyFrame(percent=(0, 0, 10, 10), frame=1, time=0.0)]
FIRST, SECOND = Span("A", quote="Ada"), Span("B", quote="ACME")


def raw(name: str, type: str, value: Any, to: str = "image") -> list[dict[str, Any]]:
    return [{"id": "raw", "from_name": name, "to_name": to, "type": type, "value": value}]


def box(**place: float) -> list[dict[str, Any]]:
    return raw("RectangleLabels", "rectanglelabels", {**BOX, **place, "rectanglelabels": ["A"]})


BOX = {"x": 10, "y": 10, "width": 20, "height": 20, "rotation": 0}
PNG = "data:image/png;base64,iVBORw0KGgo="
POINTS = [{"id": str(n), "x": n, "y": n, "isBezier": False} for n in (1, 9)]
TAKEN: dict[str, Any] = {  # by the bulk import
    "nothing": [],
    "box": {"RectangleLabels": Box("A", **HERE)},
    "box with answers": {"RectangleLabels": Box("A", **HERE, answers={"note": "x", "sure": 2})},
    "box beside labels": {"Rectangle": Box("A", **HERE)},
    "box without a label": {"Rectangle": Box(**HERE)},
    "ellipse": {"EllipseLabels": Ellipse("A", percent=(50, 50, 10, 20), size=SIZE)},
    "ellipse beside labels": {"Ellipse": Ellipse("A", percent=(50, 50, 10, 20), size=SIZE)},
    "key point": {"KeyPointLabels": KeyPoint("A", percent=(1, 1), size=SIZE)},
    "key point beside labels": {"KeyPoint": KeyPoint("A", percent=(1, 1), size=SIZE)},
    "polygon": {"PolygonLabels": Polygon("A", percent=((1, 1), (9, 1), (1, 9)), size=SIZE)},
    "polygon beside labels": {"Polygon": Polygon("A", percent=((1, 1), (9, 1), (1, 9)), size=SIZE)},
    "brush": {"BrushLabels": PAINTED},
    "brush beside labels": {"Brush": PAINTED},
    "bitmask": raw("BitmaskLabels", "bitmasklabels", {"imageDataURL": PNG, "bitmasklabels": ["A"]}),
    "vector": raw("VectorLabels", "vectorlabels", {"vertices": POINTS, "vectorlabels": ["A"]}),
    "spans and a relation": ({"ner": [FIRST, SECOND]}, [Relation(FIRST, SECOND, "of")]),
    "span in HTML": {"HyperTextLabels": Span("A", quote="Ada")},
    "span in a dialogue": {"ParagraphLabels": Span("A", quote="Hello")},
    "interval of a sound": {"heard": Interval("A", start=0.5, end=1.5)},
    "interval of a series": {"TimeSeriesLabels": Interval("A", start=1, end=2)},
    "frames": {"TimelineLabels": Frames("A", ranges=(1, 5))},
    "track": {"track": Track("A", keyframes=TIMED, frames=25, duration=1.0)},
    "choice": {"mood": "Good"},
    "choices": {"several": ["X", "Y"]},
    "taxonomy": {"kind": [("Animal", "Cat")]},
    "rating": {"stars": 3},
    "number": {"count": 2.5},
    "date": {"day": "2024-01-31"},
    "text": {"said": ["a", "b"]},
    "pairwise": {"better": "left"},
    "ranking": {"order": ["2", "1"]},
}
DROPPED: dict[str, Any] = {
    "of a Repeater": {"page_mood_0": "Good"},
    "path of choices": {"nested": [("Animal", "Cat")]},
    "magic wand beside labels": {"MagicWand": PAINTED},
    "turned box that is wider": box(x=50, width=120, rotation=45),
    "turned more than once": box(rotation=370),
    "by rounding": box(x=0, width=100.0000001),
    "large ellipse": {
        "EllipseLabels": Ellipse("A", percent=(50, 50, 60, 9), rotation=45, size=SIZE)
    },
    "label by its value": {"RectangleLabels": Box("Long B", **HERE)},
    "label of the task": {"brought": Box("brought", **HERE)},
    "choice of the task": {"extra": "brought"},
    "box without the label it may lack": raw("free", "rectanglelabels", BOX),
    "series without instant": raw(
        "TimeSeriesLabels",
        "timeserieslabels",
        {"start": 1, "end": 2, "timeserieslabels": ["A"]},
        "series",
    ),
    "track of a video of unknown length": {"track": Track("A", keyframes=TIMED)},
    "text that is no list": raw("said", "textarea", {"text": "a"}, "text"),
    "relation without direction": [
        *raw("ner", "labels", {"start": 0, "end": 3, "labels": ["A"]}, "text"),
        {"from_id": "raw", "to_id": "raw", "type": "relation"},
    ],
}
ALL = {**TAKEN, **DROPPED}


@pytest.fixture(scope="module")
def results() -> dict[str, list[dict[str, Any]]]:
    config = LabelConfig.parse(CONFIG)
    assert config.check() == []
    pairs = {name: each if isinstance(each, tuple) else (each, ()) for name, each in ALL.items()}
    return {
        name: config.result(said, data=DATA, relations=relations)
        for name, (said, relations) in pairs.items()
    }


@pytest.fixture
def project(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Predictions", label_config=CONFIG)
    project.import_tasks([{**DATA, "n": 1}, {**DATA, "n": 2}], progress=False)
    yield project
    delete(project)


def kept(task: Any) -> dict[str, Any]:
    return {each.model_version: each.result for each in task.refresh().predictions}


def test_predict_batches_and_imports_accept_the_same_predictions(
    project: Project, results: dict[str, list[dict[str, Any]]]
) -> None:
    one, other = project.tasks
    for name, result in results.items():
        one.predict(result, model_version=name)
    with project.batch() as batch:
        for name, result in results.items():
            other.predict(result, model_version=name)
    assert (batch.created, batch.failed) == (len(ALL), [])
    rows = [{"result": result, "model_version": name} for name, result in results.items()]
    (id,) = project.import_tasks([{"data": DATA, "predictions": rows}], progress=False)
    assert kept(one) == kept(other) == kept(project.tasks.get(id)) == results


def test_predictions_that_the_bulk_import_drops_are_detected(
    project: Project, results: dict[str, list[dict[str, Any]]]
) -> None:
    task = project.tasks[0].id
    body = [{"task": task, "result": results[name], "model_version": name} for name in results]
    project.client.json("POST", f"/api/projects/{project.id}/import/predictions", json=body)
    assert kept(project.tasks[0]).keys() == TAKEN.keys()
    check = BulkCheck(LabelConfig.parse(CONFIG))
    assert [name for name, result in results.items() if check.takes(result)] == [*TAKEN]


def test_detected_predictions_take_one_request_each(
    project: Project, results: dict[str, list[dict[str, Any]]]
) -> None:
    tasks = list(project.tasks)
    project.client._cache.clear()
    requests = counted(project.client)  # type: ignore[arg-type]
    with project.batch():
        for task in tasks:
            task.predict(results["box"])
            task.predict(results["path of choices"])
    # The config, the number of predictions, the import, setting the project's model version,
    # and whether the tasks belong to the project.
    assert requests == ["GET", "GET", "POST", "PATCH", "GET", *["POST"] * len(tasks)]
