"""Predictions of a lost request that the server creates after the batch stopped waiting."""

from __future__ import annotations

from collections import Counter

import pytest
from attrs import evolve
from support.faults import impatient, once, running_proxy
from support.hurry import HURRIED, hurried
from support.texts import sentiment
from support.truth import Truth

from label_studio_orm import Prediction, Project
from label_studio_orm.errors import IncompleteResult
from label_studio_orm.server import LocalServer

MANY, EACH = 200, 5  # tasks, and predictions of each


@pytest.mark.parametrize("patience", [0.02, 5.0])
def test_late_predictions_are_deduplicated_or_reported(
    patience: float, local_server: LocalServer, project: Project
) -> None:
    ids = [*project.import_tasks([{"text": f"Review {n}"} for n in range(MANY)], progress=False)]
    wanted = Counter((id, number / 10) for id in ids for number in range(EACH))
    retries = evolve(HURRIED.batch_retries, lost_timeout=patience, slowdown=0)
    with running_proxy(local_server.url) as proxy, hurried(batch_retries=retries):
        proxy.faults = once("cut during", "POST", "/import/predictions$")
        there = Project.get(project.id, client=impatient(project.client, proxy.url, timeout=60))
        doubles: list[int] = []
        try:
            with there.batch():
                for task in there.tasks.only("id"):
                    for number in range(EACH):
                        task.predict(sentiment("Positive"), score=number / 10)
        except IncompleteResult as error:
            doubles = error.doubles  # type: ignore[attr-defined]
        proxy.quiet()
        assert ("POST", f"/api/projects/{project.id}/import/predictions", "cut during") in proxy.log
    sql = "SELECT id, task_id, score FROM prediction WHERE project_id = ?"
    made = {id: (task, score) for id, task, score in Truth(local_server).read(sql, project.id)}
    assert Counter(made[id] for id in made.keys() - set(doubles)) == wanted
    assert doubles == [] or patience < 1
    few = doubles[:3]  # each is a request
    project.predictions.filter(Prediction.id.in_(few)).delete()
    assert len(Truth(local_server).predictions(project.id)) == len(made) - len(few)
