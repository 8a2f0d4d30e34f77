"""ML backends: a real server talks to a small backend on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.cleaning import delete
from support.receiver import ModelBackend, running
from support.stub import nowhere
from support.texts import SENTIMENT

from label_studio_orm import LabelStudio, MLBackend, Project, Task
from label_studio_orm.errors import BackendFailed, NotFound, PermissionDenied, Rejected
from label_studio_orm.server import LocalServer


@pytest.fixture
def ls(calling_server: LocalServer) -> LabelStudio:
    return calling_server.client()


@pytest.fixture
def project(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Reviews", label_config=SENTIMENT)
    project.import_tasks([{"text": "Rarely seen a worse film."}, {"text": "Not for me."}])
    yield project
    delete(project)


@pytest.fixture
def model() -> Iterator[ModelBackend]:
    with running(ModelBackend()) as model:
        yield model


@pytest.fixture
def backend(project: Project, model: ModelBackend) -> MLBackend:
    made = project.ml_backends.create(model.url, title="SAM", interactive=True)
    model.requests.clear()
    return made


# -- connecting -----------------------------------------------------------------------------------


@pytest.mark.operations("ml.create")
def test_a_new_backend_is_connected_and_named_in_the_project(
    project: Project, model: ModelBackend
) -> None:
    backend = project.ml_backends.create(model.url, title="SAM", extra_params={"size": "large"})
    assert (backend.state, backend.model_version, backend.timeout) == ("connected", "m1", 100)
    assert project.model_version == "SAM"
    setups = [each.json for each in model.requests if each.path == "/setup"]
    assert setups[0]["extra_params"] == {"size": "large"}


def test_the_list_calls_no_backend(
    project: Project, model: ModelBackend, backend: MLBackend
) -> None:
    model.fail("/health", 503)
    assert [each.state for each in project.ml_backends] == ["connected"]
    assert model.requests == []


@pytest.mark.operations("ml.list", "ml.get")
def test_refresh_calls_the_backends(
    project: Project, model: ModelBackend, backend: MLBackend
) -> None:
    model.fail("/setup", 500)
    assert [each.state for each in project.ml_backends.refresh()] == ["error"]
    del model.fails["/setup"]
    assert backend.refresh().state == "connected"


def test_a_backend_that_cannot_be_reached_is_not_created(project: Project) -> None:
    with pytest.raises(Rejected, match=r"Learn more \(https://labelstud\.io"):
        project.ml_backends.create(nowhere(), title="SAM")
    assert project.ml_backends.count() == 0


def test_a_check_leaves_nothing_behind(project: Project, model: ModelBackend) -> None:
    project.ml_backends.check(model.url)
    with pytest.raises(Rejected, match="health check failed"):
        project.ml_backends.check(nowhere())
    assert "POST /setup" in model.said()
    assert [project.ml_backends.count(), project.webhooks.count()] == [0, 0]
    assert project.model_version == ""


def test_a_server_that_calls_no_private_address_says_which_variable_lets_it(
    local_server: LocalServer, model: ModelBackend
) -> None:
    project = local_server.client().projects.create(title="Reviews")
    with pytest.raises(PermissionDenied, match="ML_BLOCK_LOCAL_IP=false"):
        project.ml_backends.create(model.url)
    delete(project)


# -- saving and deleting --------------------------------------------------------------------------


@pytest.mark.operations("ml.update")
def test_a_save_logs_in_with_the_password_that_the_server_has(
    project: Project, model: ModelBackend
) -> None:
    model.login = ("ann", "hush-hush-hush")
    with pytest.raises(Rejected, match="authentication parameters"):
        project.ml_backends.create(model.url, title="SAM")
    backend = project.ml_backends.create(
        model.url, title="SAM", user="ann", password="hush-hush-hush"
    )
    assert backend.has_password
    backend.title = "SAM 2"
    backend.save()
    assert (backend.state, project.model_version) == ("connected", "SAM 2")
    model.login = ("bob", "another-one")
    backend.user, backend.password = model.login
    backend.save()
    assert backend.refresh().state == "connected"


def test_without_a_user_the_server_logs_in_no_longer(project: Project, model: ModelBackend) -> None:
    model.login = ("ann", "hush-hush-hush")
    backend = project.ml_backends.create(model.url, user="ann", password="hush-hush-hush")
    backend.user, model.login = None, None
    backend.save()
    assert "Authorization" not in model.requests[-1].headers
    assert backend.auth_method == "NONE"


@pytest.mark.operations("ml.delete")
def test_deleting_a_backend_removes_its_webhook_and_no_other(
    ls: LabelStudio, project: Project, model: ModelBackend
) -> None:
    forgetful = ls.projects.create(title="Others")
    forgetful.ml_backends.create(model.url)
    forgetful.delete()  # after which the server keeps the names of backends that are deleted
    own = project.webhooks.create(url=f"{model.url}/own")
    backend = project.ml_backends.create(model.url, title="SAM")
    assert [each.url for each in project.webhooks] == [own.url, f"{model.url}/webhook"]
    backend.delete()
    assert [*project.webhooks] == [own]
    assert (project.ml_backends.count(), project.model_version) == (0, "")


# -- what it is asked to do -----------------------------------------------------------------------


@pytest.mark.operations("ml.predict_interactive")
def test_a_prediction_is_read_like_any_other_and_can_be_saved(
    project: Project, model: ModelBackend, backend: MLBackend
) -> None:
    task = project.tasks[0]
    found = backend.predict(task, context={"result": [], "clicks": 2})
    assert model.requests[-1].json["params"]["context"] == {"result": [], "clicks": 2}
    assert (found["sentiment"], found.score, found.model_version) == ("Positive", 0.75, "m1")
    assert (found.answers, found.task) == ({"sentiment": "Positive"}, task)
    assert project.predictions.count() == 0
    saved = task.predict(found.result, score=found.score, model_version=found.model_version)
    assert saved["sentiment"] == "Positive"


def test_what_a_backend_fails_with_is_an_error(
    project: Project, model: ModelBackend, backend: MLBackend
) -> None:
    task = project.tasks[0]
    model.fail("/predict", 500, error="out of memory")
    with pytest.raises(BackendFailed, match="500 Server Error"):
        backend.predict(task)
    with pytest.raises(BackendFailed, match="its own log tells why"):
        backend.test()
    backend.interactive = False
    backend.save()
    with pytest.raises(BackendFailed, match=r"backend\.interactive = True"):
        backend.predict(task)
    with pytest.raises(NotFound, match="must be a task of the project"):
        backend.predict(999_999)


def test_a_test_predicts_one_of_the_tasks(project: Project, backend: MLBackend) -> None:
    found = backend.test()
    assert found["sentiment"] == "Positive"
    assert found.task in project.tasks
    project.tasks.delete()
    with pytest.raises(NotFound, match="has no tasks to test with"):
        backend.test()


@pytest.mark.operations("ml.list_model_versions")
def test_the_status_of_a_backend_is_not_taken_for_that_of_the_server(
    model: ModelBackend, backend: MLBackend
) -> None:
    assert backend.versions == ["m0", "m1"]
    for status in (401, 403, 429, 503):
        model.fail("/versions", status)
        model.requests.clear()
        with pytest.raises(BackendFailed, match=f"the ML backend failed: {status}") as error:
            _ = backend.versions
        assert error.value.status is None
        assert model.said() == ["GET /versions"]
    model.fail("/versions", 404)  # older backends
    assert backend.versions == ["m1"]


@pytest.mark.operations("ml.train")
def test_training_that_fails_is_an_error(model: ModelBackend, backend: MLBackend) -> None:
    assert backend.train().state == "training"
    assert model.events == ["START_TRAINING"]
    model.fail("/webhook", 500)
    with pytest.raises(BackendFailed, match="failed to train: 500 Server Error"):
        backend.train()
    assert backend.state == "error"


def test_predictions_of_a_query_are_requested_and_counted(
    project: Project, model: ModelBackend, backend: MLBackend
) -> None:
    last = project.tasks.filter(Task.data["text"] == "Not for me.")
    assert last.request_predictions() == 1
    assert project.tasks.request_predictions() == 1  # the other has one of that version
    assert project.tasks.request_predictions() == 0
    assert {each.model_version for each in project.predictions} == {"m1"}
    model.fail("/health", 503)
    with pytest.raises(BackendFailed, match="it is disconnected"):
        project.tasks.request_predictions()


def test_an_older_server_has_them_too(old_server: LocalServer, model: ModelBackend) -> None:
    project = old_server.client().projects.create(title="Reviews", label_config=SENTIMENT)
    project.import_tasks([{"text": "Not for me."}])
    model.login = ("ann", "hush-hush-hush")
    backend = project.ml_backends.create(
        model.url, title="SAM", interactive=True, user="ann", password="hush-hush-hush"
    )
    backend.title = "SAM 2"
    backend.save()
    assert [each.state for each in project.ml_backends] == ["connected"]
    assert backend.predict(project.tasks[0])["sentiment"] == "Positive"
    backend.delete()
    assert project.webhooks.count() == 0
    delete(project)
