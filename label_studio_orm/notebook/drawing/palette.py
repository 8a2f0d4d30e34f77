"""The colours of labels: those of the labeling config, or else those that the editor picks."""

from __future__ import annotations

import colorsys
import functools
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from ...labeling.colours import RGB, rgb_of
from ...labeling.config import LabelConfig
from ...labeling.controls import Control, Label, find_tag
from ...labeling.results.coerce import PATH_SEPARATOR
from ...labeling.results.region import Region
from ...labeling.results.texts import resolve_variable, task_labels
from ...labeling.tags import DRAWINGS

# Of the editor: the background that stands for none, and what has no label.
NO_BACKGROUND, UNLABELED, DRAWN = "#da935d", "#666", "#f48a42"
GOLDEN = 0.618033988749895
SATURATION, BRIGHTNESS = 0.4, 0.75
BRIGHT = 128  # of 255: black text on it is easier to read than white


@frozen
class Colour:
    """A colour, as style sheets have it."""

    red: int
    green: int
    blue: int

    @property
    def rgb(self) -> RGB:
        return self.red, self.green, self.blue

    @property
    def css(self) -> str:
        """The colour itself.

        >>> Colour(255, 136, 0).css
        '#ff8800'
        """
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def ink(self) -> str:
        """The colour of text on it: black or white, as the editor chooses."""
        brightness = (299 * self.red + 587 * self.green + 114 * self.blue) / 1000
        return "#000" if brightness >= BRIGHT else "#fff"

    def faint(self, percent: int = 30) -> str:
        """Return it with some opacity, for what lies under text or over an image."""
        return f"rgb({self.red} {self.green} {self.blue} / {percent}%)"


def colour(text: str) -> Colour | None:
    """Return a colour from a config or from data; None if it is none."""
    found = rgb_of(text)
    return None if found is None else Colour(*found)


@functools.lru_cache(maxsize=1024)
def picked(label: str) -> Colour:
    """Return the colour that the editor picks for a label without background, by its text.

    The hue is the first number of RC4 with the text as its key, moved by the golden ratio.

    >>> picked("cat").css
    '#bf72ab'
    """
    number = int(_first_number(label or "blank") * 361)
    hue = (number + number / GOLDEN) % 360
    parts = colorsys.hsv_to_rgb(hue / 360, SATURATION, BRIGHTNESS)
    return Colour(*(int(255 * part) for part in parts))


def _first_number(key: str) -> float:
    """Return the first 8 bytes of RC4 as a number from 0 to 1, the lowest byte first."""
    units = memoryview(key.encode("utf-16-le", "surrogatepass")).cast("H").tolist()
    state, other = list(range(256)), 0
    for at in range(256):
        other = (other + state[at] + units[at % len(units)]) % 256
        state[at], state[other] = state[other], state[at]
    return int.from_bytes(bytes(_stream(state)), "little") / 2**64


def _stream(state: list[int]) -> Iterator[int]:
    other = 0
    for at in range(1, 9):
        other = (other + state[at]) % 256
        state[at], state[other] = state[other], state[at]
        yield state[(state[at] + state[other]) % 256]


@frozen
class Palette:
    """The colours of the regions of one task."""

    config: LabelConfig
    data: Mapping[str, Any]
    _known: dict[tuple[str, str], Colour] = field(factory=dict, eq=False)
    _labels: dict[str, dict[str, Label]] = field(factory=dict, eq=False)

    def of(self, region: Region) -> Colour:
        """Return the colour of a region: that of its first label."""
        key = (region.control, region.label or "")
        if key not in self._known:
            self._known[key] = self._find(region)
        return self._known[key]

    def _find(self, region: Region) -> Colour:
        if region.label is None:
            return self._of_drawing(region)
        controls = self._controls(region)
        having = (each for each in controls if region.label in self._labels_of(each))
        control = next(having, controls[0] if controls else None)
        return picked(region.label) if control is None else self._of_label(control, region.label)

    def _controls(self, region: Region) -> list[Control]:
        """Return the controls that a label can be of: those of its items, then of its object."""
        names = [str(item.get("from_name", "")) for item in region.items]
        own = [find_tag(self.config.controls, name) for name in names]
        others = (c for c in self.config.controls.values() if region.object in c.to_name)
        return [each for each in (*own, *others) if each is not None and each.labels_regions]

    def _of_label(self, control: Control, name: str) -> Colour:
        label = self._labels_of(control).get(name)
        if label is not None:
            return self._chosen(label.options.get("background")) or picked(self._text(label))
        return self._chosen(_from_data(control, self.data, name)) or picked(name)

    def _labels_of(self, control: Control) -> Mapping[str, Label]:
        """Return the labels of a control by what results call them: alias, value or path."""
        if control.name not in self._labels:
            named = ((name, each) for each in reversed(control.labels) for name in _names(each))
            self._labels[control.name] = dict(named)  # the first one of a name stays
        return self._labels[control.name]

    def _chosen(self, background: Any) -> Colour | None:
        if not isinstance(background, str) or background.lower() == NO_BACKGROUND:
            return None
        return colour(background)

    def _text(self, label: Label) -> str:
        """Return the text of a label as the editor shows it."""
        value = label.options.get("value", label.name)
        if not value.startswith("$"):
            return value
        found = resolve_variable(value[1:], self.data)
        return value if found is None else str(found)

    def _of_drawing(self, region: Region) -> Colour:
        """Return the colour of a region without label: that of the control that drew it."""
        control: Control | None = find_tag(self.config.controls, region.control)
        options = {} if control is None else control.options
        chosen = options.get("strokecolor") or options.get("fillcolor")
        default = DRAWN if region.type in DRAWINGS else UNLABELED
        return colour(chosen or default) or Colour(*_rgb(default))


def _names(label: Label) -> tuple[str, ...]:
    return label.name, label.options.get("value", label.name), PATH_SEPARATOR.join(label.path)


def _from_data(control: Control, data: Mapping[str, Any], name: str) -> Any:
    """Return the background of a label that the task's data defines."""
    labels = task_labels(control, data)
    for each in labels if isinstance(labels, list) else ():
        if isinstance(each, Mapping) and name in (each.get("value"), each.get("alias")):
            return each.get("background")
    return None


def _rgb(text: str) -> RGB:
    return rgb_of(text) or (102, 102, 102)
