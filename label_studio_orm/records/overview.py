"""The overview of a project: its summary, its annotators, and whether a config fits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import EditionError, NotFound, Unsupported
from ..features import RECOUNT, cannot
from ..orm.collection import Collection
from ..orm.response_shape import shaped
from ..transfer.ports import as_project
from .config_check import ConfigCheck, check_config
from .summary import ProjectSummary

if TYPE_CHECKING:
    from ..labeling.config import LabelConfig
    from ..transfer.ports import ProjectPort
    from .annotators import Annotators
    from .comparison import Comparison
    from .user import User


def next_task_id(project: ProjectPort) -> int | None:
    """Return the id of the next task for the key's user; None if there is none for them."""
    client, path = project.client, f"/api/projects/{project.id}/"
    try:
        return int(shaped(client.json("GET", f"{path}next/"), {"id": int})["id"])
    except NotFound:
        client.json("GET", path, params={"include": "id"})  # raises NotFound without the project
        return None


class Overview:
    """The properties and verbs by which a project tells of itself."""

    annotators: Collection[Annotators] = Collection(
        "user",
        query="annotators:Annotators",
        doc="The users who have annotated the tasks, in one request.",
    )

    @property
    def summary(self) -> ProjectSummary:
        """The labels in use, the keys of the data: as the server has counted them."""
        project = as_project(self)
        return ProjectSummary(project.client, project.id)

    def recount(self) -> ProjectSummary:
        """Have the server count its summary again, and return that.

        Label Studio up to 1.23.2 then knows, of each control, only the labels of the last
        annotation. It has no such request for the counters of tasks. A server with a queue may
        still count when this returns.

        >>> project.recount().data_columns
        {'text': 1}
        """
        project = as_project(self)
        try:
            project.client.json("POST", f"/api/projects/{project.id}/summary/reset/")
        except EditionError:  # an unknown path
            raise Unsupported(cannot(project.client, RECOUNT)) from None
        return self.summary

    def compare(
        self,
        *,
        predictions: str | None = None,
        annotators: tuple[User | int, User | int] | None = None,
        iou: float = 0.5,
    ) -> Comparison:
        """Compare annotations with a model's predictions, or those of two annotators.

        For each task that has both, each annotation that was not cancelled is compared with the
        last prediction of this model version: regions of the same control match if they share at
        least `iou` (intersection over union), whatever their labels; a region without another has
        a row, too. Of `annotators=(ann, bob)`, the last annotation of each is compared.

        Raises `NotFound` with the nearest name for an unknown model version.

        >>> project.compare(predictions="m1")
        <Comparison of annotations with predictions of 'm1' in 1 task: sentiment: 1 of 1 the same>
        >>> table = project.compare(predictions="m1").to_pandas()
        """
        from .comparison import compare  # late, as it needs half of labeling/

        return compare(as_project(self), predictions=predictions, annotators=annotators, iou=iou)

    def check_config(self, config: LabelConfig | str) -> ConfigCheck:
        """Check what a labeling config would do to this project; nothing is saved.

        The server is asked first: it refuses a config without labels that it knows to be in use,
        but does not know those of imported annotations. So if the config loses anything, all
        annotations are read and checked against it.

        >>> check = project.check_config(str(project.config).replace("Negative", "Bad"))
        >>> check.accepted
        False
        >>> print(check.problems[1])
        annotations: 1 annotation: 'sentiment' has no label 'Negative'. There are 'Positive', 'Bad'.
        """
        return check_config(as_project(self), config)
