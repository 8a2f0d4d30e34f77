"""Contents of the well-formed server: users, tasks, results, columns, files."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

TIME = "2026-01-02T03:04:05.000006Z"
CONFIG = (
    '<View><Text name="text" value="$text"/><Image name="image" value="$image"/>'
    '<Choices name="choice" toName="text"><Choice value="Good"/><Choice value="Bad"/></Choices>'
    '<Labels name="span" toName="text"><Label value="Who"/></Labels>'
    '<RectangleLabels name="box" toName="image"><Label value="Cat"/><Label value="Dog"/>'
    '</RectangleLabels><PolygonLabels name="poly" toName="image"><Label value="Cat"/>'
    '</PolygonLabels><BrushLabels name="brush" toName="image"><Label value="Cat"/></BrushLabels>'
    '<TextArea name="area" toName="text" perRegion="true"/><Rating name="stars" toName="text"/>'
    '<Number name="number" toName="text" min="0" max="10"/>'
    '<DateTime name="when" toName="text" format="%Y-%m-%d"/>'
    '<Taxonomy name="taxonomy" toName="text"><Choice value="A"><Choice value="B"/></Choice>'
    '</Taxonomy><HyperText name="html" value="$html"/>'
    '<HyperTextLabels name="part" toName="html"><Label value="P"/></HyperTextLabels>'
    '<Pairwise name="pair" toName="text,image"/></View>'
)
# 100×50 pixels, of which none is set.
RLE = [0, 0, 78, 32, 57, 27, 255, 78, 31, 0, 0]
SIZE = {"original_width": 100, "original_height": 50, "image_rotation": 0}
RESULT: list[dict[str, Any]] = [
    {"id": "a", "from_name": "choice", "to_name": "text", "type": "choices",
     "value": {"choices": ["Good"]}},
    {"id": "b", "from_name": "span", "to_name": "text", "type": "labels",
     "value": {"start": 0, "end": 4, "text": "some", "labels": ["Who"]}, "score": 0.5},
    {"id": "c", "from_name": "box", "to_name": "image", "type": "rectanglelabels", **SIZE,
     "value": {"x": 1.5, "y": 2, "width": 30, "height": 40, "rotation": 0,
               "rectanglelabels": ["Cat"]}},
    {"id": "d", "from_name": "poly", "to_name": "image", "type": "polygonlabels", **SIZE,
     "value": {"points": [[1, 2], [30, 2], [3, 40]], "closed": True, "polygonlabels": ["Cat"]}},
    {"id": "e", "from_name": "brush", "to_name": "image", "type": "brushlabels", **SIZE,
     "value": {"format": "rle", "rle": RLE, "brushlabels": ["Cat"]}},
    {"id": "b", "from_name": "area", "to_name": "text", "type": "textarea",
     "value": {"start": 0, "end": 4, "text": ["note"]}},
    {"id": "f", "from_name": "stars", "to_name": "text", "type": "rating", "value": {"rating": 3}},
    {"id": "g", "from_name": "number", "to_name": "text", "type": "number", "value": {"number": 4}},
    {"id": "h", "from_name": "when", "to_name": "text", "type": "datetime",
     "value": {"datetime": "2026-01-02"}},
    {"id": "i", "from_name": "taxonomy", "to_name": "text", "type": "taxonomy",
     "value": {"taxonomy": [["A", "B"]]}},
    {"id": "j", "from_name": "part", "to_name": "html", "type": "hypertextlabels",
     "value": {"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "startOffset": 0,
               "endOffset": 2, "text": "He", "hypertextlabels": ["P"],
               "globalOffsets": {"start": 0, "end": 2}}},
    {"type": "relation", "from_id": "c", "to_id": "d", "direction": "right", "labels": ["on"]},
]  # fmt: skip
USER = {"id": 1, "email": "a@b.org", "first_name": "A", "last_name": "B", "username": "a",
        "initials": "AB", "phone": "", "avatar": None, "active_organization": 1,
        "last_activity": TIME, "date_joined": TIME, "permissions": {"x": True},
        "allow_newsletters": None, "active_organization_meta": {"title": "x", "email": "x"}}  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0d\0\0\0\x32\x08\x02\0\0\0" + b"\0" * 40
FORMATS = ("JSON", "JSON_MIN", "CSV", "TSV", "CONLL2003", "COCO", "YOLO", "VOC", "BRUSH_TO_PNG",
           "BRUSH_TO_COCO", "YOLO_WITH_IMAGES")  # fmt: skip


def annotation(id: int, task: int) -> dict[str, Any]:
    return {
        "id": id, "task": task, "project": 1, "result": RESULT, "completed_by": 1,
        "created_at": TIME, "updated_at": TIME, "lead_time": 1.5, "was_cancelled": False,
        "ground_truth": False, "result_count": 3, "unique_id": "u", "draft_created_at": None,
        "import_id": None, "last_action": None, "parent_prediction": None,
        "parent_annotation": None, "last_created_by": None, "updated_by": 1, "prediction": {},
    }  # fmt: skip


def prediction(id: int, task: int) -> dict[str, Any]:
    return {"id": id, "task": task, "project": 1, "result": RESULT, "score": 0.5,
            "model_version": "m", "created_at": TIME, "updated_at": TIME, "created_ago": "1 hour",
            "cluster": None, "neighbors": None, "mislabeling": 0.0}  # fmt: skip


def task(id: int, **data: Any) -> dict[str, Any]:
    own = {"text": "some text", "image": "/data/upload/1/a.png", "html": "<p>Hello</p>", **data}
    return {
        "id": id, "data": own, "meta": {}, "project": 1, "annotations": [annotation(10 + id, id)],
        "predictions": [prediction(20 + id, id)], "drafts": [], "inner_id": id, "overlap": 1,
        "created_at": TIME, "updated_at": TIME, "completed_at": TIME, "is_labeled": True,
        "total_annotations": 1, "cancelled_annotations": 0, "total_predictions": 1,
        "avg_lead_time": 1.5, "predictions_score": 0.5, "predictions_model_versions": "m",
        "predictions_results": "", "annotations_results": "", "annotations_ids": f"{10 + id}",
        "annotators": [1], "draft_exists": False, "file_upload": None, "storage_filename": None,
        "comment_count": 0, "unresolved_comment_count": 0, "last_comment_updated_at": None,
        "comment_authors": [], "updated_by": [{"user_id": 1}],
    }  # fmt: skip


def project(**more: Any) -> dict[str, Any]:
    control = {
        "type": "Choices",
        "to_name": ["text"],
        "labels": ["Good", "Bad"],
        "inputs": [{"type": "Text", "value": "text", "valueType": None}],
    }
    box = {"type": "RectangleLabels", "to_name": ["image"], "labels": ["Cat"],
           "inputs": [{"type": "Image", "value": "image", "valueType": None}]}  # fmt: skip
    return {
        "id": 1, "title": "Films", "description": "", "label_config": CONFIG, "color": "#FFFFFF",
        "expert_instruction": "", "created_at": TIME, "created_by": {"id": 1, "email": "a@b.org"},
        "organization": 1, "maximum_annotations": 1, "model_version": "m", "task_number": 2,
        "finished_task_number": 1, "num_tasks_with_annotations": 1, "is_published": False,
        "total_annotations_number": 1, "total_predictions_number": 1, "pinned_at": None,
        "sampling": "Sequential sampling", "control_weights": {}, "queue_total": 2,
        "parsed_label_config": {"choice": control, "box": box}, "skip_queue": "REQUEUE_FOR_OTHERS", **more,
    }  # fmt: skip


def column(id: str, type: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "title": id, "type": type, "target": "tasks", "help": "", **more}


COLUMNS = [
    column("id", "Number"), column("inner_id", "Number"), column("completed_at", "Datetime"),
    column("total_annotations", "Number"), column("annotators", "List", schema={"items": []}),
    column("predictions_score", "Number"), column("created_at", "Datetime"),
    column("data", "List", children=["text"]),
    column("text", "String", parent="data"), column("image", "Image", parent="data"),
]  # fmt: skip
VIEW = {"id": 3, "project": 1, "order": 0, "user": 1,
        "data": {"title": "Default", "filters": {"conjunction": "and", "items": []},
                 "ordering": ["tasks:id"], "type": "list", "hiddenColumns": {}}}  # fmt: skip


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


COCO = {
    "images": [{"id": 0, "width": 100, "height": 50, "file_name": "images/a.png"}],
    "categories": [{"id": 0, "name": "Cat"}],
    "annotations": [{"id": 0, "image_id": 0, "category_id": 0, "segmentation": [], "area": 9,
                     "bbox": [1, 2, 3, 4], "ignore": 0, "iscrowd": 0}],
    "info": {"year": 2026},
}  # fmt: skip
NOTES = {"categories": [{"id": 0, "name": "Cat"}], "info": {"year": 2026, "version": "1.0"}}
FILES: dict[str, bytes] = {
    "JSON_MIN": json.dumps([{"id": 1, "text": "some", "choice": "Good", "annotation_id": 11}]).encode(),
    "CSV": b"text,id,choice\nsome,1,Good\n",
    "TSV": b"text\tid\tchoice\nsome\t1\tGood\n",
    "CONLL2003": b"-DOCSTART- -X- O\nsome -X- _ B-Who\ntext -X- _ O\n\n",
    "COCO": zipped({"result.json": json.dumps(COCO).encode(), "images/a.png": PNG}),
    "YOLO": zipped({"classes.txt": b"Cat\n", "notes.json": json.dumps(NOTES).encode(),
                    "labels/a.txt": b"0 0.1 0.2 0.3 0.4\n", "images/a.png": PNG}),
    "VOC": zipped({"Annotations/a.xml": b"<annotation><folder>VOC</folder></annotation>"}),
    "BRUSH_TO_PNG": zipped({"task-1-annotation-11-by-1-tag-Cat-0.png": PNG}),
    "BRUSH_TO_COCO": zipped({"result_coco.json": json.dumps(COCO).encode(), "images/a.png": PNG}),
}  # fmt: skip
FILES["YOLO_WITH_IMAGES"] = FILES["YOLO"]
