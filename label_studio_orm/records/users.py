"""The query of a server's users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from ..errors import Rejected
from ..orm.get_or_create import get_or_create
from ..orm.query import Query
from ..signatures import takes
from .caller import organization_of
from .secret_field import hidden_fields
from .user import User

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import UserFields

TAKEN = (
    "ls.users.get_or_create(email=…) returns the user who has the address. If it finds none, the "
    "address belongs to one of the users with is_removed, as the server hides theirs. If you "
    "delete() that user, the address is free again."
)


class Users(Query[User]):
    """The users of the organization, and those who were removed from it.

    >>> ls.users.get(email="demo@example.com") == ls.whoami()
    True
    """

    @takes("records.options:UserFields")
    def create(self, *, email: str, **fields: Unpack[UserFields]) -> User:
        """Create a user in your organization; `fields` are those of `User`.

        The name is the first part of the address, unless `username` is given. They have no
        password: people who log in join by `ls.organization.invite_url`.

        >>> ls.users.create(email="kim@example.com").username
        'kim'
        """
        hidden_fields(self._model, cast("dict[str, Any]", fields))  # a password is no field
        values = self._checked(email, fields)
        if "active_organization" not in values:
            values["active_organization"] = organization_of(self.client).id
        try:
            return self._model._create(self.client, self._path(), values)
        except Rejected as error:
            if "already exists" in str((error.validation_errors or {}).get("email")):
                error.add(TAKEN)
            raise

    @takes("records.options:UserFields")
    def get_or_create(self, *, email: str, **fields: Unpack[UserFields]) -> User:
        """Return the user with this address, in whatever case, or create them with `fields`.

        One who was found is not changed: a warning names the other fields that differ.

        >>> ls.users.get_or_create(email="Kim@example.com").email
        'kim@example.com'
        """
        hidden_fields(self._model, cast("dict[str, Any]", fields))
        values = {"email": email, **fields}
        return get_or_create(self, values, lambda: self.create(email=email, **fields))

    def _checked(self, email: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of a new user, or raise what is wrong with them."""
        values = {"email": email, "username": str(email).partition("@")[0].lower(), **fields}
        self._model._check_values(values)
        return values
