"""Users, the organization and tokens of the well-formed server."""

from __future__ import annotations

from typing import Any

from support.tokens import refresh_token

from .contents import TIME, USER
from .server import Reply, Request
from .world import World, route

SETTINGS = {"api_tokens_enabled": True, "legacy_api_tokens_enabled": True}
POLICY = {"max_session_age": 9, "max_time_between_activity": 5, "created_at": TIME}
INVITE = {"token": "@key@", "invite_url": "/user/signup/?token=@key@"}
ORGANIZATION = {
    **{"id": 1, "title": "Ours", "token": "@key@", "contact_info": None, "users": [1, 2]},
    **{"created_by": 1, "created_at": TIME, "updated_at": TIME},
}
MEMBER = {
    **{"organization": 1, "annotations_count": 2, "contributed_projects_count": 1},
    **{"created_at": TIME, "created_projects": [], "contributed_to_projects": [{"id": 1}]},
}


@route("POST", "/api/users/")
def _new_user(world: World, request: Request) -> Any:
    return {**USER, "id": 3, **request.json}


@route("GET", "/api/users/{id}/")
def _user(world: World, request: Request, id: str) -> Any:
    return {**USER, "id": int(id)}


@route("PATCH", "/api/users/{id}/")
def _patch_user(world: World, request: Request, id: str) -> Any:
    return {**USER, "id": int(id), **request.json}


@route("GET", "/api/organizations/")
def _organizations(world: World, request: Request) -> Any:
    return [ORGANIZATION]


@route("GET", "/api/organizations/{id}")
@route("PATCH", "/api/organizations/{id}")
def _organization(world: World, request: Request, id: str) -> Any:
    return {**ORGANIZATION, **(request.json if request.method == "PATCH" else {})}


@route("GET", "/api/organizations/{id}/memberships")
def _members(world: World, request: Request, id: str) -> Any:
    users = ({**USER, "id": number} for number in (1, 2))
    rows = [{"id": user["id"] + 5, "organization": 1, "user": user} for user in users]
    return {"count": 2, "next": None, "previous": None, "results": rows}


@route("GET", "/api/organizations/{id}/memberships/{id}/")
def _member(world: World, request: Request, id: str, user: str) -> Any:
    return {**MEMBER, "user": int(user)}


@route("DELETE", "/api/users/{id}/")
@route("DELETE", "/api/organizations/{id}/memberships/{id}/")
@route("POST", "/api/token/blacklist/")
def _deleted(world: World, request: Request, *ids: str) -> Any:
    return Reply(b"", b"204 No Content")


@route("GET", "/api/invite")
@route("POST", "/api/invite/reset-token")
def _invite(world: World, request: Request) -> Any:
    return INVITE


@route("GET", "/api/jwt/settings")
@route("POST", "/api/jwt/settings")
def _settings(world: World, request: Request) -> Any:
    return {**SETTINGS, **(request.json if request.method == "POST" else {})}


@route("GET", "/api/session-policy/")
@route("PATCH", "/api/session-policy/")
def _policy(world: World, request: Request) -> Any:
    return {**POLICY, **(request.json if request.method == "PATCH" else {})}


@route("GET", "/api/token/")
def _tokens(world: World, request: Request) -> Any:
    return [{"token": refresh_token(jti="a", user_id="1").rpartition(".")[0]}]


@route("POST", "/api/token/")
def _new_token(world: World, request: Request) -> Any:
    return {"token": refresh_token(jti="b", user_id="1")}


@route("POST", "/api/token/rotate/")
def _rotated(world: World, request: Request) -> Any:
    return {"refresh": refresh_token(jti="c", user_id="1")}
