"""The collections of a server that only Enterprise has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...orm.collection import Collection
from .owners import as_client

if TYPE_CHECKING:
    from .account import Account
    from .analytics import Analytics
    from .backfills import Backfills, StateBackfills
    from .interfaces import Interfaces
    from .model_providers import ModelProviders
    from .project_roles import OwnRoles
    from .project_templates import ProjectTemplates
    from .prompts import Prompts
    from .workspaces import Workspaces


class EnterpriseCollections:
    """The collections of a client that only Enterprise has."""

    workspaces: Collection[Workspaces] = Collection(
        "workspace",
        query="workspaces:Workspaces",
        doc="The workspaces that the key's user can see (Enterprise).",
    )
    project_roles: Collection[OwnRoles] = Collection(
        "project_role",
        query="project_roles:OwnRoles",
        doc="The roles that the key's user has in projects (Enterprise).",
    )
    interfaces: Collection[Interfaces] = Collection(
        "interface",
        query="interfaces:Interfaces",
        doc="The saved interfaces of the organization (Enterprise).",
    )

    project_templates: Collection[ProjectTemplates] = Collection(
        "project_template",
        query="project_templates:ProjectTemplates",
        doc="The templates of projects (Enterprise).",
    )
    prompts: Collection[Prompts] = Collection(
        "parent_model",
        query="prompts:Prompts",
        doc="The prompts of the organization (Enterprise).",
    )
    model_providers: Collection[ModelProviders] = Collection(
        "model_provider",
        query="model_providers:ModelProviders",
        doc="The connections to providers of language models (Enterprise).",
    )

    @property
    def analytics(self) -> Analytics:
        """The key performance indicators of the organization (Enterprise)."""
        from .analytics import Analytics  # late, as few programs need it

        return Analytics(as_client(self))

    @property
    def account(self) -> Account:
        """The account of the key's own user (Enterprise)."""
        from .account import account_of

        return account_of(as_client(self))

    @property
    def state_backfills(self) -> StateBackfills:
        """Jobs that make the first states of what has none (Enterprise)."""
        from .backfills import state_backfills

        return state_backfills(as_client(self))

    @property
    def dimension_backfills(self) -> Backfills:
        """Jobs that compute the agreement of dimensions (Enterprise)."""
        from .backfills import dimension_backfills

        return dimension_backfills(as_client(self))

    @property
    def value_count_backfills(self) -> Backfills:
        """Jobs that count the values of dimensions (Enterprise)."""
        from .backfills import value_count_backfills

        return value_count_backfills(as_client(self))
