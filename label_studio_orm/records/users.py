"""The query of a server's users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import OutcomeUnknown, Rejected, check_names
from ..orm.query import Query
from .caller import organization_of
from .user import User

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import UserFields

TAKEN = (
    "users.get_or_create(email=…) returns the one that exists. Who was removed from the "
    "organization keeps the address, without being found by it: they are among those users whose "
    "is_removed is True, and can be deleted."
)


class Users(Query[User]):
    """The users of the organization, and those who were removed from it."""

    def create(self, *, email: str, **fields: Unpack[UserFields]) -> User:
        """Create a user in your organization; `fields` are those of `User`.

        The name is the first part of the address, unless `username` is given. They have no
        password: people who log in join by `ls.organization.invite_url`.

        >>> ls.users.create(email="bob@example.com").username
        'bob'
        """
        values: dict[str, Any] = {"username": str(email).partition("@")[0], **fields}
        values = {"email": email, **values}
        self._check(values)
        values.setdefault("active_organization", organization_of(self.client).id)
        try:
            return self._model._create(self.client, self._path(), values)
        except Rejected as error:
            if "already exists" in str((error.validation_errors or {}).get("email")):
                error.add(TAKEN)
            raise

    def get_or_create(self, *, email: str, **fields: Unpack[UserFields]) -> User:
        """Return the user with this address, in whatever case, or create them with `fields`.

        >>> ls.users.get_or_create(email="Bob@example.com", first_name="Bob").email
        'bob@example.com'
        """
        self._check({"email": email, **fields})
        found = self._with(email)
        if found is not None:
            return found
        try:
            return self.create(email=email, **fields)
        except (Rejected, OutcomeUnknown):  # someone else, or a lost request, has created them
            found = self._with(email)
            if found is None:
                raise
            return found

    def _check(self, values: Mapping[str, Any]) -> None:
        """Raise the errors of a new user before anything is sent."""
        check_names(values, self._model.writable(), of=self._model.__name__)
        for name, value in values.items():
            self._model.fields[name].checked(value)

    def _with(self, email: str) -> User | None:
        return next((user for user in self if user.email.lower() == email.lower()), None)
