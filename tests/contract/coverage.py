"""Operations of label-studio-sdk that no call here shows: live tests do, or they are left out.

This module is imported in the environment of that SDK too, which has no attrs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Live:
    """The live test of an operation, which must send its request and get an answer.

    The request is that of the SDK's method (`make contract` captures it), or another one that does
    the same: `instead` has its method, its path and the reason.
    """

    test: str
    sdk: Mapping[str, Any] = field(default_factory=dict)  # arguments of the SDK's method
    instead: tuple[str, str, str] | None = None


ORGANIZATION = "tests/live/test_organization.py::"
TOKENS = "tests/live/test_tokens.py::"
EXPORTS = "tests/live/test_exports.py::"
EXTRAS = "tests/live/test_project_extras.py::"

# Operations of Community under other names than in tests/support/operations.tsv.
LIVE: Mapping[str, Live] = MappingProxyType(
    {
        "jwt_settings.update": Live(
            f"{ORGANIZATION}test_legacy_tokens_are_switched_off", {"api_token_ttl_days": 9}
        ),
        "organizations.invites.get_invite_link": Live(
            f"{ORGANIZATION}test_a_new_invitation_replaces_the_old"
        ),
        "organizations.list": Live(
            f"{ORGANIZATION}test_the_organization_is_the_one_of_the_keys_user"
        ),
        "organizations.members.delete": Live(
            f"{ORGANIZATION}test_a_member_is_removed", {"id": 1, "user_pk": 5}
        ),
        "organizations.members.get": Live(
            f"{ORGANIZATION}test_the_invitation_lets_people_join", {"id": 1, "user_pk": 5}
        ),
        "organizations.members.list": Live(
            f"{ORGANIZATION}test_the_invitation_lets_people_join", {"id": 1}
        ),
        "organizations.reset_token": Live(f"{ORGANIZATION}test_a_new_invitation_replaces_the_old"),
        "projects.exports.download": Live(
            f"{EXPORTS}test_a_snapshot_can_be_downloaded_again_and_again",
            {"id": 2, "export_pk": 6},
        ),
        "projects.exports.download_sync": Live(
            f"{EXPORTS}test_with_a_path_export_returns_the_path_of_the_file",
            {"id": 2},
            instead=(
                "GET",
                "/api/projects/{id}/exports/{export_pk}/download",
                "an export is a snapshot: no request waits for it, and its download can go on",
            ),
        ),
        "projects.import_predictions": Live(
            "tests/live/test_predictions.py::"
            "test_predict_batches_and_imports_accept_the_same_predictions",
            {"id": 2, "request": []},
        ),
        "projects.list_counts": Live(
            f"{EXTRAS}test_projects_are_listed_with_their_counts",
            instead=("GET", "/api/projects/", "projects are listed with the same counts"),
        ),
        "projects.list_unique_annotators": Live(
            f"{EXTRAS}test_annotators_are_the_users_who_annotated", {"id": 2}
        ),
        "projects.validate_label_config": Live(
            f"{EXTRAS}test_a_config_that_only_adds_is_fine", {"id": 2, "label_config": "<View/>"}
        ),
        "session_policy.get": Live(f"{ORGANIZATION}test_the_session_policy_is_saved"),
        "session_policy.update": Live(f"{ORGANIZATION}test_the_session_policy_is_saved"),
        "tokens.list": Live(f"{TOKENS}test_a_token_is_created_listed_and_revoked"),
        "tokens.rotate": Live(
            f"{TOKENS}test_a_client_and_its_siblings_go_on_with_the_new_token", {"refresh": "t"}
        ),
        "views.update_order": Live(
            "tests/live/test_views.py::test_views_are_reordered_and_deleted",
            {"project": 2, "ids": [8]},
        ),
    }
)

# Operations that have no way here → why.
LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "organizations.members.search": "list_filtered by POST: members.search() sends the GET",
    }
)
