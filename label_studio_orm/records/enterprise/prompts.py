"""Prompts: language models that make predictions, and their versions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from ...orm.collection import Collection
from ...orm.fields import DATETIME, Field, Reference, one_of
from ...orm.identity import id_of
from ...orm.meta import Meta
from ...orm.query import Query
from ...orm.record import Record
from ...orm.response_shape import shaped
from ...signatures import takes
from .model_providers import PROVIDERS

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...orm.fields import ReadOnlyReference
    from ..organization import Organization
    from ..project import Project
    from ..user import User
    from .model_providers import ModelProvider
    from .prompt_projects import CompatibleProjects
    from .prompt_runs import CostEstimate, PromptRun, PromptRuns
    from .refinement import Refinement

SKILLS = ("TextClassification", "NamedEntityRecognition")


class Prompt(Record):
    """A language model that makes predictions of the tasks of some projects.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> prompt = ls.prompts.create(title="Sentiment", skill_name="TextClassification")
    >>> version = prompt.versions.create(
    ...     title="v1", prompt="Rate {text}.", provider="OpenAI", provider_model_id="gpt-4o"
    ... )
    >>> run = version.run(project, only_missing=True)
    """

    _meta = Meta(
        kind="parent_model",  # as versions and runs name it
        noun="prompt",
        path="/api/prompts/{id}/",
        leading=("id", "title"),
        required=("title",),
        identified_by=("title",),
        page_size=100,
    )

    title = Field[str]()
    description = Field[str | None]()
    skill_name = Field[str | None](check=one_of(*SKILLS))
    input_fields = Field[Any]()  # the keys of task data that it reads
    output_classes = Field[Any]()  # the labels that it can give
    project_ids = Field[list[int]](wire="associated_projects")
    versions_count = Field[int](read_only=True)
    runs_count = Field[int](read_only=True)
    best_score = Field[float | None](read_only=True)
    organization: ReadOnlyReference[Organization] = Reference("organization", read_only=True)
    created_by: ReadOnlyReference[User] = Reference("user", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)

    versions: Collection[PromptVersions] = Collection(
        "prompt_version", query="prompts:PromptVersions", doc="The versions of the prompt."
    )

    def default_version_name(self) -> str | None:
        """Return the title that the server would give to the next version."""
        found = shaped(self.client.json("GET", f"{self._path()}get-default-version-name"), {})
        name: str | None = found.get("default_model_version_name")
        return name


class PromptFields(TypedDict, total=False):
    """The fields of a new prompt; `title` is required."""

    title: str
    description: str | None
    skill_name: str
    input_fields: Any
    output_classes: Any
    project_ids: list[int]


class Prompts(Query[Prompt]):
    """The prompts of the organization.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    @takes("records.enterprise.prompts:PromptFields")
    def create(self, **fields: Unpack[PromptFields]) -> Prompt:
        """Create a prompt; `fields` are those of `Prompt`.

        >>> ls.prompts.create(title="Sentiment", output_classes=["Positive", "Negative"])
        <Prompt ... 'Sentiment'>
        """
        return self._create(fields)

    compatible_projects: Collection[CompatibleProjects] = Collection(
        "project", query="prompt_projects:CompatibleProjects", doc="Those that prompts can run on."
    )


class PromptVersion(Record):
    """A version of a prompt: its text, and the model that reads it.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> version = ls.prompts.get(7).versions.get(8)
    >>> version.prompt = "Is this {text} positive?"
    >>> version.save()
    <PromptVersion 8 ...>
    """

    _meta = Meta(
        kind="prompt_version",
        noun="prompt version",
        path="/api/prompts/{parent_model}/versions/{id}",
        leading=("id", "title"),
        required=("title", "prompt", "provider_model_id"),
    )

    title = Field[str]()
    prompt = Field[str]()  # keys of the task data in braces: "Rate {text}."
    provider = Field[str | None](check=one_of(*PROVIDERS))
    provider_model_id = Field[str]()  # "gpt-4o"
    model_provider: Reference[ModelProvider | None] = Reference(
        "model_provider", wire="model_provider_connection"
    )
    model_display_name = Field[str | None](read_only=True)
    max_few_shot_examples = Field[int | None]()
    score = Field[float | None](read_only=True)
    parent_model: ReadOnlyReference[Prompt] = Reference("parent_model", read_only=True)
    organization: ReadOnlyReference[Organization] = Reference("organization", read_only=True)
    created_by: ReadOnlyReference[User] = Reference("user", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)

    runs: Collection[PromptRuns] = Collection(
        "prompt_run", query="prompt_runs:PromptRuns", doc="The runs of this version."
    )

    def run(
        self,
        project: Project | int,
        *,
        only_missing: bool = False,
        subset: str | None = None,
        sample: int | None = None,
        filters: Any = None,
    ) -> PromptRun:
        """Have the model predict tasks of a project; `wait()` for the run that is returned.

        `subset` is "All", "HasGT" (tasks with ground truth), "Sample" or "Custom"; `sample` is the
        size of a sample; `filters` are those of the Data Manager, as the server takes them. With
        `only_missing`, tasks that have a prediction of this version are left out.
        """
        from .prompt_runs import start  # late: it needs this module

        options = {"project_subset": subset, "sample_subset_size": sample, "filters_json": filters}
        return start(self, project, only_missing_predictions=only_missing or None, **options)

    def cost_estimate(self) -> CostEstimate:
        """Return what a run of this version would cost, in US dollars."""
        from .prompt_runs import cost_of

        return cost_of(self)

    def refine(
        self, project: Project | int, *, model: str, provider: ModelProvider | int
    ) -> Refinement:
        """Have another model improve this prompt; `wait()` for the refinement that is returned.

        `model` is its name at a provider, such as "gpt-4o". The improved prompt becomes a version.
        """
        from .refinement import refine

        number = id_of(project, of="Project", client=self.client)
        connection = id_of(provider, of="model_provider", client=self.client)
        return refine(self, project=number, model=model, provider=connection)

    def refinement(self, job_id: str | None = None) -> Refinement:
        """Return a refinement of this version as it is now, the last one or that of a job."""
        from .refinement import refinement_of

        return refinement_of(self, job_id)


class PromptVersionFields(TypedDict, total=False):
    """The fields of a new version; `title`, `prompt` and `provider_model_id` are required."""

    title: str
    prompt: str
    provider: str
    provider_model_id: str
    model_provider: ModelProvider | int | None
    max_few_shot_examples: int | None


class PromptVersions(Query[PromptVersion]):
    """The versions of a prompt.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    @takes("records.enterprise.prompts:PromptVersionFields")
    def create(self, **fields: Unpack[PromptVersionFields]) -> PromptVersion:
        """Create a version; `fields` are those of `PromptVersion`."""
        return self._create(fields)
