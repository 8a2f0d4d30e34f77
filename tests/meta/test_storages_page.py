"""The table of docs/guide/storages.md equals the marks of the tests."""

from __future__ import annotations

from support.shows import OPERATIONS, PAGE, PROVIDERS, shown, with_table


def test_the_table_equals_the_generated_one() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_table(page), "make storages"


def test_every_operation_of_every_provider_is_tested() -> None:
    wanted = {(provider, operation) for provider in PROVIDERS for operation in OPERATIONS}
    assert wanted - shown().keys() == set()
