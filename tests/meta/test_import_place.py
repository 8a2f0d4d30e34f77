"""All public names can be imported from the package itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import label_studio_orm
from label_studio_orm import errors, labeling, server
from label_studio_orm.errors import LabelStudioError
from label_studio_orm.records.registry import RECORDS

NAMES = label_studio_orm.__all__


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_can_be_imported(name: str) -> None:
    assert getattr(label_studio_orm, name) is not None


def test_each_name_is_there_once() -> None:
    assert sorted(NAMES) == sorted(set(NAMES))


def test_all_record_classes_errors_and_labeling_names_are_public() -> None:
    classes = {where.partition(":")[2] for where in RECORDS.values()}
    raised = {
        name
        for name, each in vars(errors).items()
        if isinstance(each, type) and issubclass(each, LabelStudioError)
    }
    assert classes | raised | {*labeling.__all__} <= {*NAMES}
    assert "LocalServer" in {*server.__all__} & {*NAMES}


def test_other_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Projekt'"):
        _ = label_studio_orm.Projekt  # type: ignore[attr-defined]


def test_labels_is_a_function_and_no_module() -> None:
    assert label_studio_orm.labels is labeling.labels
    assert [path.name for path in Path(label_studio_orm.__path__[0]).glob("labels*")] == []


def test_names_are_imported_when_they_are_asked_for() -> None:
    code = "import sys, label_studio_orm; print(*sys.modules)"
    output = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    late = {"records.storages", "server", "transfer.batches.batch", "records.tasks"}
    assert {f"label_studio_orm.{name}" for name in late} & {*output.split()} == set()
