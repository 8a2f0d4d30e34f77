"""Results as the editor writes them are accepted as they are."""

from __future__ import annotations

from typing import Any

import pytest
from support.editor_results import (
    CONFIG,
    WRITTEN,
)


@pytest.mark.parametrize("result", WRITTEN.values(), ids=list(WRITTEN))
def test_results_of_the_editor_are_accepted_and_passed_on(result: list[dict[str, Any]]) -> None:
    assert CONFIG.problems(result) == []
    reading = CONFIG.read(result)
    assert CONFIG.result(reading) == result
    regions = [*reading.regions]
    assert len(regions) + len(reading.answers) + len(reading.relations) > 0


NO_SHAPE = {"bitmask", "vector"}


@pytest.mark.parametrize("name", [*WRITTEN])
def test_the_regions_that_the_editor_writes_have_a_shape(name: str) -> None:
    shapes = [region.shape for region in CONFIG.read(WRITTEN[name]).regions]
    assert all((shape is None) == (name in NO_SHAPE) for shape in shapes)
