"""A traceback can show objects whose constructor has failed."""

from __future__ import annotations

from enum import Enum

import pytest

import label_studio_orm

PUBLIC = {name: getattr(label_studio_orm, name) for name in label_studio_orm.__all__}
CLASSES = {
    name: kind
    for name, kind in PUBLIC.items()
    if isinstance(kind, type)
    and not issubclass(kind, (BaseException, Enum))
    and not hasattr(kind, "__attrs_attrs__")  # attrs writes their reprs
}


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_an_object_whose_constructor_failed_has_a_repr(name: str) -> None:
    assert repr(CLASSES[name].__new__(CLASSES[name]))
