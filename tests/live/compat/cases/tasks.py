"""Tasks: lists, pages, filters, changes."""

from __future__ import annotations

from typing import Any

from .case import NEW, RESULT, case, failed


@case("Project.get_tasks")
def get_tasks(side: Any) -> Any:
    project = side.project
    return project.get_tasks(), project.get_tasks(only_ids=True)


@case("Project.get_tasks", "Filters.create", "Filters.item", "Filters.value", "Column.data")
def get_tasks_by_a_filter(side: Any) -> Any:
    dm = side.module("data_manager")
    item = dm.Filters.item(
        dm.Column.data("text"),
        dm.Operator.CONTAINS,
        dm.Type.String,
        dm.Filters.value("two"),
    )
    filters = dm.Filters.create(dm.Filters.AND, [item])
    return filters, side.project.get_tasks(filters=filters), side.project.get_tasks(filters)


@case("Project.get_tasks")
def get_tasks_by_several_conditions(side: Any) -> Any:
    dm = side.module("data_manager")
    many = dm.Filters.item(
        dm.Column.total_annotations, dm.Operator.GREATER_OR_EQUAL, dm.Type.Number, 1
    )
    named = dm.Filters.item(dm.Column.data("text"), dm.Operator.EQUAL, dm.Type.String, "Text three")
    return [
        side.project.get_tasks(dm.Filters.create(conjunction, [many, named]), only_ids=True)
        for conjunction in (dm.Filters.OR, dm.Filters.AND)
    ]


@case("Project.get_tasks")
def get_tasks_by_a_key_that_no_task_has(side: Any) -> Any:
    dm = side.module("data_manager")
    column, project = dm.Column.data("split"), side.project
    items = [
        dm.Filters.item(column, dm.Operator.EMPTY, dm.Type.String, True),
        dm.Filters.item(column, dm.Operator.EQUAL, dm.Type.String, "test"),
    ]
    return [
        project.get_tasks(dm.Filters.create(dm.Filters.AND, [item]), only_ids=True)
        for item in items
    ] + [project.get_tasks_ids(ordering=[column])]


@case("Project.get_tasks")
def get_tasks_of_an_empty_project_by_its_data(side: Any) -> Any:
    dm = side.module("data_manager")
    project = side.client.start_project(title="Empty")
    item = dm.Filters.item(dm.Column.data("text"), dm.Operator.CONTAINS, dm.Type.String, "two")
    filters = dm.Filters.create(dm.Filters.AND, [item])
    return project.get_tasks(filters), project.get_tasks(ordering=[dm.Column.data("text")])


@case("Project.get_tasks")
def get_tasks_by_ids_as_texts(side: Any) -> Any:
    return side.project.get_tasks_ids(selected_ids=[str(side.tasks[1])])


@case("Project.get_tasks")
def get_tasks_in_an_order(side: Any) -> Any:
    project = side.project
    orders = ("-tasks:id", "tasks:data.text", "-tasks:total_annotations")
    found = [project.get_tasks_ids(ordering=[order]) for order in orders]
    return found, project.get_tasks_ids(ordering=[])


@case("Project.get_tasks")
def get_tasks_that_are_selected(side: Any) -> Any:
    ids = side.project.get_tasks_ids()
    return side.project.get_tasks(selected_ids=ids[1:]), side.project.get_tasks_ids(
        None, None, None, ids[:1]
    )


@case("Project.get_tasks")
def get_tasks_of_a_view(side: Any) -> Any:
    project, dm = side.new_project(), side.module("data_manager")
    item = dm.Filters.item(dm.Column.total_annotations, dm.Operator.EQUAL, dm.Type.Number, 0)
    view = project.create_view(dm.Filters.create("and", [item]), ordering=["-tasks:id"])
    return project.get_tasks(view_id=view["id"]), project.get_tasks_ids(view_id=view["id"])


@case("Project.get_tasks")
def get_tasks_of_no_project(side: Any) -> Any:
    project = side.sdk.Project._create_from_id(side.client, 999999)
    return failed(project.get_tasks)


@case("Project.get_tasks", "Project.create_annotation", "Project.create_prediction")
def get_tasks_with_drafts_and_many_predictions(side: Any) -> Any:
    project = side.new_project()
    first, second, _ = project.get_tasks_ids()
    project.make_request("POST", f"/api/tasks/{second}/drafts", json={"result": RESULT})
    for version in ("m1", "m2"):
        project.create_prediction(first, RESULT, 0.5, version)
    return project.get_tasks()


@case("Project.get_paginated_tasks", "Project.get_paginated_tasks_ids")
def pages_of_tasks(side: Any) -> Any:
    project = side.project
    return (
        project.get_paginated_tasks(page=1, page_size=2),
        project.get_paginated_tasks(page=2, page_size=2, resolve_uri=False),
        project.get_paginated_tasks_ids(page_size=2),
        project.get_paginated_tasks(page=9),
        project.get_paginated_tasks(None, ["-tasks:id"], None, None, 1, 1, True),
    )


@case("Project.get_tasks_ids", "Project.tasks", "Project.tasks_ids")
def ids_of_tasks(side: Any) -> Any:
    return side.project.get_tasks_ids(), side.project.tasks_ids, side.project.tasks


@case(
    *("Project.get_labeled_tasks", "Project.get_labeled_tasks_ids"),
    *("Project.get_unlabeled_tasks", "Project.get_unlabeled_tasks_ids"),
)
def labeled_and_unlabeled_tasks(side: Any) -> Any:
    project = side.project
    return (
        (project.get_labeled_tasks(), project.get_labeled_tasks_ids()),
        (project.get_unlabeled_tasks(), project.get_unlabeled_tasks_ids()),
        (project.get_labeled_tasks(only_ids=True), project.get_unlabeled_tasks(True)),
    )


@case("Project.get_task")
def get_task(side: Any) -> Any:
    return side.project.get_task(side.tasks[0]), failed(side.project.get_task, task_id=999999)


@case("Project.update_task")
def update_task(side: Any) -> Any:
    project = side.new_project()
    id = project.get_tasks_ids()[0]
    changed = project.update_task(id, data={"text": "Changed"}, meta={"by": "hand"})
    return changed, failed(project.update_task, task_id=999999, data=NEW)


@case("Project.delete_task", "Project.delete_tasks", "Project.delete_all_tasks")
def delete_tasks(side: Any) -> Any:
    project = side.new_project()
    one, two, _ = project.get_tasks_ids()
    answers = [project.delete_task(one), project.delete_tasks([two]), project.delete_tasks([])]
    more = project.import_tasks([NEW, NEW])
    answers.append(project.delete_all_tasks(excluded_ids=[more[0]]))
    left = project.get_tasks_ids() == [more[0]]
    answers.append(project.delete_all_tasks())
    return (
        [answer.status_code for answer in answers],
        [answer.json() for answer in answers[1::2]],
        (left, project.get_tasks()),
        [failed(project.delete_task, "1"), failed(project.delete_tasks, 1)],
        failed(project.delete_all_tasks, "1"),
    )
