"""Values of tasks that were not sent."""

from __future__ import annotations

from label_studio_orm.compat.objects import PredictionValue


def test_a_prediction_is_written_as_the_api_takes_it() -> None:
    value = PredictionValue(result=[], score=0.9, model_version="m1")
    assert value.serialize() == {"model_version": "m1", "score": 0.9, "result": []}
