"""Prompts beyond the requests: waits, secrets, and what is refused."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from attrs import evolve
from support.fake import FakeClient

from label_studio_orm import ModelProvider, Project, Prompt, PromptVersion
from label_studio_orm.errors import InvalidInput, JobFailed, NotFound
from label_studio_orm.tuning import Tuning

RUNS = "GET /api/prompts/7/versions/8/inference-runs"
REFINE = "/api/prompts/7/versions/8/refine"
RUN = {"id": 9, "project": 1, "status": "Pending", "parent_model": 7, "model_version": 8}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient()
    client._tuning = evolve(Tuning(), first_interval=0.001)  # type: ignore[misc]
    return client


def version(client: FakeClient) -> PromptVersion:
    return Prompt(7, client=client).versions.get(8)


def answers(*states: Any) -> Any:
    """Answer each of these in turn."""
    left = list(states)
    return lambda options: left.pop(0)


def test_a_run_is_waited_for(client: FakeClient) -> None:
    client.answers["POST /api/prompts/7/versions/8/inference-runs"] = RUN
    client.answers[RUNS] = answers([RUN], [{**RUN, "status": "Completed", "total_predictions": 3}])
    run = version(client).run(1).wait(timeout=60)
    assert (run.status, run.total_predictions) == ("Completed", 3)


@pytest.mark.parametrize(("status", "reason"), [("Failed", "no reason"), ("Canceled", "cancelled")])
def test_a_run_that_failed_is_an_error(client: FakeClient, status: str, reason: str) -> None:
    client.answers[RUNS] = [{**RUN, "status": status}]
    with pytest.raises(JobFailed, match=reason):
        version(client).runs.get(9).wait()


def test_a_run_that_is_not_listed_is_not_found(client: FakeClient) -> None:
    client.answers[RUNS] = []
    with pytest.raises(NotFound, match="No run 9"):
        version(client).runs.get(9).refresh()


def test_a_refinement_is_waited_for(client: FakeClient) -> None:
    begun = {"prompt": "", "refinement_job_id": "j1", "refinement_status": "InProgress"}
    client.answers[f"POST {REFINE}"] = begun
    done = {**begun, "prompt": "Better.", "refinement_status": "Completed"}
    client.answers[f"GET {REFINE}"] = answers(begun, done)
    refinement = version(client).refine(Project(1, client=client), model="gpt-4o", provider=3)
    assert refinement.wait().prompt == "Better."


def test_keys_of_a_provider_are_never_shown(client: FakeClient) -> None:
    provider = ModelProvider(3, client=client)
    provider.api_key = "sk-secret"
    assert "sk-secret" not in repr(provider)
    assert b"sk-secret" not in pickle.dumps(provider.__getstate__()["_state"])


def test_unknown_providers_and_subsets_are_refused_before_anything_is_sent(
    client: FakeClient,
) -> None:
    provider = ModelProvider(3, client=client)
    with pytest.raises(InvalidInput, match="provider must be one of 'OpenAI'"):
        provider.provider = "OpenAi"
    with pytest.raises(InvalidInput, match="subset must be one of 'All'"):
        version(client).run(1, subset="all")
    assert client.calls == []
