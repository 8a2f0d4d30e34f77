"""Tab completion in IPython and notebooks knows the fields and sends no requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from support.fake import FakeClient
from traitlets.config import Config

import label_studio_orm
from label_studio_orm import (
    Annotation,
    Box,
    DataField,
    Draft,
    LabelConfig,
    LabelStudio,
    Prediction,
    Project,
    Task,
    User,
    View,
    choices,
    connect,
    labels,
    tag,
)
from label_studio_orm.data_manager.project_config import config_of
from label_studio_orm.orm.context import connect_to
from label_studio_orm.records.completion_keys import completion_keys

CONFIG = LabelConfig.create(
    {
        "image": "Image",
        "bbox": labels("cat", "dog"),
        "breed": tag("TextArea", perRegion=True),
        "sentiment": choices("Good", "Bad"),
    }
)
RESULT = CONFIG.result(
    {"bbox": [Box("cat", percent=(1, 2, 3, 4), answers={"breed": "Siamese"})]}, size=(640, 480)
)


class ReviewTask(Task):
    text = DataField[str]()
    split = DataField[str](default="train", key="the_split")

    def words(self) -> int:
        return len(self.text.split())


class ReviewProject(Project):
    task_class = ReviewTask


@pytest.fixture(scope="module")
def client() -> FakeClient:
    client = FakeClient(Annotation, Draft, Prediction, Project, Task, User, View)
    client.answers["GET /api/projects/7/"] = {"id": 7, "label_config": str(CONFIG)}
    config_of(client, 7)
    client.calls.clear()
    return client


@pytest.fixture(scope="module")
def namespace(client: FakeClient) -> dict[str, Any]:
    """The variables of a notebook: of the records, only those are loaded that say so."""
    project = Project.get(7, client=client)
    review_project = ReviewProject.get(8, client=client)
    return {
        "Project": Project,
        "Task": Task,
        "ReviewTask": ReviewTask,
        "project": project,
        "task": project.tasks.get(3),
        "review_project": review_project,
        "review_task": review_project.tasks.get(4),
        "annotation": Annotation.get(5, client=client),
        "loaded": Task._from_answer(client, {"id": 6, "data": {"text": "a", "two words": 1}}),
        "labeled": Annotation._from_answer(client, {"id": 8, "project": 7, "result": RESULT}),
        "other": Annotation._from_answer(client, {"id": 9, "project": 9, "result": RESULT}),
        "region": CONFIG.read(RESULT).regions[0],
        "reading": CONFIG.read([]),
        "label_studio_orm": label_studio_orm,
        "ls": LabelStudio("http://fake", api_key="0123456789abcdef"),
        "some": project.tasks.filter(Task.id > 3),
        "batch": project.batch(),
    }


@pytest.fixture(scope="module", params=[True, False], ids=["with jedi", "without jedi"])
def shell(
    request: pytest.FixtureRequest,
    namespace: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[InteractiveShell]:
    config = Config()
    config.InteractiveShell.ipython_dir = str(tmp_path_factory.mktemp("ipython"))
    config.HistoryManager.enabled = False
    config.IPCompleter.use_jedi = request.param
    shell = InteractiveShell(config=config, user_ns=namespace)
    yield shell
    shell.restore_sys_module_state()


def completed(shell: InteractiveShell, code: str) -> set[str]:
    """Return the completions after the last dot."""
    with provisionalcompleter():
        found = list(shell.Completer.completions(code, len(code)))
    return {each.text.rpartition(".")[2] for each in found}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("task.tot", {"total_annotations", "total_predictions"}),
        (
            "task.ann",
            {
                "annotate",
                "annotation_time",
                "annotations",
                "annotations_ids",
                "annotations_results",
                "annotators",
                "annotators_count",
            },
        ),
        ("review_task.spl", {"split"}),
        ("annotation.ground", {"ground_truth"}),
        (
            "project.tas",
            {"task_class", "task_data_login", "task_data_password", "task_number", "tasks"},
        ),
        ("some.order", {"order_by"}),
        ("batch.fl", {"flush"}),
        ("Task.total_", {"total_annotations", "total_predictions"}),
        ("Project.cre", {"create", "created_at", "created_by"}),
        ("project.tasks.ord", {"order_by"}),
        ("ls.projects.get_", {"get_or_create"}),
        ("label_studio_orm.LabelCon", {"LabelConfig"}),
        ("label_studio_orm.labeling.Po", {"Polygon"}),
        ("label_studio_orm.tra", set()),
        ("label_studio_orm.labeling.res", set()),
    ],
)
def test_completion_offers_fields_and_methods(
    code: str, expected: set[str], shell: InteractiveShell, client: FakeClient
) -> None:
    assert completed(shell, code) == expected
    assert client.said == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("project.tasks.fil", {"filter"}),
        ("review_project.tasks.order_by('-id').lim", {"limit"}),
        ("Task.total_annotations.bet", {"between"}),
        ("Task.data['split'].con", {"contains"}),
        ("ReviewTask.split.is_n", {"is_null"}),
        ("project.tasks.filter(Task.total_pred", {"total_predictions"}),
    ],
)
@pytest.mark.parametrize("shell", [True], ids=["with jedi"], indirect=True)
def test_completion_works_after_properties_and_calls(
    code: str, expected: set[str], shell: InteractiveShell, client: FakeClient
) -> None:
    assert completed(shell, code) >= expected
    assert client.said == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ls.projects.create(title='x', lab", "label_config="),
        ("ls.projects.get_or_create(samp", "sampling="),
        ("Project.create(max", "maximum_annotations="),
        ("task.annotate({'bbox': []}, ground_", "ground_truth="),
        ("task.predict({}, model_v", "model_version="),
        ("task.draft({}, lead", "lead_time="),
        ("project.export('JSON', only_", "only_finished="),
        ("project.webhooks.create('https://example.org', ev", "events="),
        ("project.import_storages.s3.create(bucket='b', pres", "presign="),
        ("project.export_storages.local.get_or_create(pa", "path="),
    ],
)
def test_completion_offers_the_options_of_methods(
    code: str, expected: str, shell: InteractiveShell, client: FakeClient
) -> None:
    assert expected in completed(shell, code)
    assert client.said == []


KEYS = [
    ("loaded.data['", {"text", "two words"}),
    ("task.data['", set()),  # it is not loaded, and stays so
    ("review_task.split['", set()),
    ("Task.data['the_s", {"the_split"}),
    ("ReviewTask.data['the_s", {"the_split"}),
    ("some.filter(Task.data['the_s", {"the_split"}),
    ("Task.meta['", set()),
    ("labeled['", {"bbox", "breed", "sentiment"}),
    ("labeled['s", {"sentiment"}),
    ("other['", {"bbox", "breed"}),  # its config is not known: the names in the result
    ("annotation['", set()),
    ("region['", {"breed"}),
    ("reading['", {"bbox", "breed", "sentiment"}),
]


@pytest.mark.parametrize(("code", "expected"), KEYS, ids=[code for code, _ in KEYS])
@pytest.mark.parametrize("evaluation", ["limited", "unsafe"])
@pytest.mark.parametrize("shell", [False], ids=["without jedi"], indirect=True)
def test_completion_offers_the_keys_of_what_is_loaded(
    code: str, expected: set[str], evaluation: str, shell: InteractiveShell, client: FakeClient
) -> None:
    shell.Completer.evaluation = evaluation
    completer = shell.Completer
    completer.line_buffer = completer.text_until_cursor = code
    assert set(completer.dict_key_matches("")) == expected
    assert client.said == []


def test_keys_are_those_that_the_connected_client_has_seen() -> None:
    ls = connect("http://fake", api_key="0123456789abcdef")
    try:
        ls._cache.replace(("task", 1, ls.server), {"id": 1, "data": {"author": "Ada"}})
        ls._cache.replace(("label_config", 1, ls.server), {"label_config": str(CONFIG)})
        ls._cache.replace(("columns", 1, ls.server), {"id": {}, "data.stars": {}})
        assert {"author", "image", "stars"} <= set(completion_keys(Task))
    finally:
        connect_to(None)  # type: ignore[arg-type]


def test_keys_are_those_of_the_variables_of_a_notebook(
    namespace: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unfriendly:
        def __getattr__(self, name: str) -> None:
            raise RuntimeError(name)

    variables = {**namespace, "unfriendly": Unfriendly()}
    notebook = SimpleNamespace(user_ns=variables)
    monkeypatch.setattr("IPython.get_ipython", lambda: notebook)
    assert {"two words", "image"} <= set(completion_keys(Task))


@pytest.mark.parametrize(
    "code", ["task.project.", "task.created_at.", "annotation.task.", "project.config."]
)
def test_completion_loads_nothing(code: str, shell: InteractiveShell, client: FakeClient) -> None:
    for shell.Completer.evaluation in ("unsafe", "limited"):
        completed(shell, code)
        assert client.said == []


@pytest.mark.parametrize(
    "code", ["task.data", "task.project.title", "some", "project.tasks", "task.annotations"]
)
@pytest.mark.parametrize("shell", [True], ids=["with jedi"], indirect=True)
def test_tooltips_send_no_requests(code: str, shell: InteractiveShell, client: FakeClient) -> None:
    with suppress(KeyError):  # what is not loaded is not found
        shell.object_inspect_mime(code)
    assert client.said == []


def test_a_tooltip_shows_what_is_loaded(shell: InteractiveShell, client: FakeClient) -> None:
    assert "two words" in shell.object_inspect_mime("loaded.data")["text/plain"]


def test_filters_complete_without_the_internals_of_fields() -> None:
    expected = ["between", "contains", "in_", "is_null", "name", "regex"]
    for column in (Task.id, Task.data, Task.data["text"], ReviewTask.split):
        assert dir(column) == expected
    assert dir(Task.id > 3) == dir((Task.id > 3) & ~(Task.id == 7)) == []


@pytest.mark.parametrize(
    "code",
    ["task.", "review_task.", "project.", "annotation.", "some.", "batch.", "Task.", "ReviewTask."],
)
def test_completion_sends_no_requests(
    code: str, shell: InteractiveShell, client: FakeClient
) -> None:
    found = completed(shell, code)
    assert len(found) > 5
    assert not any(name.startswith("_") for name in found)
    assert client.said == []


def test_completion_of_a_batch_offers_its_public_names(shell: InteractiveShell) -> None:
    needed = {"created", "saved", "deleted", "failed", "flush", "project"}
    assert needed <= completed(shell, "batch.")


def test_dir_of_a_class_has_the_names_of_its_instances(namespace: dict[str, Any]) -> None:
    for thing in ("project", "task", "review_task", "annotation"):
        public = {name for name in dir(namespace[thing]) if not name.startswith("_")}
        assert {*type(namespace[thing]).fields} <= public
        assert public <= set(dir(type(namespace[thing])))
