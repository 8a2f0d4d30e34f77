"""Settings of the active organization: API keys and sessions."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import InvalidInput
from ..orm.fields import DATETIME, Field
from ..orm.meta import Meta
from ..orm.record import Record
from ..orm.response_shape import expect

if TYPE_CHECKING:
    from typing_extensions import Self

FIELD_OF_KEY = {"legacy token": "legacy", "personal access token": "personal"}


def minutes_problem(value: Any) -> str | None:
    """Return what is wrong with a number of minutes, or None."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return None if whole and value >= 1 else f"must be 1 minute or more, not {value!r}"


def switch_problem(value: Any) -> str | None:
    """Return what is wrong with a switch, or None."""
    return None if isinstance(value, bool) else f"must be True or False, not {value!r}"


class WithoutToken(Record):
    """Base class of records that drop the token of a response, which nobody should print."""

    def _fetch(self, *wires: str) -> Mapping[str, Any]:
        return _without_token(super()._fetch(*wires))

    def _apply_response(
        self, answer: Mapping[str, Any], changes: Mapping[str, Any], *, ignored: Set[str]
    ) -> None:
        super()._apply_response(_without_token(answer), changes, ignored=ignored)


def _without_token(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return params without the token, which nobody should print."""
    return {wire: raw for wire, raw in params.items() if wire != "token"}


class OrganizationSettings(Record):
    """Base class of settings: they have the id of their organization."""

    _always_sent: ClassVar[str]  # a field that tells them from any other answer

    def _fetch(self, *wires: str) -> Mapping[str, Any]:
        answer = self.client.json("GET", self._path())
        expect(answer, self._always_sent)
        return {**answer, "id": self.id}


class TokenSettings(OrganizationSettings):
    """Which kinds of API keys the members of the organization can use.

    >>> settings = ls.organization.token_settings
    >>> settings.legacy = True
    >>> settings.save()
    <TokenSettings 1>
    """

    _meta = Meta(kind="token_settings", path="/api/jwt/settings", save_method="POST")
    _always_sent = "api_tokens_enabled"

    personal = Field[bool](wire="api_tokens_enabled", check=switch_problem)
    legacy = Field[bool](wire="legacy_api_tokens_enabled", check=switch_problem)
    ttl_days = Field[int](wire="api_token_ttl_days", edition="Enterprise")

    def save(self, *, force: bool = False) -> Self:
        """Send the changes.

        Raises `InvalidInput` for switching off the kind of key that this client uses, which would
        lock it out, unless `force=True`.
        """
        if not force:
            self._check_that_i_stay_in()
        return super().save()

    def _check_that_i_stay_in(self) -> None:
        kind = self.client._api_key.kind
        field = FIELD_OF_KEY.get(kind, "")
        if field in self.dirty and not getattr(self, field):
            raise InvalidInput(
                f"This client uses a {kind}, and would be locked out without this kind. Use a "
                "client with the other kind of key, or save(force=True)."
            )


class SessionPolicy(OrganizationSettings):
    """How long the members of the organization stay logged in, in minutes.

    >>> policy = ls.organization.session_policy
    >>> policy.max_session_age = 8 * 24 * 60
    >>> policy.save()
    <SessionPolicy 1>
    """

    _meta = Meta(kind="session_policy", path="/api/session-policy/")
    _always_sent = "max_session_age"

    max_session_age = Field[int](check=minutes_problem)  # minutes
    max_time_between_activity = Field[int](check=minutes_problem)  # minutes
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)
