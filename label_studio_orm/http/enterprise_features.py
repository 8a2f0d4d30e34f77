"""The features of Label Studio Enterprise, by the paths of their endpoints.

Errors name them. Nothing else depends on this table: whether a server has an endpoint is found
from its response.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

FEATURES = (
    (r"workspaces\b", "workspaces"),
    (r"projects/\d+/members/\d+/pauses", "pauses of annotators"),
    (r"projects/(\d+/)?(members|roles)", "members and roles of projects"),
    (r"projects/\d+/tasks/(\d+/)?assignees", "assignments"),
    (r"projects/\d+/tasks/\d+/agreement-matrix", "agreement matrices"),
    (r"tasks/\d+/events", "events of tasks"),
    (r"annotation-reviews", "reviews"),
    (r"projects/\d+/review-routing-rules", "review routing rules"),
    (r"comments", "comments"),
    (r"annotations/bulk", "bulk annotations"),
    (r"annotation-history|projects/\d+/annotation-history", "annotation history"),
    (r"fsm/", "states of tasks, annotations and projects"),
    (r"(projects/\d+/)?dimensions", "dimensions of agreement"),
    (
        r"projects/\d+/(users/\d+/stats|stats|user-stats|model-stats|update-stats|analytics)",
        "statistics of projects",
    ),
    (r"analytics/", "analytics"),
    (
        r"projects/\d+/(metricparam|(aws-|gcp-)?custom-function|check-function)",
        "agreement metrics",
    ),
    (r"projects/\d+/duplicate", "duplicates of projects"),
    (r"project-templates", "project templates"),
    (r"prompts|inference-runs|model-run/|projects/\d+/subset", "prompts"),
    (r"model-provider-connections", "model providers"),
    (r"ml/\d+/predict$", "predictions of an ML backend for all tasks"),
    (r"organizations/\d+/member-tags", "tags of members"),
    (r"organizations/\d+/permissions", "permissions of roles"),
    (r"organizations/\d+/set-default-role", "a default role"),
    (r"organizations/\d+/memberships/(search|filter-)", "searches of members"),
    (r"PATCH organizations/\d+/memberships$", "roles of members"),
    (r"invite/", "invitations by email"),
    (r"activity-logs", "activity logs"),
    (r"billing", "billing"),
    (r"saml/", "single sign-on by SAML"),
    (r"scim/", "SCIM"),
    (r"interfaces", "interfaces"),
    (r"current-user$", "accounts that users change themselves"),
    (r"storages/(export/)?s3s", "S3 storages with a role"),
    (r"storages/(export/)?azure_spi", "Azure storages with a service principal"),
    (r"storages/(export/)?databricks", "Databricks storages"),
    (r"storages/(export/)?gcs_sa", "Google storages with an impersonated account"),
    (r"storages/(export/)?gcswif", "Google storages with workload identity federation"),
)
ACTIONS = {  # of the Data Manager
    "delete_annotators": "assignments",
    "delete_reviewers": "assignments",
    "delete_reviews": "reviews",
}


def feature_of(method: str, path: str, params: Mapping[str, Any]) -> str:
    """Return the feature of Enterprise that a request is for; "" for others.

    >>> feature_of("GET", "/api/workspaces/7/", {})
    'workspaces'
    """
    if path.startswith("/api/dm/actions"):
        return ACTIONS.get(str(params.get("id")), "")
    short = path.removeprefix("/api/")
    found = (
        name
        for start, name in FEATURES
        if re.match(start, short) or re.match(start, f"{method} {short}")
    )
    return next(found, "")
