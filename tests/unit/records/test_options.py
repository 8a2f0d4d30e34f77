"""The options that editors complete equal those that the functions accept."""

from __future__ import annotations

import inspect

import pytest

from label_studio_orm import (
    Annotation,
    LabelStudio,
    MLBackend,
    Prediction,
    Project,
    Webhook,
)
from label_studio_orm.http.options import ClientOptions, ConnectionOptions
from label_studio_orm.orm.record import Record
from label_studio_orm.records.options import (
    AnnotationOptions,
    MLBackendFields,
    PredictionOptions,
    ProjectFields,
    ResultOptions,
    WebhookFields,
)
from label_studio_orm.records.registry import RECORDS, record_class
from label_studio_orm.records.storages import options as storage_options
from label_studio_orm.transfer.exports.options import ExportOptions, ProjectExportOptions

GIVEN_BY_PLACE = {"task", "result"}


def test_the_options_of_a_new_project_are_its_writable_fields_and_config() -> None:
    assert {*ProjectFields.__annotations__} == {*Project.writable(), "config"}


def test_the_options_of_a_new_webhook_are_its_writable_fields() -> None:
    assert {*WebhookFields.__annotations__} == {*Webhook.writable()} - {"url"}  # given by place


def test_the_options_of_a_new_ml_backend_are_its_writable_fields() -> None:
    derived = {"url", "auth_method"}  # the first argument, and what follows from the user
    assert {*MLBackendFields.__annotations__} == {*MLBackend.writable()} - derived


@pytest.mark.parametrize("key", [key for key in RECORDS if "_storage." in key])
def test_the_options_of_a_new_storage_are_its_writable_fields(key: str) -> None:
    model = record_class(key)
    options = getattr(storage_options, model.__name__.replace("Storage", "Fields"))
    assert {*options.__annotations__} == {*model.writable()}


@pytest.mark.parametrize(
    ("options", "model"), [(AnnotationOptions, Annotation), (PredictionOptions, Prediction)]
)
def test_the_options_of_a_new_result_are_its_writable_fields_and_build_options(
    options: type, model: type[Record]
) -> None:
    expected = {*model.writable()} - GIVEN_BY_PLACE | ResultOptions.__annotations__.keys()
    assert {*options.__annotations__} == expected


def test_the_options_of_connect_are_those_of_a_client() -> None:
    keywords = inspect.signature(LabelStudio).parameters.keys() - {"url"}
    assert {*ClientOptions.__annotations__} == keywords


def test_a_sibling_of_a_client_has_all_options_but_key_and_session() -> None:
    own = ClientOptions.__annotations__.keys() - ConnectionOptions.__annotations__.keys()
    assert own == {"api_key", "session"}


def test_the_options_of_an_export_are_the_keywords_of_the_method() -> None:
    keywords = inspect.signature(Project.export).parameters.keys()
    own = ProjectExportOptions.__annotations__.keys()
    assert keywords - {"self", "format", "path", "options"} <= own
    assert own - ExportOptions.__annotations__.keys() == {"ids", "since"}
