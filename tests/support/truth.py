"""What a local server really has: read from its database, past its API and our package."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from decimal import Decimal
from typing import Any

from label_studio_orm.server import LocalServer
from label_studio_orm.server.databases import PostgreSQL
from label_studio_orm.server.installation import DATABASE
from support.postgres import Postgres

TEMPORARY = "label-studio-orm "  # how the names of temporary model versions begin
LOCKED = 60.0  # seconds that the server may be writing


class Truth:
    """The tables of a server that runs."""

    def __init__(self, server: LocalServer) -> None:
        self.home, self.database = server._home, server._database

    def read(self, sql: str, id: int) -> list[tuple[Any, ...]]:
        """Return the rows of a query of which `?` is an id."""
        if self.database:
            return _rows_of_postgresql(self.database, sql.replace("?", str(id)))
        address = f"file:{self.home / DATABASE}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=LOCKED)) as connection:
            return connection.execute(sql, [id]).fetchall()

    def write(self, sql: str) -> None:
        """Change what a server has: what no request of its API can."""
        if self.database:
            Postgres(self.database.port).sql(sql, self.database.name)
            return
        with closing(sqlite3.connect(self.home / DATABASE, timeout=LOCKED)) as connection:
            connection.execute(sql)
            connection.commit()

    def tasks(self, project: int) -> dict[int, Any]:
        """The data of a project's tasks by their ids."""
        sql = "SELECT id, data FROM task WHERE project_id = ? ORDER BY id"
        return {id: _decoded(data) for id, data in self.read(sql, project)}

    def predictions(self, project: int) -> list[tuple[int, float]]:
        """The task and the score of each prediction."""
        sql = "SELECT task_id, score FROM prediction WHERE project_id = ? ORDER BY id"
        return self.read(sql, project)  # type: ignore[return-value]

    def annotations(self, project: int) -> list[int]:
        """The task of each annotation."""
        sql = "SELECT task_id FROM task_completion WHERE project_id = ? ORDER BY id"
        return [task for (task,) in self.read(sql, project)]

    def annotation_rows(self, project: int) -> dict[int, tuple[Any, ...]]:
        """The columns of each annotation that a batch must not touch, by its id; task first."""
        columns = "task_id, result, completed_by_id, parent_prediction_id, updated_at"
        return self._results("task_completion", columns, project)

    def prediction_rows(self, project: int) -> dict[int, tuple[Any, ...]]:
        """The task, result, model version, score and time of each prediction, by its id."""
        columns = "task_id, result, model_version, score, updated_at"
        return self._results("prediction", columns, project)

    def _results(self, table: str, columns: str, project: int) -> dict[int, tuple[Any, ...]]:
        sql = f"SELECT id, {columns} FROM {table} WHERE project_id = ? ORDER BY id"
        return {
            id: (task, json.dumps(_decoded(result), sort_keys=True), *others)
            for id, task, result, *others in self.read(sql, project)
        }

    def uploads(self, project: int) -> list[str]:
        """The files that were uploaded."""
        sql = "SELECT file FROM data_import_fileupload WHERE project_id = ? ORDER BY id"
        return [file for (file,) in self.read(sql, project)]

    def syncs(self, storage: int) -> int:
        """How many syncs of an import storage of local files have begun."""
        table = "io_storages_localfilesimportstorage"
        sql = f"SELECT meta FROM {table} WHERE localfilesmixin_ptr_id = ?"
        [(meta,)] = self.read(sql, storage)
        return int((_decoded(meta or "{}") or {}).get("attempts", 0))

    def left_over(self, project: int) -> list[str]:
        """Say which views, snapshots and temporary predictions a project has."""
        predictions = (
            "SELECT model_version, count(*) FROM prediction WHERE project_id = ? "
            f"AND model_version LIKE '{TEMPORARY}%' GROUP BY model_version"
        )
        views = "SELECT id, data FROM data_manager_view WHERE project_id = ?"
        exports = "SELECT id, title FROM data_export_export WHERE project_id = ?"
        return [
            *(f"view {id}: {data}" for id, data in self.read(views, project)),
            *(f"snapshot {id}: {title}" for id, title in self.read(exports, project)),
            *(f"{many} predictions of {name}" for name, many in self.read(predictions, project)),
        ]


def _rows_of_postgresql(at: PostgreSQL, sql: str) -> list[tuple[Any, ...]]:
    rows = f"SELECT coalesce(json_agg(row_to_json(found)), '[]') FROM ({sql}) AS found"
    return [tuple(row.values()) for row in json.loads(Postgres(at.port).sql(rows, at.name))]


def _decoded(value: Any) -> Any:
    """Return a JSON value: SQLite keeps it as a text."""
    return json.loads(value) if isinstance(value, str) else value


def as_kept(value: Any, server: LocalServer) -> Any:
    """Return JSON as it comes back: PostgreSQL writes 1e22 with all its digits, and -0.0 as 0.0."""
    return _with_digits(value) if server._database else value


def _with_digits(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_digits(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_digits(each) for each in value]
    if isinstance(value, float):
        return int(Decimal(repr(value))) if "e+" in repr(value) else value + 0.0
    return value


def counted(rows: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Count equal rows."""
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


def difference(found: Iterable[Mapping[str, Any]], wanted: Iterable[Mapping[str, Any]]) -> str:
    """Say what is lost and what is too many; "" if nothing is."""
    there, expected = counted(found), counted(wanted)
    lost, extra = expected - there, there - expected
    told = {"lost": lost, "too many": extra}
    return "; ".join(
        f"{rows.total()} {what}, as {next(iter(rows))}" for what, rows in told.items() if rows
    )
