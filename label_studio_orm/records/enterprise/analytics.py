"""Analytics of the organization: key performance indicators (KPIs)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from attrs import field, frozen

from ...orm.context import Context
from ...orm.fields import DATETIME, check_word
from ...orm.identity import ids_of
from .values import WIRE, Rows, rows_of, value_of

if TYPE_CHECKING:
    from ..project import Project
    from ..user import User

PATH = "/api/analytics/kpis/"
INTERVALS = ("hourly", "daily", "weekly", "monthly", "yearly")


@frozen
class KPI:
    """A key performance indicator that the server can work out.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    key: str
    label: str | None
    unit: str
    percentage: bool
    is_calculated: bool
    is_label_type: bool
    base_class: str
    depends_on: list[str] = field(metadata={WIRE: "depends_on_kpis"})
    aggregation_method: str | None
    calculation_formula: Mapping[str, Any] | None
    date_column: str | None


@frozen
class KPIValue:
    """The value of a KPI: one number, or a part for each user, project or interval of time.

    Of `total`, `by_user`, `by_project`, `time_series`, `matrix` (users and time) and
    `project_matrix` there is the one that `segmentation` names; the parts are as the server sends
    them.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    key: str = field(metadata={WIRE: "kpi_key"})
    label: str | None = field(metadata={WIRE: "kpi_label"})
    unit: str
    segmentation: str
    total: Mapping[str, Any] | None
    by_user: Mapping[str, Any] | None
    by_project: Mapping[str, Any] | None
    time_series: Mapping[str, Any] | None
    matrix: Mapping[str, Any] | None
    project_matrix: Mapping[str, Any] | None


class Analytics:
    """The KPIs of the organization.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> [kpi.key for kpi in ls.analytics.kpis()]
    ['key ...']
    """

    def __init__(self, client: Context) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<Analytics at {getattr(self, '_client', None)!r}>"

    def kpis(self) -> Rows[KPI]:
        """Return which KPIs there are."""
        return rows_of(KPI, self._client.json("GET", PATH))

    def kpi(
        self,
        key: str,
        *,
        tz: str = "UTC",
        start: datetime | None = None,
        end: datetime | None = None,
        users: Iterable[User | int] = (),
        projects: Iterable[Project | int] = (),
        by_time: Literal["hourly", "daily", "weekly", "monthly", "yearly"] | None = None,
        by_user: bool = False,
        by_project: bool = False,
        only_active: bool = False,
    ) -> KPIValue:
        """Return a KPI, of all users and projects or of some; of projects at most 50.

        `tz` is the time zone of the dates, such as "Europe/Berlin". With `by_user` and
        `only_active`, only users who have done something are in it.

        >>> ls.analytics.kpi("lead_time", by_time="daily").unit
        'unit ...'
        """
        check_word("by_time", by_time, INTERVALS)
        params = {
            "tz": tz,
            "start": DATETIME.dump(start),
            "end": DATETIME.dump(end),
            "members": self._ids(users, "User", "users"),
            "projects": self._ids(projects, "Project", "projects"),
            "segment_by_time": by_time,
            "segment_by_user": by_user and "true",
            "segment_by_project": by_project and "true",
            "all": only_active and "true",
        }
        sent = {name: value for name, value in params.items() if value}
        path = f"{PATH}{quote(key, safe='')}"
        return value_of(KPIValue, self._client.json("GET", path, params=sent))

    def _ids(self, records: Iterable[Any], kind: str, name: str) -> str:
        return ",".join(map(str, ids_of(records, kind, client=self._client, name=name)))
