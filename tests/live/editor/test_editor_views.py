"""The Data Manager in a browser shows what a view says."""

from __future__ import annotations

import time

from selenium.webdriver.common.by import By
from support.editor import WAIT, Editor

from label_studio_orm import Project, Task, View

INTERVAL = 0.1  # seconds between two looks at the page


def page_of(editor: Editor, view: View, *expected: str) -> list[str]:
    """Open a tab of the Data Manager; return the lines of the page when it has these."""
    editor.driver.get(f"{view.project.url}?tab={view.id}")
    end, lines = time.monotonic() + WAIT, [""]
    while not {*expected} <= {*lines} and time.monotonic() < end:
        time.sleep(INTERVAL)
        lines = editor.driver.find_element(By.TAG_NAME, "body").text.splitlines()
    return lines


def test_a_tab_shows_the_columns_and_tasks_of_its_view(editor: Editor, project: Project) -> None:
    project.import_tasks([{"text": f"Review {n}", "n": n} for n in range(5)])
    view = project.views.create(
        "Few", Task.data["n"] < 3, order_by="-id", columns=["id", "n", "total_predictions"]
    )
    ids = [str(task.id) for task in project.tasks[:3]]
    lines = page_of(editor, view, "Tasks: 3 / 5", *ids)
    assert "Few" in lines
    table = lines[lines.index("Export") + 1 :]
    numbers = [int(line) for line in table if line.isdigit()]  # id, predictions and n of each task
    assert numbers == [
        value for task in project.tasks[2::-1] for value in (task.id, 0, task.data["n"])
    ]
    assert "text" not in table
    assert table[:2] == ["ID", "n"]
