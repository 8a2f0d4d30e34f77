"""How many operations are here: all of Enterprise's that users know, nearly all of the SDK's."""

from __future__ import annotations

import json

from support.enterprise import all_facts
from support.operations import all_operations, live_tests

from contract.call import FACTS, all_calls
from contract.coverage import LEFT_OUT, LIVE

CALLS = [call.name for call in all_calls()]
LEAST = 400


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


def test_live_tests_of_the_table_exist() -> None:
    marked = {test for tests in live_tests().values() for test in tests}
    assert LIVE.keys() <= operations()
    assert {*LIVE.values()} <= marked


def test_each_operation_is_called_once_and_captured() -> None:
    assert len(CALLS) == len({*CALLS})
    assert {*CALLS} == all_facts().keys()
    assert {*CALLS} <= operations()
