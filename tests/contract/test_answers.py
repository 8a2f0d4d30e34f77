"""Answers that no Label Studio sends end in an error of ours, never in one of Python."""

from __future__ import annotations

from typing import Any

import pytest
from support import enterprise as fake
from support.enterprise import EnterpriseServer, all_facts

from contract.call import Call, tables
from label_studio_orm.errors import LabelStudioError

# Of storages there are many of a kind; a batch waits to see what arrived.
UNTRIED = ("bulk_annotations", "storages")
TABLES = [pytest.param(calls, id=name) for name, calls in tables().items() if name not in UNTRIED]
ANSWERS = (None, ["x"], {"results": None, "count": None}, "text")


@pytest.mark.parametrize("calls", TABLES)
def test_an_answer_of_another_shape_is_an_error_of_ours(
    calls: list[Call], enterprise: EnterpriseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = fake.echoed
    for call in calls:
        facts = all_facts()[call.name]
        for strange in ANSWERS:

            def echoed(
                answer: Any, request: Any, facts: Any = facts, strange: Any = strange
            ) -> Any:
                asked = (request.method, request.path) == (facts["method"], facts["path"])
                return strange if asked else shown(answer, request)

            monkeypatch.setattr(fake, "echoed", echoed)
            enterprise.__dict__.pop("client", None)
            try:
                call.ours(enterprise.client)
            except LabelStudioError:
                continue
            except Exception as error:
                pytest.fail(f"{call.name}, {strange!r}: {error!r}")
