"""Templates of projects."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from ...orm.fields import DATETIME, Field, Reference
from ...orm.identity import id_of
from ...orm.meta import Meta
from ...orm.query import Query
from ...orm.record import Record, model_of
from ...signatures import given, takes
from ..project import Project

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...orm.fields import ReadOnlyReference
    from ..organization import Organization
    from ..user import User
    from .workspaces import Workspace


class ProjectTemplate(Record):
    """A template of projects, made of the settings of one.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> template = ls.project_templates.create(project, name="Films")
    >>> template.create_project(title="Films of May")
    <Project ... 'Films of May'>
    """

    _meta = Meta(
        kind="project_template",
        path="/api/project-templates/{id}",
        list_path="/api/project-templates/",
        leading=("id", "name"),
    )

    name = Field[str]()
    description = Field[str | None]()
    tags = Field[Any]()
    project_settings = Field[Any]()
    review_settings = Field[Any]()
    assignment_settings = Field[Any]()
    custom_script = Field[str | None]()  # JavaScript: a plugin
    require_comment_on_skip = Field[bool]()
    show_unused_data_columns_to_annotators = Field[bool | None]()
    organization: ReadOnlyReference[Organization] = Reference("organization", read_only=True)
    created_by: ReadOnlyReference[User] = Reference("user", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)

    def create_project(
        self,
        *,
        title: str,
        description: str | None = None,
        workspace: Workspace | int | None = None,
    ) -> Project:
        """Create a project with the settings of the template."""
        workspace = _id(self, workspace)
        body = given(title=title, description=description, workspace_id=workspace)
        row = self.client.json("POST", f"{self._path()}/create-project", json=body)
        return model_of(self.client, Project)._from_answer(self.client, row)


class ProjectTemplateFields(TypedDict, total=False):
    """The fields of a new template beside its name."""

    description: str | None
    tags: Any
    project_settings: Any
    review_settings: Any
    assignment_settings: Any
    custom_script: str | None
    require_comment_on_skip: bool
    show_unused_data_columns_to_annotators: bool | None


class ProjectTemplates(Query[ProjectTemplate]):
    """The templates of projects of the organization.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    @takes("records.enterprise.project_templates:ProjectTemplateFields")
    def create(
        self, project: Project | int, name: str, **fields: Unpack[ProjectTemplateFields]
    ) -> ProjectTemplate:
        """Make a template of a project; other `fields` are those of `ProjectTemplate`."""
        number = id_of(project, of="Project", client=self.client)
        return self._model._create(
            self.client,
            self._model._meta.list_path,
            {"name": name, **fields},
            also={"project_id": number},
        )


def _id(record: Record, workspace: Workspace | int | None) -> int | None:
    if workspace is None:
        return None
    return id_of(workspace, of="Workspace", client=record.client)
