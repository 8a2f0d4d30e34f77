"""Comparisons of annotations with predictions, or of two annotators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from ..data_manager.compared_tasks import Pairs, annotated_by, predicted_by
from ..data_manager.model_versions import check_version, checked_name
from ..data_manager.project_config import config_of
from ..display import Displayed
from ..errors import InvalidInput, NotFound
from ..labeling.comparing import Compared, compare
from ..labeling.results.values import is_number
from ..orm.identity import id_of
from ..orm.response_shape import shaped
from ..tables import Columns, Table, columns_of
from ..text import listed, shown

if TYPE_CHECKING:
    from ..labeling.config import LabelConfig
    from .project import Project
    from .user import User

Row = dict[str, Any]

# The columns, in this order. Those of the other side are predicted_label or other_label, and so on.
BEFORE = ("task", "annotation", "annotator")
BY_SIDE = ("label", "answer", "region")


@frozen
class Agreement:
    """How far two sides agree on a control.

    >>> comparison.agreement["sentiment"].share
    0.5
    """

    rows: int  # pairs, and what only one side has
    same: int  # of them: pairs with the same labels or answer
    mean_iou: float | None = None  # of the regions that match
    mean_difference: float | None = None  # of numbers, without their sign

    @property
    def share(self) -> float:
        """How many of the rows are the same: 0 to 1."""
        return self.same / self.rows

    def __str__(self) -> str:
        means = {"mean IoU": self.mean_iou, "mean difference": self.mean_difference}
        found = [f"{name} {mean:.2f}" for name, mean in means.items() if mean is not None]
        return ", ".join([f"{self.same:,} of {self.rows:,} the same", *found])


@frozen(eq=False, repr=False, slots=False)
class Comparison(Table, Displayed):
    """A table of matched regions and answers: those of an annotation beside those of the other.

    See `Project.compare()`, and docs/tables.md for the columns.

    >>> comparison = project.compare(predictions="m1")
    >>> comparison.rows[0]["answer"], comparison.rows[0]["predicted_answer"]
    ('Negative', 'Positive')
    >>> comparison.agreement
    {'sentiment': Agreement(rows=1, same=0, mean_iou=None, mean_difference=None)}
    """

    rows: list[dict[str, Any]]
    what: str  # what is compared: "annotations with predictions of 'm1'"
    columns: tuple[str, ...] = field(kw_only=True)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    @property
    def tasks(self) -> int:
        """The number of tasks that both sides have answered, and something was said of."""
        return len({row["task"] for row in self.rows})

    @property
    def agreement(self) -> dict[str, Agreement]:
        """How far both sides agree, by control."""
        groups: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            groups[row["control"]].append(row)
        return {control: _agreement(rows) for control, rows in groups.items()}

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the rows."""
        return list(self.rows)

    def _columns(self) -> Columns:
        return columns_of(self.rows, first=self.columns)

    def __repr__(self) -> str:
        found = "; ".join(f"{shown(name)}: {each}" for name, each in self.agreement.items())
        tasks = f"{self.tasks:,} task{'s' * (self.tasks != 1)}"
        return f"<{type(self).__name__} of {self.what} in {tasks}{': ' * bool(found)}{found}>"


def compare_predictions(project: Project, version: str, least: float) -> Comparison:
    """Compare annotations with the predictions of a model version."""
    check_version(project.client, project.id, checked_name(version))
    what = f"annotations with predictions of {version!r}"
    pairs = predicted_by(project.client, project.id, version)
    return _compared(project, pairs, least, what=what, prefix="predicted_", id="prediction")


def compare_annotators(project: Project, users: tuple[User | int, ...], least: float) -> Comparison:
    """Compare the annotations of two users."""
    one, other = _two_annotators(project, users)
    pairs = annotated_by(project.client, project.id, one, other)
    what = f"annotations by user {one} with those by user {other}"
    return _compared(project, pairs, least, what=what, prefix="other_", id="other_annotation")


def checked_iou(iou: Any) -> float:
    """Return the least IoU of regions that match, or raise `InvalidInput`."""
    if not is_number(iou) or not 0 < iou <= 1:
        raise InvalidInput(f"iou must be above 0 and at most 1, not {iou!r}.")
    return iou


def _two_annotators(project: Project, users: tuple[User | int, ...]) -> tuple[int, int]:
    if not isinstance(users, (tuple, list)) or len(users) != 2:
        raise InvalidInput(f"annotators must be two users, as (ann, bob), not {users!r}.")
    one, other = (id_of(user, of="User", client=project.client) for user in users)
    if one == other:
        raise InvalidInput(f"annotators must be two users, not user {one} twice.")
    known = project.annotators.ids()
    for id in (one, other):
        if id not in known:
            there = f" Users who have: {listed(map(str, known))}." if known else ""
            raise NotFound(f"User {id} has annotated no task of project {project.id}.{there}")
    return one, other


def _compared(
    project: Project, pairs: Pairs, least: float, *, what: str, prefix: str, id: str
) -> Comparison:
    config = config_of(project.client, project.id)
    columns = _names(prefix, id)
    rows = [
        {name: row[name] for name in columns}
        for task, one, other in pairs
        for each in compare(_read(config, one), _read(config, other), least=least)
        for row in [{"task": task, **_records(one, other, id), **_row(each, prefix)}]
    ]
    return Comparison(rows, what, columns=columns)


def _names(prefix: str, id: str) -> tuple[str, ...]:
    """Return the columns, in their order."""
    label, answer, region = ((name, f"{prefix}{name}") for name in BY_SIDE)
    numbers = ("same", "iou", "distance", "difference")
    with_score = ("score",) if id == "prediction" else ("other_annotator",)
    place = ("control", "object", "item_index")
    return (*BEFORE, id, *with_score, *place, *label, *answer, *numbers, *region, "ground_truth")


def _read(config: LabelConfig, row: Mapping[str, Any]) -> Any:
    return config.read(shaped(row.get("result") or [], [dict]))


def _records(one: Mapping[str, Any], other: Mapping[str, Any], id: str) -> Row:
    """Return the columns of the annotation, and of what it is compared with."""
    own = {"annotation": one["id"], "annotator": one["completed_by"]}
    theirs = {"score": other.get("score"), "other_annotator": other.get("completed_by")}
    return {**own, id: other["id"], **theirs, "ground_truth": one.get("ground_truth")}


def _row(found: Compared, prefix: str) -> Row:
    sides = {"label": found.labels, "answer": found.answers, "region": found.regions}
    return {
        "control": found.control,
        "object": found.object,
        "item_index": found.item_index,
        **{name: both.one for name, both in sides.items()},
        **{f"{prefix}{name}": both.other for name, both in sides.items()},
        **{name: getattr(found, name) for name in ("same", "iou", "distance", "difference")},
    }


def _agreement(rows: list[Row]) -> Agreement:
    return Agreement(
        rows=len(rows),
        same=sum(row["same"] for row in rows),
        mean_iou=_mean([row["iou"] for row in rows]),
        mean_difference=_mean([row["difference"] and abs(row["difference"]) for row in rows]),
    )


def _mean(values: list[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return sum(found) / len(found) if found else None
