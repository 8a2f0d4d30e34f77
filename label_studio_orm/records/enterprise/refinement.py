"""Refinement: a model improves a prompt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from ...orm.deadline import ONE_HOUR
from ...orm.job import COMPLETED, FAILED, Job
from ...orm.record import model_of
from ...orm.response_shape import shaped
from .values import WIRE, value_of

if TYPE_CHECKING:
    from .prompts import PromptVersion

STATUSES = {"completed": COMPLETED, "failed": FAILED}  # the server's words, in small letters


@frozen
class Refinement:
    """An improved prompt, or the work on one: `wait()` returns it when it is done.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    prompt: str | None
    title: str | None
    reasoning: str | None
    total_cost: str | None  # in US dollars
    status: str | None = field(metadata={WIRE: "refinement_status"})
    job_id: str | None = field(metadata={WIRE: "refinement_job_id"})
    previous_version: PromptVersion | None
    _version: PromptVersion | None = field(default=None, repr=False, eq=False)

    def wait(self, timeout: float = ONE_HOUR) -> Refinement:
        """Return the refinement once it is completed; `timeout` is in seconds.

        Raises `JobFailed`, or `JobTimeout`, whose `job.wait()` goes on.
        """
        return self._job().wait(timeout)

    def _job(self) -> Job[Refinement]:
        version = self._version
        if version is None:
            raise TypeError("A refinement comes from PromptVersion.refine().")
        return Job(
            f"the refinement {self.job_id} of {version!r}",
            lambda: refinement_of(version, self.job_id),
            lambda seen: STATUSES.get(str(seen.status).lower(), str(seen.status)),
            reason=lambda seen: seen.reasoning or "",
            tuning=version.client._tuning,
        )


def refine(version: PromptVersion, *, project: int, model: str, provider: int) -> Refinement:
    """Begin to refine a version."""
    body = {
        "project_id": project,
        "teacher_model_name": model,
        "teacher_model_provider_connection_id": provider,
    }
    path = f"{version._path()}/refine"
    return _read(version, version.client.json("POST", path, params={"async": "true"}, json=body))


def refinement_of(version: PromptVersion, job_id: str | None) -> Refinement:
    """Read a refinement as it is now."""
    params = {"refinement_job_id": job_id} if job_id else {}
    return _read(version, version.client.json("GET", f"{version._path()}/refine", params=params))


def _read(version: PromptVersion, answer: Mapping[str, Any]) -> Refinement:
    previous = shaped(answer, {}).get("previous_version")
    if isinstance(previous, Mapping):
        model: Any = model_of(version.client, type(version))
        known = {"parent_model": version._state.known["parent_model"]}
        previous = model._from_answer(version.client, previous, known=known)
    found = value_of(Refinement, {**answer, "previous_version": previous})
    return evolve(found, version=version)
