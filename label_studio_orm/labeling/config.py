"""Labeling configs as users see them: parse, create, check, and build and read results."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from .as_dict import as_dict
from .checks import check
from .creation import build_xml
from .diff import ConfigDiff
from .parsed import ParsedConfig
from .problems import Problem, raise_config, raise_result
from .results.build import Builder
from .results.reader import Reading
from .results.validate import Rule, Validator, rule_for
from .samples import sample_result, sample_task
from .template_rows import shipped_titles, shipped_xml

if TYPE_CHECKING:
    from typing_extensions import Self

    from .results import Result
    from .results.coerce import GivenSize
    from .results.relations import Relation


@frozen(slots=False, repr=False)
class LabelConfig(ParsedConfig):
    """A labeling config: XML (`str(config)`) as objects.

    Configs are equal if they differ in whitespace and comments only.

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

    @classmethod
    def create(cls, tags: Mapping[str, Any]) -> Self:
        """Create a config from a dict of names to tags: objects and the controls for them.

        A tag is the name of its type ("Text", "Image", "Rating"), or made by `labels()`,
        `choices()`, `taxonomy()`, `relations()` or `tag()`. An object shows the variable of its
        own name; a control is for the first object unless `to="…"` names another; `to=["…", "…"]`
        names several.

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
        config = cls.parse(build_xml(tags))
        raise_config([each for each in config.check() if each.edition != "Enterprise"])
        return config

    @classmethod
    def template(cls, title: str) -> Self:
        """Return the config of a template of Label Studio, without a server.

        `LabelConfig.templates()` lists their titles; `ls.templates` has those of a server.

        >>> LabelConfig.template("Text Classification").variables
        mappingproxy({'text': ...})
        """
        return cls.parse(shipped_xml(title))

    @classmethod
    def templates(cls) -> list[str]:
        """Return the titles of all templates, group by group.

        >>> [title for title in LabelConfig.templates() if "Bounding" in title]
        ['Medical Image Classification with Bounding Boxes', 'Object Detection with Bounding Boxes']
        """
        return shipped_titles()

    def as_dict(self) -> dict[str, Any]:
        """Return the controls in the format of the server's `parsed_label_config`."""
        return as_dict(self.root)

    def check(self) -> list[Problem]:
        """Return what the editor or the server would reject, each with its tag and line.

        Problems are those of the Community edition; `problem.edition` is "Enterprise" for tags that
        work there.

        >>> config = LabelConfig.parse('<View><Choices name="mood" toName="txt"/></View>')
        >>> print(config.check()[0])
        line 1, <Choices name='mood'>: toName='txt' is not a tag of this config. There is 'mood'.
        """
        return list(check(self.root))

    def diff(self, new: LabelConfig) -> ConfigDiff:
        """Compare with a newer config: what existing annotations would lose, and what is new."""
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
        """Build a result, the list of dicts that the API accepts, from answers.

        `answers` are by control: a choice or several, a number, a text, a date; for regions a list
        of `Box`, `Span`, … A list of dicts, or of regions that were read, is used as it is.
        `data` is the task's, for quotes; `size` is the (width, height) of the image in pixels as
        browsers show it, or its file. Raises `InvalidResult` with everything that does not fit the
        config.

        >>> config.result({"sentiment": "Good"})[0]["value"]
        {'choices': ['Good']}
        """
        builder = Builder(self, {} if data is None else data, size)
        given = answers.items if isinstance(answers, Reading) else answers
        result = builder.build(given, relations)
        wrong = self.problems(result, data=data) if validate else []
        raise_result([*builder.problems, *wrong])
        return result

    def read(self, result: Result, *, data: Mapping[str, Any] | None = None) -> Reading:
        """Read a result: `.regions`, `.relations`, `.answers`, `["sentiment"]`, and edit it.

        Edits that quote the task's text need its `data`.
        """
        return Reading(list(result), self, data)

    def problems(self, result: Any, *, data: Mapping[str, Any] | None = None) -> list[Problem]:
        """Return what is wrong with a result; see `validate()`."""
        return Validator(self, self.rules, data).check(result)

    def validate(self, result: Any, *, data: Mapping[str, Any] | None = None) -> None:
        """Raise `InvalidResult` with everything in a result that does not fit the config.

        The server stores such a result silently, the editor does not show it, and exports drop it.
        With the task's `data`, labels that come from the task are checked, too.

        >>> result = config.result({"sentiment": "Good"})
        >>> result[0]["value"]["choices"] = ["Godo"]
        >>> try:
        ...     config.validate(result)
        ... except ValueError as error:
        ...     print(error)
        [0].value.choices[0]: 'sentiment' has no label 'Godo'. Did you mean 'Good'?
        """
        raise_result(self.problems(result, data=data))

    @functools.cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The rules for results, by control; computed once."""
        return {name: rule_for(each, self.objects) for name, each in self.controls.items()}

    # -- samples ----------------------------------------------------------------------------------

    def sample_task(self) -> dict[str, Any]:
        """Return made-up data that this config can show."""
        return sample_task(self)

    def sample_result(self, data: Mapping[str, Any] | None = None) -> Result:
        """Return a made-up result with an answer for each control; for `sample_task()`."""
        return sample_result(self, self.sample_task() if data is None else data)
