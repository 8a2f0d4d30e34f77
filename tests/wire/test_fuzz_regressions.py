"""Regression tests for defects that the fuzzer found: see tests/fuzz."""

from __future__ import annotations

import pytest
from support.stub import Answer, Stub

from label_studio_orm import LabelStudio, choices
from label_studio_orm.errors import ConnectionFailed, LabelStudioError
from label_studio_orm.labeling import LabelConfig
from label_studio_orm.labeling.results.rename import rename_label
from label_studio_orm.labeling.results.texts import resolve_variable
from label_studio_orm.orm.deadline import RetryingContext
from label_studio_orm.records.storages import S3ImportStorage
from label_studio_orm.transfer.imports.reconcile import Reconciler, _touched

REPEATER = (
    '<View><Repeater on="$items" indexFlag="{{idx}}"><Text name="t_{{idx}}" '
    'value="$items[{{idx}}].t"/><Labels name="l_{{idx}}" toName="t_{{idx}}"><Label value="A"/>'
    "</Labels></Repeater></View>"
)


@pytest.mark.parametrize("encoding", ["deflate", "gzip"])
def test_a_redirect_whose_body_cannot_be_unpacked_is_not_read_for_ever(
    encoding: str, ls: LabelStudio, stub: Stub
) -> None:
    headers = {"Location": "/hop", "Content-Encoding": encoding}
    body = bytes.fromhex("1f8b0800e193096b02ff03000000000000000000")
    stub.on("GET", "/api/projects/1/", Answer(status=302, headers=headers, body=body))
    stub.on("GET", "/hop", Answer(status=302, headers=headers, body=body))
    with pytest.raises(LabelStudioError):
        ls.json("GET", "/api/projects/1/")


@pytest.mark.parametrize("task", [{}, {"data": None}, {"data": []}], ids=["none", "null", "list"])
def test_tasks_without_data_raise_our_error_where_an_import_looks_for_its_own(
    task: object, ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/api/tasks/", {"tasks": [{"id": 7, **task}], "total": 1})
    project = ls.projects.get(1)
    with pytest.raises(ConnectionFailed, match="data"):
        [*Reconciler(project, "", RetryingContext(project.client)).since(0, project.client)]


@pytest.mark.parametrize("number", ["9" * 5_000, "٣", "7"], ids=["long", "arabic", "missing"])
def test_a_region_of_a_repeater_may_have_any_number(number: str) -> None:
    value = {"start": 0, "end": 1, "text": "x", "labels": ["A"]}
    item = {"id": "a", "from_name": f"l_{number}", "to_name": f"t_{number}", "type": "labels"}
    config = LabelConfig.parse(REPEATER)
    config.problems([{**item, "value": value}], data={"items": [{"t": "x"}]})


@pytest.mark.parametrize("step", ["²", "9" * 5_000, "-1"], ids=["square", "long", "negative"])
def test_an_index_that_is_none_leads_nowhere(step: str) -> None:
    assert resolve_variable(f"items[{step}].t", {"items": [{"t": "x"}]}) is None


@pytest.mark.parametrize("project", ["1", 1.5, None, {"id": "1"}, []], ids=repr)
def test_a_task_of_no_project_raises_our_error(
    project: object, ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/api/tasks/7/", {"id": 7, "data": {}, "project": project})
    task = ls._registry.model("task")(7, client=ls)
    with pytest.raises(LabelStudioError):
        task.predict({"choice": "Good"})


@pytest.mark.parametrize("project", [{}, {"id": "x"}, "x", None], ids=repr)
def test_a_storage_of_no_project_raises_our_error(
    project: object, ls: LabelStudio, stub: Stub
) -> None:
    row = {"id": 3, "type": "s3", "bucket": "photos", "prefix": "", "project": project}
    stub.on("GET", "/api/storages/s3/3", row)
    with pytest.raises(LabelStudioError):
        list(S3ImportStorage(3, client=ls).tasks)


@pytest.mark.parametrize("result", [7, "x", {"a": 1}, [7]], ids=repr)
def test_a_result_that_is_no_list_of_regions_raises_our_error(
    result: object, ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/api/projects/1/", {"id": 1, "label_config": "<View/>"})
    answer = {"id": 11, "task": 7, "project": 1, "result": result}
    stub.on("GET", "/api/annotations/11/", answer)
    annotation = ls.projects.get(1).annotations.get(11)
    with pytest.raises(LabelStudioError):
        _ = annotation.regions


@pytest.mark.parametrize("id", [2**63, 10**400, -(2**64)], ids=["2**63", "10**400", "-2**64"])
def test_ids_beyond_those_of_databases_raise_our_error(
    id: int, ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/api/users/", [{"id": id}])
    with pytest.raises(ConnectionFailed, match="Label Studio never sends"):
        list(ls.users)


@pytest.mark.parametrize("view", [7, {"id": 3}, {"id": 3, "project": "1"}], ids=repr)
def test_a_view_of_no_project_raises_our_error(view: object, ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/dm/views/3/", view)
    stub.on("GET", "/api/projects/1/", {"id": 1, "label_config": "<View/>"})
    stub.on("GET", "/api/projects/1/export/formats", [{"name": "JSON"}])
    with pytest.raises(ConnectionFailed, match="project"):
        ls.projects.get(1).export("JSON", view=3)


def test_the_address_of_a_user_is_escaped_in_its_repr(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/current-user/whoami", {"id": 1, "email": "a@\x1b[2J\n"})
    assert repr(ls.whoami()) == r"<User 1 a@\x1b[2J\n>"


@pytest.mark.parametrize("result", [7, None, {"a": 1}, "x"], ids=repr)
def test_a_result_of_an_unexpected_shape_has_no_labels(result: object) -> None:
    config = LabelConfig.create({"text": "Text", "kind": choices("Cat", "Dog")})
    assert rename_label(result, config.controls["kind"], ("Cat",), "Bird") is None


def test_times_with_and_without_an_offset_are_not_compared() -> None:
    times = {"created_at": "2026-01-01T00:00:00", "updated_at": "2026-01-02T00:00:00Z"}
    assert not _touched(times)
