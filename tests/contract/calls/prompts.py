"""Prompts, their versions and runs; connections to providers of models."""

from __future__ import annotations

from typing import Any

from contract.call import PROJECT, TASK, Call, saved

PROVIDER, PROMPT, VERSION, RUN = 7, 8, 9, 10
OF_VERSION = {"prompt_id": PROMPT, "version_id": VERSION}
OF_PROMPT = {"id": VERSION, "parent_model": PROMPT}
A_RUN = {"id": RUN, "parent_model": PROMPT}
PREDICTION = {"task": TASK, "output": "Positive"}


def version(ls: Any) -> Any:
    return ls.prompts.get(PROMPT).versions.get(VERSION)


def run(ls: Any) -> Any:
    return version(ls).runs.get(RUN)


CALLS = [
    Call("model_providers.list", lambda ls: list(ls.model_providers)),
    Call(
        "model_providers.create",
        lambda ls: ls.model_providers.create(provider="OpenAI", api_key="sk-1", scope="User"),
        sdk={"provider": "OpenAI", "api_key": "sk-1", "scope": "User"},
    ),
    Call(
        "model_providers.get",
        lambda ls: ls.model_providers.get(PROVIDER).refresh(),
        sdk={"id": PROVIDER},
    ),
    Call(
        "model_providers.update",
        lambda ls: saved(ls.model_providers.get(PROVIDER), api_key="sk-2"),
        sdk={"id": PROVIDER, "api_key": "sk-2"},
    ),
    Call(
        "model_providers.delete",
        lambda ls: ls.model_providers.get(PROVIDER).delete(),
        sdk={"id": PROVIDER},
    ),
    Call(
        "model_providers.list_model_provider_choices",
        lambda ls: ls.model_providers.choices(),
        unread={"provider_choices": "the list alone is returned"},
    ),
    Call(
        "prompts.list",
        lambda ls: list(ls.prompts),
        sdk={"page": 1, "page_size": 100},
    ),
    Call(
        "prompts.create",
        lambda ls: ls.prompts.create(
            title="Sentiment", skill_name="TextClassification", project_ids=[PROJECT]
        ),
        sdk={
            "title": "Sentiment",
            "skill_name": "TextClassification",
            "associated_projects": [PROJECT],
        },
        answer={"id": PROMPT},
    ),
    Call("prompts.get", lambda ls: ls.prompts.get(PROMPT).refresh(), sdk={"id": PROMPT}),
    Call(
        "prompts.update",
        lambda ls: saved(ls.prompts.get(PROMPT), description="Films"),
        sdk={"id": PROMPT, "description": "Films"},
    ),
    Call("prompts.delete", lambda ls: ls.prompts.get(PROMPT).delete(), sdk={"id": PROMPT}),
    Call(
        "prompts.compatible_projects",
        lambda ls: list(ls.prompts.compatible_projects),
        sdk={"page": 1, "page_size": 100},
        unread={"members": "project.members reads them"},
    ),
    Call(
        "prompts.versions.get_default_version_name",
        lambda ls: ls.prompts.get(PROMPT).default_version_name(),
        sdk={"id": PROMPT},
        unread={"message": "a text beside the name"},
    ),
    Call(
        "prompts.versions.list",
        lambda ls: list(ls.prompts.get(PROMPT).versions),
        sdk={"prompt_id": PROMPT},
    ),
    Call(
        "prompts.versions.create",
        lambda ls: ls.prompts.get(PROMPT).versions.create(
            title="v1",
            prompt="Rate {text}.",
            provider="OpenAI",
            provider_model_id="gpt-4o",
            model_provider=PROVIDER,
        ),
        sdk={
            "prompt_id": PROMPT,
            "title": "v1",
            "prompt": "Rate {text}.",
            "provider": "OpenAI",
            "provider_model_id": "gpt-4o",
            "model_provider_connection": PROVIDER,
        },
        answer=OF_PROMPT,
    ),
    Call(
        "prompts.versions.get",
        lambda ls: version(ls).refresh(),
        sdk=OF_VERSION,
        answer=OF_PROMPT,
    ),
    Call(
        "prompts.versions.update",
        lambda ls: saved(version(ls), prompt="Judge {text}."),
        sdk={**OF_VERSION, "prompt": "Judge {text}."},
        answer=OF_PROMPT,
    ),
    Call("prompts.versions.delete", lambda ls: version(ls).delete(), sdk=OF_VERSION),
    Call("prompts.versions.cost_estimate", lambda ls: version(ls).cost_estimate(), sdk=OF_VERSION),
    Call(
        "prompts.versions.refine_prompt",
        lambda ls: version(ls).refine(PROJECT, model="gpt-4o", provider=PROVIDER),
        sdk={
            **OF_VERSION,
            "project_id": PROJECT,
            "teacher_model_name": "gpt-4o",
            "teacher_model_provider_connection_id": PROVIDER,
            "async_": True,
        },
    ),
    Call(
        "prompts.versions.get_refined_prompt",
        lambda ls: version(ls).refinement("job-1"),
        sdk={**OF_VERSION, "refinement_job_id": "job-1"},
    ),
    Call("prompts.runs.list", lambda ls: list(version(ls).runs), sdk=OF_VERSION, answer=A_RUN),
    Call(
        "prompts.runs.create",
        lambda ls: version(ls).run(PROJECT, only_missing=True, subset="Sample", sample=20),
        sdk={
            **OF_VERSION,
            "project": PROJECT,
            "only_missing_predictions": True,
            "project_subset": "Sample",
            "sample_subset_size": 20,
        },
        answer=A_RUN,
    ),
    Call(
        "prompts.runs.cancel",
        lambda ls: run(ls).cancel(),
        sdk={**OF_VERSION, "inference_run_id": RUN},
        unread={"detail": "a text that says that it was cancelled"},
    ),
    Call("prompts.indicators.list", lambda ls: run(ls).indicators, sdk={"id": RUN}),
    Call(
        "prompts.indicators.get",
        lambda ls: run(ls).indicator("cost"),
        sdk={"id": RUN, "indicator_key": "cost"},
        unread=dict.fromkeys(("key", "title"), "the caller has named it"),
    ),
    Call(
        "prompts.batch_predictions",
        lambda ls: run(ls).add_predictions([PREDICTION]),
        sdk={"modelrun_id": RUN, "results": [PREDICTION]},
        unread=dict.fromkeys(("job_id", "modelrun_id", "results"), "what was sent"),
    ),
    Call(
        "prompts.batch_failed_predictions",
        lambda ls: run(ls).add_failures([PREDICTION]),
        sdk={"modelrun_id": RUN, "failed_predictions": [PREDICTION]},
        unread=dict.fromkeys(("job_id", "modelrun_id", "failed_predictions"), "what was sent"),
    ),
    Call(
        "prompts.subsets", lambda ls: ls.projects.get(PROJECT).subsets, sdk={"project_pk": PROJECT}
    ),
    Call(
        "prompts.subset_tasks",
        lambda ls: ls.projects.get(PROJECT).subset_tasks("HasGT", run=run(ls)),
        sdk={
            "project_pk": PROJECT,
            "project_subset": "HasGT",
            "model_run": RUN,
            "page": 1,
            "page_size": 100,
        },
        unread=dict.fromkeys(
            ("next_cursor", "previous_cursor", "task_count", "count"), "of the page"
        ),
    ),
]
