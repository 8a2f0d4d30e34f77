"""Errors: a class for each cause, the server's reason, and pickling."""

from __future__ import annotations

import builtins
import pickle
from collections.abc import Iterable
from typing import Any

import pytest

from label_studio_orm import errors
from label_studio_orm.errors import LabelStudioError, Outcome, Rejected, nearest, note
from label_studio_orm.redaction import guarded
from label_studio_orm.text import LONGEST, listed, shown

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, LabelStudioError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_can_be_pickled(kind: type[LabelStudioError]) -> None:
    error = kind("No such thing.", status=404, detail="gone")
    error.add("3 tasks were imported before.")
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is kind
    assert str(copied) == "No such thing.\n3 tasks were imported before."
    assert (copied.status, copied.detail) == (404, "gone")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not LabelStudioError])
def test_every_error_has_a_builtin_base_class(kind: type[LabelStudioError]) -> None:
    own = {Exception, BaseException}
    builtin = [base for base in kind.__mro__ if base.__name__ in vars(builtins) and base not in own]
    assert builtin


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (errors.ConnectionFailed("Cannot connect."), Outcome.NOT_SENT),
        (errors.ServerTimeout("No answer to a reading."), Outcome.NOT_SENT),
        (errors.ConnectionFailed("No JSON.", status=201), Outcome.UNKNOWN),
        (errors.ConnectionFailed("Redirected.", status=301), Outcome.REFUSED),
        (errors.ConnectionFailed("No Label Studio.", status=404), Outcome.REFUSED),
        (errors.OutcomeUnknown("No answer."), Outcome.UNKNOWN),
        (errors.OutcomeUnknown("A gateway gave up.", status=504), Outcome.UNKNOWN),
        (errors.ServerError("It broke.", status=500), Outcome.UNKNOWN),
        (errors.ServerError("It broke.", status=503), Outcome.UNKNOWN),
        (errors.ServerError("Too many.", status=429), Outcome.REFUSED),
        (errors.JobTimeout("It goes on."), Outcome.UNKNOWN),
        (errors.JobFailed("It failed."), Outcome.REFUSED),
        (errors.Rejected("Bad.", status=400), Outcome.REFUSED),
        (errors.PermissionDenied("A login page.", status=200), Outcome.REFUSED),
        (errors.InvalidInput("Not sent."), Outcome.REFUSED),
    ],
    ids=lambda value: str(value),
)
def test_an_error_has_the_facts_of_its_request(error: LabelStudioError, outcome: Outcome) -> None:
    assert error.outcome is outcome
    assert pickle.loads(pickle.dumps(error)).outcome is outcome


def test_facts_of_an_error_without_a_response_are_none() -> None:
    error = LabelStudioError("Not sent.")
    assert error.status is error.detail is error.validation_errors is error.error_id is None


def test_an_error_lists_the_first_few_of_many() -> None:
    assert listed("abc") == "a, b, c"
    assert listed(range(100), most=2) == "0, 1 and 98 more"
    assert listed(range(5), most=2, between="\n") == "0\n1\nand 3 more"
    assert len(listed(["x" * 10_000] * 100)) < 6_000


def test_suggesting_a_name_takes_little_time(
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


def test_a_name_is_suggested_from_many() -> None:
    known = [f"field_{number}" for number in range(1_500)]
    assert nearest("feild_1499", known) == " Did you mean 'field_1499'?"


def test_an_error_can_be_reworded_in_place_or_as_a_copy() -> None:
    error = Rejected("It is empty.", status=400)
    error.prefix("a.csv line 7")
    copied = error.reworded("It is late.", detail="late")
    assert str(error) == "a.csv line 7: It is empty."
    assert (type(copied), str(copied)) == (Rejected, "It is late.")
    assert (copied.status, copied.detail, error.detail) == (400, "late", None)


@pytest.mark.parametrize("error", [Rejected("Stopped."), KeyboardInterrupt("Stopped.")])
def test_errors_and_interruptions_report_the_progress(error: BaseException) -> None:
    note(error, "3 were sent.", imported=3)
    assert (str(error), vars(error)["imported"]) == ("Stopped.\n3 were sent.", 3)


def test_other_exceptions_keep_their_message() -> None:
    error = ValueError("Stopped.")
    note(error, "3 were sent.", imported=3)
    assert (str(error), vars(error)["imported"]) == ("Stopped.", 3)


# -- notes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_note_names_the_section_of_an_error_once(kind: type[LabelStudioError]) -> None:
    error = kind("No such thing.")
    error.add("3 tasks were imported before.")
    for each in (error, pickle.loads(pickle.dumps(error)), error.reworded("It is gone.")):
        assert each.__notes__ == [f"See docs/errors.md#{kind.__name__.lower()}"]
    assert "docs" not in str(error)


def test_an_error_made_of_another_names_its_own_section() -> None:
    error = Rejected("Bad.", **errors.NotFound("Gone.", status=404).__dict__)
    assert error.__notes__ == ["See docs/errors.md#rejected"]


def test_an_error_class_of_a_user_names_the_section_of_its_base() -> None:
    class Mine(Rejected):
        pass

    assert Mine("Bad.").__notes__ == ["See docs/errors.md#rejected"]


def test_the_notes_of_a_user_survive_pickling() -> None:
    error = Rejected("Bad.")
    error.__notes__.append("In row 3.")
    assert pickle.loads(pickle.dumps(error)).__notes__ == error.__notes__


def test_an_interruption_with_a_report_can_be_pickled() -> None:
    interruption = KeyboardInterrupt()
    note(interruption, "3 were sent.")
    assert str(pickle.loads(pickle.dumps(interruption))) == "3 were sent."


def test_no_part_of_a_secret_is_shown_where_a_long_text_is_cut() -> None:
    secret = guarded("0123456789abcdef" * 10)
    for before in (0, 90, 99, 2 * LONGEST - 5, 2 * LONGEST + 90):
        text = "." * before + secret.reveal() * 1_000
        found = shown(text, 100)
        assert "0123" not in found
        assert found.startswith(("." * 90)[:before])


class Refused(Rejected):
    """An error of a user, with a constructor of its own."""

    def __init__(self, task: int, reason: str) -> None:
        super().__init__(f"Task {task}: {reason}")
        self.task = task


def test_an_error_with_its_own_constructor_can_be_pickled() -> None:
    copied = pickle.loads(pickle.dumps(Refused(3, "too long")))
    assert (str(copied), copied.task, copied.__notes__) == (
        "Task 3: too long",
        3,
        ["See docs/errors.md#rejected"],
    )
