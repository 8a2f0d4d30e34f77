"""API keys: the personal access tokens of a user, and the legacy token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

from attrs import field, frozen

from ..display import Displayed
from ..errors import InvalidInput, LabelStudioError, NotFound, Outcome, Rejected, ending_at_call
from ..http.auth import LegacyToken, PersonalAccessToken, jwt_claims
from ..orm.context import Context
from ..orm.deadline import connect_deadline, is_transient, retry_transient
from ..orm.names import CheckedNames
from ..orm.response_shape import shaped
from ..redaction import guarded
from ..secret import Secret
from .caller import caller

TOKENS = "/api/token/"
CONFLICT = 409
ONE_EXISTS = "tokens.rotate() replaces it; to have none, revoke() it."
LOST = "If it was created, its text is lost: revoke() what ls.tokens lists, and create() again."
NOT_ROTATED = (
    "The old token may be revoked, and no new one has arrived: create() one, or take it from "
    "Account & Settings → Personal Access Token."
)
LOCKED_OUT = (
    "If it was reset, this client is locked out: take the new one from Account & Settings → "
    "Legacy Token."
)


@frozen(repr=False)
class Token(Displayed):
    """A personal access token, without the part that is shown only once."""

    id: str
    created: datetime | None
    expires: datetime | None
    _client: Context = field(eq=False)
    _text: Secret = field(eq=False)  # enough to revoke it

    @classmethod
    def _from_text(cls, client: Context, text: Secret) -> Token:
        claims = _claims(text)
        created, expires = (_moment(claims.get(name)) for name in ("iat", "exp"))
        return cls(str(claims.get("jti", "")), created, expires, client, text)

    @property
    def in_use(self) -> bool:
        """Whether this client uses it."""
        return bool(self.id) and self.id == self._client._api_key.token_id

    def revoke(self, *, force: bool = False) -> None:
        """Revoke the token: nobody can use it any more, after a few minutes.

        Raises `InvalidInput` for the one that this client uses, unless `force=True`.
        """
        if self.in_use and not force:
            raise InvalidInput(
                "This client uses the token, and would be locked out: rotate() replaces it and the "
                "client goes on with the new one; or revoke(force=True)."
            )
        self._client.json("POST", f"{TOKENS}blacklist/", json={"refresh": self._text})

    def __repr__(self) -> str:
        since = f" created {self.created:%Y-%m-%d %H:%M}" if self.created else ""
        return f"<{type(self).__name__} {self.id}{since}>"


@frozen(repr=False, eq=False, slots=False)
class Tokens(CheckedNames, Displayed):
    """The personal access tokens of the key's user: at most one can be created.

    >>> key = ls.tokens.create()
    >>> from label_studio_orm import LabelStudio
    >>> LabelStudio(ls.server, api_key=key).whoami().email
    'demo@example.com'
    >>> ls.tokens[0].revoke()
    >>> len(ls.tokens)
    0
    """

    client: Context

    def create(self) -> Secret:
        """Create a token, and return its text, which is shown only here: `reveal()` it.

        Raises `Rejected` if the user has one already.
        """
        try:
            answer = self.client.json("POST", TOKENS)
        except LabelStudioError as error:
            if isinstance(error, Rejected) and error.status == CONFLICT:
                error.add(ONE_EXISTS)
            elif error.outcome is Outcome.UNKNOWN:
                error.add(LOST)
            raise
        return _secret(answer, "token")

    def revoke(self, token: str | Secret, *, force: bool = False) -> None:
        """Revoke a token of this user, given by its text, as `Token.revoke` does."""
        token = Secret.of(token)  # before anything can fail, as tracebacks show variables
        self._of_this_user(token).revoke(force=force)

    def rotate(self) -> Secret:
        """Replace the token by a new one, and return its text, which is shown only here.

        The old one is revoked, wherever it is used. This client and those of its `with_options()`
        go on with the new one, if they used the old one.
        """
        key, ids = self.client._api_key, {token.id for token in self}
        if isinstance(key, PersonalAccessToken):
            new = self._rotate(key.text, keep=ids - {key.token_id})
            key.replace(new)
            return new
        if len(ids) != 1:  # more than one is possible in other editions
            which = "revoke() the others" if ids else "create() one"
            raise InvalidInput(f"There must be one token to rotate, not {len(ids)}: {which}.")
        return self._recreate(keep=set())

    @property
    def legacy(self) -> Secret:
        """The legacy token of the user; it works where `token_settings.legacy` allows it."""
        return _secret(self.client.json("GET", "/api/current-user/token"), "token")

    def reset_legacy(self) -> Secret:
        """Replace the legacy token by a new one, and return that; the old one stops working.

        This client and those of its `with_options()` go on with the new one, if they used the old
        one.
        """
        key = self.client._api_key
        try:
            answer = self.client.json("POST", "/api/current-user/reset-token/")
        except LabelStudioError as error:
            if error.outcome is Outcome.UNKNOWN and isinstance(key, LegacyToken):
                error.add(LOCKED_OUT)
            raise
        new = _secret(answer, "token")
        if isinstance(key, LegacyToken):
            key.replace(new)
        return new

    def __iter__(self) -> Iterator[Token]:
        rows = shaped(self.client.json("GET", TOKENS), [{"token": str}])
        return iter([Token._from_text(self.client, Secret(row["token"])) for row in rows])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, index: int) -> Token:
        if not isinstance(index, (int, slice)):
            raise InvalidInput(f"An index of tokens must be an integer, not {index!r}.")
        found = list(iter(self))
        try:
            return found[index]
        except IndexError:
            raise ending_at_call(IndexError(f"There is no [{index}] in {self!r}.")) from None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of the key's user at {self.client.server}>"

    def _rotate(self, old: Secret, *, keep: set[str]) -> Secret:
        try:
            answer = self.client.json("POST", f"{TOKENS}rotate/", json={"refresh": old})
        except LabelStudioError as error:
            if error.outcome is not Outcome.UNKNOWN:
                raise
            return self._recreate(keep=keep)  # the text of a new one may be lost with the answer
        return _secret(answer, "refresh")

    def _recreate(self, *, keep: set[str]) -> Secret:
        """Revoke all tokens but those to keep, and create one, until it has arrived."""

        def revoke_and_create() -> Secret:
            for token in self:
                if token.id not in keep:
                    with suppress(NotFound):  # done by a request before
                        token.revoke(force=True)
            return self.create()

        try:
            return retry_transient(revoke_and_create, connect_deadline(self.client), _passes)
        except LabelStudioError as error:
            error.add(NOT_ROTATED)
            raise

    def _of_this_user(self, text: Secret) -> Token:
        """Return a token that was given by its text, or raise `InvalidInput`."""
        claims = _claims(text)
        if claims.get("token_type") != "refresh":
            raise InvalidInput(
                "The token must be a personal access token: a text of three parts, with dots "
                "between them, as create() returns it. For a legacy token: reset_legacy()."
            )
        owner, me = claims.get("user_id"), caller(self.client)
        if str(owner) != str(me.id):
            raise InvalidInput(
                f"The token must be one of {me!r}, whose key this client uses; it is one of user "
                f"{owner}, who alone can revoke it."
            )
        return Token._from_text(self.client, text)


def _passes(error: LabelStudioError) -> bool:
    """Tell whether to try again: there is a token where a lost request is still at work."""
    return is_transient(error) or error.status == CONFLICT


def _claims(text: Secret) -> dict[str, Any]:
    """Return the claims of a token; the server lists tokens without their last part."""
    plain: object = text.reveal()
    if not isinstance(plain, str):
        return {}
    return jwt_claims(text if plain.count(".") > 1 else Secret(f"{plain}.")) or {}


def _moment(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, tz=timezone.utc)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _secret(answer: Any, name: str) -> Secret:
    return guarded(Secret(shaped(answer, {name: str})[name]))
