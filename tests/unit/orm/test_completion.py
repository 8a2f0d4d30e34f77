"""Tab completion in IPython and notebooks knows the fields and sends no requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from support.fake import FakeClient
from traitlets.config import Config

from label_studio_orm import Annotation, DataField, Draft, Prediction, Project, Task, User, View


class ReviewTask(Task):
    text = DataField[str]()
    split = DataField[str](default="train")

    def words(self) -> int:
        return len(self.text.split())


class ReviewProject(Project):
    task_class = ReviewTask


@pytest.fixture(scope="module")
def client() -> FakeClient:
    return FakeClient(Annotation, Draft, Prediction, Project, Task, User, View)


@pytest.fixture(scope="module")
def namespace(client: FakeClient) -> dict[str, Any]:
    """The variables of a notebook: no record is loaded."""
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
            {"annotate", "annotations", "annotations_ids", "annotations_results", "annotators"},
        ),
        ("review_task.spl", {"split"}),
        ("review_task.wor", {"words"}),
        ("annotation.ground", {"ground_truth"}),
        ("project.label_", {"label_config"}),
        (
            "project.tas",
            {"task_class", "task_data_login", "task_data_password", "task_number", "tasks"},
        ),
        ("some.order", {"order_by"}),
        ("some.fil", {"filter"}),
        ("batch.fl", {"flush"}),
        ("Task.total_", {"total_annotations", "total_predictions"}),
        ("ReviewTask.spl", {"split"}),
        ("Project.cre", {"create", "created_at", "created_by"}),
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
