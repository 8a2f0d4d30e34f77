"""The classes of a dataset: the labels of image regions, and their ids."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from attrs import define, field

from ...labeling.config import LabelConfig
from ...labeling.controls import Control, Label
from ...labeling.tags import LABELINGS

BOXES, KEY_POINTS = "rectanglelabels", "keypointlabels"


@define
class Classes:
    """Class ids by label, as the server assigns them, but without choices.

    Ids come from a label's `category="3"`, otherwise from alphabetical order. A label that is not
    in the config, such as one from task data, gets the next id when it first occurs.
    """

    numbers: dict[str, int] = field(factory=dict)

    @classmethod
    def of(cls, config: LabelConfig) -> Classes:
        """Collect the labels of a config."""
        labels = [label for each in labelings(config) for label in each.labels]
        fixed = {label.name: number for label in labels if (number := _category(label)) is not None}
        free = sorted({label.name for label in labels if not label.dynamic} - set(fixed))
        unused = (number for number in itertools.count() if number not in set(fixed.values()))
        return cls({**fixed, **dict(zip(free, unused, strict=False))})

    @classmethod
    def of_boxes(cls, config: LabelConfig) -> Classes:
        """Number box labels in order of declaration, like the server in configs with key points."""
        labels = [label for each in labelings(config, BOXES) for label in each.labels]
        names = dict.fromkeys(label.name for label in labels if not label.dynamic)
        return cls({name: number for number, name in enumerate(names)})

    def number(self, label: str) -> int:
        """Return the id of a label; assign one if it is new."""
        if label not in self.numbers:
            self.numbers[label] = max(self.numbers.values(), default=-1) + 1
        return self.numbers[label]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the classes by their numbers."""
        for label, number in sorted(self.numbers.items(), key=lambda each: each[1]):
            yield {"id": number, "name": label}

    def lines(self) -> list[str]:
        """Return the names in order of their ids, from 0."""
        names = {number: label for label, number in self.numbers.items()}
        return [
            names.get(number, f"unused-{number}") for number in range(max(names, default=-1) + 1)
        ]


def labelings(config: LabelConfig, *types: str) -> Iterator[Control]:
    """Yield the controls that label image regions."""
    for control in config.controls.values():
        objects = (config.objects.get(name) for name in control.to_name)
        if control.type in (types or LABELINGS) and any(
            shown is not None and shown.type == "image" for shown in objects
        ):
            yield control


def key_points(config: LabelConfig) -> list[str]:
    """Return the key point labels, by model_index or in order of declaration."""
    labels = [label for each in labelings(config, KEY_POINTS) for label in each.labels]
    ordered: dict[int, str] = {}
    for label in labels:
        if (index := _number(label.options.get("model_index"))) is not None:
            ordered.setdefault(index, label.name)
    declared = [*dict.fromkeys(label.name for label in labels)]
    return [ordered[index] for index in sorted(ordered)] or declared


def _category(label: Label) -> int | None:
    return _number(label.options.get("category"))


def _number(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        return None
