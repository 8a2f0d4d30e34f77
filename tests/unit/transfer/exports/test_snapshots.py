"""A snapshot is converted once, even if the response was lost."""

from __future__ import annotations

from typing import Any

from support.clock import Nap
from support.fake import FakeClient

from label_studio_orm import Project
from label_studio_orm.errors import OutcomeUnknown
from label_studio_orm.records.export import ExportSnapshot
from label_studio_orm.transfer.exports.snapshots import convert

PATH = "/api/projects/1/exports/3"


def test_an_earlier_failed_conversion_is_not_mistaken_for_a_lost_one() -> None:
    client = Nap().on(FakeClient(Project, ExportSnapshot))
    states, posts = ["failed"], 0

    def look(options: Any) -> Any:
        formats = [{"export_type": "CSV", "status": states[-1]}]
        return {"id": 3, "project": 1, "status": "completed", "converted_formats": formats}

    def post(options: Any) -> Any:
        nonlocal posts
        posts += 1
        if posts == 1:
            return OutcomeUnknown("lost")
        return states.append("completed")

    client.answers |= {f"GET {PATH}": look, f"POST {PATH}/convert": post}
    convert(Project(1, client=client).exports.get(3), "CSV", 60)
    assert posts == 2
