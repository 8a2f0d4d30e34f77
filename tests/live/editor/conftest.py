"""Live tests with the real editor: media on the server, and tasks to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from support.cleaning import delete
from support.media import picture, sound, video

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.server import LocalServer

MEDIA = {
    "photo.png": picture(),
    "wide.png": picture((80, 40)),
    "tone.wav": sound(),
    "clip.webm": video(),
}
Media = Mapping[str, str]
NewTask = Callable[[str, Any], Task]


@pytest.fixture(scope="session")
def media(local_server: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Media]:
    """The URLs of images, a sound and a video that the server itself serves."""
    folder: Path = tmp_path_factory.mktemp("media")
    for name, content in MEDIA.items():
        (folder / name).write_bytes(content)
    project = local_server.client().projects.create(title="Media", label_config="<View/>")
    project.upload_files(folder, field="file")
    addresses = [str(task.data["file"]) for task in project.tasks]
    yield {name: next(each for each in addresses if each.endswith(name)) for name in MEDIA}
    delete(project)


@pytest.fixture
def new_task(ls: LabelStudio, media: Media) -> Iterator[NewTask]:
    """Make a task from a config and data; media files are given by name."""
    made: list[Project] = []

    def make(config: str, shown: Any) -> Task:
        project = ls.projects.create(title="Editor", label_config=config)
        made.append(project)
        project.import_tasks([{"data": {"shown": address_of(shown)}}])
        return project.tasks[0]

    def address_of(shown: Any) -> Any:
        if isinstance(shown, list):
            return [address_of(each) for each in shown]
        return media.get(shown, shown) if isinstance(shown, str) else shown

    yield make
    for project in made:
        delete(project)
