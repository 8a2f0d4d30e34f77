"""docs/explanation/servers.md is generated from the outcomes of `make reach`."""

from __future__ import annotations

from support.reach_page import Step, page
from support.targets import TARGETS, Target

FOUND = {
    "1.20.0": [
        Step("views", "a view is saved", "passed"),
        Step("views", "a view combines or with and", "refused", "Label Studio 1.20.0 cannot."),
        Step("fields", "each field has a value (users)", "passed", "no date_joined"),
        Step("tasks", "a task is deleted", "failed", "AssertionError: 3 == 2"),
    ],
    "1.23.2+uwsgi+nginx": [Step("views", "a view is saved", "passed")],
}


def written() -> str:
    return page(FOUND, {"1.20.0+postgresql": "no initdb here"}, rows=1010, uwsgi="pyuwsgi")


def test_the_table_has_a_row_per_area_and_a_column_per_server() -> None:
    assert "|  | 1.20.0 | 1.23.2 uWSGI, nginx |" in written()
    assert "| views | 1 ✓, 1 ✗ | 1 ✓ |" in written()
    assert "| **all** | 2 ✓, 1 ✗, 1 **failed** | 1 ✓ |" in written()


def test_refused_and_failed_steps_show_the_text_of_the_error() -> None:
    assert "- views, a view combines or with and: Label Studio 1.20.0 cannot." in written()
    assert "- fields, each field has a value (users): no date_joined" in written()
    assert "- tasks, a task is deleted: **failed**: AssertionError: 3 == 2" in written()


def test_skipped_servers_are_named() -> None:
    assert "- 1.20.0 PostgreSQL was skipped: no initdb here." in written()


def test_test_names_become_sentences() -> None:
    found = {"area": "imports", "step": "a_file_becomes_tasks[csv]", "outcome": "passed"}
    assert Step.of({**found, "text": ""}).name == "a file becomes tasks (csv)"


def test_targets_are_parsed_from_their_names() -> None:
    assert [Target.of(str(target)) for target in TARGETS] == [*TARGETS]
    assert Target.of("1.20.0+postgresql").before("1.21")
    assert not Target.of("1.23.2").before("1.9")
