"""The settings of a record class: paths, parameters and cache rules."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

NOTHING: Mapping[str, Any] = MappingProxyType({})


@frozen(kw_only=True)
class Meta:
    """All that a record class declares besides its fields and verbs.

    >>> Meta(kind="webhook", path="/api/webhooks/{id}/").collection
    '/api/webhooks/'
    """

    kind: str  # as in references: "ml_backend"
    noun: str = field()  # as in errors and reprs: "ML backend"; by default the kind
    path: str = ""  # of one record: "/api/projects/{id}/"
    by_id: bool = True  # whether lists are in the order of ids, else in the server's own
    leading: tuple[str, ...] = ("id",)  # the first columns of a table; then what people name it by
    nested: tuple[str, ...] = ()  # lists of records that the server sends with it
    required: tuple[str, ...] = ()  # fields without which none can be created
    identified_by: tuple[str, ...] = ()  # fields that get_or_create() looks for
    server_defaults: Mapping[str, Any] = NOTHING  # of such fields that are not sent
    invalidates: tuple[str, ...] = ()  # kinds of records that count this one: a write expires these
    batched_by: str = ""  # the kind of the parent whose batch takes the writes
    save_method: str = "PATCH"  # of the request that saves changes
    sent_with_every_patch: tuple[str, ...] = ()  # what the server needs beside what was changed
    volatile: frozenset[str] = frozenset()  # what an answer to a write has in another shape
    merged: frozenset[str] = frozenset()  # objects of which several people may change other keys
    read_params: Mapping[str, Any] = NOTHING  # of the query string of a read
    list_path: str = ""  # of lists, where that is not the path of the collection
    list_params: Mapping[str, Any] = NOTHING  # of the query string of lists
    # Conditions that the server checks, with the parameter for each: {"user": "user",
    # "created_at>=": "start_date"}. Parents of the records count, too.
    list_filters: Mapping[str, str] = NOTHING
    page_size: int = 0  # of lists that come in pages
    page_keys: tuple[str, str] = ("results", "count")  # where a page has its rows, and their number
    write_options: Mapping[str, Any] = NOTHING  # of the requests that write

    @noun.default
    def _noun_of_kind(self) -> str:
        return self.kind.replace("_", " ")

    @property
    def key(self) -> str:
        """What tells this class from all others, where several share a kind."""
        return self.kind

    @property
    def collection(self) -> str:
        """The path to list and create records at."""
        return self.path.partition("/{id}")[0] + self.path.partition("{id}")[2]


def kind_of(value: Any) -> str:
    """Return the kind of a record or record class; "" for anything else."""
    meta = getattr(value if isinstance(value, type) else type(value), "_meta", None)
    return meta.kind if isinstance(meta, Meta) else ""
