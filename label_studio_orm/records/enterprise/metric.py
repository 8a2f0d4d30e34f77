"""The agreement metric of a project, and the function of a custom one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from ...errors import InvalidInput
from ...orm.fields import Field, check_word
from ...orm.meta import Meta
from ...orm.record import Record
from ...orm.response_shape import shaped
from ...signatures import given
from .values import value_of

if TYPE_CHECKING:
    Cloud = Literal["aws", "gcp"]

CLOUDS = {None: "custom-function", "aws": "aws-custom-function", "gcp": "gcp-custom-function"}


class Metric(Record):
    """How the agreement of annotations is worked out in a project; the id is the project's.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> metric = project.metric
    >>> metric.agreement_threshold = 80
    >>> metric.save()
    <Metric 2>
    """

    _meta = Meta(kind="metric", path="/api/projects/{id}/metricparam/", save_method="POST")

    name = Field[str | None](wire="metric_name")
    agreement_threshold = Field[int | None]()
    max_additional_annotators_assignable = Field[int | None]()
    additional_params = Field[dict[str, Any] | None](write_only=True)
    metric_params = Field[Any](read_only=True)
    allowed = Field[bool | None](read_only=True)

    @property
    def function(self) -> MetricFunction:
        """The function of a custom metric, at the cloud that the server uses."""
        return MetricFunction(self)

    def _fetch(self, *wires: str) -> Mapping[str, Any]:
        return {**shaped(self.client.json("GET", self._path()), {}), "id": self.id}


@frozen
class DeployedFunction:
    """The code of a custom metric, and whether it is deployed.

    `status` is "NotDeployed", "Active", "Pending", "Inactive", "Failed", "NotFound" or "Error".

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    code: str
    status: str


class MetricFunction:
    """The function of a custom metric: Python code that the server runs at a cloud.

    `cloud` is "aws" or "gcp"; by default the one that the server uses.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> function = project.metric.function
    >>> function.check("def agreement(one, other): return 1.0")
    >>> function.deploy("def agreement(one, other): return 1.0")
    >>> function.get().status
    'NotDeployed'
    """

    def __init__(self, metric: Metric) -> None:
        self._metric = metric

    def __repr__(self) -> str:
        return f"<MetricFunction of {getattr(self, '_metric', None)!r}>"

    def get(self, *, cloud: Cloud | None = None) -> DeployedFunction:
        """Return the code and its status."""
        return value_of(DeployedFunction, self._send("GET", _of(cloud)))

    def check(self, code: str) -> None:
        """Have the server check code, without deploying it; raise `Rejected` with the reason."""
        self._send("POST", "check-function", json={"code": code})

    def deploy(
        self,
        code: str,
        *,
        cloud: Cloud | None = None,
        region: str | None = None,
        role: str | None = None,
        project: str | None = None,
    ) -> None:
        """Deploy code: at AWS with a `region` and a `role`, at Google with a `project`, too."""
        where = given(region=region, role=role, project=project)
        allowed = {None: set(), "aws": {"region", "role"}, "gcp": {"region", "project"}}
        wrong = where.keys() - allowed.get(cloud, where.keys())
        if wrong:
            raise InvalidInput(f"{min(wrong)} must not be given with cloud={cloud!r}.")
        self._send("POST", _of(cloud), json={"code": code, **where})

    def logs(
        self,
        *,
        start: date | None = None,
        end: date | None = None,
        limit: int | None = None,
        cloud: Literal["aws"] | None = None,
    ) -> Mapping[str, Any]:
        """Return what the function has logged, as the server sends it."""
        params = given(start_date=start, end_date=end, limit=limit)
        sent = {name: str(value) for name, value in params.items()}
        found: Mapping[str, Any] = self._send("GET", f"{_of(cloud)}-logs", params=sent)
        return found

    def _send(self, method: str, path: str, **options: Any) -> Any:
        metric = self._metric
        return metric.client.json(method, f"/api/projects/{metric.id}/{path}", **options)


def _of(cloud: str | None) -> str:
    check_word("cloud", cloud, ("aws", "gcp"))
    return CLOUDS[cloud]
