"""The organization: tags and roles of members, permissions, invitations, sign-on, activity."""

from __future__ import annotations

import io
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from contract.call import ORGANIZATION, PROJECT, USER, Call, saved

TAG, OTHER, IMPORT, WORKSPACE, KEY = 7, 8, 9, 10, "annotations_delete"
TEXT = "email,tags\nuser5@example.com,Radiology\n"
MOMENT = datetime(2026, 1, 1, tzinfo=timezone.utc)
WHO = ("GET /api/current-user/whoami",)
GROUPS = {
    "roles_groups": [["View Only", "auditors"], ["Reviewer", "radiologists"]],
    "workspaces_groups": [["Vision", "radiologists"]],
    "user_type_groups": [["Flex", "radiologists"]],
    "projects_groups": [{"project_id": PROJECT, "group": "radiologists", "role": "Reviewer"}],
}
SETTINGS = {
    "custom_interfaces_enabled": True,
    "custom_scripts_enabled": True,
    "email_notification_settings": {"notifications_allowed": {"review": False}},
    "embed_domains": [{"domain": "example.com"}],
    "embed_enabled": True,
    "embed_settings": {"public": False},
    "interface_settings": {"origins": []},
    "react_code_settings": {"mode": "disabled"},
}
BESIDE = {
    "annotator_reviewer_firewall_enabled_at": MOMENT,
    "custom_scripts_enabled_at": MOMENT,
    "label_stream_navigation_disabled_at": MOMENT,
    "read_only_quick_view_enabled_at": MOMENT,
    "extra_data_on_activity_logs": True,
    "external_id": "clinic",
    **{name: value for name, value in SETTINGS.items() if name != "custom_scripts_enabled"},
}
IN_UTC = dict.fromkeys(
    (f"body.{name}" for name in BESIDE if name.endswith("_at")), "in UTC, written as +00:00"
)


def organization(ls):
    return ls.organizations.get(ORGANIZATION)


def tags(ls):
    return organization(ls).tags


def permissions(ls):
    return organization(ls).permissions


CALLS = [
    Call(
        "organizations.member_tags.list",
        lambda ls: _labelled(ls, "LABEL"),
        sdk={"id": ORGANIZATION, "search": "LABEL", "page": 1, "page_size": 100},
    ),
    Call(
        "organizations.member_tags.create",
        lambda ls: tags(ls).create("Radiology"),
        sdk={"id": ORGANIZATION, "label": "Radiology"},
    ),
    Call(
        "organizations.member_tags.get",
        lambda ls: tags(ls).get(TAG).refresh(),
        sdk={"id": ORGANIZATION, "tag_pk": TAG},
    ),
    Call(
        "organizations.member_tags.update",
        lambda ls: saved(tags(ls).get(TAG), label="Radiology"),
        sdk={"id": ORGANIZATION, "tag_pk": TAG, "label": "Radiology"},
    ),
    Call(
        "organizations.member_tags.delete",
        lambda ls: tags(ls).get(TAG).delete(),
        sdk={"id": ORGANIZATION, "tag_pk": TAG},
    ),
    Call(
        "organizations.member_tags.bulk.post",
        lambda ls: tags(ls).create_many(["Radiology", "Night"]),
        sdk={"id": ORGANIZATION, "labels": ["Radiology", "Night"]},
    ),
    Call(
        "organizations.member_tags.bulk.delete",
        lambda ls: tags(ls).delete_many([TAG, OTHER]),
        sdk={"id": ORGANIZATION, "ids": f"{TAG},{OTHER}"},
    ),
    Call(
        "organizations.member_tags.assign",
        lambda ls: tags(ls).assign(
            [TAG],
            everyone=True,
            excluding=[USER],
            overwrite=True,
            role="reviewer",
            user_type="standard",
            having=[OTHER],
            is_deleted=False,
            not_in_project=PROJECT,
            not_in_workspace=WORKSPACE,
            active_since=MOMENT,
            active_until=MOMENT,
        ),
        sdk={
            "id": ORGANIZATION,
            "all_": True,
            "excluded": [USER],
            "overwrite": True,
            "role": "RE",
            "user_type": "standard",
            "tags": str(OTHER),
            "is_deleted": False,
            "exclude_project_id": PROJECT,
            "exclude_workspace_id": WORKSPACE,
            "user_last_activity_gte": MOMENT.isoformat(),
            "user_last_activity_lte": MOMENT.isoformat(),
            "bulk_organization_member_tag_assignment_request_tags": [TAG],
        },
    ),
    Call(
        "organizations.member_tags.import_",
        lambda ls: tags(ls).import_file(_file(), tags=["Night"]).wait(),
        sdk={
            "id": ORGANIZATION,
            "bulk_tags": "Night",
            "file": ("tags.csv", io.BytesIO(TEXT.encode())),
        },
        answer={"import": IMPORT},
        before=(f"GET /api/organizations/{ORGANIZATION}/member-tags/imports/{IMPORT}",),
    ),
    Call(
        "organizations.member_tags.get_import",
        lambda ls: tags(ls).job(IMPORT).look(),
        sdk={"id": ORGANIZATION, "import_pk": IMPORT},
        answer={"status": "completed"},
    ),
    Call(
        "organizations.permissions.list",
        lambda ls: list(permissions(ls)),
        sdk={"id": ORGANIZATION},
    ),
    Call(
        "organizations.permissions.create",
        lambda ls: permissions(ls).create(KEY, roles=["reviewer", "MA"]),
        sdk={"id": ORGANIZATION, "permission": KEY, "roles": ["RE", "MA"]},
    ),
    Call(
        "organizations.permissions.get_options",
        lambda ls: permissions(ls).options,
        sdk={"id": ORGANIZATION},
    ),
    Call(
        "organizations.permissions.get",
        lambda ls: permissions(ls).get(KEY),
        sdk={"id": ORGANIZATION, "permission_key": KEY},
        answer={"permission": KEY},
    ),
    Call(
        "organizations.permissions.replace",
        lambda ls: permissions(ls).get(KEY).replace(["reviewer"]),
        sdk={
            "id": ORGANIZATION,
            "permission_key": KEY,
            "permission": KEY,
            "roles": ["RE"],
        },
        before=(f"GET /api/organizations/{ORGANIZATION}/permissions/{KEY}",),
    ),
    Call(
        "organizations.permissions.update",
        lambda ls: saved(permissions(ls).get(KEY), roles=["reviewer", "manager"]),
        sdk={"id": ORGANIZATION, "permission_key": KEY, "roles": ["RE", "MA"]},
        before=(f"GET /api/organizations/{ORGANIZATION}/permissions/{KEY}",),
    ),
    Call(
        "organizations.permissions.delete",
        lambda ls: permissions(ls).get(KEY).delete(),
        sdk={"id": ORGANIZATION, "permission_key": KEY},
        before=(f"GET /api/organizations/{ORGANIZATION}/permissions/{KEY}",),
    ),
    Call(
        "organizations.invites.send_email",
        lambda ls: ls.organization.invite(
            ["ann@example.com", "bob@example.com"],
            role="annotator",
            user_type="flex",
            projects=[PROJECT],
            workspaces=[WORKSPACE],
        ),
        sdk={
            "emails": ["ann@example.com", "bob@example.com"],
            "role": "AN",
            "user_type": "flex",
            "projects": [PROJECT],
            "workspaces": [WORKSPACE],
        },
        before=WHO,
    ),
    Call(
        "organizations.invites.revoke_invite",
        lambda ls: ls.organization.revoke_invite("ann@example.com"),
        sdk={"email": "ann@example.com"},
        before=WHO,
    ),
    Call(
        "organizations.get",
        lambda ls: organization(ls).refresh(),
        sdk={"id": ORGANIZATION},
        unread={"token": "hidden, as it invites anybody: organization.invite_url has it"},
        community="it has fewer fields there",
    ),
    Call(
        "organizations.update",
        lambda ls: saved(organization(ls), title="Clinic", contact_info=None, **SETTINGS),
        sdk={"id": ORGANIZATION, "title": "Clinic", "contact_info": None, **SETTINGS},
        unread={"token": "hidden, as it invites anybody: organization.invite_url has it"},
    ),
    Call(
        "organizations.update_default_role",
        lambda ls: organization(ls).set_default_role("reviewer", **BESIDE),
        sdk={"id": ORGANIZATION, "default_role": "RE", **BESIDE},
        differs=IN_UTC,
    ),
    Call("sso.saml.get", lambda ls: _read(ls.organization.saml), before=WHO),
    Call(
        "sso.saml.update",
        lambda ls: saved(
            ls.organization.saml,
            domain="example.com",
            idp_provider="okta",
            metadata_url="https://login.example.com/metadata",
            metadata_xml="<xml/>",
            mapping_email="email",
            mapping_first_name="first",
            mapping_last_name="last",
            mapping_groups="groups",
            manual_role_management=True,
            **_groups(),
        ),
        sdk={
            "domain": "example.com",
            "idp_provider": "okta",
            "metadata_url": "https://login.example.com/metadata",
            "metadata_xml": "<xml/>",
            "mapping_email": "email",
            "mapping_first_name": "first",
            "mapping_last_name": "last",
            "mapping_groups": "groups",
            "manual_role_management": True,
            **GROUPS,
        },
        before=WHO,
    ),
    Call("sso.saml.reset", lambda ls: ls.organization.saml.reset(), before=WHO),
    Call(
        "sso.saml.validate_metadata_url",
        lambda ls: ls.organization.saml.validate_metadata_url("https://login.example.com/m"),
        sdk={"metadata_url": "https://login.example.com/m"},
        before=WHO,
    ),
    Call("sso.scim.get", lambda ls: ls.organization.scim.refresh(), before=WHO),
    Call(
        "sso.scim.update",
        lambda ls: saved(ls.organization.scim, **_groups()),
        sdk=GROUPS,
        before=WHO,
    ),
    Call(
        "activity_logs.list",
        lambda ls: [*iter(_deletions(ls)), *iter(ls.organization.activity)],
        sdk={
            "user": USER,
            "project": PROJECT,
            "workspace": WORKSPACE,
            "method": "DELETE",
            "start_date": MOMENT.isoformat(),
            "end_date": MOMENT.isoformat(),
            "search": "/api/tasks",
            "ordering": "id",
            "page": 1,
            "page_size": 100,
        },
        before=(*WHO, "GET /api/activity-logs/"),  # the made-up row meets no condition
        unread={
            "recordsTotal": "the number of rows: len(log)",
            "recordsFiltered": "the number of rows: len(log)",
        },
    ),
    Call("billing.info", lambda ls: ls.organization.billing, before=WHO),
]


def _labelled(ls, part):
    from label_studio_orm import MemberTag

    return list(iter(tags(ls).filter(MemberTag.label.contains(part))))


def _read(saml):
    return [saml.refresh(), saml.token]


def _groups():
    from label_studio_orm import ProjectGroup

    return {
        "roles_groups": [("view only", "auditors"), ("RE", "radiologists")],
        "workspaces_groups": [("Vision", "radiologists")],
        "user_type_groups": [("flex", "radiologists")],
        "projects_groups": [ProjectGroup(PROJECT, "radiologists", "reviewer")],
    }


def _deletions(ls):
    from label_studio_orm import Activity

    return ls.organization.activity.of_workspace(WORKSPACE).filter(
        Activity.user == USER,
        Activity.project == PROJECT,
        Activity.method == "delete",
        Activity.time >= MOMENT,
        Activity.time <= MOMENT,
        Activity.url.contains("/api/tasks"),
    )


def _file():
    path = Path(tempfile.mkdtemp()) / "tags.csv"
    path.write_text(TEXT)
    return path
