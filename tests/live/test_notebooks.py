"""What notebooks show of a real project."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from support.displays import Page

from label_studio_orm import Box, LabelConfig, LabelStudio, Project, Task, labels

BOXES = LabelConfig.create({"image": "Image", "box": labels("Cat")})


@pytest.fixture
def project(ls: LabelStudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    project = ls.projects.create(title="Pictures", label_config=BOXES)
    photos = tmp_path / "photos"
    photos.mkdir()
    for shade in range(3):
        Image.new("L", (4, 4), shade).save(photos / f"{shade}.png")
    project.upload_files(photos)
    project.tasks[0].annotate({"box": [Box("Cat", pixels=(0, 0, 2, 2))]}, size=(4, 4))
    return project


def test_show_puts_images_and_regions_into_the_notebook(project: Project) -> None:
    page = Page(project.tasks.show(2)._repr_html_() or "")
    assert sum(url.startswith("data:image/png;base64,") for url in page.urls) == 2
    assert "2 of 3" in page.text
    assert "Cat" in page.text


def test_the_number_of_all_comes_with_the_first_page(project: Project) -> None:
    tasks = project.tasks.order_by(-Task.id)
    assert tasks.head(1).total == 3
    assert tasks.filter(Task.total_annotations == 0).head(1).total == 2
    assert project.client.projects.head(1).total == len(project.client.projects)
