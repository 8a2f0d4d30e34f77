"""Tasks in notebooks: their data, and their annotations and predictions side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ..labeling.results import Result
from ..orm.record import Record, model_of
from ..records.annotation import Annotation
from ..records.draft import Draft
from ..records.prediction import Prediction
from ..records.result_record import ResultRecord
from ..records.task import Task
from ..redaction import without_secrets
from . import body_of
from .cells import SHORT, cell, counted, folded, note, note_of_more, pairs
from .drawing.inferred import inferred_config
from .drawing.media import Media
from .drawing.parts import LONG, number_text, safely, shortened
from .drawing.result import draw_result
from .drawing.scene import Scene
from .loaded import config_for, value_of
from .markup import Html, joined, tag
from .records import heading_of

MOST_COLUMNS = 8
MOST_KEYS = 50
MOST_LETTERS = 10_000  # of a value
AS_ADDRESS = ("http://", "https://", "data:", "/")
KINDS = (("annotations", Annotation), ("predictions", Prediction), ("drafts", Draft))


@body_of.register
def draw(task: Task) -> Html:
    """Return a task: its data, and what is loaded of its annotations, predictions and drafts."""
    return safely(repr(task), lambda: _drawn(task))


def _drawn(task: Task) -> Html:
    records = list(_answers(task))
    scene = _scene(task, task_data(task), [item for each in records for item in items_of(each)])
    columns = [_column(record, scene) for record in records[:MOST_COLUMNS]]
    return joined(
        [
            heading_of(task),
            _data(task),
            tag("div", columns or _alone(scene), class_="lso-columns"),
            note_of_more(len(records), MOST_COLUMNS, "in task.annotations and .predictions"),
            _not_value_of(task),
        ]
    )


@body_of.register
def draw_answer(record: ResultRecord) -> Html:
    """Return an annotation, prediction or draft, on its task if that is known."""
    return safely(repr(record), lambda: _drawn_alone(record))


def _drawn_alone(record: ResultRecord) -> Html:
    task = _task_of(record)
    data = {} if task is None else task_data(task)
    return _column(record, _scene(record, data, items_of(record)))


def task_data(task: Task) -> Mapping[str, Any]:
    """Return the data of a task that is loaded."""
    data = value_of(task, "data")
    return data if isinstance(data, Mapping) else {}


def items_of(record: ResultRecord) -> Result:
    """Return the items of a result that is loaded."""
    result = value_of(record, "result")
    return [item for item in result if isinstance(item, dict)] if isinstance(result, list) else []


def _answers(task: Task) -> Iterator[ResultRecord]:
    """Yield the annotations, predictions and drafts that are loaded."""
    for name, kind in KINDS:
        if name in task._state.params:
            yield from task._nested(name, kind)


def _scene(record: Record, data: Mapping[str, Any], items: Result) -> Scene:
    config = config_for(record) or inferred_config(data, items)
    task = record if isinstance(record, Task) else _task_of(record)
    id = 0 if task is None else task._state.known.get("id", 0)
    return Scene(config, data, Media(record._client, id))


def _task_of(record: Record) -> Task | None:
    """Return the task of an annotation or prediction, with what the cache has of it."""
    id = value_of(record, "task")
    if not isinstance(id, int):
        return None
    return model_of(record._client, Task)._lazy(record._client, id, {})


# -- parts -----------------------------------------------------------------------------------------


def _data(task: Task) -> Html:
    data = value_of(task, "data")
    if not isinstance(data, Mapping):
        return note("Its data is not loaded: read task.data.")
    rows = [(key, _value(data[key], task._client.server)) for key in [*data][:MOST_KEYS]]
    return joined([pairs(rows), note_of_more(len(data), MOST_KEYS, "keys")])


def _value(value: Any, server: str) -> object:
    """Return a value of the data: as a cell of a table, but a text in full."""
    if not isinstance(value, str) or len(value) <= SHORT or value.startswith(AS_ADDRESS):
        return cell(value, server=server)
    if len(value) <= LONG:
        return tag("div", without_secrets(value), class_="lso-text")
    text = tag("div", without_secrets(_cut(value)), class_="lso-text")
    return folded(f"{shortened(value[:SHORT])}…", text)


def _cut(text: str) -> str:
    more = len(text) - MOST_LETTERS
    return f"{text[:MOST_LETTERS]}… {more:,} more characters" if more > 0 else text


def _not_value_of(task: Task) -> Html | None:
    """Tell how many annotations and predictions there are that are not loaded."""
    params = task._state.params
    counts = {name: value_of(task, f"total_{name}") for name in ("annotations", "predictions")}
    found = [counted(n, name[:-1]) for name, n in counts.items() if n and name not in params]
    return note(f"Not loaded: {' and '.join(found)}; task.refresh() reads them.") if found else None


def _alone(scene: Scene) -> Html:
    return tag("div", draw_result([], scene), class_="lso-column")


def _column(record: ResultRecord, scene: Scene) -> Html:
    head = tag("div", _head(record), class_="lso-head")
    body = safely("The result", lambda: draw_result(items_of(record), scene))
    return tag("div", head, body, class_="lso-column")


def _head(record: ResultRecord) -> Html:
    """Return who answered, how sure they are, and when."""
    kind = type(record).__name__
    title = tag("b", " ".join(filter(None, [kind, _number(record)])))
    facts = [fact for fact in _facts(record) if fact]
    return joined([title, *(tag("span", fact, class_="lso-fact") for fact in facts)])


def _number(record: Record) -> str:
    return str(record._state.known.get("id", ""))


def _facts(record: ResultRecord) -> Iterator[str | None]:
    score = value_of(record, "score")
    yield _who(record)
    yield f"score {number_text(score)}" if score is not None else None
    yield "skipped" if value_of(record, "was_cancelled") is True else None
    yield "ground truth" if value_of(record, "ground_truth") is True else None
    yield _when(value_of(record, "created_at"))
    yield "not saved" if record.dirty else None


def _who(record: ResultRecord) -> str | None:
    """Return the annotator, or the version of a model."""
    names = ("completed_by", "user", "model_version")
    who = next(filter(None, (value_of(record, name) for name in names)), None)
    if isinstance(who, Mapping):
        who = who.get("email") or who.get("id")
    if isinstance(who, Record):
        who = value_of(who, "email") or f"user {_number(who)}"
    return f"user {who}" if isinstance(who, int) else shortened(who, 60) if who else None


def _when(moment: Any) -> str | None:
    text = moment.isoformat() if isinstance(moment, datetime) else str(moment or "")
    return text[:16].replace("T", " ") or None
