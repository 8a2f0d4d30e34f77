"""How many operations are here: all of Enterprise's that users know, nearly all of the SDK's."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from support.enterprise import all_facts
from support.operations import all_operations, check_sent, live_tests, shown_by

from contract.call import FACTS, all_calls
from contract.coverage import LEFT_OUT, LIVE

CALLS = [call.name for call in all_calls()]
LEAST = 400
ROOT = Path(__file__).parents[2]


def operations() -> set[str]:
    """Return the operations of the official SDK."""
    return {*json.loads((FACTS / "operations.json").read_text())["operations"]}


def test_every_enterprise_operation_of_the_reference_has_a_way_here() -> None:
    enterprise = {name for name, each in all_operations().items() if each.edition == "enterprise"}
    assert len(enterprise) == 56
    assert sorted(enterprise - {*CALLS}) == []


def test_nearly_every_operation_of_the_sdk_has_a_way_here() -> None:
    covered = {*CALLS, *LIVE, *live_tests()} & operations()
    assert len(operations()) == 428
    assert sorted(operations() - covered - LEFT_OUT.keys()) == []
    assert len(covered) >= LEAST


def test_what_is_left_out_has_a_reason_and_no_way() -> None:
    assert all(LEFT_OUT.values())
    assert LEFT_OUT.keys() <= operations()
    assert LEFT_OUT.keys() & {*CALLS, *LIVE, *live_tests()} == set()


def test_live_tests_of_the_table_exist_and_are_not_skipped() -> None:
    assert LIVE.keys() <= operations()
    assert LIVE.keys() & {*CALLS, *live_tests()} == set()
    for live in LIVE.values():
        path, _, name = live.test.partition("::")
        parsed = ast.parse((ROOT / path).read_text()).body
        tests = {each.name: each for each in parsed if isinstance(each, ast.FunctionDef)}
        assert "skip" not in "".join(map(ast.unparse, tests[name].decorator_list))


def test_a_live_test_of_the_table_must_send_the_request_of_the_sdks_method() -> None:
    name, path = "organizations.members.delete", "/api/organizations/1/memberships/7/"
    operation = next(each for each in shown_by(LIVE[name].test) if each.name == name)
    check_sent([operation], [("DELETE", path)])
    for other in (("GET", path), ("DELETE", "/api/users/7/")):
        with pytest.raises(pytest.fail.Exception, match="did not send DELETE /api/organizations"):
            check_sent([operation], [other])


def test_live_tests_with_another_request_tell_why() -> None:
    assert all(all(live.instead) for live in LIVE.values() if live.instead)
    captured = json.loads((FACTS / "operations.json").read_text())["live"]
    assert captured.keys() == LIVE.keys()


def test_each_operation_is_called_once_and_captured() -> None:
    assert len(CALLS) == len({*CALLS})
    assert {*CALLS} == all_facts().keys()
    assert {*CALLS} <= operations()
