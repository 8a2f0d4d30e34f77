"""Billing: the license of an organization, its limits, and the features that it has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from attrs import field, frozen

from .values import EACH, WIRE, Rows, day, moment, value_of


@frozen
class BillingLimit:
    """How many there are of something, and how many there may be.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    count: int
    limit: int
    reached: bool
    total: int | None


@frozen
class SessionLimits:
    """How many sessions members may have, and who manages roles and workspaces.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    enforce_session_concurrency: bool | None
    max_parallel_sessions: int | None
    session_concurrency_window_seconds: int | None
    manual_role_management: bool | None  # by people, not by an identity provider
    manual_workspace_management: bool | None


@frozen
class FlexBlock:
    """A time in which flexible seats can be used.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    id: str
    status: str
    claim_mode: str
    max_concurrent: int
    starts_at: datetime = field(converter=moment)
    ends_at: datetime = field(converter=moment)


@frozen
class FlexSeats:
    """The flexible seats of a license.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    enabled: bool
    capacity: int
    live_claims: int
    peak_concurrent: int
    roster_count: int
    claim_mode: str | None
    starts_at: datetime | None = field(converter=moment)
    ends_at: datetime | None = field(converter=moment)
    active_blocks: Rows[FlexBlock] = field(metadata={EACH: FlexBlock})


def _limit(row: Mapping[str, Any] | None) -> BillingLimit | None:
    return None if row is None else value_of(BillingLimit, row)


def _seats(row: Mapping[str, Any] | None) -> FlexSeats | None:
    return None if row is None else value_of(FlexSeats, row)


@frozen
class BillingChecks:
    """The license and its limits.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    organization_is_active: bool
    is_license_expired: bool
    is_license_warning: bool
    license_issued: date | None = field(converter=day)
    license_warning: date | None = field(converter=day)
    license_expires: date | None = field(converter=day)
    trial_days: int
    users: BillingLimit | None = field(converter=_limit)
    projects: BillingLimit | None = field(converter=_limit)
    results: BillingLimit | None = field(converter=_limit)
    import_storages: BillingLimit | None = field(converter=_limit)
    export_storages: BillingLimit | None = field(converter=_limit)
    prompts_enabled: bool
    prompts_api_keys_enabled: bool
    prompts_status: str
    prompts_warning: str | None
    prompts_expire: str | None
    is_prompts_warning: bool
    is_prompts_expire: bool
    flex: FlexSeats | None = field(converter=_seats)


@frozen
class BillingFlags:
    """The features that the license has.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    activated_at: datetime | None = field(converter=moment)
    allow_activity_log: bool
    allow_ai: bool
    allow_ask_ai: bool
    allow_ask_ai_screenshots: bool | None
    allow_data_credentials: bool
    allow_invite_people: bool
    allow_invite_project_experts: bool
    allow_nda: bool
    allow_organization_webhooks: bool
    allow_reviewing: bool
    allow_sso: bool
    allow_storage_proxy: bool
    ask_ai_screenshots: bool
    automax_enabled: bool
    automax_token_exists: bool
    cloud_instance: bool
    disable_members_page: bool
    disable_project_imports: bool
    early_adopter: bool
    email_configured: bool
    embed_domains: list[dict[str, Any]] | None
    embed_enabled: bool
    embed_settings: dict[str, Any] | None
    manual_role_management: bool
    manual_workspace_management: bool
    secure_mode: bool
    storage_persistence: bool
    white_label_id: str | None


def _checks(row: Mapping[str, Any] | None) -> BillingChecks:
    return value_of(BillingChecks, row or {})


def _flags(row: Mapping[str, Any] | None) -> BillingFlags:
    return value_of(BillingFlags, row or {})


@frozen
class Billing:
    """The license of an organization: `checks` has limits and dates, `flags` the features.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> ls.organization.billing.checks.users
    BillingLimit(count=..., limit=..., reached=True, total=...)
    """

    checks: BillingChecks = field(metadata={WIRE: "billing_checks"}, converter=_checks)
    flags: BillingFlags = field(metadata={WIRE: "billing_flags"}, converter=_flags)
