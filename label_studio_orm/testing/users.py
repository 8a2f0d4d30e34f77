"""The user of the key, and the server's version: endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .database import Database
from .errors import VERSION, not_found
from .requests import Endpoint, Request

ID = 1
EMAIL = "demo@example.com"
SINCE = "2026-01-01T00:00:00.000000Z"
USER: Mapping[str, Any] = MappingProxyType(
    {
        "id": ID,
        "first_name": "",
        "last_name": "",
        "username": "",
        "email": EMAIL,
        "last_activity": SINCE,
        "custom_hotkeys": {},
        "avatar": None,
        "initials": "de",
        "phone": "",
        "active_organization": 1,
        "active_organization_meta": {"title": "Label Studio", "email": EMAIL},
        "allow_newsletters": None,
        "date_joined": SINCE,
    }
)
CREATOR = {name: USER[name] for name in ("id", "first_name", "last_name", "email", "avatar")}
ANNOTATOR = {**CREATOR, "initials": USER["initials"]}
WORK = ("create", "view", "change", "delete")
PERMISSIONS = [f"{kind}.{verb}" for kind in ("projects", "tasks", "annotations") for verb in WORK]


def version(database: Database, request: Request) -> Any:
    return {
        "release": VERSION,
        "label-studio-os-package": {"version": VERSION, "current_version_is_outdated": False},
        "edition": "Community",
    }


def health(database: Database, request: Request) -> Any:
    return {"status": "UP"}


def whoami(database: Database, request: Request) -> Any:
    return {**USER, "permissions": PERMISSIONS}


def list_users(database: Database, request: Request) -> Any:
    return [dict(USER)]


def show_user(database: Database, request: Request, user: int) -> Any:
    if user != ID:
        raise not_found("User")
    return dict(USER)


ROUTES: Mapping[str, Endpoint] = MappingProxyType(
    {
        "GET /api/version": version,
        "GET /health": health,
        "GET /api/current-user/whoami": whoami,
        "GET /api/users/": list_users,
        "GET /api/users/{user}/": show_user,
    }
)
