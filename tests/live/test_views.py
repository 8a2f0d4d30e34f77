"""Views: the tabs of the Data Manager, created, changed and ordered at a real server."""

from __future__ import annotations

import pytest

from label_studio_orm import Conflict, InvalidInput, LabelStudio, Project, Task, View


@pytest.fixture
def filled(project: Project) -> Project:
    project.import_tasks([{"text": f"Review {n}", "n": n, "id": n * 10} for n in range(6)])
    return project


def stored(view: View) -> View:
    """Return the view as the server has it now."""
    return View(view.id, client=view.client).refresh()


@pytest.mark.operations("views.create", "views.get", "views.list")
def test_a_view_has_a_filter_an_order_and_columns(filled: Project) -> None:
    view = filled.views.create(
        "Few", Task.data["n"] < 4, Task.id > 0, order_by=-Task.data["n"], columns=["id", "text"]
    )
    again = stored(view)
    assert (again.title, repr(again.order_by)) == ("Few", "-data['n']")
    assert repr(again.filters) == "(data['n'] < 4) & (id > 0)"
    assert again.columns == ["text", "id"]
    query = filled.tasks.filter(again.filters).order_by(again.order_by)
    assert [task.data["n"] for task in query] == [3, 2, 1, 0]
    assert filled.tasks.filter(view=view).count() == 4
    assert filled.views.get(title="Few") == view


@pytest.mark.operations("views.update")
def test_every_part_of_a_view_can_be_changed(filled: Project) -> None:
    view = filled.tasks.filter(Task.id > 0).save_as_view("All")
    view.title = "Done"
    view.filters = (Task.total_annotations > 0) | (Task.data["text"] == "Review 1")
    view.order_by = "-id"
    view.columns = [Task.id, Task.data["id"], "total_annotations"]
    view.save()
    again = stored(view)
    assert again.title == "Done"
    assert repr(again.order_by) == "-id"
    assert repr(again.filters) == "(total_annotations > 0) | (data['text'] == 'Review 1')"
    assert again.columns == ["data.id", "id", "total_annotations"]
    assert filled.tasks.filter(view=view).one().data["n"] == 1


def test_a_filter_is_removed(filled: Project) -> None:
    view = filled.views.create("None", Task.id < 0)
    view.filters = None
    view.save()
    assert stored(view).filters is None
    assert filled.tasks.filter(view=view).count() == 6
    view.filters = Task.data["n"] == 1
    view.save()
    del view.data["filters"]
    view.save()
    assert filled.tasks.filter(view=view).count() == 6


def test_a_save_keeps_what_others_stored_meanwhile(filled: Project) -> None:
    view = filled.views.create("Wide", Task.id > 0, order_by="-id")
    mine = stored(view)
    view.data["gridWidth"] = 9
    view.data["of_a_later_version"] = {"kept": True}
    view.save()
    mine.title = "Wider"
    mine.save()
    now = stored(view)
    assert (now.title, now.data["gridWidth"]) == ("Wider", 9)
    assert now.data["of_a_later_version"] == {"kept": True}
    assert repr(now.filters) == "id > 0"
    assert repr(now.order_by) == "-id"
    view.title = "Widest"
    with pytest.raises(Conflict):
        view.save()


def test_a_view_keeps_an_order_and_a_title(filled: Project) -> None:
    view = filled.views.create("Ordered", order_by="-id")
    with pytest.raises(InvalidInput, match="set order_by='id'"):
        view.order_by = None  # type: ignore[assignment]
    del view.data["ordering"]
    with pytest.raises(InvalidInput, match="set order_by='id'"):
        view.save()
    view.refresh(discard_changes=True)
    del view.data["title"]
    with pytest.raises(InvalidInput, match="title of a view must be a text"):
        view.save()
    view.refresh(discard_changes=True)
    view.order_by = "id"
    view.save()
    assert repr(stored(view).order_by) == "id"


@pytest.mark.operations("views.delete", "views.delete_all")
def test_views_are_reordered_and_deleted(ls: LabelStudio, filled: Project) -> None:
    one, two, three = (filled.views.create(title) for title in ("One", "Two", "Three"))
    filled.views.reorder([three, one, two])
    assert [view.title for view in filled.views] == ["Three", "One", "Two"]
    other = ls.projects.create(title="Other")
    foreign = other.views.create("Foreign")
    with pytest.raises(InvalidInput, match=f"view {foreign.id} is of another project"):
        filled.views.reorder([one, two, foreign])
    with pytest.raises(InvalidInput, match=f"view {three.id} is missing"):
        filled.views.reorder([one, two])
    two.delete()
    assert filled.views.delete() == 2
    assert len(filled.views) == 0
    assert other.views.count() == 1
    other.delete()


def test_all_views_go_with_the_last_task(filled: Project) -> None:
    view = filled.views.create("Gone")
    filled.tasks.filter(Task.data["n"] > 0).delete()
    assert view in filled.views
    filled.tasks.delete()
    assert view not in filled.views
