"""Tags of members: labels by which an organization groups its people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput, note
from ...orm.fields import DATETIME, Field, Reference, length
from ...orm.job import Job
from ...orm.meta import Meta
from ...orm.query import Query
from ...orm.record import Record
from ...orm.response_shape import count_of, shaped
from ...signatures import takes
from .tag_assignment import assignment, tag_ids
from .tag_imports import MemberTagImport, csv_file
from .values import value_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...orm.fields import ReadOnlyReference
    from ..organization import Organization
    from ..user import User
    from .tag_assignment import AssignmentOptions, Who

AT_ONCE = 100  # tags in one request, as their ids are in its URL


class MemberTag(Record):
    """A label for members of an organization.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> tag = ls.organization.tags.create("Radiology")
    >>> assigned = tag.assign([ls.users.get(5)])
    """

    _meta = Meta(
        kind="member_tag",
        path="/api/organizations/{organization}/member-tags/{id}",
        leading=("id", "label"),
        required=("label",),
        identified_by=("label",),
        list_filters={"labelcontains": "search"},
        page_size=100,
    )

    label = Field[str](check=length(1, 1000))
    member_count = Field[int](read_only=True)
    organization: ReadOnlyReference[Organization] = Reference("organization", read_only=True)
    created_by: ReadOnlyReference[User | None] = Reference("user", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)

    def assign(self, members: Iterable[Who]) -> int:
        """Give the tag to members, beside those they have; return how many assignments were made.

        `members` are members, users or ids of users.
        """
        number = self.organization.tags.assign([self], members)
        self._expire()  # it has more members now
        return number


class MemberTags(Query[MemberTag]):
    """The tags of an organization's members.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> [tag.label for tag in ls.organization.tags]
    ['label ...']
    """

    def create(self, label: str) -> MemberTag:
        """Create a tag."""
        return self._create({"label": label})

    def get_or_create(self, label: str) -> MemberTag:
        """Return the tag with this label, or create it."""
        from ...orm.get_or_create import get_or_create  # late, as few programs need it

        return get_or_create(self, {"label": label}, lambda: self.create(label))

    def create_many(self, labels: Iterable[str]) -> int:
        """Create several tags in one request, without those that exist; return how many are new.

        >>> created = ls.organization.tags.create_many(["Radiology", "Night shift"])
        """
        if isinstance(labels, str):
            raise InvalidInput(f"labels must be a list of texts, not {labels!r}.")
        body = {"labels": [MemberTag.label.checked(label) for label in labels]}
        return count_of(self._send("POST", "/bulk", json=body), "created")

    def delete(self) -> int:
        """Delete every tag, a hundred in a request; return their number."""
        return self.delete_many(self.ids())

    def delete_many(self, tags: Iterable[MemberTag | int]) -> int:
        """Delete these tags, a hundred in a request; return how many there were."""
        ids, deleted = tag_ids(self, tags), 0
        try:
            for start in range(0, len(ids), AT_ONCE):
                part = ",".join(map(str, ids[start : start + AT_ONCE]))
                answer = self._send("DELETE", "/bulk", params={"ids": part})
                deleted += count_of(answer, "deleted")
        except BaseException as error:
            note(error, f"{deleted:,} of {len(ids):,} tags were deleted before that.")
            raise
        finally:
            self.client._cache.drop("member_tag")
        return deleted

    @takes("records.enterprise.tag_assignment:AssignmentOptions")
    def assign(
        self,
        tags: Iterable[MemberTag | int],
        members: Iterable[Who] | None = None,
        *,
        everyone: bool = False,
        excluding: Iterable[Who] = (),
        overwrite: bool = False,
        **among: Unpack[AssignmentOptions],
    ) -> int:
        """Give tags to members; return how many assignments were made.

        `members` are members, users or ids of users. With `everyone=True`, all members get them,
        or all of those that `among` describes, `excluding` some. With `overwrite=True` they lose
        the tags that they have.

        >>> tag = ls.organization.tags.get(7)
        >>> assigned = ls.organization.tags.assign([tag], everyone=True, role="annotator")
        """
        body, params = assignment(
            self, tags, members, everyone=everyone, excluding=excluding, among=among
        )
        body = {**body, "overwrite": True} if overwrite else body
        try:
            answer = self._send("POST", "/assignments", json=body, params=params)
        finally:
            self.client._cache.drop("member_tag")  # they count their members
        return count_of(answer, "assigned")

    def import_file(self, path: str | Path, *, tags: Iterable[str] = ()) -> Job[MemberTagImport]:
        """Upload a CSV file with the columns `email` and `tags`; return the server's job.

        Tags are separated by commas, in quotes, and those that do not exist are created. Each
        member in the file gets `tags`, too.

        >>> _ = Path("tags.csv").write_text('email,tags\\nann@example.com,"Radiology,Night"\\n')
        >>> ls.organization.tags.import_file("tags.csv").wait().status
        'completed'
        """
        if isinstance(tags, str):
            raise InvalidInput(f"tags must be a list of texts, not {tags!r}.")
        files = {"file": csv_file(Path(path))}
        data = {"bulk_tags": ",".join(tags)}
        answer = self._send("POST", "/imports", files=files, data=data)
        return self.job(shaped(answer, {"import": int})["import"])

    def job(self, id: int) -> Job[MemberTagImport]:
        """Return the job of an import: `look()` reads its state, and `wait()` waits for its end."""
        return Job(
            f"The import {id} of member tags",
            look=lambda: value_of(MemberTagImport, self._send("GET", f"/imports/{id}")),
            status=lambda state: state.status,
            tuning=self.client._tuning,
        )

    def _send(self, method: str, path: str, **options: Any) -> Any:
        return self.client.json(method, f"{self._path()}{path}", **options)
