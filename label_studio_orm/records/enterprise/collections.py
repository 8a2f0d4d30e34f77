"""The collections of a server that only Enterprise has."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ...orm.collection import Collection

if TYPE_CHECKING:
    from ...orm.context import Context
    from .account import Account
    from .backfills import Backfills, StateBackfills
    from .interfaces import Interfaces
    from .workspaces import Workspaces


class EnterpriseCollections:
    """The collections of a client that only Enterprise has."""

    workspaces: Collection[Workspaces] = Collection(
        "workspace",
        query="workspaces:Workspaces",
        doc="The workspaces that the key's user can see (Enterprise).",
    )
    interfaces: Collection[Interfaces] = Collection(
        "interface",
        query="interfaces:Interfaces",
        doc="The saved interfaces of the organization (Enterprise).",
    )

    @property
    def account(self) -> Account:
        """The account of the key's own user (Enterprise)."""
        from .account import account_of

        return account_of(cast("Context", self))

    @property
    def state_backfills(self) -> StateBackfills:
        """Jobs that make the first states of what has none (Enterprise)."""
        from .backfills import StateBackfills

        return StateBackfills(cast("Context", self), "/api/fsm/backfill/", "states")

    @property
    def dimension_backfills(self) -> Backfills:
        """Jobs that compute the agreement of dimensions (Enterprise)."""
        from .backfills import Backfills

        return Backfills(cast("Context", self), "/api/dimensions/backfill/", "dimensions")

    @property
    def value_count_backfills(self) -> Backfills:
        """Jobs that count the values of dimensions (Enterprise)."""
        from .backfills import Backfills

        path = "/api/dimensions/value-counts-backfill/"
        return Backfills(cast("Context", self), path, "value counts")
