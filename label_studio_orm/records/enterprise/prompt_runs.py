"""Runs of a prompt over the tasks of a project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from attrs import frozen

from ...errors import NotFound
from ...orm.deadline import ONE_HOUR
from ...orm.fields import DATETIME, Field, Reference, check_word
from ...orm.identity import id_of
from ...orm.job import COMPLETED, FAILED, Job
from ...orm.meta import Meta
from ...orm.query import Query
from ...orm.record import Record, model_of
from ...orm.response_shape import ROWS, shaped
from ...signatures import given
from .values import Rows, rows_of, value_of

if TYPE_CHECKING:
    from typing_extensions import Self

    from ...orm.fields import ReadOnlyReference
    from ..organization import Organization
    from ..project import Project
    from ..user import User
    from .prompts import Prompt, PromptVersion

SUBSETS = ("All", "HasGT", "Sample", "Custom")
STATUSES: Mapping[str, str] = MappingProxyType(
    {"Completed": COMPLETED, "Failed": FAILED, "Canceled": FAILED}
)
PREDICTIONS = "/api/model-run/batch-predictions"
FAILURES = "/api/model-run/batch-failed-predictions"


@frozen
class Indicator:
    """A key indicator of a run, such as its accuracy or its cost.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    key: str | None
    title: str | None
    values: Mapping[str, Any] | None


@frozen
class CostEstimate:
    """What a run would cost: US dollars, as decimal texts.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    prompt_cost_usd: str | None
    completion_cost_usd: str | None
    total_cost_usd: str | None
    is_error: bool | None
    error_type: str | None
    error_message: str | None


class PromptRun(Record):
    """A run of a version of a prompt over tasks of a project.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> run = ls.prompts.get(7).versions.get(8).run(project, only_missing=True)
    >>> run.status
    'Pending'
    """

    _meta = Meta(
        kind="prompt_run",
        noun="prompt run",
        path="/api/prompts/{parent_model}/versions/{prompt_version}/inference-runs/{id}",
        leading=("id", "status", "project"),
        list_filters={"project": "project", "project_subset": "project_subset"},
    )

    status = Field[str](read_only=True)  # Pending, InProgress, Completed, Failed or Canceled
    project: ReadOnlyReference[Project] = Reference("project", read_only=True)
    project_subset = Field[str | None](read_only=True)
    sample_subset_size = Field[int | None](read_only=True)
    total_tasks = Field[int | None](read_only=True)
    total_predictions = Field[int | None](read_only=True)
    total_correct_predictions = Field[int | None](read_only=True)
    filters_json = Field[Any](read_only=True)
    task_ids = Field[Any](read_only=True)
    job_id = Field[str | None](read_only=True)
    model_version = Field[int](read_only=True)  # the id of the version of the prompt
    parent_model: ReadOnlyReference[Prompt] = Reference("parent_model", read_only=True)
    source_model_run = Field[int | None](read_only=True)
    organization: ReadOnlyReference[Organization] = Reference("organization", read_only=True)
    created_by: ReadOnlyReference[User] = Reference("user", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    triggered_at = Field[datetime | None](read_only=True, converter=DATETIME)
    predictions_updated_at = Field[datetime | None](read_only=True, converter=DATETIME)
    completed_at = Field[datetime | None](read_only=True, converter=DATETIME)

    def wait(self, timeout: float = ONE_HOUR) -> Self:
        """Return this run once it is completed; `timeout` is in seconds.

        Raises `JobFailed` if it failed or was cancelled, or `JobTimeout`, whose `job.wait()` goes
        on.
        """
        return self._job().wait(timeout)

    def _job(self) -> Job[Self]:
        return Job(
            f"{self!r}",
            self.refresh,
            lambda seen: STATUSES.get(seen.status, seen.status),
            reason=lambda seen: "it was cancelled" if seen.status == "Canceled" else "",
            tuning=self.client._tuning,
        )

    def cancel(self) -> None:
        """Stop the run; predictions that it has made stay."""
        try:
            self.client.json("POST", f"{self._path()}/cancel")
        finally:
            self._expire()

    @property
    def indicators(self) -> Rows[Indicator]:
        """The key indicators of the run."""
        return rows_of(
            Indicator, self.client.json("GET", f"/api/inference-runs/{self.id}/indicators/")
        )

    def indicator(self, key: str) -> Mapping[str, Any]:
        """Return the values of one key indicator."""
        path = f"/api/inference-runs/{self.id}/indicators/{quote(key, safe='')}"
        found = shaped(self.client.json("GET", path), {})
        values: Mapping[str, Any] = found.get("values") or {}
        return values

    def add_predictions(self, results: Iterable[Mapping[str, Any]]) -> None:
        """Add predictions that were made elsewhere, as the server takes them."""
        self._add(PREDICTIONS, "results", results)

    def add_failures(self, failures: Iterable[Mapping[str, Any]]) -> None:
        """Add predictions that failed elsewhere, as the server takes them."""
        self._add(FAILURES, "failed_predictions", failures)

    def _add(self, path: str, name: str, rows: Iterable[Mapping[str, Any]]) -> Any:
        found = list(rows)
        body = {name: found, "modelrun_id": self.id}
        try:
            return self.client.json("POST", path, json=body)
        finally:
            self._expire()

    def _fetch(self, *wires: str) -> Mapping[str, Any]:
        """Find it in the list of runs: it has no address of its own."""
        path = self._meta.collection.format_map(self._state.known)
        rows = shaped(self.client.json("GET", path), ROWS)
        found = next((row for row in rows if row.get("id") == self.id), None)
        if found is None:
            raise NotFound(f"No run {self.id} of this version of the prompt.")
        return found  # type: ignore[no-any-return]


class PromptRuns(Query[PromptRun]):
    """The runs of a version of a prompt.

    Enterprise; checked against the official SDK's requests, not against a server.
    """


def start(version: PromptVersion, project: Project | int, **options: Any) -> PromptRun:
    """Start a run, and return it."""
    check_word("subset", options["project_subset"], SUBSETS)
    project = id_of(project, of="Project", client=version.client)
    body = given(project=project, **options)
    row = version.client.json("POST", f"{version._path()}/inference-runs", json=body)
    known = {"parent_model": version._state.known["parent_model"], "prompt_version": version.id}
    return model_of(version.client, PromptRun)._from_answer(version.client, row, known=known)


def cost_of(version: PromptVersion) -> CostEstimate:
    """Return what a run of a version would cost."""
    return value_of(CostEstimate, version.client.json("GET", f"{version._path()}/cost-estimate"))
