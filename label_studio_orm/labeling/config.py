"""A labeling config: what is asked of a task, and what may be answered."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from ..text import listed
from . import elements
from .controls import Control, Found, Label, Object, Variable, found_in
from .creation import xml_of
from .elements import Element
from .problems import Problem, raise_all, raise_config

if TYPE_CHECKING:
    from .diff import ConfigDiff
    from .results.coerce import GivenSize
    from .results.reader import Reading
    from .results.relations import Relation
    from .results.validate import Rule

Result = list[dict[str, Any]]


@frozen(slots=False, repr=False)
class LabelConfig:
    """A labeling config, which is XML (`str(config)`), as objects.

    Two configs are equal if they say the same, whatever their spaces and comments.

    >>> config = LabelConfig.parse('''
    ...     <View>
    ...       <Text name="text" value="$text"/>
    ...       <Choices name="sentiment" toName="text">
    ...         <Choice value="Good"/><Choice value="Bad"/>
    ...       </Choices>
    ...     </View>''')
    >>> config.controls["sentiment"].to_name
    ('text',)
    >>> [label.name for label in config.labels["sentiment"]]
    ['Good', 'Bad']
    """

    root: Element = field(repr=False)
    xml: str = field(eq=False)

    @classmethod
    def parse(cls, xml: str) -> LabelConfig:
        """Read the XML of a config: whatever the editor takes, and more.

        Raises `InvalidConfig` for what is no XML, or declares a DOCTYPE; see `check()` for the
        rest.
        """
        if isinstance(xml, str) and xml.lstrip().startswith("<?xml"):
            xml = xml.lstrip()  # nothing may stand before a declaration, not even a line's end
        return cls(elements.parse(xml), xml)

    @classmethod
    def create(cls, tags: Mapping[str, Any]) -> LabelConfig:
        """Make a config of tags by name: what is shown, and what is asked about it.

        A tag is its name ("Text", "Image", "Rating"), or made by `labels()`, `choices()`,
        `taxonomy()` or `tag()`. What is shown has the variable of its own name, and what is asked
        is about the first that is shown, unless `to="…"` says otherwise.

        >>> print(LabelConfig.create({"image": "Image", "bbox": labels("cat", "dog")}))
        <View>
          <Image name="image" value="$image" />
          <RectangleLabels name="bbox" toName="image">
            <Label value="cat" />
            <Label value="dog" />
          </RectangleLabels>
        </View>

        Raises `InvalidConfig` with every problem that `check()` finds, except Enterprise-only tags.
        """
        config = cls.parse(xml_of(tags))
        raise_config([each for each in config.check() if each.edition != "Enterprise"])
        return config

    # -- what is in it ----------------------------------------------------------------------------

    @functools.cached_property
    def _found(self) -> Found:
        return found_in(self.root)

    @functools.cached_property
    def controls(self) -> Mapping[str, Control]:
        """What is asked, by name."""
        return MappingProxyType(self._found.controls)

    @functools.cached_property
    def objects(self) -> Mapping[str, Object]:
        """What is shown, by name."""
        return MappingProxyType(self._found.objects)

    @functools.cached_property
    def labels(self) -> Mapping[str, tuple[Label, ...]]:
        """The labels, choices or classes of each control that has any."""
        found = {name: each.labels for name, each in self.controls.items() if each.labels}
        return MappingProxyType(found)

    @property
    def variables(self) -> Mapping[str, Variable]:
        """What is used of a task's data, by name: "text" for $text."""
        return MappingProxyType(self._found.variables)

    @functools.cached_property
    def relation_labels(self) -> tuple[str, ...]:
        """What relations between regions can be called."""
        return tuple(label.name for label in self._found.relations)

    def as_dict(self) -> dict[str, Any]:
        """Return the controls as the server's `parsed_label_config` has them."""
        from .as_dict import as_dict

        return as_dict(self.root)

    def check(self) -> list[Problem]:
        """Return what the editor or the server would reject, each with its tag and line.

        Problems are those of the Community edition; `problem.edition` is "Enterprise" for tags that
        work there.

        >>> config = LabelConfig.parse('<View><Choices name="mood" toName="txt"/></View>')
        >>> print(config.check()[0])
        line 1, <Choices name='mood'>: toName='txt' is no tag of this config. There is 'mood'.
        """
        from .checks import check

        return list(check(self.root))

    def diff(self, new: LabelConfig) -> ConfigDiff:
        """Compare with a newer config: what existing annotations would lose, and what is new."""
        from .diff import ConfigDiff

        return ConfigDiff.between(self, new)

    # -- results ----------------------------------------------------------------------------------

    def result(
        self,
        answers: Any,
        *,
        data: Mapping[str, Any] | None = None,
        size: GivenSize | None = None,
        relations: Iterable[Relation | Mapping[str, Any]] = (),
        validate: bool = True,
    ) -> Result:
        """Write answers as the list of dicts that the API takes.

        `answers` are by control: a choice or several, a number, a text, a date; for regions a list
        of `Box`, `Span`, … A list of dicts, or of regions that were read, is taken as it is.
        `data` is the task's, for quoted words; `size` is the (width, height) of the image in
        pixels as it is shown, or its file. Raises `InvalidResult` with all that does not fit the
        config.

        >>> config.result({"sentiment": "Good"})[0]["value"]
        {'choices': ['Good']}
        """
        from .results.build import Builder

        builder = Builder(self, {} if data is None else data, size)
        made = builder.build(answers, relations)
        wrong = self.problems(made, data=data) if validate else []
        raise_all([*builder.problems, *wrong])
        return made

    def read(self, result: Result) -> Reading:
        """Read a result: `.regions`, `.relations`, `.answers`, `["sentiment"]`."""
        from .results.reader import Reading

        return Reading(list(result), self)

    def problems(self, result: Any, *, data: Mapping[str, Any] | None = None) -> list[Problem]:
        """Return what is wrong with a result; see `validate()`."""
        from .results.validate import Validator

        return Validator(self, data).check(result)

    def validate(self, result: Any, *, data: Mapping[str, Any] | None = None) -> None:
        """Raise `InvalidResult` if a result does not fit, with all that is wrong.

        The server stores such a result without a word, the editor does not show it, and exports
        drop it. With the task's `data`, labels that come from the task are checked as well.

        >>> config.validate([{"from_name": "sentiment", "to_name": "text", "type": "choices",
        ...                   "value": {"choices": ["Godo"]}}])
        Traceback (most recent call last):
        label_studio_orm.errors.InvalidResult: [0].value.choices[0]: ... Did you mean 'Good'?
        """
        raise_all(self.problems(result, data=data))

    @functools.cached_property
    def rules(self) -> Mapping[str, Rule]:
        """How results of each control look, worked out once."""
        from .results.validate import rule_for

        return {name: rule_for(each, self.objects) for name, each in self.controls.items()}

    # -- samples ----------------------------------------------------------------------------------

    def sample_task(self) -> dict[str, Any]:
        """Return data that this config can show, made up."""
        from .samples import sample_task

        return sample_task(self)

    def sample_result(self, data: Mapping[str, Any] | None = None) -> Result:
        """Return a result with an answer for each control, made up; for `sample_task()`."""
        from .samples import sample_result

        return sample_result(self, self.sample_task() if data is None else data)

    def __str__(self) -> str:
        return self.xml

    def __repr__(self) -> str:
        asked = listed(f"{each.name} ({each.tag})" for each in self.controls.values())
        return f"<LabelConfig: {asked or 'no controls'}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return LabelConfig.parse, (self.xml,)
