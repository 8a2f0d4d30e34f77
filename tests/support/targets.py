"""The servers that `make reach` tries: versions, databases, and what stands in front.

A target is written as `1.20.0`, `1.20.0+postgresql`, `1.23.2+uwsgi+nginx`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

from label_studio_orm.server import LocalServer
from label_studio_orm.server.installation import COMMAND, is_installed
from label_studio_orm.server_version import parsed

from . import postgres
from .fronts import Front, lacking, running_front

POSTGRESQL = "postgresql"
CURRENT = "1.23.2"
VERSIONS = ("1.10.1", "1.13.1", "1.16.0", "1.18.0", "1.20.0", "1.21.0", "1.22.0", CURRENT)
ON_POSTGRESQL = ("1.20.0", CURRENT)


@frozen
class Target:
    """One way to run Label Studio."""

    version: str
    database: str = ""  # SQLite, or "postgresql"
    front: str = ""  # one of `FRONTS`, or the development server

    @classmethod
    def of(cls, name: str) -> Target:
        """Read a target as it is written.

        >>> Target.of("1.23.2+uwsgi+nginx")
        Target(version='1.23.2', database='', front='uwsgi+nginx')
        """
        version, _, rest = name.partition("+")
        if rest.startswith(POSTGRESQL):
            return cls(version, POSTGRESQL, rest[len(POSTGRESQL) + 1 :])
        return cls(version, "", rest)

    def __str__(self) -> str:
        return "+".join(filter(None, (self.version, self.database, self.front)))

    def before(self, version: str) -> bool:
        """Tell whether this is an older version."""
        return parsed(self.version) < parsed(version)

    def missing(self) -> str:
        """Say what this machine lacks to run it; "" if nothing."""
        if not is_installed(self.version):
            return f"Label Studio {self.version} is not installed ({COMMAND} {self.version})"
        if self.database and (lacks := postgres.missing()):
            return lacks
        return lacking(self.front)

    @contextmanager
    def running(self, files: Path, environ: Mapping[str, str]) -> Iterator[LocalServer | Front]:
        """Run it, empty; it may give out the files of a folder."""
        with ExitStack() as stack:
            options: dict[str, Any] = {"version": self.version}
            if self.database:
                cluster = stack.enter_context(postgres.running_postgres())
                database = cluster.database("reach", version=self.version)
                options["database"] = stack.enter_context(database)
            options |= {"files": files, "environ": environ}
            if self.front:
                yield stack.enter_context(running_front(self.front, **options))
            else:
                yield stack.enter_context(LocalServer(**options))


TARGETS = (
    *(Target(version) for version in VERSIONS),
    *(Target(version, POSTGRESQL) for version in ON_POSTGRESQL),
    *(Target(CURRENT, "", front) for front in ("gunicorn", "uwsgi", "uwsgi+nginx")),
)
