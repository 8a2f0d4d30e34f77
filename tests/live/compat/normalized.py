"""Results without what differs from run to run: ids, times, and names made of them."""

from __future__ import annotations

import re
from typing import Any

IDS = re.compile(r"(^|_)(id|ids|project|task|organization)$")  # keys of ids
DROPPED = frozenset({"created_ago", "duration"})
VARIABLE = (
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"-at-[\d-]+-[0-9a-f]{8}"), "-at-<time>"),  # names of snapshots
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?"), "<time>"),
    (re.compile(r"\b(old|new)\d+-"), ""),  # of Side.unique()
    (re.compile(r"project-\d+"), "project-<id>"),
    (re.compile(r"[0-9a-f]{8}-(?=[\w-]+\.\w+$)"), "<random>-"),  # names of uploaded files
)
EVERYTHING = {"Exception", "BaseException", "RequestException", "OSError"}


class Normal:
    """Replaces ids by their order of appearance, each kind for itself."""

    def __init__(self) -> None:
        self._ids: dict[tuple[tuple[str, ...], int], str] = {}
        self._counts: dict[tuple[str, ...], int] = {}

    def of(self, value: Any, where: tuple[str, ...] = ()) -> Any:
        """Return a result to compare; `where` has the keys above it."""
        if isinstance(value, dict):
            names = [name for name in sorted(value) if name not in DROPPED]
            return {name: self.of(value[name], (*where, name)) for name in names}
        if isinstance(value, list):
            ids = all(type(each) is int for each in value)
            return [self.of(each, (*where, "ids") if ids else where) for each in value]
        if isinstance(value, str):
            return _text(value)
        is_id = type(value) is int and where and IDS.search(where[-1])
        return self._id(where, value) if is_id else value

    def _id(self, where: tuple[str, ...], value: int) -> str:
        if (where, value) not in self._ids:
            self._counts[where] = self._counts.get(where, 0) + 1
            self._ids[where, value] = f"id {self._counts[where]}"
        return self._ids[where, value]


def _text(value: str) -> str:
    for pattern, shown in VARIABLE:
        value = pattern.sub(shown, value)
    return value


def same(old: Any, new: Any) -> bool:
    """Tell whether two results are equal; an error may be of a more special kind."""
    if isinstance(old, dict) and isinstance(new, dict) and "raises" in old.keys() & new.keys():
        shared = {*old["raises"]} & {*new["raises"]} - EVERYTHING
        return bool(shared) and old["status"] in (None, new["status"])
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(same(old[name], new[name]) for name in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(same, old, new))
    return bool(old == new)
