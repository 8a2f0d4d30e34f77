"""The collections of a server that only Enterprise has."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ...orm.collection import Collection

if TYPE_CHECKING:
    from ...orm.context import Context
    from .analytics import Analytics
    from .workspaces import Workspaces


class EnterpriseCollections:
    """The collections of a client that only Enterprise has."""

    workspaces: Collection[Workspaces] = Collection(
        "workspace",
        query="workspaces:Workspaces",
        doc="The workspaces that the key's user can see (Enterprise).",
    )

    @property
    def analytics(self) -> Analytics:
        """The key performance indicators of the organization (Enterprise)."""
        from .analytics import Analytics  # late, as few programs need it

        return Analytics(cast("Context", self))
