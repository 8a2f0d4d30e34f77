"""Stretches of time series: numbers, texts and dates, as the time column has them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import pytest

from label_studio_orm.errors import InvalidInput, InvalidResult
from label_studio_orm.labeling import Interval, LabelConfig

SECONDS = "%Y-%m-%d %H:%M:%S"


def series(options: str) -> LabelConfig:
    return LabelConfig.parse(f"""<View>
      <TimeSeries name="ts" value="$ts" {options}><Channel column="v"/></TimeSeries>
      <TimeSeriesLabels name="run" toName="ts"><Label value="fast"/></TimeSeriesLabels>
    </View>""")


DATED = series(f'timeColumn="time" timeFormat="{SECONDS}"')
NUMBERED = series('timeColumn="time"')
FIRST, LAST = datetime(2024, 1, 31, 10, 0, 5), datetime(2024, 1, 31, 10, 0, 9)


def ends(config: LabelConfig, start: Any, end: Any) -> tuple[Any, Any]:
    (item,) = config.result({"run": Interval("fast", start=start, end=end)})
    return item["value"]["start"], item["value"]["end"]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (FIRST, LAST),
        (pd.Timestamp(FIRST), pd.Timestamp(LAST)),
        (np.datetime64(FIRST), np.datetime64(LAST)),
        (np.datetime64(FIRST, "ns"), np.datetime64(LAST, "ns")),
        ("2024-01-31 10:00:05", "2024-01-31 10:00:09"),
        (FIRST.replace(tzinfo=timezone.utc), LAST.replace(tzinfo=timezone.utc)),
    ],
)
def test_dates_are_written_as_the_time_column_is(start: Any, end: Any) -> None:
    assert ends(DATED, start, end) == ("2024-01-31 10:00:05", "2024-01-31 10:00:09")


def test_dates_of_other_time_zones_are_written_as_utc() -> None:
    east = timezone(timedelta(hours=2))
    start, _ = ends(DATED, FIRST.replace(tzinfo=east), LAST.replace(tzinfo=east))
    assert start == "2024-01-31 08:00:05"


def test_a_date_without_a_time_is_its_midnight() -> None:
    config = series('timeColumn="day" timeFormat="%d.%m.%Y"')
    assert ends(config, date(2024, 1, 31), date(2024, 2, 1)) == ("31.01.2024", "01.02.2024")


def test_numbers_are_milliseconds_where_there_is_a_format() -> None:
    assert ends(DATED, 1704067201000, 1704067205000) == (1704067201000, 1704067205000)


@pytest.mark.parametrize(("start", "end"), [(1, 2.5), ("1", "2.5"), (np.int64(1), np.float32(2.5))])
def test_without_a_format_moments_are_numbers(start: Any, end: Any) -> None:
    assert [float(each) for each in ends(NUMBERED, start, end)] == [1, 2.5]


def test_a_result_that_was_read_is_built_again() -> None:
    result = DATED.result({"run": Interval("fast", start=FIRST, end=LAST)})
    interval = DATED.read(result).regions[0].interval
    assert interval.start == "2024-01-31 10:00:05"
    assert DATED.result({"run": Interval("fast", start=interval.start, end=interval.end)})


@pytest.mark.parametrize(
    ("config", "start", "end", "message"),
    [
        (
            DATED,
            "2024/01/31",
            "2024/02/01",
            r"start.*must have the format %Y-%m-%d %H:%M:%S, not '2024/01",
        ),
        (DATED, "2024-01-31", "2024-02-01", r"\.end.*must have the format %Y-%m-%d %H:%M:%S"),
        (DATED, "2024-02-30 10:00:00", "2024-03-01 10:00:00", r"start.*not '2024-02-30 10:00:00'"),
        (
            DATED,
            "2024-01-31 10:00:09",
            "2024-01-31 10:00:05",
            r"\.end.*must not be less than the start",
        ),
        (DATED, "2024-01-31 10:00:05", 5, r"\.end.*must be of the same type as start"),
        (NUMBERED, "a", "b", r"start.*must be a number, because there is no timeFormat, not 'a'"),
        (NUMBERED, "9", "10", None),
        (NUMBERED, "10", "9", r"\.end.*must not be less than the start"),
        (NUMBERED, FIRST, LAST, r"'ts' has no timeFormat: its times must be numbers, not datetime"),
    ],
)
def test_what_the_editor_cannot_open_is_refused(
    config: LabelConfig, start: Any, end: Any, message: str | None
) -> None:
    if message is None:
        ends(config, start, end)
        return
    with pytest.raises(InvalidResult, match=message):
        ends(config, start, end)


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (LAST, FIRST, "must not be before its start"),
        (FIRST, LAST.replace(tzinfo=timezone.utc), "must both have a time zone, or neither"),
        (pd.NaT, LAST, "A time must be a number"),
        (None, LAST, "A time must be a number"),
    ],
)
def test_an_invalid_interval_is_refused_on_creation(start: Any, end: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        Interval("fast", start=start, end=end)


def test_audio_has_no_dates() -> None:
    config = LabelConfig.parse(
        '<View><Audio name="a" value="$a"/>'
        '<Labels name="heard" toName="a"><Label value="A"/></Labels></View>'
    )
    with pytest.raises(InvalidResult, match="'a' is not a TimeSeries: its times must be numbers"):
        config.result({"heard": Interval("A", start=FIRST, end=LAST)})
