"""Backfills: jobs that work out for old data what newer servers store."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from ...errors import InvalidInput
from ...orm.deadline import ONE_HOUR, Deadline, checked_timeout
from ...orm.identity import checked_id, id_of
from ...orm.job import COMPLETED, FAILED, Job
from ...orm.names import CheckedNames
from ...orm.response_shape import shaped
from .states import TriggeredBy, triggered_by
from .values import WIRE, Rows, moment, value_of

if TYPE_CHECKING:
    from ...orm.context import Context
    from ..project import Project

PAGE_SIZE = 500  # the most that the server sends
CANCELLED = ("cancelled", "canceled")


@frozen
class BackfillTotals:
    """The backfills of all projects of the organization, counted.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    completed_projects: int
    failed_projects: int
    pending_projects: int
    running_projects: int
    total_projects: int
    total_entities_processed: int


def _totals(row: Any) -> BackfillTotals | None:
    return value_of(BackfillTotals, row) if isinstance(row, Mapping) else None


@frozen
class BackfillJob:
    """A backfill of one project, or of the organization where `job_id` is None.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    job_id: int | None
    project_id: int | None
    status: str | None  # as the server writes it: PENDING, QUEUED, RUNNING, COMPLETED, FAILED, …
    created_at: datetime | None = field(converter=moment)
    started_at: datetime | None = field(converter=moment)
    completed_at: datetime | None = field(converter=moment)
    progress: Any  # counts of what was done, by the server's names
    error_message: str | None
    triggered_by: TriggeredBy | None = field(converter=triggered_by)
    rq_job_id: str | None  # in the server's queue
    rq_job_info: Any  # only from status() of states
    organization: BackfillTotals | None = field(converter=_totals, metadata={WIRE: "org_status"})


def _job(row: Mapping[str, Any]) -> BackfillJob:
    """Make a value of a row: lists and single jobs differ in a name."""
    return value_of(BackfillJob, {"progress": row.get("progress_data"), **row})


def _jobs(rows: Any) -> Rows[BackfillJob]:
    return Rows(_job(row) for row in rows or ())


@frozen
class StartedBackfill:
    """Backfills that were just started; `wait()` until they are done.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    message: str
    organization_id: int
    jobs: Rows[BackfillJob] = field(converter=_jobs)
    jobs_queued: int
    projects_skipped: int
    projects_remaining: int | None  # for the next start(); not told of states
    _backfills: Backfills = field(repr=False, eq=False)

    def wait(self, timeout: float = ONE_HOUR) -> Rows[BackfillJob]:
        """Return the jobs once all are completed; `timeout` is in seconds.

        Where the server has not named every job that it has queued, those of the organization are
        waited for. Raises `JobFailed` for the first that failed or was cancelled, or `JobTimeout`.
        """
        client, jobs = self._backfills.client, self.jobs
        deadline = Deadline(checked_timeout(timeout), client._tuning)
        if len(jobs) < (self.jobs_queued or 0):
            jobs = Rows([*jobs, _job({})])
        try:
            return Rows(self._backfills._job_of(each).wait(deadline.left) for each in jobs)
        finally:
            client._cache.clear()  # states and agreement are others now


@frozen
class CancelledBackfills:
    """What a cancellation did.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    cancelled_count: int
    message: str


@frozen(slots=False, repr=False)
class Backfills(CheckedNames):
    """Jobs that work out for all tasks what the server did not store when it was older.

    Only administrators and owners may see them. `ls.dimension_backfills` compute the agreement of
    dimensions, and `ls.value_count_backfills` the counts of their values.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> started = ls.dimension_backfills.start(project=2)
    >>> started.jobs_queued
    1...
    """

    client: Context
    _path: str
    _what: str

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._path} at {self.client.server}>"

    def start(
        self,
        *,
        project: Project | int | None = None,
        all_projects: bool = False,
        next_projects: int | None = None,
    ) -> StartedBackfill:
        """Start it for one project, for all, or for the next ones that it was not started for.

        For all projects, what is running is cancelled first. `next_projects` is a number: call it
        again until `projects_remaining` is 0.
        """
        body = self._one_of(project=project, all_projects=all_projects, num_projects=next_projects)
        return self._started(json=body)

    def cancel(
        self,
        *,
        job: BackfillJob | int | None = None,
        project: Project | int | None = None,
        all_projects: bool = False,
    ) -> CancelledBackfills:
        """Cancel a job, those of a project, or all of the organization."""
        params = self._one_of(job=job, project=project, all_projects=all_projects)
        params.pop("all_projects", None)
        answer = self.client.json("DELETE", self._path, params=params)
        return value_of(CancelledBackfills, shaped(answer, {}))

    def status(
        self, *, job: BackfillJob | int | None = None, project: Project | int | None = None
    ) -> BackfillJob:
        """Return how far a job or that of a project is; by default, that of the organization."""
        given = job is not None or project is not None
        params = self._one_of(job=job, project=project) if given else {}
        return _job(shaped(self.client.json("GET", f"{self._path}status/", params=params), {}))

    def jobs(self, *, status: str | None = None) -> Rows[BackfillJob]:
        """Return all jobs, the latest first, or those with a status like "FAILED"."""
        only = {} if status is None else {"status": status}
        return Rows(_job(row) for row in self._rows(only))

    # -- how -----------------------------------------------------------------------------------

    def _started(self, **sent: Any) -> StartedBackfill:
        answer = shaped(self.client.json("POST", self._path, **sent), {"jobs": [{}]})
        return value_of(StartedBackfill, {**answer, "_backfills": self})

    def _rows(self, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Yield the jobs of all pages; the last is not full."""
        seen: set[Any] = set()
        for number in itertools.count(1):
            page = {**params, "page": number, "page_size": PAGE_SIZE}
            rows = shaped(self.client.json("GET", f"{self._path}jobs/", params=page), [{}])
            new = [row for row in rows if row.get("job_id") not in seen]  # jobs may have come since
            yield from new
            seen.update(row.get("job_id") for row in new)
            if len(rows) < PAGE_SIZE or not new:
                return

    def _job_of(self, job: BackfillJob) -> Job[BackfillJob]:
        whole = job.job_id is None and job.project_id is None
        by = {"job": job} if job.job_id is not None else {"project": job.project_id}
        owner = "the organization" if whole else f"project {job.project_id}"
        return Job(
            f"The backfill of {self._what} of {owner}",
            look=lambda: self.status(**by),
            status=_status,
            reason=lambda seen: seen.error_message or f"its status is {_status_text(seen)}",
            tuning=self.client._tuning,
        )

    def _one_of(self, **given: Any) -> dict[str, Any]:
        """Return the only option that was given, by the server's name."""
        names = [name for name, value in given.items() if value is not None and value is not False]
        if len(names) != 1:
            options = ", ".join(f"{OURS.get(name, name)}=" for name in given)
            raise InvalidInput(f"Give exactly one of {options}.")
        name, value = names[0], given[names[0]]
        if name == "project":
            return {"project_id": id_of(value, of="Project", client=self.client)}
        if name == "job":
            return {"job_id": checked_id(getattr(value, "job_id", value), of="Job")}
        if name == "num_projects" and (type(value) is not int or value < 1):
            raise InvalidInput(f"next_projects must be 1 or more, not {value!r}.")
        return {name: value}


OURS = {"num_projects": "next_projects"}


class StateBackfills(Backfills):
    """Jobs that make the first state of tasks, annotations and projects that have none.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> [job.status for job in ls.state_backfills.jobs()]
    ['status ...']
    """

    def start(  # type: ignore[override]
        self, *, project: Project | int | None = None, all_projects: bool = False
    ) -> StartedBackfill:
        """Start it for one project, or for all."""
        params = self._one_of(project=project, all_projects=all_projects)
        params.pop("all_projects", None)
        return self._started(params=params)

    def _rows(self, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Yield the jobs: the server lists the latest ten."""
        answer = shaped(self.client.json("GET", f"{self._path}jobs/"), {"jobs": [{}]})
        status = params.get("status")
        return (row for row in answer["jobs"] if status in (None, row.get("status")))


def _status(job: BackfillJob) -> str:
    """Return a status as jobs name it."""
    totals = job.organization
    if job.status is None and totals is not None:
        if totals.running_projects or totals.pending_projects:
            return "running"
        return FAILED if totals.failed_projects else COMPLETED
    status = str(job.status).lower()
    return FAILED if status in CANCELLED else status


def _status_text(job: BackfillJob) -> str:
    return str(job.status or job.organization)


def state_backfills(client: Context) -> StateBackfills:
    """Return the backfills of states."""
    return StateBackfills(client, "/api/fsm/backfill/", "states")


def dimension_backfills(client: Context) -> Backfills:
    """Return the backfills of the agreement of dimensions."""
    return Backfills(client, "/api/dimensions/backfill/", "dimensions")


def value_count_backfills(client: Context) -> Backfills:
    """Return the backfills of the counts of values."""
    path = "/api/dimensions/value-counts-backfill/"
    return Backfills(client, path, "value counts")
