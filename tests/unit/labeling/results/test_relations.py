"""Relations between regions."""

from __future__ import annotations

import pytest
from attrs import evolve
from support.region_configs import HERE, IMAGE, TEXT

from label_studio_orm.errors import InvalidInput
from label_studio_orm.labeling import (
    Box,
    LabelConfig,
    Relation,
    Span,
)


def test_a_relation_joins_two_regions() -> None:
    ada, acme = Span("PER", start=0, end=3), Span("ORG", start=11, end=15)
    result = TEXT.result({"ner": [ada, acme]}, relations=[Relation(ada, acme, "works for")])
    assert result[-1] == {
        "from_id": ada.id,
        "to_id": acme.id,
        "type": "relation",
        "direction": "right",
        "labels": ["works for"],
    }
    reading = TEXT.read(result)
    assert reading.relations == (Relation(*reading.regions, "works for"),)


def test_a_relation_is_between_regions() -> None:
    for end in (None, 5, ""):
        with pytest.raises(InvalidInput, match="Each end of a relation must be a region or its id"):
            Relation("r1", end)


def test_a_shape_needs_the_name_of_a_control() -> None:
    with pytest.raises(InvalidInput, match="must be under the name of its control"):
        IMAGE.result([Box("cat", **HERE)])
    for said in ("cat", 5, None):
        with pytest.raises(
            InvalidInput, match="A result must be a dict of control names to answers"
        ):
            IMAGE.result(said)


def test_a_shape_that_was_evolved_from_another_is_a_region_of_its_own() -> None:
    cat = Box("cat", percent=(1, 2, 3, 4))
    config = LabelConfig.create({"image": "Image", "bbox": ("RectangleLabels", {"value": "$l"})})
    first, second = config.result({"bbox": [cat, evolve(cat, labels="dog")]})
    assert first["id"] == cat.id
    assert second["id"] != cat.id


def test_a_span_accepts_positional_offsets() -> None:
    assert Span("PER", 0, 3) == Span("PER", start=0, end=3)
