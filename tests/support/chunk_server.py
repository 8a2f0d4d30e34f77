"""A server that takes chunks of tasks, and rows to import into it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from support.fake import FakeClient
from support.texts import sentiment


class ChunkServer:
    """Takes chunks and gives ids; `fails` maps the number of a chunk to an error."""

    def __init__(self, client: FakeClient) -> None:
        self.chunks: list[list[dict[str, Any]]] = []
        self.fails: dict[int, Exception] = {}
        client.answers["POST /api/projects/1/import"] = self.take
        client.answers["GET /api/tasks/"] = {"tasks": [], "total": 0}

    def take(self, options: dict[str, Any]) -> Any:
        tasks = json.loads(options["data"])
        self.chunks.append(tasks)
        if len(self.chunks) in self.fails:
            return self.fails[len(self.chunks)]
        first = sum(len(chunk) for chunk in self.chunks[:-1])
        ids = list(range(first + 1, first + len(tasks) + 1))
        return {"task_ids": ids, "task_count": len(ids), "annotation_count": 0}


def numbered(count: int) -> Iterator[dict[str, str]]:
    return ({"text": f"t{number}"} for number in range(count))


GOOD, WRONG = sentiment("Positive"), sentiment("Positiv")


CONFIG = "GET /api/projects/1/"


PICTURES = """<View><Image name="image" value="$image"/>
  <RectangleLabels name="bbox" toName="image"><Label value="cat"/><Label value="dog"/>
  </RectangleLabels><Relations><Relation value="chases"/></Relations></View>"""


def said(result: Any, part: str = "annotations", *before: Any) -> dict[str, Any]:
    return {"data": {"text": "a"}, part: [{"result": each} for each in (*before, result)]}
