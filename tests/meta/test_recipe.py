"""CONTRIBUTING, "Add a resource": its code blocks make a resource that works."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = 15  # besides fields and docstrings

SCRIPT = """
from support.fake import FakeClient
from label_studio_orm import Project
from label_studio_orm.errors import InvalidInput, UnknownName
from label_studio_orm.records.note import Note
from label_studio_orm.records.registry import Registry

client, path = FakeClient(), "/api/projects/1/notes/"
note = {"id": 5, "text": "Draft", "pinned": False, "author": "ann@example.com", "project": 1}
client.answers.update({
    f"GET {path}": [note],
    f"POST {path}": note,
    f"PATCH {path}5/": {**note, "pinned": True},
    f"DELETE {path}5/": None,
})
project = Project(1, client=client)

assert [(each.id, each.author) for each in project.notes] == [(5, "ann@example.com")]
made = project.notes.create(text="Draft")
made.pinned = True
made.save().delete()
assert client.calls[-3:] == [
    (f"POST {path}", {"text": "Draft"}),
    (f"PATCH {path}5/", {"pinned": True}),
    (f"DELETE {path}5/", None),
]
assert {"text", "pinned", "author", "save", "delete"} <= set(dir(made))
for error, fields in ((InvalidInput, {}), (UnknownName, {"txt": "Draft"})):
    try:
        project.notes.create(**fields)
    except error:
        continue
    raise SystemExit(f"no {error.__name__} for {fields}")

class Reminder(Note):
    pass

client._registry.register(Reminder)
assert isinstance(project.notes[0], Reminder)
"""


def test_the_blocks_of_the_recipe_make_a_resource(tmp_path: Path) -> None:
    record, line, owned = _blocks()
    shutil.copytree(ROOT / "label_studio_orm", tmp_path / "label_studio_orm")
    records = tmp_path / "label_studio_orm" / "records"
    (records / "note.py").write_text(record)
    _insert(records / "registry.py", '        "project": "project:Project",\n', f"        {line}")
    _insert(records / "project.py", '        "view", query=', f"    {owned}", before="    views:")
    path = {"PYTHONPATH": f"{tmp_path}:{ROOT / 'tests'}"}
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(
        command, cwd=tmp_path, env=path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_resource_takes_few_lines_besides_its_fields() -> None:
    lines = [line for block in _blocks() for line in block.splitlines() if line.strip()]
    code = [line for line in lines if not re.search(r"= Field\[|\"\"\"", line)]
    assert len(code) <= LINES


def _blocks() -> list[str]:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    recipe = text.partition("## Add a resource\n")[2].partition("\n## ")[0]
    return re.findall(r"```python\n(.*?)```", recipe, flags=re.DOTALL)


def _insert(path: Path, after: str, line: str, *, before: str = "") -> None:
    text = path.read_text()
    assert after in text
    place = text.index(before) if before else text.index(after) + len(after)
    path.write_text(text[:place] + line + text[place:])
