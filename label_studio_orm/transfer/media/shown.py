"""Attributes of a labeling config that show data as files: images, audio, video, HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from ...labeling.config import LabelConfig
from ...labeling.controls import Object
from ...labeling.results.texts import is_url, resolve_variable
from ...labeling.variables import VARIABLE

FILES = frozenset({"audio", "audioplus", "image", "pdf", "timeseries", "video"})  # tags
TEXTS = frozenset({"chat", "list", "paragraphs", "table", "text"})  # may be a text with a URL
VALUES = ("value", "valuelist", "audiourl")  # attributes that name the data


@frozen
class Source:
    """An attribute of a tag that shows task data.

    `is_file` means that the value must be a file; `is_text`, that a URL may be part of a text.
    """

    shown: Object
    value: str  # "$image", "$pages[{{idx}}].url", "https://cdn.example.com/$name"
    is_file: bool
    is_text: bool

    def found_in(self, data: Mapping[str, Any]) -> Iterator[tuple[str, int, Any]]:
        """Yield the tag's `to_name`, the index in a list, and the value shown."""
        for name, value in self._repeated(data):
            found = self._look_up(value, data)
            for index, each in enumerate(found if isinstance(found, list) else [found]):
                yield name, index, each

    def _repeated(self, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield the name and the value of each tag that a Repeater makes of this one."""
        index = self.shown.index
        if not index or index not in self.value:
            yield self.shown.name, self.value
            return
        for number in range(self._repetitions(data)):
            yield (
                self.shown.name.replace(index, str(number)),
                self.value.replace(index, str(number)),
            )

    def _repetitions(self, data: Mapping[str, Any]) -> int:
        """Return the number of repetitions: the length of the list, or the number of keys."""
        index = self.shown.index
        before, is_item, _ = self.value.partition(f"[{index}]")
        if is_item:
            items = self._look_up(before, data)
            return len(items) if isinstance(items, list) else 0
        times = 0
        while self._look_up(self.value.replace(index, str(times)), data) is not None:
            times += 1
        return times

    def _look_up(self, value: str, data: Mapping[str, Any]) -> Any:
        if VARIABLE.fullmatch(value):
            return resolve_variable(value[1:], data)
        known = {name: resolve_variable(name, data) for name in VARIABLE.findall(value)}
        if None in known.values():
            return None
        return VARIABLE.sub(lambda found: str(known[found[1]]), value)


def sources(config: LabelConfig) -> tuple[Source, ...]:
    """Return the attributes of a config whose values may be files."""
    return tuple(_source(each, name) for each in config.objects.values() for name in _keys(each))


def _keys(shown: Object) -> Iterator[str]:
    """Yield the attributes of a tag that name a part of the data."""
    for name in VALUES:
        if "$" in shown.options.get(name, ""):
            yield name


def _source(shown: Object, name: str) -> Source:
    is_file = shown.type in FILES or name == "audiourl" or is_url(shown)
    return Source(
        shown, shown.options[name], is_file=is_file, is_text=not is_file and shown.type in TEXTS
    )
