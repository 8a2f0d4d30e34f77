"""The role of new members, and the settings that the server keeps with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from attrs import field, frozen

from ...errors import InvalidInput, check_names
from ...orm.expressions import in_utc
from .roles import role_problem, word_of
from .values import WIRE, moment


class DefaultRoleOptions(TypedDict, total=False):
    """Settings of an organization beside the default role."""

    annotator_reviewer_firewall_enabled_at: datetime | None  # since when identities are hidden
    custom_scripts_enabled_at: datetime | None  # since when plugins are enabled
    label_stream_navigation_disabled_at: datetime | None  # since when nobody can go back
    read_only_quick_view_enabled_at: datetime | None  # since when quick view is read-only
    extra_data_on_activity_logs: bool
    custom_interfaces_enabled: bool
    email_notification_settings: Mapping[str, Any] | None
    embed_domains: list[dict[str, str]] | None  # [{"domain": "example.com"}]
    embed_enabled: bool
    embed_settings: Mapping[str, Any] | None
    external_id: str | None
    interface_settings: Mapping[str, Any] | None
    react_code_settings: Mapping[str, Any] | None


@frozen
class DefaultRole:
    """The role of new members, and the settings that the server keeps with it.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    organization: int
    role: str | None = field(converter=word_of, metadata={WIRE: "default_role"})
    annotator_reviewer_firewall_enabled_at: datetime | None = field(converter=moment)
    custom_scripts_enabled_at: datetime | None = field(converter=moment)
    label_stream_navigation_disabled_at: datetime | None = field(converter=moment)
    read_only_quick_view_enabled_at: datetime | None = field(converter=moment)
    extra_data_on_activity_logs: bool | None
    custom_interfaces_enabled: bool | None
    email_notification_settings: Mapping[str, Any] | None
    embed_domains: list[dict[str, str]] | None
    embed_enabled: bool | None
    embed_settings: Mapping[str, Any] | None
    external_id: str | None
    interface_settings: Mapping[str, Any] | None
    react_code_settings: Mapping[str, Any] | None


def checked_options(role: str | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a request, or raise `InvalidInput`."""
    check_names(options, DefaultRoleOptions.__annotations__, of="set_default_role()")
    problem = role_problem(role)
    if problem:
        raise InvalidInput(f"role {problem}.")
    for name in options:
        if name.endswith("_at") and not isinstance(options[name], (datetime, type(None))):
            raise InvalidInput(f"{name} must be a datetime or None, not {options[name]!r}.")
    return {name: _sent(value) for name, value in options.items()}


def _sent(value: Any) -> Any:
    return in_utc(value).isoformat() if isinstance(value, datetime) else value
