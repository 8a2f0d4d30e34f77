"""Who can be assigned to tasks by sampling; nothing is sent for what cannot."""

from __future__ import annotations

from typing import Any

import pytest

from label_studio_orm.compat import Project
from label_studio_orm.compat.exceptions import InvalidArgument

PROJECT = Project("http://localhost:8080", "key")


def test_each_task_needs_as_many_users_as_overlap() -> None:
    with pytest.raises(InvalidArgument, match="overlap=2 needs more users than 1"):
        PROJECT.assign_annotators_by_sampling([5], overlap=2)


def test_somebody_must_be_assigned() -> None:
    with pytest.raises(InvalidArgument, match="overlap=1 needs more users than 0"):
        PROJECT.assign_reviewers_by_sampling([])


def test_tasks_are_chosen_at_random_only() -> None:
    method: Any = "by score"
    with pytest.raises(ValueError, match=r"method must be .*RANDOM, not 'by score'"):
        PROJECT.assign_annotators_by_sampling([5], method=method)
