"""The collections of a server that only Enterprise has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...orm.collection import Collection

if TYPE_CHECKING:
    from .workspaces import Workspaces


class EnterpriseCollections:
    """The collections of a client that only Enterprise has."""

    workspaces: Collection[Workspaces] = Collection(
        "workspace",
        query="workspaces:Workspaces",
        doc="The workspaces that the key's user can see (Enterprise).",
    )
