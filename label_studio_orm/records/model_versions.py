"""The model versions of a project's predictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ..data_manager.model_versions import check_version, checked_name, read_versions
from ..display import Displayed
from ..errors import ending_at_call
from ..orm.batches import refuse_in_batch

if TYPE_CHECKING:
    from .project import Project


class ModelVersions(Mapping[str, int], Displayed):
    """How many predictions each model version has, the latest version first.

    It is read when it is first looked at. Predictions that were imported without a version are
    under "undefined", or "".

    >>> project.model_versions
    <ModelVersions of project ...>
    >>> dict(project.model_versions)
    {'m1': 1}
    """

    _counts: dict[str, int] | None = None

    def __init__(self, project: Project) -> None:
        self._project = project

    @property
    def _read(self) -> dict[str, int]:
        if self._counts is None:
            self._counts = read_versions(self._project.client, self._project.id)
        return self._counts

    def __getitem__(self, version: str) -> int:
        try:
            return self._read[version]
        except KeyError:
            raise ending_at_call(KeyError(version)) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)

    def delete(self, version: str) -> int:
        """Delete all predictions of a version, in one request; return their number.

        Raises `NotFound` if no prediction has it. A version that the project shows to annotators
        is no longer its `model_version` then.

        >>> project.model_versions.delete("m1")
        1
        """
        checked_name(version)
        known, project = self._counts or {}, self._project
        refuse_in_batch(project.client, {"project": project.id}, "model_versions.delete")
        deleted: int = project.predictions.filter(model_version=version).delete()
        self._counts = None
        project._expire_counts()
        if not deleted and version not in known:
            check_version(project.client, project.id, version)
        return deleted

    def __repr__(self) -> str:
        if self._counts is not None:
            return repr(self._counts)
        project = getattr(self, "_project", None)  # none where the constructor has failed
        return f"<{type(self).__name__} of project {getattr(project, 'id', '?')}>"
