"""Building of results: from answers and shapes to the list of dicts that the API accepts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from attrs import define, evolve, field
from attrs.converters import optional

from ...errors import InvalidInput
from ..controls import Control, Object, find_tag
from ..parsed import ParsedConfig
from ..problems import Problem
from ..tags import DRAWINGS, LABELINGS
from . import Item
from .answer_values import ANSWER_TYPES, label_path
from .coerce import as_index, as_size, new_id
from .dicts import shape_from
from .normalize import normalize_item
from .region import Region
from .region_edits import answer_value, control_of, labels_control, region_answer, shown_by
from .relations import Relation
from .serialize import frame_rate, keys_of, shape_type, value_of, with_size
from .shapes import EMPTY, Shape
from .tracks import with_times
from .values import short_repr


@define(eq=False)
class Builder:
    """Builds the items of a result from answers by control; collects problems."""

    config: ParsedConfig
    data: Mapping[str, Any] = EMPTY
    size: Any = field(default=None, converter=optional(as_size))
    problems: list[Problem] = field(factory=list)
    _ids: set[str] = field(factory=set)
    _ambiguous: set[str] = field(factory=set)  # ids that several shapes had
    _parents: list[tuple[str, str]] = field(factory=list)  # (name of a control, id)

    def items_of(self, control: Control, value: Any) -> list[Item]:
        """Return the items of one control."""
        if is_nothing(control, value):
            return []
        if takes_regions(control):
            regions = _as_regions(control, value)
            return [item for region in regions for item in self._region_items(control, region)]
        return list(self._answers(control, value))

    def build(self, answers: Any, relations: Iterable[Any] = ()) -> list[Any]:
        """Return the items that could be built; the rest is in `problems`."""
        if isinstance(answers, Mapping):
            items = [item for name, value in answers.items() for item in self._items(name, value)]
        else:
            raw = (normalize_item(item, self.config) for item in raw_items(answers))
            items = [self._with_times(item) for item in raw]
        self.check_parents(items)
        return [*items, *raw_items(list(relations))]

    def _items(self, name: str, value: Any) -> list[Item]:
        """Return the items of one control; record its problems."""
        try:
            return self.items_of(control_of(self.config, name), value)
        except InvalidInput as error:
            self.problems.append(Problem(str(name), str(error)))
            return []

    def _with_times(self, item: Item) -> Item:
        """Complete a track with the times that exports of all frames need."""
        if not isinstance(item, Mapping) or item.get("type") != "videorectangle":
            return item
        name, value = str(item.get("to_name")), item.get("value")
        shown: Object | None = find_tag(self.config.objects, name)
        if shown is None or not isinstance(value, Mapping):
            return item
        timed = with_times(value, frame_rate(shown, name, self.data))
        return item if timed is value else {**item, "value": timed}

    def check_parents(self, items: Iterable[Item]) -> None:
        """Check that each `parent` names one region."""
        ids = {item.get("id") for item in items} if self._parents else set()
        for name, parent in self._parents:
            if parent in self._ambiguous:
                message = (
                    f"parent={parent!r} is ambiguous: several regions may get this id. Set id=."
                )
                self.problems.append(Problem(name, message))
            elif parent not in ids:
                message = f"parent={parent!r} is not the id of a region in this result."
                self.problems.append(Problem(name, message))

    # -- answers ----------------------------------------------------------------------------------

    def _answers(self, control: Control, value: Any) -> Iterator[Item]:
        kind = ANSWER_TYPES.get(control.type)
        if kind is None:
            raise InvalidInput(f"results of a {control.tag} must be raw dicts.")
        if control.per_region:
            raise InvalidInput(
                "it is a per-region answer: pass it with a region, as Box(…, answers={…})."
            )
        for answer, keys in _answers_by_item(control, value):
            stored, score = answer_value(answer, control, kind)
            yield _item(new_id(), control, control.to_name[0], stored, {**keys, **score})

    # -- regions ----------------------------------------------------------------------------------

    def _region_items(self, control: Control, region: Shape | Region | Item) -> Iterable[Item]:
        if not isinstance(region, Mapping):
            return self._region(control, region)
        if "from_name" in region and "value" in region:
            return [normalize_item(region, self.config)]  # an item of a result
        return self._region(control, shape_from(region, self._kind(control, region), control))

    def _kind(self, control: Control, region: Item) -> type[Shape]:
        """Return the type of a dict's shape: the control's, or that of the only drawing control."""
        name = region.get("to") or control.to_name[0]
        shown: Object | None = find_tag(self.config.objects, str(name))
        kinds = {shape_type(control, shown)} - {None}
        if not kinds and control.type == "labels":
            drawing = (each for each in self.config.controls.values() if each.type in DRAWINGS)
            kinds = {shape_type(each, shown) for each in drawing if name in each.to_name} - {None}
        if len(kinds) != 1:
            raise _not_a_region(control, region)
        return cast("type[Shape]", kinds.pop())

    def _region(self, control: Control, region: Shape | Region) -> Iterator[Item]:
        if isinstance(region, Region):
            yield from region.items
            return
        shape = self._with_new_id(self._with_size(control, region))
        if shape.parent is not None:
            self._parents.append((control.name, shape.parent))
        name, shown = shown_by(self.config, shape.to or control.to_name[0])
        drawing = self._drawing(control, shape, shown)
        where = value_of(shape, shown, name, self.data)
        keys = keys_of(shape)
        for part, value in self._parts(drawing, control, shape, shown):
            yield _item(shape.id, part, name, {**where, **value}, keys)
        for control_name, answer in shape.answers.items():
            if answer is None:
                continue
            asked, value, score = region_answer(self.config, control_name, answer)
            yield _item(shape.id, asked, name, {**where, **value}, {**keys, **score})

    def _with_size(self, control: Control, shape: Shape) -> Shape:
        return with_size(shape, self.size)

    def _with_new_id(self, shape: Shape) -> Shape:
        """Return a shape with a unique id: a copy made by evolve() has that of the original."""
        if shape.id in self._ids:
            self._ambiguous.add(shape.id)
            shape = evolve(shape, id=new_id())
        self._ids.add(shape.id)
        return shape

    def _drawing(self, control: Control, shape: Shape, shown: Object) -> Control:
        """Return the control that draws the shape: for the <Labels> of an image, another one."""
        drawn = shape_type(control, shown)
        if drawn is None and control.type == "labels":
            for each in self.config.controls.values():
                draws = each.type in DRAWINGS and shape_type(each, shown) is type(shape)
                if draws and shown.name in each.to_name:
                    return each
        if drawn is not type(shape):
            takes = f"takes {drawn.__name__}" if drawn else "takes other regions"
            raise InvalidInput(f"a {control.tag} {takes}, not {type(shape).__name__}.")
        return control

    def _parts(
        self, drawing: Control, control: Control, shape: Shape, shown: Object
    ) -> Iterator[tuple[Control, Item]]:
        """Yield the items of a region: the drawing, and its labels if they are separate."""
        labels = list(shape.labels)
        if drawing.type in LABELINGS:
            yield drawing, {drawing.type: labels}
        elif drawing.type == "taxonomy":
            yield drawing, {"taxonomy": [list(label_path(drawing, label)) for label in labels]}
        elif shown.type == "video":
            yield drawing, {"labels": labels} if labels else {}
        else:
            yield drawing, {}
            if labels:
                yield self._labels_control(control, shown, labels[0]), {"labels": labels}

    def _labels_control(self, control: Control, shown: Object, label: str) -> Control:
        if control.type == "labels":
            return control
        return labels_control(self.config, shown, label, control.tag)


def _answers_by_item(control: Control, value: Any) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Yield the answers of a control, each with the key of its image."""
    if not control.per_item:
        yield value, EMPTY
        return
    if not isinstance(value, Mapping):
        example = f"{{0: {short_repr(value)}}}"
        raise InvalidInput(f"perItem needs a dict of image numbers to answers, such as {example}.")
    for item, answer in value.items():
        if answer is not None:
            yield answer, {"item_index": as_index(item)}


def takes_regions(control: Control) -> bool:
    """Tell whether the value of a control is a list of regions."""
    return control.type in DRAWINGS or control.labels_regions


def is_nothing(control: Control, value: Any) -> bool:
    """Tell whether a value is no answer of a control."""
    empty = isinstance(value, (list, tuple)) and not value
    return value is None or (empty and control.type != "ranker")


def _as_regions(control: Control, value: Any) -> list[Shape | Region | Item]:
    """Return the regions of a control as a list."""
    several = isinstance(value, Iterable) and not isinstance(value, (str, Mapping, Shape, Region))
    regions = list(value) if several else [value]
    for each in regions:
        if not isinstance(each, (Shape, Region, Mapping)):
            raise _not_a_region(control, each)
    return regions


def _not_a_region(control: Control, value: Any) -> InvalidInput:
    what = "regions, such as Box or Span"
    return InvalidInput(f"a {control.tag} takes {what}, not {short_repr(value)}.")


def _item(
    id: str, control: Control, to_name: str, value: Item, keys: Mapping[str, Any] = EMPTY
) -> Item:
    names = {"from_name": control.name, "to_name": to_name, "type": control.type}
    return {"id": id, **names, "value": value, **keys}


def raw_items(result: Any) -> Iterator[Item]:
    """Yield the dicts of a result, or of regions that were read."""
    if isinstance(result, (str, bytes)) or not isinstance(result, Iterable):
        hint = " Pass its .result." if hasattr(type(result), "result") else ""
        raise InvalidInput(
            f"A result must be a dict of control names to answers, or a list, not {result!r}.{hint}"
        )
    for each in result:
        if isinstance(each, Region):
            yield from each.items
        elif isinstance(each, Relation):
            yield each.item()
        elif isinstance(each, Shape):
            raise InvalidInput(
                'A region must be under the name of its control: {"bbox": [Box(…)]}.'
            )
        else:
            yield each
