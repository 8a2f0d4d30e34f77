"""The statistics of a project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload
from urllib.parse import quote

from ...errors import InvalidInput
from ...orm.fields import check_word
from ...orm.identity import id_of, ids_of
from ...orm.meta import kind_of
from ...orm.record import model_of
from ...orm.response_shape import COUNT, NUMBER, ROWS, shaped
from ..user import User
from .stat_values import (
    IAA,
    AgreementDistribution,
    AnnotatorTime,
    ConfusionMatrix,
    DimensionAgreement,
    FinishedTasks,
    LabelCount,
    LabelStructure,
    ReviewScore,
)
from .values import Rows, rows_of, value_of

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from ..member import Member
    from ..project import Project
    from ..task import Task
    from .project_members import ProjectMember


Score: TypeAlias = "float | None"
Who: TypeAlias = "User | Member | ProjectMember | int"

PAGE = 100
TABLES = ("annotations", "reviews")
MODES = ("all", "accepted", "ground_truth")
KINDS = ("label", "stats")
ANALYSIS = "analytics/data-quality/agreement-analysis"
COUNTS = "stats/label-distribution/counts"
AVERAGE = "average_prediction_agreement_per"


class ProjectStats:
    """The statistics of a project: each is worked out by the server, and read anew each time.

    Agreements and scores are numbers from 0 to 1, or None where there is nothing to compare. With
    `per_label=True` they are a number for each label, as the server sends them.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> project.stats.agreement
    0.1...
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def __repr__(self) -> str:
        return f"<ProjectStats of {getattr(self, '_project', None)!r}>"

    # -- agreement -----------------------------------------------------------------------------

    @property
    def agreement(self) -> Score:
        """The agreement over the whole project."""
        found: Score = self._total()
        return found

    def agreement_per_label(self) -> Mapping[str, float]:
        """Return the agreement over the whole project for each label."""
        return self._total(per_label=True) or {}

    @overload
    def agreement_of(self, users: Who) -> Score: ...

    @overload
    def agreement_of(self, users: Iterable[Who]) -> dict[User, float]: ...

    def agreement_of(self, users: Who | Iterable[Who]) -> Score | dict[User, float]:
        """Return the agreement of a user with the others; of several, by user.

        >>> project.stats.agreement_of(ls.users.get(5))
        0.1...
        """
        if _is_one(users):
            path = f"stats/agreement_annotator/{self._id(users)}"
            return self._score(path, "Agreement_per_annotator")
        return self._by_user("stats/agreement_annotators", users)

    @overload
    def ground_truth_agreement_of(self, users: Who, *, per_label: bool = False) -> Score: ...

    @overload
    def ground_truth_agreement_of(
        self, users: Iterable[Who], *, per_label: bool = False
    ) -> dict[User, float]: ...

    def ground_truth_agreement_of(
        self, users: Who | Iterable[Who], *, per_label: bool = False
    ) -> Score | dict[User, float]:
        """Return the agreement of a user with the ground truth; of several, by user."""
        if _is_one(users):
            path = f"users/{self._id(users)}/stats/agreement-groundtruth"
            return self._score(path, per_label=per_label)
        return self._by_user("stats/agreement-groundtruth", users, per_label=per_label)

    @overload
    def prediction_agreement_of(self, users: Who, *, per_label: bool = False) -> Score: ...

    @overload
    def prediction_agreement_of(
        self, users: Iterable[Who], *, per_label: bool = False
    ) -> dict[User, float]: ...

    def prediction_agreement_of(
        self, users: Who | Iterable[Who], *, per_label: bool = False
    ) -> Score | dict[User, float]:
        """Return the agreement of a user with the predictions; of several, by user."""
        if _is_one(users):
            path, key = f"user-stats/{self._id(users)}/prediction", f"{AVERAGE}_user"
            return self._score(path, key, per_label=per_label)
        return self._by_user("user-stats/prediction", users, per_label=per_label)

    @overload
    def review_score_of(self, users: Who, *, per_label: bool = False) -> ReviewScore: ...

    @overload
    def review_score_of(
        self, users: Iterable[Who], *, per_label: bool = False
    ) -> dict[User, ReviewScore]: ...

    def review_score_of(
        self, users: Who | Iterable[Who], *, per_label: bool = False
    ) -> ReviewScore | dict[User, ReviewScore]:
        """Return how reviewers judged a user's annotations; several users, by user."""
        if _is_one(users):
            found = self._get(f"user-stats/{self._id(users)}/review_score", per_label=per_label)
            return value_of(ReviewScore, found)
        ids = self._ids(users)
        found = self._get("user-stats/review_score", ids=ids, per_label=per_label)
        reviews, scores = found.get("review_score") or {}, found.get("performance_score") or {}
        both = {
            key: ReviewScore(reviews.get(key), scores.get(key)) for key in {**reviews, **scores}
        }
        return self._users(both)

    def agreement_of_model(self, model_version: str) -> Score:
        """Return the agreement of a model version with all annotators."""
        return self._score(_model(model_version, "agreement"))

    def ground_truth_agreement_of_model(
        self, model_version: str, *, per_label: bool = False
    ) -> Score:
        """Return the agreement of a model version with the ground truth."""
        return self._score(_model(model_version, "agreement-groundtruth"), per_label=per_label)

    def prediction_agreement_of_model(
        self, model_version: str, *, per_label: bool = False
    ) -> Score:
        """Return the agreement of a model version with all other model versions."""
        path = _model(model_version, "prediction")
        return self._score(path, f"{AVERAGE}_model", per_label=per_label)

    def iaa(
        self,
        *,
        tasks: Iterable[Task | int] | None = None,
        per_label: bool = False,
        std: bool = False,
        expand: Iterable[str] = (),
    ) -> IAA:
        """Return the agreement between each two annotators, over all tasks or some.

        With `std=True`, also its standard deviation. `expand` names what the server shall send in
        full, such as "users".
        """
        ids = None if tasks is None else [id_of(task, of="Task") for task in tasks]
        given = {"task": _joined(ids), "expand": _joined(expand)}
        return value_of(IAA, self._get("stats/IAA", per_label=per_label, std=std, **given))

    def agreement_by_dimension(self) -> Rows[DimensionAgreement]:
        """Return the agreement in each active dimension."""
        return rows_of(DimensionAgreement, self._answer(f"{ANALYSIS}/dimensions"))

    def agreement_distribution(self) -> AgreementDistribution:
        """Return how the agreement of tasks is distributed."""
        return value_of(AgreementDistribution, self._get(f"{ANALYSIS}/distribution"))

    def confusion_matrix(
        self,
        control: str | None = None,
        *,
        mode: Literal["all", "accepted", "ground_truth"] = "all",
    ) -> ConfusionMatrix:
        """Return which labels were given where others were.

        With `mode="ground_truth"` the rows are the labels of the ground truth, the columns those
        of annotators; the other matrices are symmetric. `control` is the name of a control tag.
        """
        check_word("mode", mode, MODES)
        params = {"from_name": control, "mode": mode}
        return value_of(ConfusionMatrix, self._get(f"{ANALYSIS}/confusion-matrix", **params))

    # -- work ----------------------------------------------------------------------------------

    @property
    def lead_time(self) -> Rows[AnnotatorTime]:
        """The time that each annotator took."""
        return rows_of(AnnotatorTime, self._get("stats/lead_time").get("lead_time_stats"))

    def finished_tasks(self, user: Who | None = None) -> FinishedTasks:
        """Return how many tasks are finished, by all or by one user."""
        number = None if user is None else self._id(user)
        return value_of(FinishedTasks, self._get("stats/finished", user_pk=number))

    @property
    def label_distribution(self) -> Rows[LabelCount]:
        """How often each label was chosen, by annotators and by models."""
        return rows_of(LabelCount, self._label_counts())

    def label_counts(self, choice_keys: Iterable[str]) -> Rows[LabelCount]:
        """Return how often some labels were chosen; their keys are in `label_structure`."""
        keys = "___PIPE___".join(choice_keys)
        return rows_of(LabelCount, self._get(COUNTS, choice_keys=keys)["results"])

    @property
    def label_structure(self) -> LabelStructure:
        """The dimensions of which labels are counted."""
        return value_of(LabelStructure, self._get("stats/label-distribution/structure"))

    def member_performance(
        self, table: str = "annotations", *, users: Iterable[Who] | None = None
    ) -> list[dict[str, Any]]:
        """Return a row for each member: their "annotations" or "reviews", as the server sends it.

        `pandas.DataFrame(…)` makes a table of them.
        """
        return list(self._performance(table, users))

    def performance_summary(
        self, table: str = "annotations", *, users: Iterable[Who] | None = None
    ) -> Mapping[str, Any]:
        """Return the totals of the rows of `member_performance()`."""
        found = self._get("stats/member_performance_summary/", **self._members(table, users))
        return found.get("summary") or {}

    def performance_participants(self, table: str = "annotations") -> list[User]:
        """Return the users of whom `member_performance()` has rows."""
        model = model_of(self._project.client, User)
        rows = self._answer("stats/member_performance_participants/", **self._members(table))
        return [model._from_answer(self._project.client, row) for row in shaped(rows, ROWS)]

    @property
    def data_filters(self) -> Mapping[str, Any]:
        """How annotators' own filters of the data are used, as the server sends it."""
        found: Mapping[str, Any] = self._get("stats/data_filter").get("user_filters") or {}
        return found

    def update(self, kind: Literal["label", "stats"] | None = None) -> Mapping[str, Any]:
        """Have the server work out its statistics anew; return the job as the server sends it."""
        check_word("kind", kind, KINDS)
        job: Mapping[str, Any] = self._get("update-stats", stat_type=kind)
        return job

    # -- reading -------------------------------------------------------------------------------

    def _get(self, path: str, **params: Any) -> Any:
        """Return an object that the server answers."""
        return shaped(self._answer(path, **params), {})

    def _answer(self, path: str, **params: Any) -> Any:
        """Return an answer; parameters that are None or False are not sent."""
        sent = {name: "true" if value is True else value for name, value in params.items() if value}
        at = f"/api/projects/{self._project.id}/{path}"
        return self._project.client.json("GET", at, params=sent)

    def _score(self, path: str, key: str = "agreement", **params: Any) -> Score:
        found: Score = self._get(path, **params).get(key)
        return found

    def _total(self, **params: Any) -> Any:
        found = self._answer("stats/total_agreement", **params)
        return shaped(found or {}, {}).get("total_agreement")  # nothing where there is none

    def _by_user(self, path: str, users: Iterable[Who], **params: Any) -> dict[User, float]:
        found = self._get(path, ids=self._ids(users), **params).get("agreement")
        return self._users(found or {})

    def _users(self, scores: Mapping[str, Any]) -> dict[User, Any]:
        client = self._project.client
        model = model_of(client, User)
        return {model._lazy(client, int(id), {}): score for id, score in scores.items()}

    def _id(self, user: Who) -> int:
        return id_of(user, of="User", client=self._project.client)

    def _ids(self, users: Iterable[Who]) -> str:
        found = _joined(ids_of(users, "User", client=self._project.client, name="users"))
        if found is None:
            raise InvalidInput("users must name at least one user.")
        return found

    def _members(self, table: str, users: Iterable[Who] | None = None) -> dict[str, Any]:
        check_word("table", table, TABLES)
        return {"table": table, "ids": None if users is None else self._ids(users)}

    def _performance(self, table: str, users: Iterable[Who] | None) -> Iterator[dict[str, Any]]:
        params, read = {**self._members(table, users), "page_size": PAGE}, 0
        path = "stats/member_performance_rows/"
        while True:
            answer = self._get(path, page=read // PAGE + 1, **params)
            shaped(answer, {"results": [{}], "count": NUMBER})
            yield from answer["results"]
            read += len(answer["results"])
            if read >= answer["count"] or not answer["results"]:
                return

    def _label_counts(self) -> Iterator[Mapping[str, Any]]:
        offset: int | None = 0
        while offset is not None:
            answer = self._get(COUNTS, limit=PAGE, offset=offset)
            shaped(answer, {"results": [{}], "next_offset?": COUNT})
            yield from answer["results"]
            further = answer.get("next_offset")
            offset = further if further is not None and further > offset else None


def _is_one(users: Who | Iterable[Who]) -> TypeIs[Who]:
    return isinstance(users, int) or bool(kind_of(users))


def _model(version: str, what: str) -> str:
    return f"model-stats/{quote(version, safe='')}/{what}"


def _joined(values: Iterable[Any] | None) -> str | None:
    """Return values as the server lists them, with commas; None for none."""
    return ",".join(map(str, values or ())) or None
