"""Views: found by their titles, changed part by part, saved without losing what others store."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from support.fake import FakeClient
from support.filters import ITEM_A, both, columns, sample

from label_studio_orm import (
    Conflict,
    DataField,
    InvalidInput,
    NotFound,
    Project,
    Task,
    UnknownName,
    View,
)

ROWS = [
    {"id": 5, "project": 1, "data": {"title": "Done"}},
    {"id": 3, "project": 1, "data": {"title": "Open"}},
    {"id": 4, "project": 1, "data": {}},
]
VIEW = "/api/dm/views/5/"
STORED = {
    "title": "Done",
    "filters": both(ITEM_A),
    "ordering": ["-tasks:id"],
    "gridWidth": 4,
    "of_a_later_version": [1],
}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(View, Project, Task)
    client.answers["GET /api/dm/views/"] = ROWS
    client.answers["POST /api/dm/views/"] = _echo
    client.answers["GET /api/dm/columns/"] = columns("text", "id")
    now = {"id": 5, "project": 1, "data": copy.deepcopy(STORED)}
    client.answers[f"GET {VIEW}"] = lambda options: copy.deepcopy(now)

    def patch(options: Any) -> Any:
        kept = {name: now["data"][name] for name in ("filters", "ordering") if name in now["data"]}
        now["data"] = {**kept, **options["json"]["data"]}  # as the server does
        return copy.deepcopy(now)

    client.answers[f"PATCH {VIEW}"] = patch
    return client


@pytest.fixture
def project(client: FakeClient) -> Project:
    return Project(1, client=client)


@pytest.fixture
def view(project: Project) -> View:
    return View(5, client=project.client)


def _echo(options: Any) -> Any:
    return {"id": 9, **options["json"]}


def sent(project: Project) -> Any:
    return project.client.calls[-1][1]["data"]  # type: ignore[attr-defined]


def test_a_view_is_found_by_its_title(project: Project) -> None:
    assert project.views.get(title="Open").id == 3
    with pytest.raises(NotFound, match="No view with title='Other'"):
        project.views.get(title="Other")


def test_views_are_filtered_and_ordered_by_their_titles(project: Project) -> None:
    assert project.views.filter(title="Done").ids() == [5]
    assert project.views.filter(View.title != "Done").ids() == [3, 4]
    assert project.views.order_by("-title").ids() == [3, 5, 4]


def test_views_are_listed_in_the_order_of_the_tabs(project: Project) -> None:
    assert project.views.ids() == [5, 3, 4]


# -- create ----------------------------------------------------------------------------------------


def test_a_view_is_created_in_full(project: Project) -> None:
    view = project.views.create(
        "Done", Task.total_annotations > 0, order_by="-id", columns=["text", Task.data["id"]]
    )
    assert sent(project) == {
        "type": "list",
        "target": "tasks",
        "title": "Done",
        "filters": both(ITEM_A),
        "ordering": ["-tasks:id"],
        "hiddenColumns": {"labeling": [], "explore": ["tasks:id", "tasks:wait"]},
    }
    assert view.columns == ["text", "data.id"]
    assert repr(view) == "<View 9 'Done'>"


def test_a_filter_of_the_server_is_taken_as_it_is(project: Project) -> None:
    project.views.create("Done", filters=both(ITEM_A))
    assert sent(project)["filters"] == both(ITEM_A)


@pytest.mark.parametrize("title", ["", "  ", None, 3])
def test_a_view_needs_a_title(title: Any, project: Project, view: View) -> None:
    for attempt in (project.views.create, project.tasks.save_as_view):
        with pytest.raises(InvalidInput, match="title of a view must be a text such as 'Done'"):
            attempt(title)
    with pytest.raises(InvalidInput, match="title of a view must be a text"):
        view.title = title
    view.data["title"] = title
    with pytest.raises(InvalidInput, match="title of a view must be a text"):
        view.save()


def test_mistyped_columns_are_refused_before_anything_is_sent(project: Project) -> None:
    with pytest.raises(InvalidInput, match=r"no column 'txt'\. Did you mean 'text'\?"):
        project.views.create("Done", columns=["txt"])
    with pytest.raises(InvalidInput, match=r"must be a list such as \['id', 'text'\], not 'text'"):
        project.views.create("Done", columns="text")
    with pytest.raises(InvalidInput, match="at least one column"):
        project.views.create("Done", columns=[])
    with pytest.raises(InvalidInput, match=r"name or a field such as Task\.id, not 3"):
        project.views.create("Done", columns=[3])  # type: ignore[list-item]
    with pytest.raises(UnknownName, match="Did you mean 'id'"):
        project.views.create("Done", order_by="-idd")
    with pytest.raises(InvalidInput, match="needs a condition"):
        project.views.create("Done", "id > 3")  # type: ignore[arg-type]
    assert project.client.changed == []  # type: ignore[attr-defined]


# -- read and change -------------------------------------------------------------------------------


def test_the_parts_of_a_view_are_read(view: View) -> None:
    assert view.title == "Done"
    assert repr(view.filters) == "total_annotations > 0"
    assert repr(view.order_by) == "-id"


def test_parts_are_read_as_the_columns_of_the_own_class(client: FakeClient) -> None:
    class Review(Task):
        text = DataField[str]()

    class Reviews(Project[Review]):
        pass

    client.answers["GET /api/tasks/"] = sample({"text": "x"})
    view = Reviews(1, client=client).views.create("Done", order_by="-text")
    assert sent(view.project) == sent(Project(1, client=client))  # type: ignore[arg-type]
    assert view.order_by is not None
    assert view.order_by.column is Review.text


def test_a_filter_that_is_not_known_is_read_as_it_is(client: FakeClient) -> None:
    unknown = both({**ITEM_A, "operator": "sounds_like"})
    client.answers[f"GET {VIEW}"] = {"id": 5, "project": 1, "data": {"filters": unknown}}
    assert View(5, client=client).filters == unknown


def test_a_save_sends_all_of_the_data_with_what_is_unknown(view: View, client: FakeClient) -> None:
    view.title = "Finished"
    assert view.dirty == {"data"}
    view.save()
    assert client.calls[-1][1] == {"data": {**STORED, "title": "Finished"}}
    assert view.dirty == set()


def test_a_save_merges_what_others_have_stored(view: View, client: FakeClient) -> None:
    other = View(5, client=client)
    view.order_by = "id"
    other.title = "Finished"
    other.save()
    view.save()
    assert (view.title, repr(view.order_by)) == ("Finished", "id")
    view.title = "Late"
    client.json("PATCH", VIEW, json={"data": {**STORED, "title": "Early"}})
    with pytest.raises(Conflict, match="was not saved"):
        view.save()


@pytest.mark.parametrize("way", ["set", "deleted"])
def test_a_removed_filter_is_sent_as_an_empty_one(way: str, view: View, client: FakeClient) -> None:
    if way == "set":
        view.filters = None
    else:
        del view.data["filters"]
    view.save()
    assert client.calls[-1][1]["data"]["filters"] == both()
    assert view.filters is None


def test_an_order_cannot_be_removed(view: View, client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match="cannot remove it: set order_by='id'"):
        view.order_by = None  # type: ignore[assignment]
    view.data["ordering"] = []
    with pytest.raises(InvalidInput, match="must keep an order"):
        view.save()
    assert client.changed == []


def test_views_can_be_updated_like_other_records(project: Project, client: FakeClient) -> None:
    client.answers["GET /api/dm/views/"] = ROWS[:1]
    client.answers[f"GET {VIEW}"] = ROWS[0]
    assert project.views.update(title="Finished", columns=["text"]) == 1
    assert sent(project)["title"] == "Finished"
    with pytest.raises(UnknownName, match="Did you mean 'title'"):
        project.views.update(titel="x")


# -- all views -------------------------------------------------------------------------------------


def test_views_are_reordered_by_all_ids(project: Project, client: FakeClient) -> None:
    client.answers["POST /api/dm/views/order/"] = None
    project.views.reorder([project.views.get(4), 5, 3])
    assert client.calls[-1][1] == {"project": 1, "ids": [4, 5, 3]}


@pytest.mark.parametrize(
    ("ids", "problem"),
    [([5, 3], "4 is missing"), ([5, 3, 4, 3], "3 comes twice"), ([5, 3, 4, 8], "8 is of another")],
)
def test_an_order_has_every_view_once(
    ids: list[int], problem: str, project: Project, client: FakeClient
) -> None:
    with pytest.raises(InvalidInput, match=f"all views of the project, each once: view {problem}"):
        project.views.reorder(ids)
    assert client.changed == []


def test_all_views_are_deleted_in_one_request(project: Project, client: FakeClient) -> None:
    client.answers["DELETE /api/dm/views/reset/"] = None
    assert project.views.delete() == 3
    assert client.calls[-1] == ("DELETE /api/dm/views/reset/", {"project": 1})
    client.answers[f"DELETE {VIEW}"] = None
    assert project.views.filter(title="Done").delete() == 1
    assert client.said[-1] == f"DELETE {VIEW}"


@pytest.mark.parametrize("data", [None, {}, {"filters": None, "ordering": {}, "hiddenColumns": 3}])
def test_a_view_without_parts_is_one_that_shows_everything(data: Any, client: FakeClient) -> None:
    client.answers[f"GET {VIEW}"] = {"id": 5, "project": 1, "data": data}
    view = View(5, client=client)
    assert (view.title, view.filters, view.order_by) == ("", None, None)
    assert view.columns == ["id", "wait", "text", "data.id"]
    assert view.dirty == set()
    view.title = "Done"
    view.save()
    assert client.calls[-1][1]["data"]["title"] == "Done"


@pytest.mark.parametrize("columns", [None, 7, "text", b"text"])
def test_columns_and_orders_are_lists(columns: Any, project: Project) -> None:
    view = project.views.get(5)
    with pytest.raises(InvalidInput, match="columns must be a list such as"):
        view.columns = columns
    with pytest.raises(InvalidInput, match="views must be a list such as"):
        project.views.reorder(columns)


@pytest.mark.parametrize(
    ("name", "value"), [("filters", 7), ("filters", [1]), ("ordering", "-id"), ("hiddenColumns", 3)]
)
def test_data_of_another_shape_is_refused_before_it_is_saved(
    name: str, value: Any, project: Project, client: FakeClient
) -> None:
    view = project.views.get(5)
    view.data[name] = value
    with pytest.raises(InvalidInput, match=rf"data\['{name}'\] must be like"):
        view.save()
    assert client.changed == []


def test_an_order_that_is_no_list_is_read_as_none(project: Project, client: FakeClient) -> None:
    client.answers[f"GET {VIEW}"] = {"id": 5, "project": 1, "data": {"ordering": -1}}
    assert project.views.get(5).order_by is None


def test_a_view_has_its_tasks(project: Project, client: FakeClient) -> None:
    view = project.views.get(title="Done")
    assert repr(view.tasks) == "<Tasks: the tasks of project 1 where in view 5 at http://fake>"
    assert client.said == ["GET /api/dm/views/"]


def test_a_table_of_views_has_their_titles(project: Project) -> None:
    rows = project.views.to_dicts()
    assert [[*row][:2] for row in rows] == [["id", "title"]] * 3
    assert [row["title"] for row in rows] == ["Done", "Open", ""]


# -- found or created -----------------------------------------------------------------------------


def test_the_view_of_a_title_is_found(client: FakeClient, project: Project) -> None:
    client.answers["GET /api/dm/views/"] = [{"id": 5, "project": 1, "data": STORED}]
    assert project.views.get_or_create(" Done ", order_by="-id").id == 5
    with pytest.warns(UserWarning, match="other values of filters, order_by, and was not changed"):
        project.views.get_or_create("Done", Task.id > 7, order_by="id")
    assert client.changed == []


def test_a_view_without_that_title_is_created(client: FakeClient, project: Project) -> None:
    client.answers["GET /api/dm/views/"] = ROWS
    assert project.views.get_or_create("Film", Task.id > 7).title == "Film"
    assert client.changed == ["POST /api/dm/views/"]
