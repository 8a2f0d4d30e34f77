"""A project with some keys in its data."""

from __future__ import annotations

import pytest
from support.fake import FakeClient
from support.filters import (
    COLUMNS,
    SAMPLE,
    columns,
    sample,
)

from label_studio_orm import Project, Task, User, View


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Task, Project, View, User)
    client.answers[COLUMNS] = columns("split", "n", "flag", "mixed", "a__b", "When")
    client.answers[SAMPLE] = sample(
        {"split": "train", "n": 1, "flag": True, "mixed": 1},
        {"split": "test", "n": 2.5, "flag": False, "mixed": "x"},
        {"n": None},
    )
    return client
