"""The account of the key's user, and predictions of a backend for all tasks."""

from __future__ import annotations

from contract.call import PROJECT, Call, saved

BACKEND, ME = 9, 1
WHOAMI = ("GET /api/current-user/whoami",)
HOTKEYS = {"regions:delete": {"key": "del"}}
CHANGES = {
    "first_name": "Ann",
    "last_name": "Lee",
    "username": "ann",
    "phone": "1",
    "active_organization": 1,
    "allow_newsletters": True,
    "custom_hotkeys": HOTKEYS,
    "email_notification_settings": {"digest": False},
    "is_email_verified": True,
    "onboarding_state": "done",
    "password": "a new secret",
}


CALLS = [
    Call(
        "users.get_current_user",
        lambda ls: ls.account.refresh(),
        answer={"id": ME},
        before=WHOAMI,
    ),
    Call(
        "users.update_current_user",
        lambda ls: saved(ls.account, **CHANGES),
        sdk=CHANGES,
        answer={"id": ME},
        before=(*WHOAMI, "GET /api/current-user"),
    ),
    Call(
        "users.get_hotkeys",
        lambda ls: ls.account.hotkeys(project=PROJECT),
        sdk={"project": PROJECT},
        before=WHOAMI,
    ),
    Call(
        "users.update_hotkeys",
        lambda ls: ls.account.set_hotkeys(HOTKEYS, project=PROJECT),
        sdk={"project": PROJECT, "custom_hotkeys": HOTKEYS},
        before=WHOAMI,
    ),
    Call(
        "ml.predict_all_tasks",
        lambda ls: ls.projects.get(PROJECT).ml_backends.get(BACKEND).predict_all(batch_size=16),
        sdk={"id": BACKEND, "batch_size": 16},
    ),
]
