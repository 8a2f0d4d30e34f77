"""Every error has a section in the docs, to which its note leads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from label_studio_orm import errors
from label_studio_orm.errors import LabelStudioError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def anchors() -> list[str]:
    """The anchors that MyST makes of the headings of the page."""
    headings = re.findall(r"^#{2,3} (.+)$", (ROOT / errors.PAGE).read_text(), re.MULTILINE)
    return [re.sub(r"\W+", "-", heading.lower()) for heading in headings]


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_has_one_section(name: str, anchors: list[str]) -> None:
    assert anchors.count(name.lower()) == 1
    kind = getattr(errors, name)
    if issubclass(kind, LabelStudioError):
        assert kind("No such thing.").__notes__ == [f"See {errors.PAGE}#{name.lower()}"]
