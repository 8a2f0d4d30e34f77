"""Tasks that are added or deleted while a list is read: all others are yielded exactly once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from support.stub import counted
from support.texts import SENTIMENT, sentiment

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.data_manager.actions import delete_tasks
from label_studio_orm.server import LocalServer

SPLITS = ("train", "test", "dev", "none")
STAY = 50


def rows(count: int, what: str) -> list[dict[str, Any]]:
    return [{"text": what, "n": n * 7 % 40, "split": SPLITS[n % 4]} for n in range(count)]


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in (("PAGE", 20), ("PAGE_BY_IDS", 20)):
        monkeypatch.setattr(f"label_studio_orm.data_manager.plan.{name}", size)


@pytest.fixture
def project(ls: LabelStudio) -> Iterator[Project]:
    """A project in which every second task persists and the others are deleted."""
    project = ls.projects.create(title="Comings and goings", label_config=SENTIMENT)
    pairs = zip(rows(STAY, "stays"), rows(STAY, "goes"), strict=True)
    project.import_tasks([row for pair in pairs for row in pair])
    yield project
    project.delete()


@contextmanager
def traffic(project: Project, server: LocalServer) -> Iterator[Callable[[], None]]:
    """Insert and delete tasks in another thread and client; yield a function that waits for it."""
    theirs = server.client().projects.get(project.id)
    going = [task.id for task in theirs.tasks if task.data["text"] == "goes"]
    turn, done, ended = threading.Semaphore(0), threading.Semaphore(0), threading.Event()
    failures: list[BaseException] = []

    def write() -> None:
        try:
            while going:
                turn.acquire()
                if ended.is_set():
                    return
                some = [going.pop(0), going.pop(-1), *going[::9]]
                delete_tasks(theirs.client, theirs.id, some)
                going[:] = [id for id in going if id not in some]
                theirs.import_tasks(rows(4, "comes"), progress=False)
                done.release()
        except BaseException as error:
            failures.append(error)
        finally:
            for _ in range(1000):
                done.release()

    def let_them_write() -> None:
        turn.release()
        done.acquire()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield let_them_write
    finally:
        ended.set()
        turn.release()
        thread.join()
    assert not failures


QUERIES: dict[str, Callable[[Any], Any]] = {
    "by id": lambda tasks: tasks,
    "by id, down": lambda tasks: tasks.order_by("-id"),
    "filtered with |": lambda tasks: tasks.filter(
        (Task.data["n"] >= 20) | (Task.data["split"] == "train")
    ),
    "filtered with | of pairs": lambda tasks: tasks.filter(
        ((Task.data["n"] >= 20) & (Task.inner_id > 3)) | (Task.data["split"] == "train")
    ),
    "by a number in the data": lambda tasks: tasks.order_by(-Task.data["n"]),
}


@pytest.mark.parametrize("which", QUERIES)
def test_tasks_that_persist_are_yielded_exactly_once(
    which: str, project: Project, local_server: LocalServer
) -> None:
    query = QUERIES[which](project.tasks)
    stays = [task.id for task in query if task.data["text"] == "stays"]
    seen: list[Task] = []
    with traffic(project, local_server) as let_them_write:
        for number, task in enumerate(query):
            seen.append(task)
            if number % 12 == 5:
                let_them_write()
    assert [task.id for task in seen if task.data["text"] == "stays"] == stays
    assert len(set(seen)) == len(seen)
    assert len(query) < len(stays) * 2  # others have gone indeed


def test_an_update_reaches_all_tasks_even_if_it_changes_the_filtered_field(
    project: Project,
) -> None:
    some = project.tasks.filter(Task.inner_id <= 21)
    assert some.filter(overlap=1).update(overlap=2) == 21
    assert project.tasks.filter(overlap=2).ids() == some.ids()


def test_records_of_changed_tasks_are_loaded_one_by_one(
    project: Project, local_server: LocalServer
) -> None:
    query = project.tasks.filter(Task.data["split"] == "train").limit(8)
    first, second, *rest = query
    theirs = local_server.client().projects.get(project.id)
    theirs.tasks.get(second.id).annotate(sentiment("Positive"))
    changed = theirs.tasks.get(first.id)
    changed.data["split"] = "test"
    changed.save()
    assert first.annotations == []
    assert len(second.annotations) == 1
    assert [task.annotations for task in rest] == [[]] * 6


def test_annotations_are_read_a_page_at_a_time(project: Project) -> None:
    with project.batch():
        for task in project.tasks.limit(9):
            task.annotate(sentiment("Negative"))
    requests = counted(project.client)  # type: ignore[arg-type]
    pages = len(project.tasks) // 20
    requests.clear()
    assert sum(len(task.annotations) for task in project.tasks) == 9
    assert len(requests) == 2 * pages
    requests.clear()
    assert sum(len(task.annotations) for task in project.tasks.including("annotations")) == 9
    assert len(requests) == pages


# -- changed records keep their place -------------------------------------------------------------


@pytest.fixture
def changed(ls: LabelStudio) -> Iterator[Task]:
    """The first of two tasks, whose first annotation and prediction were changed last."""
    project = ls.projects.create(title="Changes", label_config=SENTIMENT)
    project.import_tasks(rows(2, "stays"))
    for task in project.tasks:
        for number in range(3):
            task.annotate(sentiment("Positive"))
            task.predict(sentiment("Positive"), score=number / 10)
    first = project.tasks[0]
    for record in (first.annotations[0], first.predictions[0]):
        record.result = sentiment("Negative")
        record.save()
    first.overlap = 2
    first.save()
    yield first
    project.delete()


@pytest.mark.parametrize("name", ["annotations", "predictions"])
def test_changed_annotations_keep_their_place_in_the_list(name: str, changed: Task) -> None:
    project = Project.get(changed.project.id, client=changed.client)
    ids = sorted(each.id for each in getattr(changed, name))
    everywhere = [
        getattr(Task.get(changed.id, client=changed.client), name),
        getattr(project.tasks[0], name),
        getattr(project.tasks.including(name)[0], name),
        list(getattr(project, name))[:3],
    ]
    assert [[each.id for each in found] for found in everywhere] == [ids] * 4
    [first, _] = project.export(predictions=True)
    assert [each["id"] for each in first[name]] == ids
    assert [each["id"] for each in project.tasks.to_dicts()[0].get(name, first[name])] == ids
