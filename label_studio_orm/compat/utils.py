"""Helpers of the old SDK: parse a labeling config, cut a list into chunks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

KEPT = ("type", "to_name", "conditionals", "inputs", "labels", "labels_attrs")
LABELS = ("Label", "Choice")


def parse_config(config_string: str) -> dict[str, Any]:
    """Return the controls of a labeling config by name.

    Each has its `type`, `to_name`, `inputs`, `labels` and `labels_attrs`, and `conditionals` if it
    is shown only for some regions. Now: `project.config.controls`, or
    `LabelConfig.parse(xml).as_dict()`.

    >>> parse_config(project.label_config)["sentiment"]["labels"]
    ['Positive', 'Negative']
    """
    from ..labeling import LabelConfig  # late, as few scripts need it

    if not config_string:
        return {}
    controls = LabelConfig.parse(config_string).as_dict()
    return {name: _control(control) for name, control in controls.items()}


def _control(control: dict[str, Any]) -> dict[str, Any]:
    inputs = [
        {"type": each["type"], "value": each["value"]}
        for each in control["inputs"]
        if each.get("value")
    ]
    return {name: control[name] for name in KEPT if name in control} | {"inputs": inputs}


def chunk(lst: Sequence[T], n: int) -> Iterator[Sequence[T]]:
    """Yield the items of a list, `n` at a time.

    >>> list(chunk([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    for start in range(0, len(lst), n):
        yield lst[start : start + n]
