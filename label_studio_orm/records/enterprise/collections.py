"""The collections of a server that only Enterprise has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...orm.collection import Collection
from .owners import as_client

if TYPE_CHECKING:
    from .analytics import Analytics
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
