"""Projects on which prompts run, and the subsets of their tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ...orm.pagination import NumberedPages, Source
from ...orm.query import Query
from ...orm.record import Record
from ...orm.response_shape import shaped
from ..project import Project
from .values import Rows, rows_of

if TYPE_CHECKING:
    from .prompt_runs import PromptRun

PAGE = 100


class CompatibleProjects(Query[Project]):
    """The projects on which prompts can run.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        return NumberedPages("/api/prompts/compatible-projects", known)


@frozen
class Subset:
    """A part of the tasks of a project, over which a prompt can run.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    subset: str  # All, HasGT, Sample, …
    count: int
    columns_schema: list[Mapping[str, Any]] | None


@frozen
class SubsetTask:
    """A task of a subset, with its prediction and its ground truth.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    id: int | None
    data: Mapping[str, Any]
    prediction: Mapping[str, Any] | None
    ground_truth: Mapping[str, Any] | None
    score: float | None
    error: Mapping[str, Any] | None


def subsets_of(project: Project) -> Rows[Subset]:
    """Return the subsets of a project's tasks."""
    return rows_of(Subset, project.client.json("GET", f"/api/projects/{project.id}/subsets"))


def subset_tasks(project: Project, subset: str, run: PromptRun | None) -> Rows[SubsetTask]:
    """Return the tasks of a subset, of all pages."""
    params = {"project_subset": subset, **({"model_run": run.id} if run else {})}
    return rows_of(SubsetTask, _tasks(project, params))


def _tasks(project: Project, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    number, following = 1, True
    while following:
        answer = project.client.json(
            "GET",
            f"/api/projects/{project.id}/subset-tasks",
            params={**params, "page": number, "page_size": PAGE},
        )
        shaped(answer, {"results": [{"task_result_list": [{}]}]})
        for part in answer["results"]:
            yield from part["task_result_list"]
        number, following = number + 1, bool(answer.get("next")) and bool(answer["results"])
