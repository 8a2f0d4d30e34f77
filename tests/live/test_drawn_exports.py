"""The server can export valid results, and fails on those that the checks refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support.cleaning import delete
from support.drawn import (
    BAD,
    BAD_IN_VIDEO,
    GOOD,
    GOOD_IN_VIDEO,
    HEIGHT,
    IMAGE_CONFIG,
    VIDEO_CONFIG,
    WIDTH,
)

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import JobFailed, LabelStudioError
from label_studio_orm.labeling import KeyFrame, LabelConfig, Track

NewProject = Callable[..., Project]
MASKS = ("BRUSH_TO_PNG", "BRUSH_TO_NUMPY")


@pytest.fixture
def new_project(ls: LabelStudio, tmp_path: Path) -> Iterator[NewProject]:
    """Create a project with one image task that has these results as annotations."""
    made: list[Project] = []

    def make(config: str, *results: Any) -> Project:
        project = ls.projects.create(title="Drawn", label_config=config)
        made.append(project)
        if config is VIDEO_CONFIG:
            project.import_tasks([{"shown": "http://127.0.0.1:9/v.mp4"}])
        else:
            Image.new("RGB", (WIDTH, HEIGHT)).save(tmp_path / "a.png")
            project.upload_files(tmp_path / "a.png", field="shown")
        for result in results:
            project.tasks[0].annotate(result, validate=False)
        return project

    yield make
    for project in made:
        delete(project)


def test_valid_masks_can_be_exported(new_project: NewProject, tmp_path: Path) -> None:
    masks = [result for name, result in GOOD.items() if "mask" in name or name == "a wand"]
    project = new_project(IMAGE_CONFIG, *masks)
    for format in MASKS:
        assert project.export(format, tmp_path / f"{format}.zip").exists()


@pytest.mark.parametrize(
    "name",
    ["three bytes for a mask", "a mask of a smaller image", "a mask without the size of the image"],
)
def test_invalid_masks_break_the_whole_export(
    new_project: NewProject, name: str, tmp_path: Path
) -> None:
    project = new_project(IMAGE_CONFIG, GOOD["a mask"], BAD[name][1])
    with pytest.raises(LabelStudioError):
        project.export("BRUSH_TO_PNG", tmp_path / "masks.zip")


def test_valid_tracks_can_be_interpolated(new_project: NewProject) -> None:
    project = new_project(VIDEO_CONFIG, *GOOD_IN_VIDEO.values())
    (task,) = project.export(interpolate_key_frames=True)
    assert len(task["annotations"]) == len(GOOD_IN_VIDEO)


@pytest.mark.parametrize("name", ["no enabled", "no time", "no rotation", "frames that are null"])
def test_invalid_tracks_break_the_whole_export(new_project: NewProject, name: str) -> None:
    project = new_project(VIDEO_CONFIG, BAD_IN_VIDEO[name][1])
    with pytest.raises(JobFailed):
        project.export(interpolate_key_frames=True)


def test_a_track_without_times_is_interpolated(new_project: NewProject) -> None:
    frames = [
        KeyFrame(percent=(0, 0, 10, 10), frame=1),
        KeyFrame(percent=(50, 0, 10, 10), frame=11),
    ]
    track = Track("cat", keyframes=frames)
    result = LabelConfig.parse(VIDEO_CONFIG).result({"videorectangle": track})
    (task,) = new_project(VIDEO_CONFIG, result).export(interpolate_key_frames=True)
    sequence = task["annotations"][0]["result"][0]["value"]["sequence"]
    assert [each["frame"] for each in sequence] == list(range(1, 12))
    assert [each["x"] for each in sequence] == pytest.approx([5 * n for n in range(11)])
