"""Python values as JSON."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from label_studio_orm.errors import InvalidInput
from label_studio_orm.http.encoding import checked_params, request_json, to_json


@pytest.mark.parametrize(
    ("value", "becomes"),
    [
        ({"text": "naïve ☃"}, {"text": "naïve ☃"}),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime(2026, 11, 22, tzinfo=timezone.utc), "2026-11-22T00:00:00+00:00"),
        (pd.Timestamp("2026-11-22"), "2026-11-22T00:00:00"),
        (np.int64(3), 3),
        (np.array([[1, 2]]), [[1, 2]]),
        (np.datetime64("2026-11-22T01:02:03.000000004", "ns"), "2026-11-22T01:02:03"),
        (np.array(["2026-11-22"], dtype="datetime64[ns]"), ["2026-11-22T00:00:00"]),
        ({"when": pd.NaT}, {"when": None}),
        ({"n": pd.NA}, {"n": None}),
        ([Decimal("1.10"), Decimal(2**70)], [1.1, 2**70]),
    ],
)
def test_values_become_what_json_has(value: Any, becomes: Any) -> None:
    assert json.loads(to_json(value)) == becomes


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"score": float("nan")}, "Use None for a missing value"),
        ({1, 2}, "a set has no JSON form"),
        ({"deep": [{"text": "a\ud800"}]}, r"deep\[0\]\.text cannot be sent: .* not valid Unicode"),
        ("\ud800", "It cannot be sent: it is not valid Unicode"),
        (object(), "a object has no JSON form"),
        (np.longdouble(1), "has no JSON form"),
    ],
)
def test_what_json_cannot_say_is_refused(value: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        to_json(value)


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"text": "a\x00b"}, r"text must not contain NUL \(\\x00\), as after 'a'"),
        ({"data": {"lines": ["a", {"b": "\x00"}]}}, r"data\.lines\[1\]\.b must not contain NUL"),
        ({"data": {"k\x00": 1}}, "data key 'k"),
        ({"k\x00": 1}, "key 'k"),
        ("a\x00", "It must not contain NUL"),
        ([{"model_version": "\x00"}], r"\[0\]\.model_version must not contain NUL"),
    ],
)
def test_nothing_with_a_nul_is_sent(value: Any, where: str) -> None:
    with pytest.raises(InvalidInput, match=where):
        request_json(value)


@pytest.mark.parametrize(
    ("params", "where"),
    [
        ({"title": "a\x00b"}, "title must not contain NUL"),
        ({"query": json.dumps({"filters": {"items": [{"value": "a\x00"}]}})}, r"query\.filters"),
        ({"ids": ["a", "\x00"]}, r"ids\[1\] must not contain NUL"),
    ],
)
def test_a_query_with_nul_is_not_sent(params: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidInput, match=where):
        checked_params(params)


@pytest.mark.parametrize(
    "value", [r"a\u0000", json.dumps({"value": r"C:\u0000"}), "{not JSON \\u0000", 7, None]
)
def test_a_backslash_in_a_query_is_no_nul(value: Any) -> None:
    checked_params({"query": value})


def test_a_backslash_before_u0000_is_no_nul() -> None:
    value = {"text": "\\u0000", "deep": ["C:\\u0000"]}
    assert json.loads(request_json(value)) == value
