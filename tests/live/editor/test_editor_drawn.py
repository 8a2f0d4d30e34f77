"""The editor opens valid results and saves them unchanged."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
from support.drawn import (
    GOOD,
    GOOD_IN_VIDEO,
    IMAGE_CONFIG,
    VIDEO_CONFIG,
)
from support.editor import Editor

from label_studio_orm import Task
from label_studio_orm.labeling import decode_mask

NewTask = Callable[[str, Any], Task]
Result = list[dict[str, Any]]

# Opens a result beside the shown annotation: returns its error, and what it would save.
TRY = """
const [result, done] = arguments;
const store = Htx.annotationStore;
const wrong = [];
const note = (event) => wrong.push(String(event.message ?? event.reason));
const log = console.error;
const told = () => (store.validation ?? []).length;
const frame = () => new Promise((then) => requestAnimationFrame(then));
(async () => {
  const before = [told(), store.selected.id];
  addEventListener("error", note);
  addEventListener("unhandledrejection", note);
  console.error = (...words) => wrong.push(words.join(" "));
  let saved = null;
  let opened;
  try {
    const id = String((window.tried = (window.tried ?? 1e6) + 1));
    opened = store.addAnnotation({ id, pk: id, result });
    store.selectAnnotation(id);
    opened.deserializeResults(result);
    await tests.settle();
    saved = JSON.parse(JSON.stringify(opened.serializeAnnotation()));
    for (const region of opened.regions) {
      opened.selectArea(region);
      await frame();
      opened.unselectAll();
    }
    await tests.settle();
  } catch (error) {
    wrong.push(String(error));
  }
  console.error = log;
  removeEventListener("error", note);
  removeEventListener("unhandledrejection", note);
  try {
    store.selectAnnotation(before[1]);
    store.deleteAnnotation(opened);
  } catch (error) {
    wrong.push(String(error));
  }
  if (told() > before[0]) wrong.push(`told: ${store.validation.at(-1).value}`);
  done({ wrong, saved });
})();
"""


class Trial:
    """Opens results in the page of one task; the page is reloaded after an error."""

    def __init__(self, editor: Editor, task: Task) -> None:
        self.editor = editor
        self.shown = task.annotate([])
        self.editor.show(self.shown)

    def broken(self, result: Result) -> list[str]:
        """Return the errors of a result, and its differences after saving."""
        found = self._opened(result)
        if found["wrong"] and self._opened([])["wrong"]:
            self.editor.show(self.shown)  # which did not survive it
        return [*found["wrong"], *_changes(result, found["saved"] or [])]

    def _opened(self, result: Result) -> Any:
        return self.editor.driver.execute_async_script(TRY, _as_sent(result))


def _as_sent(result: Any) -> Any:
    """Return a result without infinite numbers, which JSON cannot represent."""
    if isinstance(result, dict):
        return {key: _as_sent(value) for key, value in result.items()}
    if isinstance(result, list):
        return [_as_sent(value) for value in result]
    return None if isinstance(result, float) and not math.isfinite(result) else result


def _changes(result: Result, saved: Result) -> list[str]:
    """Return the lost or changed keys of a value; added keys do not count."""
    after = {item["from_name"]: item for item in saved}
    found = []
    for item in result:
        there = after.get(item["from_name"])
        merged = item["from_name"] == "labels" and item["to_name"] == "video"
        if there is None:
            found += [] if merged and after else [f"{item['from_name']} is lost"]
        else:
            found += _differing(item["value"], there["value"])
    return found


FOUND_OUT = frozenset({"framesCount", "duration", "time"})  # by the editor, of the video


def _differing(one: Any, other: Any, path: str = "") -> Iterable[str]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in one.keys() - FOUND_OUT:
            yield from _differing(one[key], other.get(key), f"{path}.{key}")
    elif path == ".rle":
        if not _is_same_mask(one, other):
            yield "the mask is another"
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from _differing(left, right, f"{path}[{index}]")
    elif isinstance(one, (int, float)) and isinstance(other, (int, float)):
        if type(one) is not bool and not math.isclose(one, other, abs_tol=1e-6):
            yield f"{path} is {other}"
    elif one != other:
        yield f"{path} is {other!r}"


def _is_same_mask(one: Any, other: Any) -> bool:
    try:
        masks = [decode_mask(rle, width=64, height=48).tolist() for rle in (one, other)]
    except ValueError:
        return False
    return masks[0] == masks[1]


@pytest.mark.parametrize(
    ("config", "shown", "good"),
    [(IMAGE_CONFIG, "photo.png", GOOD), (VIDEO_CONFIG, "clip.webm", GOOD_IN_VIDEO)],
    ids=["image", "video"],
)
def test_valid_results_are_shown_and_saved_unchanged(
    editor: Editor, new_task: NewTask, config: str, shown: str, good: Mapping[str, Result]
) -> None:
    trial = Trial(editor, new_task(config, shown))
    found = {name: trial.broken(result) for name, result in good.items()}
    assert {name: each for name, each in found.items() if each} == {}
