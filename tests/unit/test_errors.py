"""Errors: by cause, with what the server said, and fit to travel."""

from __future__ import annotations

import builtins
import pickle
from collections.abc import Iterable
from typing import Any

import pytest

from label_studio_orm import errors
from label_studio_orm.errors import LabelStudioError, nearest
from label_studio_orm.text import listed

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, LabelStudioError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_reaches_the_parent_of_a_worker_process(kind: type[LabelStudioError]) -> None:
    error = kind("No such thing.", status=404, detail="gone")
    error.add("3 tasks were imported before.")
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is kind
    assert str(copied) == "No such thing.\n3 tasks were imported before."
    assert (copied.status, copied.detail) == (404, "gone")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not LabelStudioError])
def test_every_error_is_also_what_a_python_user_would_catch(kind: type[LabelStudioError]) -> None:
    own = {Exception, BaseException}
    builtin = [base for base in kind.__mro__ if base.__name__ in vars(builtins) and base not in own]
    assert builtin


def test_facts_without_a_response_are_none() -> None:
    error = LabelStudioError("Not sent.")
    assert error.status is error.detail is error.validation_errors is error.error_id is None


def test_an_error_lists_a_few_of_many() -> None:
    assert listed("abc") == "a, b, c"
    assert listed(range(100), most=2) == "0, 1 and 98 more"
    assert listed(range(5), most=2, between="\n") == "0\n1\nand 3 more"
    assert len(listed(["x" * 10_000] * 100)) < 6_000


def test_a_mistyped_name_is_compared_with_no_more_than_a_moment_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[str] = []

    def matches(name: str, known: Iterable[str], **options: Any) -> list[str]:
        compared.extend(known)
        return []

    monkeypatch.setattr(errors.difflib, "get_close_matches", matches)
    assert nearest("n" * 60, ("n" * 59 + "x" for _ in range(100_000))) == ""
    assert len(compared) == 55
    compared.clear()
    assert nearest("n" * 1_000_000, ["n"]) == ""
    assert compared == []


def test_a_mistyped_name_is_found_among_many() -> None:
    known = [f"field_{number}" for number in range(1_500)]
    assert nearest("feild_1499", known) == " Did you mean 'field_1499'?"
