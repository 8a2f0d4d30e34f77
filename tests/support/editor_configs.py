"""Configs in the real editor: whether it opens them, what it shows, and what its models take."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from label_studio_orm import Task
from label_studio_orm.labeling.tags import DRAWINGS, ENTERPRISE, LABELINGS
from support.editor import Editor

SCRIPT = Path(__file__).with_suffix(".js").read_text()


@frozen
class Opened:
    """What the editor made of a config: nothing went wrong if there are no `errors`."""

    errors: Sequence[str]
    result: Sequence[Mapping[str, Any]]
    shown: Sequence[str]


class ConfigEditor:
    """The editor on the page of some task, where configs are tried without the server."""

    def __init__(self, editor: Editor, task: Task) -> None:
        self.editor, self.task = editor, task
        self.page = editor.show(task)

    def open(
        self, config: str, data: Mapping[str, Any], result: Sequence[Mapping[str, Any]] = ()
    ) -> Opened:
        """Open a config with a task and a result."""
        found = Opened(**self.run("found", config, data, list(result)))
        if found.errors:
            self.page = self.editor.show(self.task)  # which is as new
        return found

    def run(self, function: str, *arguments: Any) -> Any:
        """Run a function of editor_configs.js in the page."""
        return self.page.driver.execute_script(
            f"{SCRIPT}\nreturn {function}(...arguments);", *arguments
        )


# -- the table of attributes -----------------------------------------------------------------------

ON = {"HyperTextLabels": "html", "ParagraphLabels": "par", "TimelineLabels": "vid"}
ON |= {"TimeSeriesLabels": "ts", "VideoRectangle": "vid", "Labels": "text"}
DATA = {
    "text": "hello",
    "image": "",
    "par": [{"author": "a", "text": "b"}],
    "list": [{"id": 1, "title": "a"}],
    "ts": {"time": [1, 2], "a": [1, 2], "b": [1, 2]},
}
EVERY_TAG = """<View>
  <Style>.a{}</Style><Header value="x"/><Markdown value="x"/><Dialog name="dialog" value="$text"/>
  <Collapse><Panel value="a"/></Collapse><PagedView><View/></PagedView>
  <Text name="text" value="$text"/><HyperText name="html" value="$text"/>
  <Image name="image" value="$image"/><Audio name="audio" value="$image"/>
  <AudioPlus name="plus" value="$image"/><Video name="vid" value="$image"/>
  <Paragraphs name="par" value="$par"/><List name="list" value="$list"/>
  <Table name="table" value="$ts"/><Pdf name="pdf" value="$image"/>
  <TimeSeries name="ts" value="$ts" valueType="json">
    <Channel column="a"/><MultiChannel><Channel column="b"/></MultiChannel>
  </TimeSeries>
  <CustomInterface name="custom"/>
  <Choices name="choices" toName="text"><Choice value="A"/></Choices>
  <Taxonomy name="taxonomy" toName="text"/><DateTime name="datetime" toName="text"/>
  <Number name="number" toName="text"/><Rating name="rating" toName="text"/>
  <TextArea name="area" toName="text"><Shortcut value="x"/></TextArea>
  <Pairwise name="pair" toName="text,html"/>
  <Ranker name="ranker" toName="list"><Bucket name="bucket"/></Ranker>
  <Relations><Relation value="x"/></Relations><Filter name="filter" toName="labels"/>
  {drawn}
</View>"""
SIGNS = {"boolean": "?", "CSSColor": "#", "Range(0..1)": "%", "number": "!"}
TEXTS = ("string", "string | number")


def attributes_in(editor: ConfigEditor) -> dict[str, dict[str, str]]:
    """Return what the editor's tags take, as `label_studio_orm.labeling.attributes` has it."""
    tags = editor.run("models", EVERY_TAG.replace("{drawn}", _drawn()), DATA)
    return {tag: _signs(types) for tag, types in sorted(tags.items())}


def _drawn() -> str:
    tags = [
        tag for tag in (*LABELINGS.values(), *DRAWINGS.values()) if tag.lower() not in ENTERPRISE
    ]
    return "".join(
        f'<{tag} name="{tag.lower()}" toName="{ON.get(tag, "image")}">{_label(tag)}</{tag}>'
        for tag in tags
    )


def _label(tag: str) -> str:
    return '<Label value="A"/>' if tag.lower() in LABELINGS else ""


def _signs(types: Mapping[str, str]) -> dict[str, str]:
    """Return what the attributes of a tag take; the rest of a model is its own."""
    found = {name: _sign(said) for name, said in types.items() if _is_attribute(name)}
    return {name: sign for name, sign in sorted(found.items()) if sign is not None}


def _is_attribute(name: str) -> bool:
    return name == name.lower() and name[0] != "_" and name not in ("id", "type", "pid", "children")


def _sign(said: str) -> str | None:
    """Return the sign for a type as the model describes it: `(string | null?)`, `boolean?`."""
    if said.lstrip("(").startswith('"'):
        return "=" + "|".join(re.findall(r'"([^"]*)"', said))
    bare = re.sub(r"\s*\|\s*(null|undefined)\?", "", said.removesuffix("?")).strip()
    bare = bare[1:-1] if bare.startswith("(") else bare
    return "" if bare in TEXTS else SIGNS.get(bare)
