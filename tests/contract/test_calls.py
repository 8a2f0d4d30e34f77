"""Our requests are those of the official SDK, and all that it reads can be read here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from support.enterprise import EnterpriseServer, all_facts

from contract.call import Call, all_calls
from contract.values import comparable, values_in
from label_studio_orm.testing.requests import Request

CALLS = [pytest.param(call, id=call.name) for call in all_calls()]


@pytest.mark.parametrize("call", CALLS)
def test_we_send_what_the_sdk_sends(call: Call, enterprise: EnterpriseServer) -> None:
    call.ours(enterprise.client)
    expected = _compared(all_facts()[call.name], call)
    sent = [(str(each), _compared(_facts_of(each), call)) for each in enterprise.requests]
    same = [request for request, facts in sent if facts == expected]
    assert same, f"none of these equals {expected}: {[facts for _, facts in sent]}"
    own = {request for request, facts in sent if facts == expected}  # other pages of a list, too
    assert {request for request, _ in sent} - {*own, *call.before, "GET /api/version"} == set()


@pytest.mark.parametrize("call", CALLS)
def test_we_read_what_the_sdk_reads(call: Call, enterprise: EnterpriseServer) -> None:
    result = call.ours(enterprise.client)
    facts = all_facts()[call.name]
    answers = [
        answer for request, answer in enterprise.answered if request.method == facts["method"]
    ]
    read = {*values_in(result)}
    assert [*_unread(answers[-1], read, call)] == []


@pytest.mark.parametrize("call", CALLS)
def test_differences_have_reasons_and_are_found(call: Call) -> None:
    facts = all_facts()[call.name]
    assert all(call.differs.values())
    assert all(call.unread.values())
    assert {part.partition(".")[0] for part in call.differs} <= facts.keys()


def _facts_of(request: Request) -> dict[str, Any]:
    kind = request.headers.get("Content-Type", "")
    return {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "body": request.json if "json" in kind else None,
    }


def _compared(facts: Mapping[str, Any], call: Call) -> dict[str, Any]:
    """Return a request without the parts that may differ."""
    kept: dict[str, Any] = {}
    for part in ("method", "path", "query", "body"):
        value = facts[part]
        if part in call.differs:
            continue
        if isinstance(value, dict):
            value = {k: v for k, v in value.items() if f"{part}.{k}" not in call.differs}
        kept[part] = value or None
    return kept


def _unread(answer: Any, read: set[Any], call: Call, at: str = "") -> Any:
    """Yield where the answer has a value that the result does not show."""
    if isinstance(answer, dict) and {"count", "results"} <= answer.keys():
        yield from _unread(answer["results"], read, call, f"{at}.results")  # all pages are read
    elif isinstance(answer, dict):
        for key, value in answer.items():
            if key not in call.unread:
                yield from _unread(value, read, call, f"{at}.{key}")
    elif isinstance(answer, list):
        for each in answer:
            yield from _unread(each, read, call, f"{at}[]")
    elif answer is not None and comparable(answer) not in read:
        yield f"{at} = {answer!r}"
