"""Annotations beside predictions and beside those of another user; regions beside task data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from label_studio_orm import (
    Box,
    Brush,
    LabelConfig,
    LabelStudio,
    Project,
    User,
    choices,
    labels,
)
from label_studio_orm.errors import NotFound
from label_studio_orm.server import LocalServer

SIZE = (400, 200)
CONFIG = LabelConfig.create(
    {
        "image": "Image",
        "box": labels("cat", "dog"),
        "paint": labels("fur", tag_type="BrushLabels"),
        "mood": choices("calm", "loud"),
        "stars": "Rating",
    }
)


def said(x: float, mood: str, stars: int) -> list[dict[str, Any]]:
    mask = np.zeros(SIZE[::-1], dtype=bool)
    mask[10:20, int(x) : int(x) + 10] = True
    answers = {
        "box": [Box("cat", percent=(x, 10, 20, 40), rotation=30)],
        "paint": [Brush("fur", mask=mask)],
        "mood": mood,
        "stars": stars,
    }
    return CONFIG.result(answers, size=SIZE)


@pytest.fixture(scope="module")
def bob(local_server: LocalServer) -> User:
    return local_server.client().users.create(email="bob@example.com")


@pytest.fixture(scope="module")
def compared_project(local_server: LocalServer, bob: User) -> Iterator[Project]:
    """Three images: with both annotators and two models, with one of each, with a prediction."""
    ls: LabelStudio = local_server.client()
    project = ls.projects.create(title="Compared", label_config=CONFIG)
    mine, theirs = said(10, "calm", 4), said(12, "loud", 2)
    by_me = {"result": mine, "completed_by": ls.whoami().id, "ground_truth": True}
    by_bob = {"result": mine, "completed_by": bob.id}
    predicted = [{"result": theirs, "model_version": version} for version in ("m1", "m2")]
    parts: list[dict[str, Any]] = [
        {"annotations": [by_me, by_bob], "predictions": predicted},
        {"annotations": [by_me], "predictions": predicted[:1]},
        {"predictions": predicted},
    ]
    project.import_tasks(
        [
            {"data": {"image": f"https://example.com/pets/{n}.jpg", "split": "train"}, **part}
            for n, part in enumerate(parts)
        ]
    )
    yield project
    project.delete()


def test_annotations_are_compared_with_a_model_version(compared_project: Project) -> None:
    found = compared_project.compare(predictions="m1")
    frame = found.to_pandas()
    assert frame.groupby("control")["annotation"].nunique().to_dict() == dict.fromkeys(
        ("box", "paint", "mood", "stars"), 3
    )
    boxes = frame[frame["control"] == "box"]
    assert boxes["same"].all()
    assert boxes["iou"].between(0.7, 0.95).all()
    assert set(frame[frame["control"] == "stars"]["difference"]) == {-2}
    paint, mood = found.agreement["paint"], found.agreement["mood"]
    assert (paint.same, paint.mean_iou, mood.share) == (3, pytest.approx(8 / 12), 0)
    assert compared_project.compare(predictions="m2").tasks == 1
    with pytest.raises(NotFound, match=r"There are 'm2', 'm1'"):
        compared_project.compare(predictions="m3")


def test_two_annotators_are_compared(compared_project: Project, bob: User) -> None:
    me = compared_project.client.whoami()
    found = compared_project.compare(annotators=(me, bob))
    assert (found.tasks, {each.share for each in found.agreement.values()}) == (1, {1.0})
    row = found.to_polars().row(0, named=True)
    assert (row["annotator"], row["other_annotator"], row["ground_truth"]) == (me.id, bob.id, True)


def test_regions_have_pixels_files_and_the_data_of_their_task(compared_project: Project) -> None:
    frame = compared_project.annotations.to_pandas(data=True)
    box = frame[frame["control"] == "box"].iloc[0]
    assert [box[f"{part}_px"] for part in ("x", "y", "width", "height")] == [40, 20, 80, 80]
    assert (box["image_width"], box["image_height"], box["file_name"]) == (400, 200, "0.jpg")
    assert (box["image"], box["split"]) == ("https://example.com/pets/0.jpg", "train")
    predicted = compared_project.predictions.to_polars(data=True)
    assert predicted["prediction"].unique().sort().to_list() == [
        each.id for each in compared_project.predictions
    ]
    assert set(predicted["file_name"]) == {"0.jpg", "1.jpg", "2.jpg"}
    assert (
        compared_project.predictions.limit(1).to_arrow(data=True).column("split")[0].as_py()
        == "train"
    )
