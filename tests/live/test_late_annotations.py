"""Requests of a batch of annotations that the server still works on when they are given up."""

from __future__ import annotations

import pytest
from attrs import evolve
from support.faults import impatient, once, running_proxy
from support.hurry import HURRIED, hurried
from support.mixed_batch import CONFIG, MixedBatch, Write
from support.truth import Truth

from label_studio_orm import LabelStudio, Project
from label_studio_orm.server import LocalServer

RETRIES = evolve(HURRIED.batch_retries, lost_timeout=0.02, slowdown=0)  # too little patience


@pytest.mark.parametrize(
    ("path", "many", "kinds"),
    # As many as the server needs a moment for; copies that are too many are removed one by one.
    [("/import/predictions$", 200, 200), ("/dm/actions/$", 200, 200), ("/dm/actions/$", 100, 1)],
    ids=["import", "conversion", "copies"],
)
def test_late_annotations_are_there_once_and_nothing_temporary_remains(
    path: str, many: int, kinds: int, local_server: LocalServer, ls: LabelStudio
) -> None:
    project = ls.projects.create(title="Late annotations", label_config=CONFIG)
    mixed = MixedBatch(project, Truth(local_server))
    mixed.prepare(many)
    writes = [Write("annotation", task, n % kinds) for n, task in enumerate(mixed.tasks)]
    with running_proxy(local_server.url) as proxy, hurried(batch_retries=RETRIES):
        there = Project.get(project.id, client=impatient(ls, proxy.url, timeout=60))
        proxy.faults = once("cut during", "POST", path)
        with there.batch() as batch:
            for write in writes:
                write.send(there)
        proxy.quiet()
        assert "cut during" in {kind for *_, kind in proxy.log}
    assert batch.created == many
    assert mixed.wrong(writes) == mixed.miscounted() == ""
    assert mixed.truth.left_over(project.id) == []
