"""Tables of regions: pixels beside percent, names of files, and the data of the tasks."""

from __future__ import annotations

from typing import Any

import pytest
from support.tasks import TaskServer, set_page_sizes
from support.texts import SENTIMENT, sentiment

from label_studio_orm import LabelConfig, Project, labels
from label_studio_orm.data_manager import annotation_pages
from label_studio_orm.records.region_rows import region_row

BOXES = str(LabelConfig.create({"image": "Image", "box": labels("cat")}))
PAGES = (
    '<View><Image name="image" valueList="$images"/><RectangleLabels name="box" toName="image">'
    '<Label value="cat"/></RectangleLabels></View>'
)
SIZE = {"original_width": 200, "original_height": 50}
BOX = {
    **{"id": "r1", "from_name": "box", "to_name": "image", "type": "rectanglelabels", **SIZE},
    "value": {"x": 10, "y": 20, "width": 30, "height": 40, "rectanglelabels": ["cat"]},
}


def served(*results: list[Any], config: str = BOXES, **data: Any) -> TaskServer:
    """Return a server of tasks with an annotation and a prediction each."""
    server = TaskServer()
    for number, result in enumerate(results, start=1):
        own = {"id": number, "task": number, "project": 1, "result": result}
        server.add(
            data=data,
            annotations=[{**own, "completed_by": 7}],
            predictions=[{**own, "model_version": "m1"}],
            total_annotations=1,
            total_predictions=1,
        )
    predictions = [each for row in server.rows.values() for each in row["predictions"]]
    server.client.answers["GET /api/predictions/"] = predictions[::-1]
    counts = {"total_predictions_number": len(predictions), "task_number": len(results)}
    server.client.answers["GET /api/projects/1/"] = {"id": 1, "label_config": config, **counts}
    return server


def project(server: TaskServer) -> Project:
    return Project(1, client=server.client)


def test_regions_of_images_have_pixels_beside_percent() -> None:
    (row,) = project(
        served([BOX], image="https://example.com/a/cat.jpg?s=1")
    ).annotations.to_dicts()
    assert [row[name] for name in ("x", "y", "width", "height")] == [10, 20, 30, 40]
    assert [row[f"{name}_px"] for name in ("x", "y", "width", "height")] == [20, 10, 60, 20]
    assert (row["image_width"], row["image_height"]) == (200, 50)


def test_columns_have_an_order_of_their_own_in_all_tables() -> None:
    found = project(served([BOX], image="/data/upload/1/cat.jpg")).annotations.to_pandas(data=True)
    assert [*found.columns] == [
        *("annotation", "task", "annotator", "region", "control", "object", "type", "label"),
        *("file_name", "x", "y", "width", "height", "x_px", "y_px", "width_px", "height_px"),
        *("image_width", "image_height", "rectanglelabels", "image", "project"),
    ]


@pytest.mark.parametrize(
    "region",
    [
        {**BOX, "original_width": None},
        {**BOX, "original_width": "200"},
        {**BOX, "original_width": 0},
        {**BOX, "original_width": float("nan")},
        {**BOX, "value": {"x": None, "points": [[1], "x"]}},
    ],
    ids=["no width", "text", "zero", "NaN", "no numbers"],
)
def test_without_a_size_or_numbers_there_are_no_pixels(region: Any) -> None:
    assert [name for name in region_row(region, taken=()) if name.endswith("_px")] == []


def test_points_and_radii_are_in_pixels_too() -> None:
    ellipse = {**BOX, "value": {"x": 1, "y": 1, "radiusX": 5, "radiusY": 8}}
    row = region_row(ellipse, taken=())
    assert (row["radiusX_px"], row["radiusY_px"]) == (10, 4)
    polygon = {**BOX, "value": {"points": [[0, 0], [50, 100]], "closed": True}}
    assert region_row(polygon, taken=())["points_px"] == [[0, 0], [100, 50]]


def test_a_track_has_its_label_in_the_column_of_labels() -> None:
    track = {"type": "videorectangle", "value": {"sequence": [], "labels": ["car", "red"]}}
    assert region_row(track, taken=())["label"] == "car, red"


def test_a_region_has_the_file_of_its_image_in_a_list() -> None:
    regions = [{**BOX, "item_index": n} for n in (1, 0)]
    images = ["s3://bucket/a.png", "/data/local-files/?d=x/b%20c.png"]
    rows = project(served(regions, config=PAGES, images=images)).annotations.to_dicts()
    assert [(row["item_index"], row["file_name"]) for row in rows] == [(1, "b c.png"), (0, "a.png")]


@pytest.mark.parametrize("image", [None, 7, "", ["x"], {"a": 1}])
def test_data_that_is_no_file_has_no_name(image: Any) -> None:
    (row,) = project(served([{**BOX, "item_index": 3}], image=image)).annotations.to_dicts()
    assert "file_name" not in row


def test_the_data_of_tasks_is_read_in_one_request() -> None:
    server = served([BOX], [BOX], image="/data/upload/1/cat.jpg", split="train", label="x", x=7)
    rows = project(server).annotations.to_dicts(data=True)
    assert [row["split"] for row in rows] == ["train", "train"]
    assert (rows[0]["data.label"], rows[0]["data.x"], rows[0]["x"]) == ("x", 7, 10)
    assert len(server.pages) == 2  # of annotations, and of the data


def test_predictions_keep_their_order_beside_the_data() -> None:
    server = served([BOX], [BOX], image="/data/upload/1/cat.jpg")
    found = project(server).predictions
    rows = found.to_dicts(data=True)
    assert [row["prediction"] for row in rows] == [each.id for each in found] == [1, 2]
    assert [row["image"] for row in rows] == ["/data/upload/1/cat.jpg"] * 2


def test_many_tasks_are_read_page_by_page_up_to_the_last_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_page_sizes(monkeypatch, 1, by_ids=1, of_ids=1)
    monkeypatch.setattr(annotation_pages, "PAGE_BY_IDS", 1)
    server = served([BOX], [BOX], [BOX], image="/data/upload/1/cat.jpg")
    rows = project(server).annotations.limit(2).to_dicts(data=True)
    assert [row["image"] for row in rows] == ["/data/upload/1/cat.jpg"] * 2
    data = [page for page in server.pages if "data" in page["include"].split(",")]
    assert len(data) == 2  # of three
    items = data[0]["query"]["filters"]["items"]
    assert {item["filter"] for item in items} == {
        "filter:tasks:total_annotations",
        "filter:tasks:cancelled_annotations",
    }


def test_texts_need_no_request_for_their_tasks() -> None:
    server = served(sentiment("Positive"), config=SENTIMENT, text="a")
    (row,) = project(server).annotations.to_dicts()
    assert "file_name" not in row
    assert len(server.pages) == 1
    (row,) = project(server).annotations.to_dicts(data=True)
    assert row["data.text"] == "a"


def test_no_annotations_read_no_tasks() -> None:
    server = served(config=BOXES)
    assert project(server).annotations.to_dicts(data=True) == []
    assert len(server.pages) == 1
