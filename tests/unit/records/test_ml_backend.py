"""ML backends: what is sent with each save, what stays secret, and errors that the server hides."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from support.fake import FakeClient
from support.leaks import leaks

from label_studio_orm import MLBackend, MLBackends, Project
from label_studio_orm.errors import (
    BackendFailed,
    FieldMissing,
    InvalidInput,
    LabelStudioError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    Rejected,
    ServerError,
    UnknownName,
)

URL = "http://model.example.org:9090"
PASSWORD = "hush-hush-hush"
BACKEND = {
    "id": 5,
    "project": 1,
    "state": "CO",
    "url": URL,
    "title": "SAM",
    "description": "",
    "is_interactive": False,
    "auth_method": "NONE",
    "basic_auth_user": "",
    "basic_auth_pass_is_set": False,
    "extra_params": None,
    "timeout": 100.0,
    "auto_update": True,
    "model_version": "m1",
    "error_message": None,
    "created_at": "2026-01-31T10:00:00Z",
    "updated_at": "2026-01-31T10:00:00Z",
}
MADE_HOOK = {
    "id": 8,
    "project": 1,
    "url": f"{URL}/webhook",
    "send_payload": True,
    "send_for_all_actions": True,
    "headers": {},
    "is_active": True,
    "actions": [],
    "created_at": "2026-01-31T10:00:01Z",
}
LISTING = "GET /api/projects/1/model-versions"
PREDICT = "POST /api/ml/5/interactive-annotating"


@pytest.fixture
def stored() -> dict[str, Any]:
    return dict(BACKEND)


@pytest.fixture
def client(stored: dict[str, Any]) -> FakeClient:
    client = FakeClient()

    def patch(options: Any) -> Any:
        sent = dict(options["json"])
        stored["basic_auth_pass_is_set"] |= bool(sent.pop("basic_auth_pass", ""))
        stored.update(sent)
        return dict(stored)

    def post(options: Any) -> Any:
        sent = {**options["json"]}
        sent.pop("basic_auth_pass", None)
        return {**BACKEND, **sent, "id": 6}

    client.answers |= {
        LISTING: lambda _: {"static": [], "live": [dict(stored)]},
        "GET /api/ml/5": lambda _: dict(stored),
        "PATCH /api/ml/5": patch,
        "DELETE /api/ml/5": None,
        "DELETE /api/webhooks/8/": None,
        "POST /api/ml/": post,
        "POST /api/ml/5/train": None,
        "GET /api/webhooks/": [MADE_HOOK],
    }
    return client


@pytest.fixture
def project(client: FakeClient) -> Project:
    return Project.get(1, client=client)


@pytest.fixture
def backends(project: Project) -> MLBackends:
    return project.ml_backends


@pytest.fixture
def backend(backends: MLBackends) -> MLBackend:
    return backends[0]


# -- lists ----------------------------------------------------------------------------------------


def test_the_list_connects_to_no_backend(client: FakeClient, backends: MLBackends) -> None:
    assert [(each.title, each.state) for each in backends] == [("SAM", "connected")]
    assert client.said == [LISTING]
    assert backends.filter(state="connected").count() == 1
    assert backends.filter(state="error").count() == 0
    assert "model-versions" in backends.explain()


def test_a_server_without_that_list_is_asked_for_its_own(
    client: FakeClient, backends: MLBackends
) -> None:
    client.answers |= {LISTING: {"live": 7, "m1": 3}, "GET /api/ml/": [BACKEND]}
    assert [each.id for each in backends] == [5]


def test_refresh_has_the_server_connect_to_all(client: FakeClient, backends: MLBackends) -> None:
    client.answers["GET /api/ml/"] = [{**BACKEND, "state": "DI"}]
    assert [each.state for each in backends.refresh()] == ["disconnected"]


# -- creating and saving --------------------------------------------------------------------------


def test_a_user_and_password_mean_basic_authentication(
    client: FakeClient, backends: MLBackends
) -> None:
    made = backends.create(URL, title="SAM", interactive=True, user="ann", password=PASSWORD)
    assert client.calls[-1][1] == {
        "url": URL,
        "title": "SAM",
        "is_interactive": True,
        "basic_auth_user": "ann",
        "basic_auth_pass": PASSWORD,
        "auth_method": "BASIC_AUTH",
        "project": 1,
    }
    with pytest.raises(FieldMissing, match="can be set but not read"):
        _ = made.password
    assert PASSWORD.encode() not in pickle.dumps(_without_client(made))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"user": "ann"}, "needs password="),
        ({"password": PASSWORD}, "needs user="),
        ({"user": "ann", "password": ""}, "password must not be empty"),
        ({"user": "ann", "password": None}, "password must not be empty"),
        ({"url": "model:9090"}, "starts with http://"),
    ],
)
def test_wrong_fields_are_refused_before_anything_is_sent(
    client: FakeClient, backends: MLBackends, fields: dict[str, Any], says: str
) -> None:
    with pytest.raises(InvalidInput, match=says):
        backends.create(**{"url": URL, **fields})
    assert client.changed == []


def test_a_mistyped_password_is_not_shown(backends: MLBackends) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'password'") as error:
        backends.create(URL, user="ann", pasword=PASSWORD)  # type: ignore[call-arg]
    assert PASSWORD not in str(error.value)


@pytest.mark.parametrize("verb", ["create", "check"])
def test_a_traceback_of_a_new_backend_has_no_password(
    client: FakeClient, backends: MLBackends, verb: str
) -> None:
    client.answers["POST /api/ml/"] = Rejected("400")
    with pytest.raises(Rejected) as error:
        getattr(backends, verb)(URL, user="ann", password=PASSWORD)
    frames = [each.frame for each in error.traceback if "label_studio_orm/" in str(each.path)]
    assert len(frames) > 2
    assert [frame.f_locals for frame in frames if PASSWORD in repr(frame.f_locals)] == []


def test_every_save_sends_what_the_server_connects_with(
    client: FakeClient, backend: MLBackend
) -> None:
    backend.title = "SAM 2"
    backend.save()
    sent = {"auth_method": "NONE", "basic_auth_user": ""}
    assert client.calls[-1][1] == {"url": URL, "project": 1, "title": "SAM 2", **sent}


def test_every_save_keeps_the_password_of_the_server(
    client: FakeClient, backend: MLBackend
) -> None:
    backend.user, backend.password = "ann", PASSWORD
    backend.save()
    assert client.calls[-1][1]["auth_method"] == "BASIC_AUTH"
    assert client.calls[-1][1]["basic_auth_pass"] == PASSWORD
    backend.title = "SAM 2"
    backend.save()
    assert client.calls[-1][1]["basic_auth_pass"] == ""
    assert backend.has_password


def test_without_a_user_the_server_logs_in_no_longer(
    client: FakeClient, stored: dict[str, Any], backend: MLBackend
) -> None:
    stored |= {"basic_auth_user": "ann", "basic_auth_pass_is_set": True}
    backend.refresh()
    backend.user = None
    backend.save()
    sent = client.calls[-1][1]
    assert sent["auth_method"] == "NONE"
    assert "basic_auth_pass" not in sent


@pytest.mark.parametrize(("name", "lacks"), [("user", "password="), ("password", "user=")])
def test_half_a_login_is_refused_at_a_save(
    client: FakeClient, backend: MLBackend, name: str, lacks: str
) -> None:
    setattr(backend, name, PASSWORD)
    with pytest.raises(InvalidInput, match=f"needs {lacks}"):
        backend.save()
    assert client.changed == []


def test_the_project_is_read_again_after_each_write(
    client: FakeClient, project: Project, backend: MLBackend
) -> None:
    versions = iter(["", "SAM", "SAM 2", "SAM 2", "gone"])
    client.answers["PATCH /api/projects/1/"] = {}
    client.answers["GET /api/projects/1/"] = lambda _: {"id": 1, "model_version": next(versions)}
    assert project.model_version == ""
    project.ml_backends.create(URL, title="SAM")
    assert project.model_version == "SAM"
    backend.title = "SAM 2"
    backend.save()
    assert project.model_version == "SAM 2"
    backend.delete()
    assert project.model_version == "gone"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (
            PermissionDenied("must not resolve to local or private network addresses"),
            "ML_BLOCK_LOCAL_IP=false",
        ),
        (Rejected('<a href="https://labelstud.io/guide/ml.html">Learn more</a> about'), "more \\("),
    ],
)
def test_the_server_s_errors_about_a_url_are_explained(
    client: FakeClient, backends: MLBackends, error: Exception, says: str
) -> None:
    client.answers["POST /api/ml/"] = error
    with pytest.raises(type(error), match=says):
        backends.create(URL)


# -- checking -------------------------------------------------------------------------------------


def test_a_check_leaves_nothing_behind(client: FakeClient, backends: MLBackends) -> None:
    client.answers["DELETE /api/ml/6"] = None
    backends.check(URL, user="ann", password=PASSWORD)
    removed = ["DELETE /api/ml/6", "DELETE /api/webhooks/8/"]
    assert client.changed == ["POST /api/ml/", *removed]


def test_a_check_that_is_interrupted_leaves_nothing_behind(
    client: FakeClient, stored: dict[str, Any], backends: MLBackends
) -> None:
    def lost(options: Any) -> Any:
        stored["title"] = options["json"]["title"]  # it was created all the same
        return OutcomeUnknown("lost")

    client.answers["POST /api/ml/"] = lost
    with pytest.raises(OutcomeUnknown):
        backends.check(URL)
    assert "DELETE /api/ml/5" in client.changed


def test_a_check_that_is_refused_removes_nothing(client: FakeClient, backends: MLBackends) -> None:
    client.answers["POST /api/ml/"] = Rejected("Can't connect", status=400)
    with pytest.raises(Rejected):
        backends.check(URL)
    assert client.said == ["POST /api/ml/"]


# -- the webhook that the server makes ------------------------------------------------------------


def test_deleting_removes_the_webhook_that_was_made_with_it(
    client: FakeClient, backend: MLBackend
) -> None:
    backend.delete()
    assert client.changed == ["DELETE /api/ml/5", "DELETE /api/webhooks/8/"]


@pytest.mark.parametrize(("named", "sent"), [("SAM", ["PATCH /api/projects/1/"]), ("m2", [])])
def test_the_project_does_not_name_a_deleted_backend(
    client: FakeClient, backend: MLBackend, named: str, sent: list[str]
) -> None:
    client.answers |= {
        "GET /api/webhooks/": [],
        "GET /api/projects/1/": {"id": 1, "model_version": named},
        "PATCH /api/projects/1/": {},
    }
    backend.delete()
    assert client.changed == ["DELETE /api/ml/5", *sent]


@pytest.mark.parametrize(
    "own",
    [
        {"url": f"{URL}/other"},
        {"actions": ["TASKS_CREATED"]},
        {"send_for_all_actions": False},
        {"is_active": False},
        {"headers": {"X-Key": "1"}},
        {"created_at": "2026-01-31T09:59:59Z"},
        {"created_at": "2026-01-31T10:05:00Z"},
        {"created_at": None},
    ],
    ids=str,
)
def test_a_webhook_that_may_be_the_user_s_own_stays(
    client: FakeClient, backend: MLBackend, own: dict[str, Any]
) -> None:
    client.answers["GET /api/webhooks/"] = [{**MADE_HOOK, **own}]
    backend.delete()
    assert client.changed == ["DELETE /api/ml/5"]


def test_a_webhook_that_cannot_be_removed_is_named(client: FakeClient, backend: MLBackend) -> None:
    client.answers["DELETE /api/webhooks/8/"] = PermissionDenied("403", status=403)
    with pytest.raises(PermissionDenied, match="The ML backend was deleted; <Webhook 8"):
        backend.delete()


# -- predictions ----------------------------------------------------------------------------------

REGION = {"id": "r", "from_name": "s", "to_name": "t", "type": "choices", "value": {"choices": []}}


def test_a_prediction_is_read_like_any_other(client: FakeClient, backend: MLBackend) -> None:
    client.answers[PREDICT] = {"data": {"result": [REGION], "score": 0.5}}
    prediction = backend.predict(7, context={"result": []})
    assert client.calls[-1][1] == {"task": 7, "context": {"result": []}}
    assert (prediction.result, prediction.score, prediction.model_version) == ([REGION], 0.5, "m1")
    assert prediction.task.id == 7
    with pytest.raises(FieldMissing, match="has no id"):
        _ = prediction.id


def test_a_prediction_of_a_backend_says_how_it_is_saved(
    client: FakeClient, project: Project, backend: MLBackend
) -> None:
    client.answers[PREDICT] = {"data": {"result": [REGION], "score": 0.5}}
    prediction = backend.predict(7)
    with pytest.raises(FieldMissing, match=r"task\.predict\(prediction\.result\) saves"):
        prediction.save()
    with pytest.raises(InvalidInput, match=r"or a list, not <Prediction.*>\. Pass its \.result"):
        project.tasks.get(7).predict(prediction)  # type: ignore[arg-type]
    assert client.changed == [PREDICT]


def test_messages_name_ml_backends_as_people_do(backends: MLBackends) -> None:
    assert repr(backends) == "<MLBackends: the ML backends of project 1 at http://fake>"
    with pytest.raises(NotFound, match="No ML backend with title='SAM 3' at"):
        backends.get(title="SAM 3")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"errors": ["500 Server Error: boom"]}, "500 Server Error: boom"),
        ({"errors": "boom"}, "failed: boom"),
        ({"errors": ["not set to be used for interactive"]}, "backend.interactive = True"),
        ({"data": None}, "one prediction"),
        ({"data": {"score": 1}}, "one prediction"),
        ({"data": [{"result": []}, {"result": []}]}, "one prediction"),
        ({}, "one prediction"),
    ],
    ids=str,
)
def test_what_a_backend_failed_with_is_an_error(
    client: FakeClient, backend: MLBackend, answer: Any, says: str
) -> None:
    client.answers[PREDICT] = answer
    with pytest.raises(BackendFailed, match=says):
        backend.predict(7)


def test_a_task_of_another_project_is_named(client: FakeClient, backend: MLBackend) -> None:
    with pytest.raises(NotFound, match="Task 7 must be a task of the project"):
        backend.predict(7)


TEST = "POST /api/ml/5/predict/test"


def test_a_test_predicts_a_task_of_the_server_s_choice(
    client: FakeClient, backend: MLBackend
) -> None:
    client.answers[TEST] = {"task": {"id": 9}, "response": [{"result": [REGION]}]}
    prediction = backend.test()
    assert (prediction.task.id, prediction.result) == (9, [REGION])


@pytest.mark.parametrize(
    ("detail", "kind"),
    [
        ("ML backend did not return any predictions, check", BackendFailed),
        ("Project has no tasks to run prediction on", NotFound),
        ("out of memory", ServerError),
    ],
)
def test_a_test_that_fails_says_whose_fault_it_is(
    client: FakeClient, backend: MLBackend, detail: str, kind: type[Exception]
) -> None:
    client.answers[TEST] = ServerError("500", status=500, detail=detail)
    with pytest.raises(kind):
        backend.test()


def test_training_that_fails_is_an_error(
    client: FakeClient, stored: dict[str, Any], backend: MLBackend
) -> None:
    stored["state"] = "TR"
    assert backend.train().state == "training"
    stored |= {"state": "ER", "error_message": "boom"}
    with pytest.raises(BackendFailed, match="failed to train: boom"):
        backend.train()
    assert "GET /api/ml/5" not in client.said  # which would connect, and replace the state


def test_versions_are_a_list(client: FakeClient, backend: MLBackend) -> None:
    client.answers["GET /api/ml/5/versions"] = {"versions": ["m0", None, 1]}
    assert backend.versions == ["m0", "1"]


# -- predictions of a query -----------------------------------------------------------------------


@pytest.fixture
def asked(client: FakeClient, monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The ids of the tasks of each request for predictions; each task gets one."""
    ids, totals = list(range(1, 251)), [40]
    parts: list[list[int]] = []

    def action(options: Any) -> Any:
        part = options["json"]["selectedItems"]["included"]
        parts.append(part)
        totals[0] += len(part)
        return {"detail": "Retrieved 250 predictions"}

    client.answers |= {
        "POST /api/dm/actions/": action,
        "GET /api/projects/1/": lambda _: {"id": 1, "total_predictions_number": totals[0]},
    }
    monkeypatch.setattr("label_studio_orm.records.tasks.Tasks.ids", lambda self: ids)
    return parts


def test_predictions_are_counted_before_and_after(project: Project, asked: list[list[int]]) -> None:
    assert project.tasks.request_predictions() == 250
    assert [len(part) for part in asked] == [100, 100, 50]


def test_without_a_backend_nothing_is_asked(
    client: FakeClient, project: Project, asked: list[list[int]]
) -> None:
    client.answers[LISTING] = {"static": [], "live": []}
    with pytest.raises(InvalidInput, match=r"needs an ML backend: project\.ml_backends\.create"):
        project.tasks.request_predictions()
    assert asked == []


def test_a_backend_that_is_down_is_an_error(
    stored: dict[str, Any], project: Project, asked: list[list[int]]
) -> None:
    stored["state"] = "DI"
    with pytest.raises(BackendFailed, match="made no predictions: it is disconnected"):
        project.tasks.request_predictions()


def test_a_backend_that_predicts_nothing_for_tasks_without_predictions_is_an_error(
    client: FakeClient, project: Project, asked: list[list[int]]
) -> None:
    client.answers["GET /api/projects/1/"] = {"id": 1, "total_predictions_number": 0}
    with pytest.raises(BackendFailed, match="made no predictions, and 250 of these tasks have no"):
        project.tasks.request_predictions()


@pytest.mark.parametrize("context", [7, "x", [1], b"x"])
def test_a_context_is_a_dict(context: Any, client: FakeClient, project: Project) -> None:
    with pytest.raises(InvalidInput, match="context must be a dict or None"):
        project.ml_backends[0].predict(1, context=context)
    assert client.changed == []


@pytest.mark.parametrize("timeout", [0, -1, True, "5", float("nan"), float("inf"), None])
def test_a_timeout_is_a_number_of_seconds(timeout: Any, project: Project) -> None:
    with pytest.raises(InvalidInput, match="timeout must be"):
        project.ml_backends.create(URL, timeout=timeout)


@pytest.mark.parametrize("params", [7, "x", [1], True])
def test_extra_params_are_a_dict(params: Any, project: Project) -> None:
    with pytest.raises(InvalidInput, match="extra_params must be an object"):
        project.ml_backends.create(URL, extra_params=params)


@pytest.mark.parametrize(
    "answer",
    [
        {"versions": None},
        {"versions": "m1"},
        ServerError("500", status=500, detail="'list' object has no attribute 'get'"),
    ],
)
def test_versions_of_another_shape_are_the_fault_of_the_backend(
    answer: Any, client: FakeClient, project: Project
) -> None:
    client.answers["GET /api/ml/5/versions"] = answer
    with pytest.raises(BackendFailed, match="must answer"):
        _ = project.ml_backends[0].versions


@pytest.mark.parametrize("fields", [{"password": 1}, {"passwort": 1}, {"user": "", "password": 1}])
def test_a_password_that_is_refused_is_in_no_traceback(fields: Any, project: Project) -> None:
    for verb in (project.ml_backends.create, project.ml_backends.check):
        with pytest.raises(LabelStudioError) as caught:
            verb(URL, **{n: v and PASSWORD + "-!" for n, v in fields.items()})
        assert leaks(caught.value, PASSWORD + "-!") == []


def _without_client(record: Any) -> Any:
    record._set(_client=None)
    return record


# -- found or created -----------------------------------------------------------------------------


def test_the_backend_of_a_url_is_found(client: FakeClient, backends: MLBackends) -> None:
    assert backends.get_or_create(URL, title="SAM", interactive=False).id == 5
    with pytest.warns(UserWarning, match="other values of interactive, and was not changed"):
        backends.get_or_create(URL, interactive=True)
    assert client.changed == []
    assert backends.get_or_create(f"{URL}/2", user="ann", password=PASSWORD).id == 6
    assert client.changed == ["POST /api/ml/"]
