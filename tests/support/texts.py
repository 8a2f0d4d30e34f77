"""The labeling config and the regions that the tests use."""

from __future__ import annotations

from typing import Any

SENTIMENT = (
    '<View><Text name="text" value="$text"/>'
    '<Choices name="sentiment" toName="text">'
    '<Choice value="Positive"/><Choice value="Negative"/></Choices></View>'
)


def sentiment(value: str) -> list[dict[str, Any]]:
    region = {"from_name": "sentiment", "to_name": "text", "type": "choices"}
    return [{**region, "value": {"choices": [value]}}]


def without_id(result: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the ids of regions that were built, which are made up anew each time."""
    return [{key: value for key, value in region.items() if key != "id"} for region in result]


LEGACY_KEY = "0123456789abcdef0123456789abcdef01234567"
