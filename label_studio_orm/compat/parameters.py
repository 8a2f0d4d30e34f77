"""The parameters of a project, read from the server when one is used."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NoReturn

from .client import Client, Row
from .exceptions import LabelStudioAttributeError, LabelStudioException
from .utils import parse_config

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..records.project import Project as Record

CREATED = 201


class ProjectSampling(Enum):
    """The orders in which tasks are given to annotators."""

    RANDOM = "Uniform sampling"
    SEQUENCE = "Sequential sampling"
    UNCERTAINTY = "Uncertainty sampling"  # by the scores of predictions; Enterprise


class Parameters(Client):
    """The parameters of a project: `project.title` reads all of them once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params: Row = {}

    def __getattr__(self, item: str) -> Any:
        if item.startswith("_") or "params" not in vars(self):  # copy, pickle and IPython ask
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {item!r}")
        return self._get_param(item)

    def _get_param(self, param_name: str) -> Any:
        if param_name not in self.params:
            self._check_created(param_name)
            self.update_params()
        if param_name not in self.params:
            raise LabelStudioAttributeError(f"The project has no {param_name!r}.")
        return self.params[param_name]

    def _check_created(self, param_name: str) -> None:
        if "id" not in self.params:
            raise LabelStudioAttributeError(
                f"The project has no {param_name!r} before start_project(), or "
                "Project.get_from_id(client, 7)."
            )

    # -- which project -------------------------------------------------------------------------

    @classmethod
    def _of(cls, client: Client) -> Self:
        """Return a project without parameters, with the options of a client."""
        project = cls(**client._shared())
        vars(project)["_connection"] = client._connection
        return project

    @classmethod
    def _create_from_id(cls, client: Client, project_id: int, params: Row | None = None) -> Self:
        project = cls._of(client)
        project.params = {**(params or {}), "id": project_id}
        return project

    @classmethod
    def get_from_id(cls, client: Client, project_id: int) -> Self:
        """Return a project with its parameters. Now: `ls.projects.get(7)`."""
        project = cls._create_from_id(client, project_id)
        project.update_params()
        return project

    def start_project(self, **kwargs: Any) -> None:  # type: ignore[override] # as the old one
        """Create the project. Now: `ls.projects.create(title=…)`.

        `kwargs` are the fields of a project, such as `title` and `label_config`.
        """
        response = self.make_request("POST", "/api/projects", json=kwargs)
        if response.status_code != CREATED:
            raise LabelStudioException(f"No project was created (status {response.status_code}).")
        self.params = response.json()

    # -- reading and setting -------------------------------------------------------------------

    def get_params(self) -> Row:
        """Read all parameters. Now: `project.params`."""
        return self._object("GET", self._path)

    def update_params(self) -> None:
        """Read all parameters, and keep them. Now: `project.refresh()`."""
        self.params = self.get_params()

    def set_params(self, **kwargs: Any) -> None:
        """Set parameters. Now: `project.title = "…"`, then `project.save()`."""
        answer = self._object("PATCH", self._path, json=kwargs, raise_exceptions=True)
        self.params.update({name: answer[name] for name in kwargs if name in answer})

    def set_sampling(self, sampling: ProjectSampling) -> None:
        """Set the order of tasks. Now: `project.sampling = "…"`, `.save()`."""
        self.set_params(sampling=sampling.value)

    def set_published(self, is_published: bool) -> None:
        """Publish the project. Now: `project.is_published = True`, `.save()`."""
        self.set_params(is_published=is_published)

    def set_model_version(self, model_version: str) -> None:
        """Choose the predictions to show. Now: `project.model_version = "m1"`."""
        self.set_params(model_version=model_version)

    @property
    def parsed_label_config(self) -> dict[str, Any]:
        """The controls of the labeling config. Now: `project.config`."""
        return parse_config(self.label_config)

    def get_model_versions(self) -> dict[str, int]:
        """Return how many predictions each version has. Now: `project.model_versions`."""
        return self._object("GET", f"{self._path}/model-versions")

    def get_predictions_coverage(self) -> dict[str, float]:
        """Return the share of tasks that each model version predicts.

        Now: `project.model_versions`, divided by `project.task_number`.
        """
        tasks = self.get_params()["task_number"]
        return {name: count / tasks for name, count in self.get_model_versions().items()}

    def get_predictions_conflict(self) -> NoReturn:
        """Not implemented, as in the old SDK. Now: `project.compare(predictions="m1")`."""
        raise NotImplementedError

    def get_predictions_precision(self) -> NoReturn:
        """Not implemented, as in the old SDK. Now: `project.compare(predictions="m1")`."""
        raise NotImplementedError

    # -- the record ----------------------------------------------------------------------------

    @property
    def orm(self) -> Record:  # type: ignore[override] # of a client, it is the client's
        """The record behind this project: a `label_studio_orm.Project`."""
        return self._client.projects.get(self.id)

    @property
    def _path(self) -> str:
        return f"/api/projects/{self.id}"
