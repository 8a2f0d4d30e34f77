"""Comparisons of annotations with predictions, or of two annotators."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from attrs import asdict, field, frozen

from ..data_manager.compared_tasks import Pairs, annotated_by, predicted_by
from ..data_manager.model_versions import check_version, checked_name
from ..data_manager.project_config import config_of
from ..display import Displayed
from ..errors import InvalidInput, NotFound
from ..labeling.comparing import Compared
from ..labeling.comparing import compare as compare_results
from ..labeling.results.values import is_number
from ..orm.identity import id_of
from ..orm.response_shape import shaped
from ..progress import progress_bar
from ..tables import Columns, Table, columns_of
from ..text import listed, shown

if TYPE_CHECKING:
    from ..labeling.config import LabelConfig
    from ..labeling.results.reader import Reading
    from ..transfer.ports import ProjectPort

Row = dict[str, Any]

CELLS = (
    *("task", "annotation", "annotator", "other", "other_annotator", "score"),
    *("control", "object", "item_index", "label", "other_label", "answer", "other_answer"),
    *("same", "iou", "distance", "difference", "region", "other_region", "ground_truth"),
)
# The columns by the cells that they have.
WITH_PREDICTIONS: Mapping[str, str] = MappingProxyType(
    {name: name.replace("other_", "predicted_") for name in CELLS if name != "other_annotator"}
    | {"other": "prediction"}
)
WITH_ANOTHER: Mapping[str, str] = MappingProxyType(
    {name: name for name in CELLS if name != "score"} | {"other": "other_annotation"}
)


@frozen
class Agreement:
    """The agreement of two sides on a control.

    What only one side has counts as a disagreement, unless that side has nothing for the control
    in the whole comparison: `absent` says so then, and `share` is None.

    >>> project.compare(predictions="m1").agreement["sentiment"].share
    1.0
    """

    rows: int  # pairs, and what only one side has
    same: int  # of them: pairs with the same labels or answer
    missing: int = 0  # rows of the predictions, or of the other annotator, alone
    other_missing: int = 0  # rows of the annotations, or of the first annotator, alone
    absent: str = ""  # "not predicted", "not annotated"; "" for a control that both sides have
    mean_iou: float | None = None  # of the regions that match
    mean_difference: float | None = None  # of numbers, without their sign

    @property
    def pairs(self) -> int:
        """The number of rows that both sides have."""
        return self.rows - self.missing - self.other_missing

    @property
    def share(self) -> float | None:
        """How many of the rows are the same: 0 to 1; None if one side has nothing."""
        return None if self.absent else self.same / self.rows

    def __str__(self) -> str:
        if self.absent:
            return self.absent
        means = {"mean IoU": self.mean_iou, "mean difference": self.mean_difference}
        found = [f"{name} {mean:.2f}" for name, mean in means.items() if mean is not None]
        return ", ".join([f"{self.same:,} of {self.rows:,} the same", *found])


@frozen(eq=False, repr=False, slots=False)
class Comparison(Table, Displayed):
    """A table of matched regions and answers: those of an annotation beside those of the other.

    See `Project.compare()`, and the guide's page on tables for the columns.

    >>> comparison = project.compare(predictions="m1")
    >>> comparison.rows[0]["answer"], comparison.rows[0]["predicted_answer"]
    ('Negative', 'Negative')
    >>> comparison.agreement["sentiment"].same
    1
    """

    rows: list[dict[str, Any]]
    what: str  # what is compared: "annotations with predictions of 'm1'"
    columns: tuple[str, ...] = field(kw_only=True)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    @functools.cached_property
    def tasks(self) -> int:
        """The number of tasks that have a row here."""
        return len({row["task"] for row in self.rows})

    @functools.cached_property
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


def compare(
    project: ProjectPort, *, predictions: Any = None, annotators: Any = None, iou: float
) -> Comparison:
    """Compare annotations with predictions, or those of two annotators."""
    if (predictions is None) == (annotators is None):
        given = "neither" if predictions is None else "both"
        needed = "predictions='m1' or annotators=(ann, bob)"
        raise InvalidInput(f"compare() must have {needed}, not {given}.")
    if not is_number(iou) or not 0 < iou <= 1:
        raise InvalidInput(f"iou must be above 0 and at most 1, not {iou!r}.")
    if predictions is None:
        return _with_another(project, annotators, iou)
    return _with_predictions(project, checked_name(predictions), iou)


def _with_predictions(project: ProjectPort, version: str, least: float) -> Comparison:
    check_version(project.client, project.id, version)
    what = f"annotations with predictions of {version!r}"
    pairs = predicted_by(project.client, project.id, version)
    return _compared(project, pairs, least, what=what, columns=WITH_PREDICTIONS)


def _with_another(project: ProjectPort, users: Any, least: float) -> Comparison:
    one, other = _two_annotators(project, users)
    pairs = annotated_by(project.client, project.id, one, other)
    what = f"annotations by user {one} with those by user {other}"
    return _compared(project, pairs, least, what=what, columns=WITH_ANOTHER)


def _two_annotators(project: ProjectPort, users: Any) -> tuple[int, int]:
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
    project: ProjectPort, pairs: Pairs, least: float, *, what: str, columns: Mapping[str, str]
) -> Comparison:
    config, rows = config_of(project.client, project.id), list[Row]()
    with progress_bar(None, what="Comparing", unit=" annotations") as advance:
        for task, one, other in pairs:
            sides = _records(task, one, other)
            found = compare_results(_read(config, one), _read(config, other), least=least)
            for cells in ({**sides, **_cells(each)} for each in found):
                rows.append({column: cells[cell] for cell, column in columns.items()})
            advance(1)
    return Comparison(rows, what, columns=tuple(columns.values()))


def _read(config: LabelConfig, row: Mapping[str, Any]) -> Reading:
    return config.read(shaped(row.get("result") or [], [dict]))


def _records(task: int, one: Mapping[str, Any], other: Mapping[str, Any]) -> Row:
    """Return the cells of an annotation and of what it is compared with."""
    return {
        "task": task,
        "annotation": one["id"],
        "annotator": one["completed_by"],
        "ground_truth": one.get("ground_truth"),
        "other": other["id"],
        "other_annotator": other.get("completed_by"),
        "score": other.get("score"),
    }


def _cells(found: Compared) -> Row:
    sides = {"label": found.labels, "answer": found.answers, "region": found.regions}
    others = {f"other_{name}": both.other for name, both in sides.items()}
    own = {name: both.one for name, both in sides.items()}
    return {**asdict(found, recurse=False), **own, **others}


def _agreement(rows: list[Row]) -> Agreement:
    sides = [_sides(row) for row in rows]
    missing, other_missing = sides.count((False, True)), sides.count((True, False))
    return Agreement(
        rows=len(rows),
        same=sum(row["same"] for row in rows),
        missing=missing,
        other_missing=other_missing,
        absent=_absent(rows[0], missing == len(rows), other_missing == len(rows)),
        mean_iou=_mean([row["iou"] for row in rows]),
        mean_difference=_mean([row["difference"] and abs(row["difference"]) for row in rows]),
    )


def _sides(row: Row) -> tuple[bool, bool]:
    """Tell which of both sides has the answer of a row, or its region."""
    other = "predicted" if "predicted_answer" in row else "other"
    answers = row["answer"], row[f"{other}_answer"]
    found = (row["region"], row[f"{other}_region"]) if answers == (None, None) else answers
    return found[0] is not None, found[1] is not None


def _absent(row: Row, one: bool, other: bool) -> str:
    """Say which side has nothing."""
    if not one and not other:
        return ""
    if "prediction" in row:
        return "not annotated" if one else "not predicted"
    return f"not annotated by user {row['annotator' if one else 'other_annotator']}"


def _mean(values: list[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return sum(found) / len(found) if found else None
