"""Reports: imports, exports, batches, renames, and what a project has in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from ..orm.record import Record
from ..records.model_versions import ModelVersions
from ..records.summary import ProjectSummary
from ..text import shown
from ..transfer.batches.batch import Batch
from ..transfer.exports.exported import ExportedPath, ExportedTasks
from ..transfer.imports.result import ImportResult
from ..transfer.refusals import Failure
from ..transfer.renames.report import RenameReport
from . import body_of
from .cells import cell, chips, counted, cut, heading, note, number, number_columns, pairs, table
from .columns import MOST_OF_DATA, result_cell
from .markup import Html, joined, tag

MOST = 10  # rows of a report
MOST_COLUMNS = 8


def counts_of(**counts: int) -> str:
    """Return the counts that are not 0.

    >>> counts_of(created=3, failed=0, skipped=1)
    '3 created, 1 skipped'
    """
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)


def failures_of(failed: Sequence[Failure]) -> Html | None:
    """Return a table of what was refused."""
    if not failed:
        return None
    rows = [(each.index, cut(each.what), cut(each.error, 200)) for each in failed[:MOST]]
    more = note(f"and {len(failed) - MOST:,} more: see .failed") if len(failed) > MOST else None
    head = tag("b", f"{len(failed):,} refused", class_="lso-bad")
    return joined([tag("div", head), table(("index", "what", "why"), rows, numbers=[0]), more])


def warnings_of(warnings: Iterable[str]) -> Html | None:
    """Return a list of warnings."""
    lines = [tag("li", cut(text, 400)) for text in warnings]
    return tag("ul", lines, class_="lso-warnings") if lines else None


@body_of.register(ImportResult)
def _(result: ImportResult) -> Html:
    what = counts_of(
        created=result.created,
        updated=result.updated,
        skipped=result.skipped,
        refused=len(result.failed),
    )
    came = counts_of(annotations=result.annotations, predictions=result.predictions)
    dropped = chips(result.dropped) if result.dropped else None
    lost = tag("div", "Keys that the server does not keep: ", dropped) if dropped else None
    head = heading("Import", what or "nothing", came and f"with {came}")
    return joined([head, failures_of(result.failed), lost, warnings_of(result.warnings)])


@body_of.register(Batch)
def _(batch: Batch) -> Html:
    what = counts_of(created=batch.created, saved=batch.saved, deleted=batch.deleted)
    open = {"not_sent": batch._waiting, "of_unknown_outcome": len(batch.unknown)}
    head = heading("Batch", what or "nothing sent", counts_of(**open).replace("_", " "))
    return joined([head, failures_of(batch.failed)])


@body_of.register(ExportedTasks)
def _(tasks: ExportedTasks) -> Html:
    how = "read page by page" if tasks.assembled else ""
    rows = [_exported(task) for task in tasks[:MOST] if isinstance(task, dict)]
    names = [*dict.fromkeys(name for row in rows for name in row)][:MOST_COLUMNS]
    cells = [[cell(row.get(name)) for name in names] for row in rows]
    head = heading("Exported tasks", f"{len(rows):,} of {len(tasks):,}", how)
    shown_rows = table(names, cells, numbers=number_columns(names, rows)) if rows else None
    return joined([head, shown_rows])


def _exported(task: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a row: the data, and the number of annotations and predictions."""
    data = task.get("data")
    if not isinstance(data, dict):  # JSON_MIN
        return task
    lists = {name: task[name] for name in ("annotations", "predictions") if name in task}
    counts = {name: len(each) for name, each in lists.items() if isinstance(each, list)}
    return {"id": task.get("id"), **dict([*data.items()][:MOST_OF_DATA]), **counts}


@body_of.register(ExportedPath)
def _(path: ExportedPath) -> Html:
    how = "read page by page" if path.assembled else ""
    media = None if path.media is None else note(cut(repr(path.media), 400))
    return joined(
        [heading("Export", tag("code", cut(str(path), 200)), how), media, _left_out(path)]
    )


def _left_out(path: ExportedPath) -> Html | None:
    kinds = Counter((each.what, each.why) for each in path.left_out)
    if not kinds:
        return None
    rows = [
        (number(count), cut(what), cut(why, 200)) for (what, why), count in kinds.most_common(MOST)
    ]
    tasks = counted(len({each.task for each in path.left_out}), "task")
    head = tag("b", f"The format cannot hold parts of {tasks}", class_="lso-bad")
    more = note("and others: see .left_out") if len(kinds) > MOST else None
    return joined([tag("div", head), table(("times", "what", "why"), rows, numbers=[0]), more])


@body_of.register(RenameReport)
def _(report: RenameReport) -> Html:
    kinds = [counted(count, kind) for kind, count in report.counts.items() if count]
    kinds += ["the labeling config"] if report.config_changed else []
    verb = "would change" if report.dry_run else "changed"
    what = f"{verb} {', '.join(kinds) or 'nothing'}"
    skipped = f"{report.skipped:,} skipped" if report.skipped else ""
    rows = [(_where(record), _change(old), _change(new)) for record, old, new in report.examples]
    examples = table(("for example", "before", "after"), rows) if rows else None
    backup = (
        note("Old values: ", tag("code", cut(str(report.backup), 200))) if report.backup else None
    )
    return joined([heading("Rename", cut(report.what, 200), what, skipped), examples, backup])


def _change(value: object) -> object:
    """Return a value before or after; a result in short."""
    result = isinstance(value, list) and value and isinstance(value[0], dict)
    return result_cell(cast("list[Any]", value)) if result else cut(value, 200)


def _where(record: object) -> object:
    return cell(record) if isinstance(record, Record) else cut(shown(record))


@body_of.register(ProjectSummary)
def _(summary: ProjectSummary) -> Html:
    head = heading("Summary", f"project {summary.project}")
    if "_counts" not in vars(summary):
        return joined([head, note("Nothing has been read: .labels reads it.")])
    labels = [(cut(name), chips(found)) for name, found in summary.labels.items()]
    keys = [("keys of the data", chips(summary.data_columns))] if summary.data_columns else []
    return joined([head, pairs([*labels, *keys])])


@body_of.register(ModelVersions)
def _(versions: ModelVersions) -> Html:
    project = getattr(getattr(versions, "_project", None), "id", "?")
    head = heading("Model versions", f"project {project}")
    if versions._counts is None:
        return joined([head, note("Nothing has been read: dict(…) reads them.")])
    rows = [(cut(name), number(count)) for name, count in versions._counts.items()]
    return joined([head, table(("version", "predictions"), rows, numbers=[1])])
