"""Users' calls by kind of endpoint, run against mutated responses."""

from __future__ import annotations

import itertools
import json
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from label_studio_orm import LabelStudio, Task
from label_studio_orm.errors import FieldMissing
from label_studio_orm.labeling import LabelConfig

from . import organization as organization  # its endpoints
from .contents import CONFIG, PNG, RESULT

Action = Callable[[LabelStudio, Path], Any]


def shown(thing: object) -> str:
    """Return a repr, which must not contain control characters of a terminal."""
    text = repr(thing)
    if not text.replace("\n", "").isprintable():
        raise AssertionError(f"control characters in a repr: {text[:200]!r}")
    return text


def _record(record: Any) -> Any:
    """Read all of a record: its fields, its params, how it shows itself."""
    found = [shown(record), record.params]
    for name in record.fields:
        with suppress(FieldMissing):  # of another edition, or a secret
            found.append(shown(getattr(record, name)))
    return [*found, shown(record)]


def _table(query: Any) -> Any:
    return [query.to_dicts(), shown(query), query.explain()]


READING: Mapping[str, Action] = {
    "projects": lambda ls, out: [shown(each) for each in ls.projects],
    "project": lambda ls, out: _record(ls.projects.get(1)),
    "by title": lambda ls, out: shown(ls.projects.get(title="Films")),
    "users": lambda ls, out: [*ls.users.to_dicts(), len(ls.users), shown(ls.whoami())],
    "task": lambda ls, out: _record(ls.projects.get(1).tasks.get(1)),
    "views": lambda ls, out: [_record(view) for view in ls.projects.get(1).views],
    "annotation": lambda ls, out: _record(ls.projects.get(1).annotations.get(11)),
    "formats": lambda ls, out: ls.projects.get(1).export_formats(fitting=True),
    "snapshots": lambda ls, out: [_record(each) for each in ls.projects.get(1).exports],
    "info": lambda ls, out: [shown(ls.info), ls.version, ls._described()],
}
TABLES: Mapping[str, Action] = {
    "tasks": lambda ls, out: _table(ls.projects.get(1).tasks),
    "filtered": lambda ls, out: [
        shown(task) for task in ls.projects.get(1).tasks.filter(Task.total_annotations > 0)
    ],
    "by data": lambda ls, out: [
        task.id
        for task in ls.projects.get(1).tasks.filter(Task.data["text"] == "some text")
        .order_by(Task.data["text"])
    ],
    "ordered": lambda ls, out: list(ls.projects.get(1).tasks.order_by(-Task.created_at).limit(1)),
    "count": lambda ls, out: [len(ls.projects.get(1).tasks), ls.projects.get(1).tasks.ids()],
    "annotations": lambda ls, out: _table(ls.projects.get(1).annotations),
    "predictions": lambda ls, out: _table(ls.projects.get(1).predictions),
    "nested": lambda ls, out: [
        [shown(each) for each in (*task.annotations, *task.predictions, *task.drafts)]
        for task in ls.projects.get(1).tasks
    ],
    "pandas": lambda ls, out: ls.projects.get(1).tasks.to_pandas(),
    "regions": lambda ls, out: ls.projects.get(1).annotations.to_pandas(),
    "regions with data": lambda ls, out: ls.projects.get(1).predictions.to_pandas(data=True),
    "comparison": lambda ls, out: shown(ls.projects.get(1).compare(predictions="m")),
    "arrow": lambda ls, out: ls.projects.get(1).tasks.to_arrow(),
    "scores": lambda ls, out: list(ls.projects.get(1).tasks.filter(Task.predictions_score > 0.1)),
}  # fmt: skip
WRITING: Mapping[str, Action] = {
    "create": lambda ls, out: _record(ls.projects.create(title="Films", label_config=CONFIG)),
    "save": lambda ls, out: _saved(ls),
    "annotate": lambda ls, out: _record(
        ls.projects.get(1).tasks.get(1).annotate({"choice": "Good"}, lead_time=1.0)
    ),
    "predict": lambda ls, out: _record(ls.projects.get(1).tasks.get(1).predict({"choice": "Bad"})),
    "task": lambda ls, out: _record(ls.projects.get(1).tasks.create({"text": "x"})),
    "delete": lambda ls, out: ls.projects.get(1).tasks.filter(Task.id > 1).delete(),
    "batch": lambda ls, out: _batch(ls),
    "rename": lambda ls, out: shown(
        ls.projects.get(1).rename_label("choice", "Bad", "Poor", dry_run=True, progress=False)
    ),
    "remap": lambda ls, out: shown(
        ls.projects.get(1).remap_data(
            "text", "some", "any", backup=out.parent / "backup.jsonl", progress=False
        )
    ),
    "view": lambda ls, out: _record(ls.projects.get(1).tasks.filter(Task.id > 0).save_as_view("v")),
}


def _saved(ls: LabelStudio) -> Any:
    project = ls.projects.get(1)
    project.title, project.description = "Other", "x"
    project.save()
    return _record(project)


def _batch(ls: LabelStudio) -> Any:
    project = ls.projects.get(1)
    with project.batch() as batch:
        for task in project.tasks:
            task.predict({"choice": "Good"}, model_version="m2")
    return shown(batch)


def _export(format: str, *, media: bool = False, **options: Any) -> Action:
    def export(ls: LabelStudio, out: Path) -> Any:
        project = ls.projects.get(1)
        return shown(project.export(format, f"{out}/", media=media, progress=False, **options))

    return export


EXPORT: Mapping[str, Action] = {
    "read": lambda ls, out: shown(ls.projects.get(1).export()),
    "minimal": lambda ls, out: shown(ls.projects.get(1).export("JSON_MIN")),
    "iterate": lambda ls, out: sum(1 for _ in ls.projects.get(1).iter_export()),
    **{f: _export(f) for f in ("JSON", "CSV", "CONLL2003", "COCO", "YOLO", "BRUSH_TO_PNG")},
    "ids": _export("JSON", ids=[1]),
    "named": lambda ls, out: ls.projects.get(1).export("JSON", out / "v1.json", progress=False),
    "snapshot": lambda ls, out: _snapshot(ls, out),
}


def _snapshot(ls: LabelStudio, out: Path) -> Any:
    made = ls.projects.get(1).exports.create(title="x").wait(0.1)
    return [_record(made.convert("CSV")), made.download(f"{out}/", format="CSV", progress=False)]


MEDIA: Mapping[str, Action] = {
    f: _export(f, media=True) for f in ("JSON", "COCO", "YOLO", "VOC", "BRUSH_TO_PNG", "CSV")
} | {
    "twice": lambda ls, out: [_export("JSON", media=True)(ls, out) for _ in range(2)],
    "fetch": lambda ls, out: _fetched(ls),
}


def _fetched(ls: LabelStudio) -> Any:
    project = ls.projects.get(1)
    return [ls.fetch(str(task.data.get("image"))).content[:10] for task in project.tasks]


TOKENS: Mapping[str, Action] = {
    "whoami": lambda ls, out: [shown(ls.whoami()), shown(ls), shown(ls._transport)],
    "twice": lambda ls, out: [ls.info, ls.request("GET", "/api/version").status_code],
    "write": lambda ls, out: shown(ls.projects.create(title="Films")),
    "raw": lambda ls, out: ls.json("GET", "/api/version"),
}


def _stored(provider: str, way: str = "import", **fields: Any) -> Action:
    def use(ls: LabelStudio, out: Path) -> Any:
        storages = getattr(getattr(ls.projects.get(1), f"{way}_storages"), provider)
        made = storages.create(title="x", **fields)
        return [_record(made), shown(made.sync(timeout=0.3, progress=False)), made.tasks.count()]

    return use


STORAGES: Mapping[str, Action] = {
    "all": lambda ls, out: [_record(each) for each in ls.projects.get(1).import_storages],
    "out": lambda ls, out: [_record(each) for each in ls.projects.get(1).export_storages],
    "types": lambda ls, out: ls.projects.get(1).import_storages.types(),
    "s3": _stored("s3", bucket="b", aws_access_key_id="me", aws_secret_access_key="@secret@"),
    "local": _stored("local", path="/data/photos"),
    "redis": _stored("redis", path="p", password="@secret@"),
    "check": lambda ls, out: ls.projects.get(1).import_storages.s3.check(
        bucket="b", aws_access_key_id="me", aws_secret_access_key="@secret@"
    ),
    "sync": lambda ls, out: [
        shown(each.sync(timeout=0.3, progress=False)) for each in ls.projects.get(1).import_storages
    ],
    "tasks": lambda ls, out: [len(each.tasks) for each in ls.projects.get(1).import_storages.s3],
    "validate": lambda ls, out: ls.projects.get(1).export_storages.gcs.get(3).validate(),
}
ROWS = [{"text": f"row {number}", "image": "x.png", "html": "<p>x</p>"} for number in range(3)]
WHOLE = [{"data": row, "predictions": [{"result": {"choice": "Good"}}]} for row in ROWS]
IMPORT: Mapping[str, Action] = {
    "rows": lambda ls, out: shown(ls.projects.get(1).import_tasks(ROWS, progress=False)),
    "whole": lambda ls, out: shown(ls.projects.get(1).import_tasks(WHOLE, progress=False)),
    "keyed": lambda ls, out: shown(
        ls.projects.get(1).import_tasks(ROWS, key="text", on_duplicate="update", progress=False)
    ),
    "collect": lambda ls, out: shown(
        ls.projects.get(1).import_tasks(ROWS, on_error="collect", progress=False).failed
    ),
    "files": lambda ls, out: _uploaded(ls, out),
}


def _uploaded(ls: LabelStudio, out: Path) -> Any:
    folder = out / "photos"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("a.png", "b.png"):
        (folder / name).write_bytes(PNG + name.encode())
    data = {"text": "x", "html": "x"}
    done = ls.projects.get(1).upload_files(folder, field="image", data=data, progress=False)
    return shown(done)


def _read_results(ls: LabelStudio, out: Path) -> Any:
    found = []
    for task in ls.projects.get(1).tasks:
        for each in itertools.chain(task.annotations, task.predictions):
            found += [shown(each.regions), shown(each.relations), shown(each.answers)]
    return found


def _written_results(ls: LabelStudio, out: Path) -> Any:
    project = ls.projects.get(1)
    config = project.config
    found: list[Any] = [
        shown(config),
        shown(config.check()),
        config.as_dict(),
        shown(config.labels),
    ]
    found += [shown(config.sample_task()), config.sample_result(), shown(config.rules)]
    for task in project.tasks:
        for each in task.annotations:
            found.append(config.problems(each.result, data=task.data))
    return found


LABELS: Mapping[str, Action] = {
    "regions": _read_results,
    "config": _written_results,
    "diff": lambda ls, out: shown(LabelConfig.parse(CONFIG).diff(ls.projects.get(1).config)),
    "problems": lambda ls, out: shown(ls.projects.get(1).config.problems(RESULT)),
    "masks": lambda ls, out: [
        [region.mask.shape for region in each.regions if hasattr(region, "mask")]
        for task in ls.projects.get(1).tasks
        for each in task.annotations
    ],
    "by page": lambda ls, out: json.dumps(ls.projects.get(1).annotations.to_dicts(), default=str),
}


def _administered(ls: LabelStudio, out: Path) -> Any:
    organization, ann = ls.organization, ls.users.get_or_create(email="ann@b.org")
    organization.title, ann.first_name = "Ours", "Ann"
    found = [_record(each.save()) for each in (organization, ann)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ann.delete()
    organization.members.get(2).remove()
    return [*found, shown(organization.reset_invite())]


def _settings(ls: LabelStudio, out: Path) -> Any:
    tokens, policy = ls.organization.token_settings, ls.organization.session_policy
    tokens.personal, policy.max_session_age = False, 7
    return [_record(tokens.save(force=True)), _record(policy.save())]


ADMINISTRATION: Mapping[str, Action] = {
    "organization": lambda ls, out: [_record(ls.organization), _table(ls.organizations)],
    "members": lambda ls, out: [
        *_table(ls.organization.members),
        *map(_record, ls.organization.members),
        _record(ls.organization.members.get(2)),
    ],
    "changes": _administered,
    "settings": _settings,
    "tokens": lambda ls, out: [
        *[(shown(token), token.expires, token.in_use) for token in ls.tokens],
        *map(shown, (ls.tokens.create(), ls.tokens.legacy, ls.tokens.rotate())),
        shown(ls.whoami()),
    ],
    "reset": lambda ls, out: [shown(ls.tokens.reset_legacy()), shown(ls.whoami())],
}
KINDS: Mapping[str, Mapping[str, Action]] = {
    "administration": ADMINISTRATION,
    "records": READING,
    "tasks": TABLES,
    "writes": WRITING,
    "exports": EXPORT,
    "media": MEDIA,
    "tokens": TOKENS,
    "storages": STORAGES,
    "imports": IMPORT,
    "labels": LABELS,
}
