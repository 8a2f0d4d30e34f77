"""Filters, orders, slices and views match Python's results on the same tasks."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from support.texts import SENTIMENT, sentiment

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.data_manager.columns import COLUMN_OPERATORS, COLUMN_TYPES, OPERATORS
from label_studio_orm.errors import InvalidInput, MultipleFound, NotFound
from label_studio_orm.orm.expressions import Column, Condition, Expression, Group
from label_studio_orm.orm.query import Query
from label_studio_orm.server import LocalServer

# One line for each task; missing keys are not in its data.
DATA: list[dict[str, Any]] = [
    {"text": "A fine film.", "n": 3, "f": 0.5, "flag": True, "split": "train", "note": None},
    {"text": "a FINE wine", "n": 1, "f": -1.5, "flag": False, "split": "test", "note": ""},
    {"text": "100% dull", "n": 2, "f": 2.0, "flag": None, "split": "", "note": "seen"},
    {"text": "under_score", "n": 10, "f": 0.0, "flag": True, "split": None, "note": "Seen"},
    {"text": "back\\slash", "n": None, "f": None, "flag": False, "split": "train"},
    {"text": 'a "quote"', "f": 1e9, "flag": True, "split": "test", "note": "", "day": ""},
    {"text": "it's (no) [regex].*", "n": -3, "flag": None, "split": "train", "day": None},
    {"text": "Größe, “très”", "n": 0, "f": 0.1, "split": "dev", "day": "2026-01-31"},
    {"text": "", "n": 7, "f": 7.0, "flag": False, "day": "2026-02-01"},
    {"text": "zebra", "n": 8, "f": 3.25, "flag": True, "split": "Train", "day": "2025-12-31"},
    {"text": "A fine film.", "n": 100, "f": -0.5, "flag": False, "split": "test"},
    {"text": "two\nlines", "n": 5, "f": 5.5, "flag": True, "split": "train", "two words": 1},
    {"text": "tab\tand  spaces", "n": 6, "f": 0.5, "split": "train ", "two words": 2},
    {"text": "nil", "n": 4, "f": 4.0, "flag": True, "split": "nil", "two words": None},
    {"text": "true", "n": 9, "f": 9.75, "flag": False, "split": "test", "kebab-case": "b"},
    {"text": "0", "n": 11, "f": 11.0, "flag": True, "split": "train", "kebab-case": "a"},
    {"text": "fin", "n": 12, "f": -12.0, "flag": False, "split": "test", "tags": ["a", "b"]},
    {"text": "B", "n": 20, "f": 20.0, "flag": True, "split": "train", "tags": []},
    {"text": "b", "n": 30, "f": 3.0, "flag": None, "split": "test", "tags": None},
]
SAID: dict[int, dict[str, Any]] = {  # by the places of the tasks
    0: {"annotations": [{"result": sentiment("Positive"), "lead_time": 12.5}]},
    1: {
        "annotations": [
            {"result": sentiment("Positive"), "lead_time": 1},
            {"result": sentiment("Negative"), "lead_time": 2},
        ],
        "predictions": [{"result": sentiment("Negative"), "score": 0.25, "model_version": "m1"}],
    },
    2: {"annotations": [{"result": sentiment("Negative"), "was_cancelled": True}]},
    3: {"predictions": [{"result": sentiment("Positive"), "score": 0.5, "model_version": "m2"}]},
    4: {
        "annotations": [{"result": []}],
        "predictions": [
            {"result": sentiment("Positive"), "score": 0.75, "model_version": "m1"},
            {"result": sentiment("Negative"), "score": 1.0, "model_version": "m2-large"},
        ],
    },
    5: {"predictions": [{"result": [], "model_version": "m1"}]},  # without a score
}
EARLY, LATE = datetime(2020, 1, 1), datetime(2100, 1, 1)

text, n, f, flag, split = (Task.data[key] for key in ("text", "n", "f", "flag", "split"))
note, day = Task.data["note"], Task.data["day"]


@pytest.fixture(scope="module")
def project(local_server: LocalServer) -> Iterator[Project]:
    project = local_server.client().projects.create(title="Queries", label_config=SENTIMENT)
    project.import_tasks([{"data": data, **SAID.get(i, {})} for i, data in enumerate(DATA)])
    draft = {"result": sentiment("Positive"), "lead_time": 3}
    path = f"/api/tasks/{project.tasks[7].id}/drafts"
    project.client.request("POST", path, json=draft)  # type: ignore[attr-defined]
    yield project
    project.delete()


@pytest.fixture(scope="module")
def tasks(project: Project) -> list[Task]:
    """The tasks as the server lists them without a filter."""
    return list(project.tasks.including("completed_at", "annotators"))


def places(found: list[int], tasks: list[Task]) -> list[int]:
    """Return which of the tasks were found, counted from 0: better to read than ids."""
    return [id - tasks[0].id for id in found]


# -- conditions: the server and Python agree ------------------------------------------------------

CONDITIONS: list[Expression] = [
    # texts
    text == "A fine film.",
    text != "A fine film.",
    ~text.in_(["fin", "b"]),
    text.contains("FINE"),
    text.contains("%"),
    text.contains("\\"),
    text.contains('"'),
    text.contains("très"),
    ~text.contains("fin"),
    text.regex("^a"),
    text > "a",
    text <= "B",
    ~text.between("a", "c"),
    text.is_null(),
    text.is_null(False),
    # texts with null, "" and missing ones
    split == "train",
    split != "train",
    split == "nil",
    split == "null",  # which is what null is to SQLite
    split == None,  # noqa: E711
    split != None,  # noqa: E711
    split.is_null(),
    ~split.in_(["train"]),
    split.contains("TRAIN"),
    ~split.contains("train"),
    split.contains("ul"),
    split.regex("^n"),
    ~(split > "test"),
    note.is_null(),  # of which the first is null
    note.is_null(False),
    note == "",
    note != "seen",
    day > "2026-01-01",
    ~day.between("2025-12-31", "2026-01-31"),
    day.is_null(),
    # numbers, with null and missing ones, which are not 0
    n == 3,
    n != 3,
    n == 0,
    n != 0,
    n < 1,
    n <= 0,
    ~(n < 5),
    n.between(-3, 3),
    ~n.between(-3, 3),
    n.in_([0, 3, 99]),
    ~n.in_([0, 3]),
    n.is_null(),
    f < 0,
    f.between(-0.5, 0.5),
    ~f.between(-0.5, 0.5),
    # booleans
    flag == True,  # noqa: E712
    flag != True,  # noqa: E712
    flag.is_null(),
    # keys that are not names, and lists
    Task.data["kebab-case"] != "a",
    # the server's numbers
    Task.inner_id.in_([1, 19, 77]),
    ~Task.inner_id.between(3, 17),
    Task.total_annotations > 0,
    Task.total_annotations == 2,
    ~(Task.total_annotations > 0),
    Task.cancelled_annotations > 0,
    Task.predictions_score > 0.3,
    Task.predictions_score != 0.25,
    ~(Task.predictions_score > 0.3),
    ~Task.predictions_score.between(0.4, 0.9),
    Task.predictions_score.is_null(),
    Task.avg_lead_time == 1.5,
    ~(Task.avg_lead_time < 5),
    Task.avg_lead_time.is_null(),
    # datetimes and booleans
    ~Task.created_at.between(EARLY, LATE),
    Task.updated_at <= LATE.date(),
    ~(Task.completed_at > EARLY),
    Task.completed_at != EARLY,
    Task.completed_at.is_null(),
    Task.is_labeled == True,  # noqa: E712
    Task.is_labeled != True,  # noqa: E712
    Task.draft_exists == True,  # noqa: E712
    # lists
    Task.data["tags"].is_null(),
    Task.data["tags"].is_null(False),
    Task.data["tags"].contains("a"),
    ~Task.data["tags"].contains("a"),
    # combined conditions
    (split == "train") & (n > 5) & (flag == True),  # noqa: E712
    (split == "train") | (n > 15),
    ((split == "train") | (split == "test")) & (n > 5),
    ((split == "train") | (n > 15)) & (Task.total_annotations == 0),  # pairs: child filters
    ((split == "train") & (n > 5)) | ((split == "test") & (n < 5)),
    ~((split == "train") & (n > 5)),
    ((split == "train") & (n > 5) & (f > 1)) | (n < 2),  # in pieces
    ((split != "train") & (n != 5) & (f != 1)) | (text == "fin"),
    ((split == "train") | (n < 3)) & ((flag == True) | (f > 1)),  # noqa: E712
    (n.is_null() | (split.is_null())) & ~(Task.total_predictions > 0),
    (Task.predictions_score > 0.3) | (Task.avg_lead_time > 5),
    ((Task.predictions_score > 0.3) | (n > 15)) & (Task.completed_at.is_null()),
]


@pytest.mark.parametrize("condition", CONDITIONS, ids=repr)
def test_the_server_finds_what_python_finds(
    condition: Expression, project: Project, tasks: list[Task]
) -> None:
    expected = [task.id for task in tasks if condition.holds(task)]
    assert places(project.tasks.filter(condition).ids(), tasks) == places(expected, tasks)


def test_filters_on_the_exact_time_of_a_task(project: Project, tasks: list[Task]) -> None:
    seventh = tasks[7].created_at
    conditions = [
        Task.created_at == seventh,
        Task.created_at != seventh,
        Task.created_at < seventh,
        Task.created_at >= seventh,
        Task.created_at.between(tasks[3].created_at, seventh),
        ~Task.created_at.between(tasks[3].created_at, seventh),
        Task.completed_at == tasks[0].completed_at,
        Task.completed_at > seventh.astimezone(),
    ]
    for condition in conditions:
        expected = [task.id for task in tasks if condition.holds(task)]
        assert project.tasks.filter(condition).ids() == expected, condition
    assert project.tasks.filter(created_at=seventh).one() == tasks[7]


def test_exclude_finds_all_other_tasks(project: Project, tasks: list[Task]) -> None:
    for condition in ((split == "train"), (n > 5) & (f > 1), (n > 5) | flag.is_null()):
        kept, dropped = project.tasks.filter(condition), project.tasks.exclude(condition)
        assert sorted(kept.ids() + dropped.ids()) == [task.id for task in tasks]
    assert places(project.tasks.exclude(split == "train", n > 1).ids(), tasks) == [
        task.id - tasks[0].id
        for task in tasks
        if not (task.data.get("split") == "train" and (task.data.get("n") or 0) > 1)
    ]
    assert project.tasks.exclude(is_labeled=False).ids() == [t.id for t in tasks if t.is_labeled]


def test_chained_filters_are_combined(project: Project, tasks: list[Task]) -> None:
    once = project.tasks.filter(split == "test", n > 1).ids()
    assert once == project.tasks.filter(split == "test").filter(n > 1).ids()
    assert once == project.tasks.filter(split == "test").exclude(~(n > 1)).ids()
    ids = [task.id for task in tasks]
    assert project.tasks.filter(Task.id.in_(ids[3:6])).ids() == ids[3:6]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Task.data["splt"] == "x", "Did you mean 'split'"),
        (n == "3", "'n' is of type Number in the data"),
        (n.in_([1, "a"]), "values of one type"),
        (Task.total_annotations == "x", "compared with numbers"),
        (Task.created_at > "2024", "compared with dates"),
        (Task.annotators > 3, "of type List"),
        (Task.meta.contains("x"), "has no column 'meta' to filter or order"),
        (n.contains("1"), "must be used for text in text, or a value in a list"),
        (Task.data["two words"] > 1, "must not contain spaces"),
        (Task.annotations_results.is_null(), "Task.total_annotations == 0"),
    ],
)
def test_unsupported_filters_raise_an_error(
    condition: Condition, said: str, project: Project
) -> None:
    with pytest.raises(InvalidInput, match=said):
        project.tasks.filter(condition).ids()


# -- columns that only the server can say ---------------------------------------------------------

EVERY = set(range(len(DATA)))
ANNOTATED, PREDICTED = {0, 1, 2, 4}, {1, 3, 4, 5}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Task.annotators.contains(1), ANNOTATED),
        (~Task.annotators.contains(1), EVERY - ANNOTATED),
        (Task.annotators.contains(99), set()),
        (Task.annotators.is_null(), EVERY - ANNOTATED),
        (Task.annotators.is_null(False), ANNOTATED),
        (Task.annotators.contains(1) & (split == "test"), {1}),
        (Task.annotators.contains(1) | (split == "test"), ANNOTATED | {1, 5, 10, 14, 16, 18}),
        (~(Task.annotators.contains(1) & (split == "test")), EVERY - {1}),
        (Task.annotations_results.contains("Positive"), {0, 1}),
        (~Task.annotations_results.contains("Positive"), EVERY - {0, 1}),
        (Task.annotations_results == json.dumps(sentiment("Negative")), {1, 2}),
        (Task.annotations_results != json.dumps(sentiment("Negative")), EVERY - {1, 2}),
        (Task.predictions_results.contains("Positive"), {3, 4}),
        (~Task.predictions_results.contains("Positive"), EVERY - {3, 4}),
        (Task.predictions_results == "[]", {5}),
        (Task.predictions_model_versions.contains("m1"), {1, 4, 5}),
        (Task.predictions_model_versions.contains("m2"), {3, 4}),  # and m2-large
        (Task.predictions_model_versions.contains(["m2-large", "m9"]), {4}),
        (~Task.predictions_model_versions.contains("m1"), EVERY - {1, 4, 5}),
        (Task.predictions_model_versions.is_null(), EVERY - PREDICTED),
        (Task.predictions_model_versions.is_null(False), PREDICTED),
        (Task.draft_exists == True, {7}),  # noqa: E712
        (Task.draft_exists != True, EVERY - {7}),  # noqa: E712
        (Task.file_upload.contains("film"), set()),
        (Task.storage_filename.contains("film"), set()),
        (~Task.storage_filename.contains("film"), EVERY),
    ],
    ids=repr,
)
def test_columns_of_the_server_can_be_filtered(
    condition: Expression, expected: set[int], project: Project, tasks: list[Task]
) -> None:
    query = project.tasks.filter(condition)
    assert places(query.ids(), tasks) == sorted(expected)
    assert query.count() == len(expected)


def test_columns_of_ids_and_users_can_be_filtered(
    project: Project, tasks: list[Task], ls: LabelStudio
) -> None:
    one, two = (annotation.id for annotation in tasks[1].annotations)
    other = tasks[0].annotations[0].id
    me = ls.whoami()
    found = {
        Task.annotations_ids == one: {1},
        Task.annotations_ids.contains(two): {1},
        Task.annotations_ids.contains([one, two, other]): {0, 1},
        ~Task.annotations_ids.contains(one): EVERY - {1},
        Task.annotators.contains(me): ANNOTATED,
        Task.updated_by.contains(me) | Task.updated_by.is_null(): EVERY,
    }
    for condition, expected in found.items():
        assert places(project.tasks.filter(condition).ids(), tasks) == sorted(expected), condition


def test_tasks_are_filtered_by_their_uploaded_file(local_server: LocalServer) -> None:
    ls = local_server.client()
    project = ls.projects.create(title="Files", label_config=SENTIMENT)
    file = ("films.csv", b"text\nA fine film.\nDull.\n", "text/csv")
    ls.request("POST", f"/api/projects/{project.id}/import", files={"file": file})
    project.import_tasks([{"text": "By hand."}])
    assert project.tasks.filter(Task.file_upload.contains("films")).ids() == project.tasks.ids()[:2]
    assert project.tasks.filter(~Task.file_upload.contains("films")).count() == 1
    assert project.tasks.filter(Task.file_upload.is_null()).ids() == project.tasks.ids()[2:]
    assert project.tasks.filter(Task.file_upload.is_null(False)).count() == 2
    project.delete()


# -- every column with every operator -------------------------------------------------------------

VALUES: dict[str, Any] = {
    "Number": 1,
    "Datetime": EARLY,
    "Boolean": True,
    "List": 1,
    "String": "[]",
}
COMPARED: dict[str, Callable[[Column, Any], Condition]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda column, value: column.in_([value, value]),
    "between": lambda column, value: column.between(value, value),
    "contains": lambda column, value: column.contains(value),
    "regex": lambda column, value: column.regex("^x"),
    "null": lambda column, value: column.is_null(),
}


@pytest.mark.parametrize("name", COLUMN_TYPES)
def test_every_column_supports_its_operators(name: str, project: Project) -> None:
    value = {"annotations_ids": 1, "predictions_model_versions": "m1"}.get(
        name, VALUES[COLUMN_TYPES[name]]
    )
    signs = sorted(COLUMN_OPERATORS.get(name, OPERATORS[COLUMN_TYPES[name]]))
    conditions = [COMPARED[sign](Task.fields[name], value) for sign in signs]
    # All in one request; the server cannot negate regular expressions.
    opposites = [~each for each in conditions if each.operator != "regex"]
    assert project.tasks.filter(Group("or", (*conditions, *opposites))).count() == len(DATA)


# -- orders ---------------------------------------------------------------------------------------

DATA_KEYS = ("text", "n", "f", "split", "day", "kebab-case")


ORDERS = [(name, True) for name in COLUMN_TYPES] + [
    (k, down) for k in DATA_KEYS for down in (False, True)
]


@pytest.mark.parametrize(("name", "downwards"), ORDERS)
def test_orders_yield_every_task_once_and_nulls_last(
    name: str, downwards: bool, project: Project, tasks: list[Task]
) -> None:
    column = Task.fields.get(name) or Task.data[name]
    found = project.tasks.order_by(-column if downwards else column).ids()
    by_id = {task.id: task for task in tasks}
    assert sorted(found) == [*by_id]
    if COLUMN_TYPES.get(name) not in ("List", "String"):  # whose values are the server's own
        values = [column.value_of(by_id[id]) for id in found]
        there = [value for value in values if value not in (None, "")]
        assert values[: len(there)] == sorted(there, reverse=downwards)


def test_numbers_in_the_data_are_ordered_as_numbers(project: Project) -> None:
    assert [task.data["n"] for task in project.tasks.order_by(-n).limit(4)] == [100, 30, 20, 12]
    assert [task.data["n"] for task in project.tasks.order_by(n)[:4]] == [-3, 0, 1, 2]


def test_an_order_by_several_columns_is_sorted_by_the_client(project: Project) -> None:
    with pytest.raises(InvalidInput, match="must be ordered by one column"):
        project.tasks.order_by("is_labeled", "-id").ids()


# -- windows --------------------------------------------------------------------------------------

QUERIES: dict[str, Callable[[Any], Any]] = {
    "filtered with |": lambda tasks: tasks.filter((split == "train") | (n > 9)),
    "in pieces": lambda tasks: tasks.filter(((n > 5) & (f > 1) & (n < 50)) | (split == "test")),
    "of those that repeat": lambda tasks: tasks.filter(Task.annotators.contains(1)),
    "by id, down": lambda tasks: tasks.order_by("-id"),
    "filtered, by the score": lambda tasks: tasks.filter(n > 0).order_by("predictions_score"),
    "limited": lambda tasks: tasks.order_by("-id").limit(9),
    "none": lambda tasks: tasks.filter(n > 1000),
}


@pytest.mark.parametrize("which", QUERIES)
def test_slices_equal_those_of_the_list(
    which: str,
    local_server: LocalServer,
    project: Project,
    tasks: list[Task],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if local_server._database and which == "filtered, by the score":
        pytest.skip("PostgreSQL: tasks of the same score come in another order in each window")
    monkeypatch.setattr("label_studio_orm.data_manager.plan.PAGE", 8)
    query = QUERIES[which](project.tasks)
    whole = list(query)
    assert len(query) == len(whole) == len(set(whole))
    assert query.exists() == bool(whole)
    assert query.first() == (whole[0] if whole else None)
    for window in (slice(3), slice(1, 9, 3), slice(4, 4)):
        assert query[window] == whole[window], window
    for number in (0, 5):
        assert list(query.limit(number)) == whole[:number]
    assert query.limit(5).count() == len(whole[:5])
    for place in (3, -1, len(whole)):
        assert at(query, place) == at(whole, place), place
    assert (tasks[1] in query) == (tasks[1] in whole)


def at(tasks: Any, place: int) -> Task | None:
    try:
        found: Task = tasks[place]
    except IndexError:
        return None
    return found


def test_one_and_get_require_exactly_one_match(project: Project, tasks: list[Task]) -> None:
    assert project.tasks.filter(n == 100).one() == tasks[10]
    assert project.tasks.get(inner_id=3) == tasks[2]
    with pytest.raises(NotFound, match="No task"):
        project.tasks.filter(n == 1000).one()
    with pytest.raises(MultipleFound, match="More than one task"):
        project.tasks.filter(n > 0).one()


def test_tasks_of_other_projects_are_not_in_a_query(project: Project, ls: LabelStudio) -> None:
    other = ls.projects.create(title="Other", label_config=SENTIMENT)
    stranger = other.tasks.create({"text": "Elsewhere."})
    assert stranger in other.tasks
    assert stranger not in project.tasks
    assert stranger not in project.tasks.filter(Task.id > 0)
    other.delete()


# -- views ----------------------------------------------------------------------------------------


@pytest.mark.operations("views.create", "views.list", "views.get", "views.delete")
def test_a_saved_view_is_a_tab_and_a_filter(project: Project, tasks: list[Task]) -> None:
    query = project.tasks.filter((split == "train") | (n > 9)).order_by(-n)
    view = query.save_as_view("Train or large")
    assert view in project.views
    assert view.title == "Train or large"
    assert project.views.get(view.id).project == project
    assert project.tasks.filter(view=view).ids() == sorted(query.ids())  # without its order
    assert project.tasks.filter(view=view.id).count() == query.count()
    view.delete()
    assert view not in project.views


@pytest.mark.parametrize(
    ("saved", "also"),
    [
        (split == "train", (n > 5) | (f < 0)),
        ((split == "train") | (n > 9), n > 5),
        ((split == "train") | (n > 9), (n > 5) | (f < 0)),
        ((split == "train") | (n > 9), Task.annotators.is_null()),
    ],
    ids=["& and |", "| and &", "| and |", "| and what repeats"],
)
def test_a_view_combines_with_filters(
    saved: Expression, also: Expression, project: Project
) -> None:
    view = project.tasks.filter(saved).save_as_view("Saved")
    assert project.tasks.filter(also, view=view).ids() == project.tasks.filter(also, saved).ids()
    view.delete()


def test_a_view_of_another_project_is_refused(project: Project, ls: LabelStudio) -> None:
    other = ls.projects.create(title="Other", label_config=SENTIMENT)
    view = other.tasks.filter(Task.total_annotations > 0).save_as_view("Elsewhere")
    with pytest.raises(InvalidInput, match=f"View {view.id} must be of project .*, not {other.id}"):
        project.tasks.filter(view=view).ids()
    other.delete()


def test_a_view_without_filters_has_all_tasks(project: Project, tasks: list[Task]) -> None:
    view = project.tasks.save_as_view("All")
    assert project.tasks.filter(view=view).ids() == [task.id for task in tasks]
    view.delete()


def test_raw_filters_work(project: Project, tasks: list[Task]) -> None:
    item = {"filter": "filter:tasks:data.n", "operator": "greater", "type": "Number", "value": 9}
    words = {"conjunction": "and", "items": [item]}
    assert project.tasks.filter(words).ids() == project.tasks.filter(n > 9).ids()
    both = project.tasks.filter(words, split == "test")
    assert both.ids() == project.tasks.filter(n > 9, split == "test").ids()


# -- loaded fields --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def alone(project: Project, tasks: list[Task]) -> list[Task]:
    """Return the same tasks, each loaded by its own GET."""
    found = [Task.get(task.id, client=project.client) for task in tasks]
    for task in found:
        task.refresh()
    return found


# Without these two, which are empty in the GET of a single task.
VALUES_OF_A_TASK = sorted({*Task.fields} - {"annotations_results", "predictions_results"})
HOW: dict[str, Callable[[Any, Any], Any]] = {
    "including": lambda tasks, names: tasks.including(*names),
    "only": lambda tasks, names: tasks.only(*names),
    "touched": lambda tasks, names: tasks,
    "touched in a filter": lambda tasks, names: tasks.filter((n > -9) | n.is_null()),
    "touched in an order": lambda tasks, names: tasks.order_by(-n),
}


@pytest.mark.parametrize("how", HOW)
def test_tasks_of_a_list_equal_single_tasks(how: str, project: Project, alone: list[Task]) -> None:
    names = [name for name in VALUES_OF_A_TASK if name in alone[0].params]
    found = sorted(HOW[how](project.tasks, names), key=lambda task: task.id)
    for task, own in zip(found, alone, strict=True):
        for name in names:
            assert getattr(task, name) == getattr(own, name), (name, task)


@pytest.mark.parametrize("name", ["annotations", "predictions", "drafts"])
@pytest.mark.parametrize("how", HOW)
def test_records_of_listed_tasks_equal_those_of_single_tasks(
    how: str, name: str, project: Project, alone: list[Task]
) -> None:
    found = sorted(HOW[how](project.tasks, [name]), key=lambda task: task.id)
    pairs = [
        pair
        for task, own in zip(found, alone, strict=True)
        for pair in zip(getattr(task, name), getattr(own, name), strict=True)
    ]
    assert len(pairs) == {"annotations": 5, "predictions": 5, "drafts": 1}[name]
    for record, own in pairs:
        assert record == own
        for field in sorted(own._state.params.keys() & own.fields.keys() - {"created_ago"}):
            assert getattr(record, field) == getattr(own, field), field


def test_unloaded_fields_are_loaded_on_access(project: Project, tasks: list[Task]) -> None:
    for task, other in zip(project.tasks.only("inner_id"), tasks, strict=True):
        assert task.data == other.data
        assert task.completed_at == other.completed_at


def test_annotations_and_predictions_can_be_queried(project: Project, tasks: list[Task]) -> None:
    annotations = [each for task in tasks for each in task.annotations]
    assert project.annotations.count() == len(annotations) == 5
    assert list(project.annotations) == annotations
    assert project.annotations[1:3] == annotations[1:3]
    predictions: Query[Any] = project.predictions
    assert predictions.count() == len(list(predictions)) == 5
    assert [each.score for each in predictions.order_by("-score")] == [1.0, 0.75, 0.5, 0.25, None]
    assert [each.task for each in predictions.filter(score=0.5)] == [tasks[3]]


def test_tasks_are_filtered_by_creation_time(project: Project) -> None:
    hour = timedelta(hours=1)
    assert project.tasks.filter(Task.created_at > datetime.now() - hour).count() == len(DATA)
    assert project.tasks.filter(Task.created_at > datetime.now() + hour).count() == 0
