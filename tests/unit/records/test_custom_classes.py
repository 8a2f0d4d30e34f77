"""Custom classes of projects, tasks and annotations."""

from __future__ import annotations

import pickle
from datetime import datetime, timezone
from functools import cached_property
from typing import Any

import pytest
from support.fake import FakeClient
from support.tasks import TaskServer
from support.texts import LEGACY_KEY, SENTIMENT

from label_studio_orm import Annotation, DataField, LabelStudio, Project, Task
from label_studio_orm.errors import FieldMissing, InvalidInput, UnknownName
from label_studio_orm.orm.fields import DATETIME

UTC = timezone.utc


class ReviewTask(Task):
    text = DataField[str]()
    split = DataField[str](default="train")
    tags = DataField[list[str]](default=[])
    written = DataField[datetime](key="Written at", converter=DATETIME)

    def loud(self) -> str:
        return self.text.upper()


class LongReviewTask(ReviewTask):
    chapters = DataField[int](default=1)


DATA = {"text": "a", "Written at": "2026-01-31T00:00:00+00:00"}
MOMENT = datetime(2026, 1, 31, tzinfo=UTC)


def review(model: type[Any] = ReviewTask, **data: Any) -> Any:
    client = FakeClient(Task, Project)
    params = {"id": 1, "project": 1, "data": {**DATA, **data}}
    return model._from_answer(client, params, complete=True)


# -- data fields ----------------------------------------------------------------------------------


def test_a_key_of_the_data_reads_as_an_attribute() -> None:
    task = review()
    assert (task.text, task.loud(), task.written) == ("a", "A", MOMENT)


def test_a_missing_key_has_its_default_which_is_not_sent() -> None:
    task = review()
    assert (task.split, task.tags, task.dirty) == ("train", [], set())
    task.tags.append("x")  # a copy: the data has no list to change
    assert (task.tags, review().tags, task.dirty) == ([], [], set())


def test_a_missing_key_without_a_default_is_an_attribute_error() -> None:
    task = review()
    del task.data["text"]
    with pytest.raises(FieldMissing, match="The data of ReviewTask 1 has no 'text'"):
        _ = task.text
    assert not hasattr(task, "text")


def test_null_is_not_replaced_by_the_default() -> None:
    assert review(split=None).split is None


def test_setting_a_key_changes_and_saves_the_data() -> None:
    task = review()
    task.split = "dev"
    task.written = MOMENT.replace(day=1)
    assert task.dirty == {"data"}
    task.client.answers["GET /api/tasks/1/"] = {"id": 1, "data": DATA}
    task.client.answers["PATCH /api/tasks/1/"] = lambda options: {"id": 1, **options["json"]}
    task.save()
    assert task.client.calls[1:] == [  # after reading the task for changes by others
        (
            "PATCH /api/tasks/1/",
            {"data": {"text": "a", "Written at": "2026-01-01T00:00:00+00:00", "split": "dev"}},
        )
    ]
    assert (task.dirty, task.split) == (set(), "dev")


def test_setting_an_equal_value_is_not_a_change() -> None:
    task = review()
    task.text, task.written = "a", MOMENT
    assert task.dirty == set()


def test_a_mistyped_key_suggests_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"no attribute 'spilt'\. Did you mean 'split'"):
        _ = review().spilt
    with pytest.raises(UnknownName, match="ReviewTask has no field 'splitt'"):
        review().splitt = "dev"


def test_a_subclass_inherits_the_data_fields() -> None:
    task = review(LongReviewTask, chapters=3)
    assert (task.text, task.split, task.chapters) == ("a", "train", 3)
    assert set(LongReviewTask.data_fields) == {"text", "split", "tags", "written", "chapters"}
    assert set(ReviewTask.data_fields) == {"text", "split", "tags", "written"}
    assert Task.data_fields == {}


@pytest.mark.parametrize(
    "name",
    [
        *("meta", "id", "annotations", "total_annotations", "data", "save", "params", "fields"),
        *("path", "open", "size", "draft", "url"),
    ],
)
def test_a_data_field_must_not_hide_a_task_field(name: str) -> None:
    says = rf"Bad\.{name} would hide .*Give it another name: {name}_ = DataField\(key='{name}'"
    with pytest.raises(InvalidInput, match=says):
        type("Bad", (Task,), {name: DataField[str]()})


@pytest.mark.parametrize("name", ["kind", "endpoint", "reading", "lists", "columns", "link"])
def test_a_data_field_may_have_any_other_name(name: str) -> None:
    named = type("Named", (Task,), {name: DataField[str]()})
    task = review(named, **{name: "a"})
    assert getattr(task, name) == "a"
    assert list(named.data_fields) == [name]


@pytest.mark.parametrize(
    "name",
    ["kind", "endpoint", "counted_by", "reading", "data_fields", "fields", "columns", "save"],
)
def test_only_fields_and_declared_attributes_can_be_set(name: str) -> None:
    task = review()
    with pytest.raises(UnknownName, match=f"ReviewTask has no field '{name}'"):
        setattr(task, name, "x")
    assert task == review()


def test_a_property_that_raises_an_attribute_error_is_called_once() -> None:
    calls = []

    class Careless(Task):
        @property
        def author(self) -> Any:
            calls.append(self.id)
            return None.name  # type: ignore[attr-defined]

        @cached_property
        def editor(self) -> Any:
            return self.author

    task = review(Careless)
    for name in ("author", "editor"):
        with pytest.raises(AttributeError, match="'NoneType' object has no attribute 'name'"):
            getattr(task, name)
    assert calls == [1, 1]
    with pytest.raises(UnknownName, match="Careless has no attribute 'autor'"):
        task.autor  # type: ignore[attr-defined]  # noqa: B018


def test_a_custom_task_can_be_pickled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", LEGACY_KEY)
    ls = LabelStudio("http://localhost:8080", api_key=LEGACY_KEY)
    task = ReviewTask._from_answer(ls, {"id": 1, "data": {**DATA, "split": "dev"}})
    other = pickle.loads(pickle.dumps(task))
    assert (type(other), other.split) == (ReviewTask, "dev")


# -- in queries -----------------------------------------------------------------------------------


class Reviews(Project):
    task_class = ReviewTask
    config = SENTIMENT
    defaults = {"color": "#00AA88", "maximum_annotations": 2}  # noqa: RUF012 it is read only

    @classmethod
    def create(cls, **fields: Any) -> Reviews:
        return super().create(**{"title": "Reviews", **fields})


@pytest.fixture
def task_server() -> TaskServer:
    server = TaskServer()
    for split in ("train", "dev", "train"):
        server.add(data={**DATA, "split": split})
    return server


@pytest.fixture
def typed_reviews(task_server: TaskServer) -> Reviews:
    return Reviews(1, client=task_server.client)


def test_tasks_have_the_task_class_of_their_project(
    typed_reviews: Reviews, task_server: TaskServer
) -> None:
    assert [type(task) for task in typed_reviews.tasks] == [ReviewTask] * 3
    assert type(typed_reviews.tasks.get(2)) is ReviewTask
    assert [type(task) for task in task_server.tasks] == [Task] * 3


def test_tasks_are_filtered_and_ordered_by_data_fields(typed_reviews: Reviews) -> None:
    tasks = typed_reviews.tasks
    assert tasks.filter(ReviewTask.split == "train").ids() == [1, 3]
    assert tasks.filter(split="dev").ids() == [2]
    assert tasks.order_by(
        "split",
    ).limit(1).ids() == [2]
    assert tasks.order_by(-ReviewTask.split).limit(2).ids() == [1, 3]
    assert tasks.filter(Task.data["split"] == "dev").get(split="dev").id == 2


def test_tasks_are_created_with_data_fields(
    typed_reviews: Reviews, task_server: TaskServer
) -> None:
    task_server.client.answers["POST /api/tasks/"] = lambda options: {"id": 9, **options["json"]}
    task = typed_reviews.tasks.create({"text": "b"}, split="dev", written=MOMENT, overlap=2)
    data = {"text": "b", "split": "dev", "Written at": "2026-01-31T00:00:00+00:00"}
    assert task_server.client.calls == [
        ("POST /api/tasks/", {"data": data, "overlap": 2, "project": 1})
    ]
    assert (type(task), task.split) == (ReviewTask, "dev")
    with pytest.raises(UnknownName, match=r"ReviewTask has no 'spilt'\. Did you mean 'split'"):
        typed_reviews.tasks.create({"text": "b"}, spilt="dev")


def test_tasks_are_updated_by_data_fields(typed_reviews: Reviews, task_server: TaskServer) -> None:
    for id in task_server.ids:
        answer = {"id": id, "data": {}}
        task_server.client.answers[f"PATCH /api/tasks/{id}/"] = lambda o, a=answer: {
            **a,
            **o["json"],
        }
    assert typed_reviews.tasks.update(split="dev") == 3
    saved = {
        call: body["data"]["split"] for call, body in task_server.client.calls if "PATCH" in call
    }
    assert saved == {"PATCH /api/tasks/1/": "dev", "PATCH /api/tasks/3/": "dev"}


def test_annotations_of_a_task_refer_to_the_custom_classes(
    typed_reviews: Reviews, task_server: TaskServer
) -> None:
    task_server.rows[1]["annotations"] = [{"id": 9, "task": 1, "project": 1, "result": []}]
    task = typed_reviews.tasks[0]
    (annotation,) = task.annotations
    assert type(task.project) is Reviews
    assert type(annotation.task) is ReviewTask
    assert annotation.task.text == "a"
    assert type(annotation.project) is Reviews


@pytest.mark.parametrize("kind", ["annotations", "predictions"])
def test_results_of_a_project_refer_to_the_custom_classes(
    kind: str, typed_reviews: Reviews, task_server: TaskServer
) -> None:
    rows = [{"id": 9, "task": 1, "project": 1, "result": []}]
    task_server.rows[1].update({kind: rows, f"total_{kind}": 1})
    task_server.client.answers["GET /api/predictions/"] = rows
    (said,) = getattr(typed_reviews, kind)
    assert (type(said.task), type(said.project)) == (ReviewTask, Reviews)


def test_a_new_annotation_refers_to_the_custom_classes(
    typed_reviews: Reviews, task_server: TaskServer
) -> None:
    row = {"id": 9, "task": 1, "project": 1, "result": []}
    task_server.client.answers["POST /api/tasks/1/annotations/"] = row
    annotation = typed_reviews.tasks[0].annotate([])
    assert (type(annotation.task), type(annotation.project)) == (ReviewTask, Reviews)


# -- project classes ------------------------------------------------------------------------------


def test_a_project_is_created_with_the_defaults_of_its_class() -> None:
    client = FakeClient(Task, Project)
    client.answers["POST /api/projects/"] = lambda options: {"id": 1, **options["json"]}
    project = Reviews.create(client=client, color="#000000")
    assert client.calls == [
        (
            "POST /api/projects/",
            {
                "label_config": SENTIMENT,
                "title": "Reviews",
                "color": "#000000",
                "maximum_annotations": 2,
            },
        )
    ]
    assert type(project) is Reviews


def test_a_config_may_be_any_object_whose_str_is_xml() -> None:
    class Config:
        def __str__(self) -> str:
            return SENTIMENT

    class Configured(Project):
        config = Config()

    client = FakeClient(Task, Project)
    client.answers["POST /api/projects/"] = lambda options: {**options["json"], "id": 1}
    Configured.create(client=client, title="Reviews")
    assert client.calls[0][1] == {"label_config": SENTIMENT, "title": "Reviews"}


# -- registering ----------------------------------------------------------------------------------

ROWS = [
    {"id": 1, "title": "Reviews", "label_config": SENTIMENT.replace("><", ">\n  <")},
    {"id": 2, "title": "Shop", "label_config": "<View/>"},
    {"id": 3, "title": "Other", "label_config": None},
]


class Client(LabelStudio):
    """A client with canned projects and tasks."""

    def __init__(self) -> None:
        super().__init__("http://localhost:8080", api_key=LEGACY_KEY)
        self.said: list[str] = []

    def json(self, method: str, path: str, **options: Any) -> Any:
        self.said.append(f"{method} {path}")
        if path == "/api/projects/":
            wanted = options["params"].get("include")
            names = wanted.split(",") if wanted else list(ROWS[0])
            number, size = options["params"]["page"], options["params"]["page_size"]
            page = ROWS[(number - 1) * size : number * size]
            rows = [{name: row[name] for name in names} for row in page]
            return {"count": len(ROWS), "results": rows}
        if path.startswith("/api/projects/"):
            return ROWS[int(path.split("/")[3]) - 1]
        return {"total": 1, "tasks": [{"id": 1, "data": DATA, "project": 1}]}


@pytest.fixture
def shop_client() -> Client:
    return Client()


def shop() -> type[Project]:
    """Define the same class again, as a rerun cell of a notebook does."""

    class Shop(Project):
        @classmethod
        def matches(cls, project: Project) -> bool:
            return project.title.startswith("Shop")

    return Shop


def kinds(ls: LabelStudio) -> list[str]:
    return [type(project).__name__ for project in ls.projects]


def test_projects_have_the_registered_class_that_they_match(shop_client: Client) -> None:
    shop_client.register(Reviews)
    shop_client.register(shop())
    assert kinds(shop_client) == ["Reviews", "Shop", "Project"]
    assert type(shop_client.projects[0]) is type(shop_client.projects.first()) is Reviews
    assert type(shop_client.projects.get(title="Reviews")) is Reviews
    assert [type(task) for task in shop_client.projects[0].tasks] == [ReviewTask]


def test_a_class_is_registered_with_one_client_only(shop_client: Client) -> None:
    shop_client.register(Reviews)
    assert kinds(Client()) == ["Project"] * 3


def test_a_redefined_class_replaces_the_first(shop_client: Client) -> None:
    first, second = shop(), shop()
    shop_client.register(first)
    shop_client.register(second)
    assert type(shop_client.projects[1]) is second


def test_the_last_registered_matching_class_wins(shop_client: Client) -> None:
    class All(Project):
        @classmethod
        def matches(cls, project: Project) -> bool:
            return True

    shop_client.register(All)
    shop_client.register(Reviews)
    assert kinds(shop_client) == ["Reviews", "All", "All"]
    shop_client.register(All)
    assert kinds(shop_client) == ["All", "All", "All"]


def test_register_can_be_used_as_a_decorator(shop_client: Client) -> None:
    @shop_client.register
    class Named(Project):
        @classmethod
        def matches(cls, project: Project) -> bool:
            return project.id == 3

    assert type(shop_client.projects[2]) is Named


def test_a_subclass_inherits_its_match(shop_client: Client) -> None:
    class Better(shop()):  # type: ignore[misc]
        pass

    shop_client.register(Better)
    assert kinds(shop_client) == ["Project", "Better", "Project"]


def test_registering_a_class_without_a_match_is_refused(shop_client: Client) -> None:
    class Vague(Project):
        pass

    with pytest.raises(InvalidInput, match="Vague matches no projects"):
        shop_client.register(Vague)
    assert kinds(shop_client) == ["Project"] * 3


@pytest.mark.parametrize("model", [Project, Task, Annotation, int, "Reviews", None])
def test_registering_requires_a_custom_class(model: Any, shop_client: Client) -> None:
    with pytest.raises(InvalidInput, match="model must be your own class"):
        shop_client.register(model)


def test_classes_of_tasks_and_annotations_can_be_registered(shop_client: Client) -> None:
    class ResultRecord(Annotation):
        pass

    shop_client.register(ReviewTask)
    shop_client.register(ResultRecord)
    project = shop_client.projects.get(1)
    assert [type(task) for task in project.tasks] == [ReviewTask]
    task = ReviewTask._from_answer(shop_client, {"id": 1, "annotations": [{"id": 9, "task": 1}]})
    assert type(task.annotations[0]) is ResultRecord
    assert type(task.annotations[0].task) is ReviewTask


def test_the_task_class_of_a_project_overrides_the_registered_one(shop_client: Client) -> None:
    class Other(Task):
        pass

    shop_client.register(Other)
    assert [type(task) for task in Reviews(1, client=shop_client).tasks] == [ReviewTask]
    assert [type(task) for task in Project(1, client=shop_client).tasks] == [Other]


def test_ids_cost_no_request_for_each_project(shop_client: Client) -> None:
    shop_client.register(Reviews)
    assert shop_client.projects.ids() == [1, 2, 3]
    assert shop_client.projects.exists()
    assert shop_client.said == ["GET /api/projects/"] * 2


def test_titles_cost_no_request_for_each_project(shop_client: Client) -> None:
    shop_client.register(Reviews)
    assert [type(project) for project in shop_client.projects.only("title")] == [
        Reviews,
        Project,
        Project,
    ]
    assert shop_client.said == ["GET /api/projects/"]


def test_a_sibling_of_a_client_has_its_registered_classes(shop_client: Client) -> None:
    shop_client.register(shop())
    assert kinds(shop_client.with_options(timeout=5)) == ["Project", "Shop", "Project"]
