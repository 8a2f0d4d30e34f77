"""Check what a new labeling config would do to a project, without saving it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from ..data_manager.project_config import config_of, parsed
from ..display import Displayed
from ..errors import InvalidConfig, InvalidInput, Rejected
from ..orm.response_shape import expect
from ..text import shown
from .config_warnings import problems_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..labeling.config import LabelConfig
    from ..labeling.diff import ConfigDiff
    from ..labeling.problems import Problem
    from ..orm.context import Context
    from ..transfer.ports import ProjectPort

SERVER, ANNOTATIONS = "the server", "annotations"  # where a problem was found
CHANGED = "config_essential_data_has_changed"


@frozen(kw_only=True)
class ConfigCheck(Displayed):
    """The verdict on a labeling config; true if it can be saved without loss.

    `accepted` is the server's own verdict: its settings page would save the config. (A `save()`
    is refused if a control in use is missing, but not if a label is.) `changes_essentials` tells
    whether the server sees new controls, or other types, data or labels. `problems` are the
    server's reasons (their `path` is "the server"), what annotations would no longer fit
    ("annotations"), and what the editor would not accept. `diff` compares with the present config.
    """

    accepted: bool
    changes_essentials: bool
    problems: list[Problem]
    diff: ConfigDiff | None = field(default=None, repr=False)  # None for a new project's

    def __bool__(self) -> bool:
        return self.accepted and not self.problems

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems]
        return "\n".join([*lines, *([str(self.diff)] if self.diff else [])]) or "no problems"


def check_config(project: ProjectPort, config: LabelConfig | str) -> ConfigCheck:
    """Ask the server about a config, and look for annotations that would not fit it."""
    client, xml = project.client, _xml(config)
    answer, refused = _verdict(client, f"/api/projects/{project.id}/validate/", xml)
    try:
        new = parsed(xml)
    except InvalidConfig:
        return ConfigCheck(accepted=not refused, changes_essentials=True, problems=refused)
    old = config_of(client, project.id, anew=True)
    diff = old.diff(new)
    misfits = list(_misfits(project, old, new)) if diff.lost else []
    return ConfigCheck(
        accepted=not refused,
        changes_essentials=bool(refused or expect(answer, CHANGED)),
        problems=[*refused, *misfits, *problems_of(client, xml)],
        diff=diff,
    )


def check_new_config(client: Context, config: LabelConfig | str) -> ConfigCheck:
    """Ask the server about the config of a new project."""
    xml = _xml(config)
    _, refused = _verdict(client, "/api/projects/validate/", xml)
    problems = [*refused, *problems_of(client, xml)]
    return ConfigCheck(accepted=not refused, changes_essentials=True, problems=problems)


def _xml(config: object) -> str:
    xml = str(config) if hasattr(config, "xml") else config
    if not isinstance(xml, str) or not xml.strip():
        raise InvalidInput(f"config must be a LabelConfig or its XML, not {shown(repr(config))}.")
    return xml


def _verdict(client: Context, path: str, xml: str) -> tuple[Any, list[Problem]]:
    """Return the server's answer, and why it refuses the config."""
    from ..labeling.problems import Problem

    try:
        return client.json("POST", path, json={"label_config": xml}), []
    except Rejected as error:
        return None, [Problem(SERVER, reason) for reason in _reasons(error)]


def _reasons(error: Rejected) -> list[str]:
    """Return the server's reasons without the request."""
    found = [each for group in (error.validation_errors or {}).values() for each in _listed(group)]
    return found or [str(error.detail or error)]


def _listed(group: Any) -> Iterable[str]:
    return map(str, group) if isinstance(group, list) else (str(group),)


def _misfits(project: ProjectPort, old: LabelConfig, new: LabelConfig) -> Iterator[Problem]:
    """Yield what annotations would no longer fit, with their number.

    The server counts labels in use by itself, but those of imported annotations it never does.
    """
    from ..labeling.problems import Problem

    found: Counter[tuple[str, str]] = Counter()
    for annotation in project.annotations:
        found.update(_complaints(new, annotation.result) - _complaints(old, annotation.result))
    for (control, message), count in found.most_common():
        of = "1 annotation" if count == 1 else f"{count:,} annotations"
        yield Problem(ANNOTATIONS, f"{of}: {message}", control)


def _complaints(config: LabelConfig, result: Any) -> set[tuple[str, str]]:
    return {(problem.control, problem.message) for problem in config.problems(result)}
