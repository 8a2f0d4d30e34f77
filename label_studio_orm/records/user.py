"""Users: the accounts at a server."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import (
    FieldMissing,
    InvalidInput,
    NotFound,
    Rejected,
    ServerError,
    UnknownName,
    Unsupported,
)
from ..orm.fields import DATETIME, Field, length
from ..orm.meta import Meta
from ..orm.record import Record
from ..stack import stack_level
from ..text import shown
from .caller import caller, organization_of
from .enterprise.user import EnterpriseUser

if TYPE_CHECKING:
    from typing_extensions import Never, Self

    from .organization import Organization

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
AVATAR_TYPES = {".gif": "gif", ".jpeg": "jpeg", ".jpg": "jpeg", ".png": "png"}
REFUSALS = ("Can't read image", "Please use an image", "Please upload a valid image")
AVATAR_BYTES = 1024 * 1024
name_problem = length(0, 256)


def address_problem(value: Any) -> str | None:
    """Return what is wrong with an email address, or None."""
    if isinstance(value, str) and ADDRESS.fullmatch(value) and len(value) < 256:
        return None
    return f"must be an address like ann@example.com, not {value!r}"


def hotkeys_problem(value: Any) -> str | None:
    """Return what is wrong with hotkeys, or None: the server saves them, and the editor fails."""
    if not isinstance(value, dict):
        return f"must be a dict like {{'regions:delete': {{'key': 'del'}}}}, not {value!r}"
    for action, hotkey in value.items():
        section, _, name = action.partition(":") if isinstance(action, str) else ("", "", "")
        if not (section.strip() and name.strip()):
            return f"must have keys like 'section:action', not {action!r}"
        key = hotkey.get("key") if isinstance(hotkey, Mapping) else None
        if not isinstance(key, str) or not key:
            return f"[{action!r}] must be a dict with a 'key' such as 'ctrl+d', not {hotkey!r}"
    return None


class Email(Field[str]):
    """The address of a user, which is given when they are created and never changed."""

    if TYPE_CHECKING:

        def __new__(cls) -> Email: ...

        def __set__(self, record: Record, value: Never) -> None: ...  # type: ignore[override]

    else:
        __orig_class__ = Field[str]  # by which filters know that it is a text

        def __init__(self) -> None:
            self._set_up(read_only=False, check=address_problem)

        def __set__(self, record: Record, value: str) -> NoReturn:
            raise UnknownName(
                f"{type(record).__name__}.email cannot be changed: this server takes an address "
                "only from ls.users.create()."
            )

    def dump(self, value: str) -> str:
        return value.lower() if isinstance(value, str) else value  # as the login page does


class User(EnterpriseUser, Record):
    """A person with an account at the server.

    >>> eva = ls.users.create(email="eva@example.com", first_name="Eva")
    >>> eva.last_name = "Lee"
    >>> eva.save()
    <User ... eva@example.com>
    >>> eva.delete()
    """

    _meta = Meta(
        kind="user",
        path="/api/users/{id}/",
        leading=("id", "email"),
        required=("email",),
        identified_by=("email",),
    )

    email = Email()
    first_name = Field[str](check=name_problem)
    last_name = Field[str](check=name_problem)
    username = Field[str](check=length(1, 256))
    initials = Field[str](read_only=True)
    phone = Field[str](check=name_problem)
    last_activity = Field[datetime](read_only=True, converter=DATETIME)
    date_joined = Field[datetime](read_only=True, converter=DATETIME, since="1.16")
    active_organization = Field[int | None]()
    avatar = Field[str | None](read_only=True)  # a URL
    active_organization_meta = Field[dict[str, Any]](read_only=True, since="1.17")
    allow_newsletters = Field[bool | None]()
    custom_hotkeys = Field[dict[str, Any]](check=hotkeys_problem, since="1.21")  # of the editor
    # Only of the key's user, from ls.whoami():
    permissions = Field[list[str]](read_only=True, since="1.22")

    @property
    def is_removed(self) -> bool:
        """Whether they were removed from the organization: the server hides name and email."""
        return is_masked({"email": self.email, "username": self.username})

    def delete(self) -> None:
        """Delete the account, for good; only the owner of the organization may do that.

        Their annotations stay, with `completed_by` None, and a warning counts them; their drafts
        are deleted. `ls.organization.members.get(user).remove()` keeps the account, and
        `completed_by`. Raises `InvalidInput` for yourself and for the owner.
        """
        super().delete()

    def _delete(self) -> Self:
        check_removable(self, organization_of(self.client), "deleted")
        count = _annotations_of(self)
        if count:
            warnings.warn(
                f"{self!r} is deleted: their annotations ({count}) stay, with completed_by None.",
                stacklevel=stack_level(),
            )
        return super()._delete()

    def set_avatar(self, path: str | os.PathLike[str]) -> None:
        """Set your own picture: a GIF, JPEG or PNG of at most 1 MB and 1200 x 1200 pixels."""
        self._check_that_it_is_me()
        if not isinstance(path, (str, os.PathLike)):
            raise InvalidInput(f"path must be the path of a picture, not {path!r}.")
        file = Path(path)
        kind = AVATAR_TYPES.get(file.suffix.lower())
        content = file.read_bytes() if kind and file.is_file() else b""
        if not 0 < len(content) <= AVATAR_BYTES:
            raise InvalidInput(
                f"An avatar must be a .gif, .jpg or .png file of at most 1 MB, not {str(path)!r}."
            )
        picture = (file.name, content, f"image/{kind}")
        with _refusals(file):
            self.client.json("POST", f"{self._path()}avatar/", files={"avatar": picture})
        self._expire(keep=self._changes())

    def remove_avatar(self) -> None:
        """Remove your own picture."""
        self._check_that_it_is_me()
        self.client.json("DELETE", f"{self._path()}avatar/")
        self._expire(keep=self._changes())

    def _check_that_it_is_me(self) -> None:
        me = caller(self.client)
        if me != self:
            raise InvalidInput(
                f"Only the picture of the key's own user, {me!r}, can be changed: the server would "
                f"change that, not the picture of {self!r}."
            )

    def _label(self) -> str:
        email = self._state.params.get("email")
        return f" {shown(email, 200)}" if email else ""


@contextmanager
def _refusals(picture: Path) -> Iterator[None]:
    """Raise `Rejected` for a picture that the server does not take, which it answers with a 500."""
    try:
        yield
    except ServerError as error:
        if not any(words in str(error.detail) for words in REFUSALS):
            raise
        message = f"{picture} must be a GIF, JPEG or PNG of at most 1200 x 1200 pixels: {error}"
        raise Rejected(message, **error.__dict__) from None


def is_masked(user: Mapping[str, Any]) -> bool:
    """Tell whether the server hides a user that was removed from the organization."""
    return user.get("email") == user.get("username") == "Deleted"


def check_removable(user: User, organization: Organization, verb: str) -> None:
    """Raise `InvalidInput` for the key's own user, and for the owner of the organization."""
    if user == caller(user.client):
        raise InvalidInput(f"{user!r} is the user of this key, and cannot be {verb} with it.")
    if user == organization.created_by:
        raise InvalidInput(f"{user!r} owns {organization!r}, and cannot be {verb}.")


def _annotations_of(user: User) -> int:
    try:
        return organization_of(user.client).members.get(user).annotations_count
    except (FieldMissing, NotFound, Rejected, Unsupported):  # no member; older servers
        return 0
