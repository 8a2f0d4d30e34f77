"""How two results differ: by hair's breadth they may, as numbers are computed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from label_studio_orm.labeling import decode_mask

CLOSE = 1e-6
Items = Iterable[Mapping[str, Any]]


def differences(ours: Items, theirs: Items) -> list[str]:
    """Tell where results differ, of which the editor's says besides who made each region."""
    left, right = _by_name(ours), _by_name(theirs)
    return [
        f"{name} {path}: {one!r}, in the editor {other!r}"
        for name in {**left, **right}
        for path, one, other in _differing(left.get(name), right.get(name))
    ]


def _by_name(items: Items) -> dict[str, Any]:
    return {_name(item): _plain(item) for item in items}


def _name(item: Mapping[str, Any]) -> str:
    if item["type"] == "relation":
        return f"{item['from_id']} → {item['to_id']}"
    return f"{item['id']} of {item['from_name']}"


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item without its origin, and with the pixels of a mask instead of run lengths."""
    kept = {key: value for key, value in item.items() if key != "origin"}
    value = kept.get("value", {})
    if "rle" in value:
        sides = {"width": kept["original_width"], "height": kept["original_height"]}
        kept["value"] = {**value, "rle": decode_mask(value["rle"], **sides).tolist()}
    return kept


def _differing(one: Any, other: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            yield from _differing(one.get(key), other.get(key), f"{path}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from _differing(left, right, f"{path}[{index}]")
    elif not _same(one, other):
        yield path, one, other


def _same(one: Any, other: Any) -> bool:
    if type(one) in (int, float) and type(other) in (int, float):
        return math.isclose(one, other, rel_tol=0, abs_tol=CLOSE)
    return bool(one == other)
