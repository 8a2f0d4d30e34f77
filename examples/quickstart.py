"""The main workflow from end to end, on a real server with real text: `make demo`.

It classifies the paragraphs of the Python language reference, which is part of every Python, as
rules, examples or grammar.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from pydoc_data.topics import topics

from label_studio_orm import LabelConfig, LocalServer, Task, choices

CONFIG = LabelConfig.create({"text": "Text", "kind": choices("Rule", "Example", "Grammar")})
TASKS, ANNOTATIONS = 300, 24


def paragraphs() -> Iterator[dict[str, str]]:
    """Yield the paragraphs of the language reference, each with its topic."""
    for topic, text in sorted(topics.items()):
        for paragraph in text.split("\n\n"):
            if len(paragraph) > 80:
                yield {"topic": topic, "text": paragraph.strip()}


def guess(text: str) -> tuple[str, float]:
    """Predict the kind of a paragraph, with a score: a very small model."""
    if "::=" in text:
        return "Grammar", 0.98
    if ">>>" in text or text.startswith(("def ", "class ", "for ")):
        return "Example", 0.9
    return "Rule", 0.6


def main(out: Path, *, keep: bool) -> None:
    out.mkdir(parents=True, exist_ok=True)
    source = out / "paragraphs.jsonl"
    lines = (json.dumps(item) for item in islice(paragraphs(), TASKS))
    source.write_text("\n".join(lines), encoding="utf-8")

    with LocalServer() as server:
        ls = server.client()
        print(f"Label Studio {ls.info.version} ({ls.info.edition}) runs at {server.url}")

        project = ls.projects.create(title="Python reference", label_config=CONFIG)
        imported = project.import_tasks(source)
        print(f"{project} has {project.task_number} tasks from {source}")

        for task in project.tasks.limit(ANNOTATIONS):
            kind, _ = guess(task.data["text"])
            task.annotate({"kind": kind}, ground_truth=True)
        with project.batch() as batch:  # one request for all predictions
            for task in project.tasks.filter(Task.total_annotations == 0):
                kind, score = guess(task.data["text"])
                task.predict({"kind": kind}, score=score, model_version="guess-1")
        print(f"Predicted the tasks without annotations: {batch}")

        about = Task.data["topic"] == "assignment"
        print(f"{project.tasks.filter(about).count()} of the paragraphs are about assignment")

        annotation = project.annotations[0]
        annotation["kind"] = "Rule"
        annotation.save()
        project.description = "Paragraphs of the Python language reference."
        project.save()
        print(f"Changed {annotation}, and the description of {project}")

        exported = project.export("JSON", out / "paragraphs.json")
        table = project.export("CSV", out / "paragraphs.csv", only_finished=True)

        if not keep:
            print(f"The project was {project.url}; to keep the server running: make demo KEEP=1")
        print(f"\nimported   {imported.created:4} tasks")
        print(f"annotated  {project.refresh().total_annotations_number:4} tasks")
        print(f"predicted  {project.total_predictions_number:4} tasks")
        print(f"exported   {len(json.loads(exported.read_bytes())):4} tasks to {exported}")
        print(f"           {project.finished_task_number:4} finished ones to {table}")
        if keep:
            print(f"\nOpen {project.url}")
            print(f"Log in as {server.username} with {server.password}")
            print(f"To stop the server and remove its data: kill {server.keep()}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(".demo"), help="the output folder")
    parser.add_argument("--keep", action="store_true", help="leave the server running")
    options = parser.parse_args()
    main(options.out, keep=options.keep)
