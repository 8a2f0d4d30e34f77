"""Dates as the editor's D3 writes and reads them."""

from __future__ import annotations

import locale
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone

import pytest

from label_studio_orm.labeling.results.dates import format_date, matches_format, parse_date

MOMENT = datetime(2024, 2, 3, 14, 5, 6, 789000)


@pytest.mark.parametrize(  # what d3.utcFormat makes of the same moment
    ("format", "text"),
    [
        ("%Y-%m-%d %H:%M:%S", "2024-02-03 14:05:06"),
        ("%-d.%-m.%y", "3.2.24"),
        ("%e %b %Y", " 3 Feb 2024"),
        ("%A, %B %d, %Y", "Saturday, February 03, 2024"),
        ("%Y-%m-%d %I:%M %p", "2024-02-03 02:05 PM"),
        ("%Y-%j", "2024-034"),
        ("%Y-%m-%dT%H:%M:%S.%LZ", "2024-02-03T14:05:06.789Z"),
        ("%H:%M:%S.%f", "14:05:06.789000"),
        ("%Q", "1706969106789"),
        ("%s", "1706969106"),
        ("%c", "2/3/2024, 2:05:06 PM"),
        ("%x", "2/3/2024"),
        ("%X", "2:05:06 PM"),
        ("%Y-%m-%d %Z", "2024-02-03 +0000"),
        ("%q %u %w", "1 6 6"),
        ("%Y %U %W", "2024 04 05"),
        ("%G-%V %g", "2024-05 24"),
        ("100%% %_d", "100%  3"),
    ],
)
def test_a_moment_is_written_as_d3_does_and_read_again(format: str, text: str) -> None:
    assert format_date(MOMENT, format) == text
    assert matches_format(text, format)


@pytest.mark.parametrize(
    ("text", "format", "moment"),
    [
        ("1.2.2024", "%d.%m.%Y", datetime(2024, 2, 1)),
        ("feb 2024", "%b %Y", datetime(2024, 2, 1)),
        ("3 PM", "%I %p", datetime(1900, 1, 1, 15)),
        ("12 AM", "%I %p", datetime(1900, 1, 1)),
        ("68", "%y", datetime(2068, 1, 1)),
        ("69", "%y", datetime(1969, 1, 1)),
        (
            "2024-01-01T10:00+02:00",
            "%Y-%m-%dT%H:%M%Z",
            datetime(2024, 1, 1, 10, tzinfo=timezone(timedelta(hours=2))),
        ),
        ("2024-060", "%Y-%j", datetime(2024, 2, 29)),
    ],
)
def test_what_d3_reads_is_read(text: str, format: str, moment: datetime) -> None:
    assert parse_date(text, format) == moment


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("2024/01/31", "%Y-%m-%d"),
        ("2024-01-31T10:00", "%Y-%m-%d"),
        ("2024-01", "%Y-%m-%d"),
        ("2024-01-31 ", "%Y-%m-%d"),
        ("24-01-31", "%Y-%m-%d"),
        ("Januar 2024", "%B %Y"),
        ("2024-02-30", "%Y-%m-%d"),  # D3 makes it the first of March
        ("2024-13-01", "%Y-%m-%d"),
        ("2024-00-10", "%Y-%m-%d"),
        ("25:00", "%H:%M"),
        ("a", "a%"),
        ("", "%Y"),
    ],
)
def test_text_that_the_editor_parses_differently_does_not_match(text: str, format: str) -> None:
    assert not matches_format(text, format)


@pytest.mark.parametrize(
    ("value", "text"),
    [(date(2024, 2, 3), "2024-02-03 00:00"), (time(14, 5), "1900-01-01 14:05")],
)
def test_dates_and_times_alone_are_written_too(value: date | time, text: str) -> None:
    assert format_date(value, "%Y-%m-%d %H:%M") == text


@pytest.fixture
def _german() -> Iterator[None]:
    before = locale.setlocale(locale.LC_TIME)
    try:
        locale.setlocale(locale.LC_TIME, "de_DE.UTF-8")
    except locale.Error:
        pytest.skip("no German locale here")
    yield
    locale.setlocale(locale.LC_TIME, before)


@pytest.mark.usefixtures("_german")
def test_months_are_english_whatever_the_locale() -> None:
    assert format_date(date(2024, 3, 1), "%B") == "March"
