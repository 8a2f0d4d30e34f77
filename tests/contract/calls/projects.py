"""Settings of projects, copies, templates, review routing rules and agreement metrics."""

from __future__ import annotations

from datetime import date
from typing import Any

from contract.call import PROJECT, Call, saved

TEMPLATE, WORKSPACE = 9, 7
OF_PROJECT = {"id": PROJECT}
CODE = "def agreement(one, other): return 1.0"
SETTINGS: dict[str, Any] = {
    "workspace": WORKSPACE,
    "agreement_methodology": "pairwise",
    "agreement_threshold": "0.80",
    "annotation_limit_count": 100,
    "annotation_limit_percent": "50.00",
    "annotator_evaluation_enabled": True,
    "annotator_evaluation_metric": "gt_agreement",
    "annotator_evaluation_minimum_score": "0.70",
    "annotator_evaluation_minimum_tasks": 10,
    "annotator_evaluation_onboarding_tasks": 5,
    "annotator_evaluation_continuous_tasks": 3,
    "assignment_settings": {"label_stream_task_distribution": "assigned_only"},
    "comment_classification_config": "<View/>",
    "custom_interface_code": "code",
    "custom_interface_compiled": "compiled",
    "custom_interface_params": {"a": 1},
    "custom_script": "alert(1)",
    "custom_task_lock_ttl": 600,
    "dm_column_defaults": {"explore": {"order": ["id"]}},
    "input_schema": {"type": "object"},
    "internal_description": ["For us"],
    "max_additional_annotators_assignable": 2,
    "output_schema": {"type": "object"},
    "pause_on_failed_annotator_evaluation": True,
    "require_comment_on_skip": True,
    "review_settings": {"review_criteria": "one", "sampling": "random"},
    "show_unused_data_columns_to_annotators": False,
    "source_interface_id": 11,
    "source_interface_version": 12,
    "strict_task_overlap": True,
    "use_custom_interface": False,
}
# What projects.create takes; the rest is saved after that.
AT_ONCE = (
    *("workspace", "annotator_evaluation_enabled", "dm_column_defaults", "internal_description"),
    *("custom_interface_code", "custom_interface_compiled", "custom_interface_params"),
    *("input_schema", "output_schema", "source_interface_id", "source_interface_version"),
    "use_custom_interface",
)
CREATED = {name: SETTINGS[name] for name in AT_ONCE}
MEMBERS = {"members": "project.members reads them", "key": "of members"}
COUNTERS = (*("finished_task_number", "num_tasks_with_annotations", "queue_total", "queue_done"),)
WRITTEN = {**MEMBERS, **dict.fromkeys(COUNTERS, "answers to writes have it outdated: read anew")}
RULE = {"operator": "lt", "agreement_threshold": "0.80", "sample_rate": "1.00"}


def project(ls: Any) -> Any:
    return ls.projects.get(PROJECT)


def function(ls: Any) -> Any:
    return project(ls).metric.function


CALLS = [
    Call(
        "projects.update",
        lambda ls: saved(project(ls), **SETTINGS),
        sdk={**OF_PROJECT, **SETTINGS},
        unread=WRITTEN,
    ),
    Call(
        "projects.create",
        lambda ls: ls.projects.create(title="Films", collection_mode="open", **CREATED),
        sdk={"title": "Films", "collection_mode": "open", **CREATED},
        unread=WRITTEN,
    ),
    Call(
        "projects.get",
        lambda ls: project(ls).refresh(),
        sdk=OF_PROJECT,
        unread=MEMBERS,
        community="the project",
    ),
    Call(
        "projects.list",
        lambda ls: list(ls.projects),
        differs={
            "query.page_size": "we read pages of 100",
            "query.ordering": "by id: pages stay complete while others create projects",
        },
        unread=MEMBERS,
        community="the projects",
        answer={"id": PROJECT, "title": "Reviews"},  # as the fake server has it
    ),
    Call(
        "projects.duplicate",
        lambda ls: project(ls).duplicate(
            title="Copy", workspace=WORKSPACE, tasks=True, members=True, description="A copy"
        ),
        sdk={
            **OF_PROJECT,
            "mode": "settings,data",
            "title": "Copy",
            "workspace": WORKSPACE,
            "include_members": True,
            "description": "A copy",
        },
    ),
    Call("project_templates.list", lambda ls: list(ls.project_templates)),
    Call(
        "project_templates.create",
        lambda ls: ls.project_templates.create(PROJECT, "Films", description="Of films"),
        sdk={"project_id": PROJECT, "name": "Films", "description": "Of films"},
    ),
    Call(
        "project_templates.get",
        lambda ls: ls.project_templates.get(TEMPLATE).refresh(),
        sdk={"id": TEMPLATE},
    ),
    Call(
        "project_templates.update",
        lambda ls: saved(ls.project_templates.get(TEMPLATE), tags=["films"]),
        sdk={"id": TEMPLATE, "tags": ["films"]},
    ),
    Call(
        "project_templates.delete",
        lambda ls: ls.project_templates.get(TEMPLATE).delete(),
        sdk={"id": TEMPLATE},
    ),
    Call(
        "project_templates.create_project_from_template",
        lambda ls: ls.project_templates.get(TEMPLATE).create_project(
            title="Films", workspace=WORKSPACE
        ),
        sdk={"id": TEMPLATE, "title": "Films", "workspace_id": WORKSPACE},
        unread=MEMBERS,
    ),
    Call(
        "projects.review_routing_rules.list",
        lambda ls: list(project(ls).review_rules),
        sdk=OF_PROJECT,
    ),
    Call(
        "projects.review_routing_rules.bulk_replace",
        lambda ls: project(ls).review_rules.replace([RULE]),
        sdk={**OF_PROJECT, "rules": [RULE]},
    ),
    Call("projects.metrics.get", lambda ls: project(ls).metric.refresh(), sdk=OF_PROJECT),
    Call(
        "projects.metrics.update",
        lambda ls: saved(
            project(ls).metric,
            name="exact",
            agreement_threshold=80,
            max_additional_annotators_assignable=2,
            additional_params={"a": 1},
        ),
        sdk={
            **OF_PROJECT,
            "metric_name": "exact",
            "agreement_threshold": 80,
            "max_additional_annotators_assignable": 2,
            "additional_params": {"a": 1},
        },
    ),
    Call("projects.metrics.custom.get_function", lambda ls: function(ls).get(), sdk=OF_PROJECT),
    Call(
        "projects.metrics.custom.get_lambda",
        lambda ls: function(ls).get(cloud="aws"),
        sdk=OF_PROJECT,
    ),
    Call(
        "projects.metrics.custom.get_gcp_function",
        lambda ls: function(ls).get(cloud="gcp"),
        sdk=OF_PROJECT,
    ),
    Call(
        "projects.metrics.custom.check_function",
        lambda ls: function(ls).check(CODE),
        sdk={**OF_PROJECT, "code": CODE},
    ),
    Call(
        "projects.metrics.custom.deploy_function",
        lambda ls: function(ls).deploy(CODE),
        sdk={**OF_PROJECT, "code": CODE},
    ),
    Call(
        "projects.metrics.custom.update_lambda",
        lambda ls: function(ls).deploy(CODE, cloud="aws", region="eu-1", role="arn"),
        sdk={**OF_PROJECT, "code": CODE, "region": "eu-1", "role": "arn"},
    ),
    Call(
        "projects.metrics.custom.update_gcp_function",
        lambda ls: function(ls).deploy(CODE, cloud="gcp", region="eu-1", project="p1"),
        sdk={**OF_PROJECT, "code": CODE, "region": "eu-1", "project": "p1"},
    ),
    Call(
        "projects.metrics.custom.get_function_logs",
        lambda ls: function(ls).logs(start=date(2026, 1, 1), limit=10),
        sdk={**OF_PROJECT, "start_date": "2026-01-01", "limit": 10},
    ),
    Call(
        "projects.metrics.custom.logs",
        lambda ls: function(ls).logs(end=date(2026, 2, 1), cloud="aws"),
        sdk={**OF_PROJECT, "end_date": "2026-02-01"},
    ),
]
