"""Operations of label-studio-sdk that no call here shows: live tests do, or they are left out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Operations of Community under other names than in tests/support/operations.tsv → a live test.
LIVE: Mapping[str, str] = MappingProxyType({})

# Operations that have no way here → why.
LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "organizations.members.search": "list_filtered by POST: members.search() sends the GET",
    }
)
