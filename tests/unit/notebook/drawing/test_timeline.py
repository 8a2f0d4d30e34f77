"""Audio, video and time series."""

from __future__ import annotations

from datetime import datetime

from support.drawing import Node, drawn_task, shown_by

from label_studio_orm.labeling import Frames, Interval, KeyFrame, Track

LABELS = '<Label value="Ann" background="green"/><Label value="Bob"/>'
AUDIO = (
    f'<View><Audio name="a" value="$a"/><Labels name="l" toName="a">{LABELS}</Labels>'
    '<TextArea name="said" toName="a" perRegion="true"/></View>'
)
VIDEO = (
    '<View><Video name="v" value="$v" frameRate="10"/><VideoRectangle name="box" toName="v"/>'
    f'<Labels name="l" toName="v">{LABELS}</Labels>'
    f'<TimelineLabels name="t" toName="v">{LABELS}</TimelineLabels></View>'
)
SERIES = (
    '<View><TimeSeries name="s" value="$s" timeColumn="t" timeFormat="%Y-%m-%d">'
    f'<Channel column="x"/></TimeSeries><TimeSeriesLabels name="l" toName="s">{LABELS}'
    "</TimeSeriesLabels></View>"
)


def bars(shown: Node) -> list[tuple[float, float, float]]:
    """Return x and width of each bar, in thousandths of the timeline, and y."""
    rects = (each.attributes for each in shown.one(class_="lso-lanes").all("rect"))
    return [(float(each["x"]), float(each["width"]), float(each["y"])) for each in rects]


def ticks(shown: Node) -> list[str]:
    return [each.text for each in shown.one(class_="lso-axis").all("span")]


def test_overlapping_intervals_are_in_lanes_of_their_own() -> None:
    times = ((0, 4), (2, 6), (4, 8))
    given = [Interval("Ann", start=start, end=end, duration=10) for start, end in times]
    shown = shown_by(drawn_task(AUDIO, {"a": "/data/upload/1/a.wav"}, {"l": given}))
    assert bars(shown) == [(0, 400, 2), (400, 400, 2), (200, 400, 26)]
    assert ticks(shown) == ["0 s", "2 s", "4 s", "6 s", "8 s", "10 s"]


def test_what_has_no_place_in_the_lanes_is_counted() -> None:
    given = [Interval("Ann", start=0, end=4, duration=10)] * 40
    shown = shown_by(drawn_task(AUDIO, {"a": "a.wav"}, {"l": given}))
    assert len(bars(shown)) == 30
    assert "… and 10 more regions that do not fit" in shown.text


def test_a_track_with_many_key_frames_is_drawn_in_part() -> None:
    keyframes = [
        KeyFrame(percent=(1, 2, 3, 4), frame=frame, enabled=frame % 4 > 1)
        for frame in range(1, 20_000)
    ]
    track = Track("Ann", keyframes=keyframes, frames=20_000)
    shown = shown_by(drawn_task(VIDEO, {"v": "v.mp4"}, {"box": track}))
    assert 0 < len(bars(shown)) <= 500
    assert 0 < len(shown.all("path")) <= 500


def test_transcripts_stand_beside_their_intervals() -> None:
    interval = Interval("Ann", start=0, end=4, answers={"said": ["Good morning."]})
    shown = shown_by(drawn_task(AUDIO, {"a": "a.wav"}, {"l": interval}))
    (table,) = [each for each in shown.all("details") if "1 region" in each.text]
    assert "open" in table.attributes
    assert "0 – 4" in table.text
    assert "Good morning." in table.text


def test_a_track_is_drawn_where_it_is_visible_with_its_key_frames() -> None:
    frames = {1: True, 11: False, 31: True}
    keyframes = [KeyFrame(percent=(1, 2, 3, 4), frame=n, enabled=on) for n, on in frames.items()]
    track = Track("Ann", keyframes=keyframes, frames=100)
    shown = shown_by(drawn_task(VIDEO, {"v": "https://example.com/v.mp4"}, {"box": track}))
    assert bars(shown) == [(10, 100, 2), (310, 690, 2)]
    assert len(shown.one(class_="lso-lanes").all("path")) == 3
    assert shown.one("g").attributes["stroke"] == "#008000"  # of <Labels>, for the rectangle


def test_frames_are_drawn_in_seconds() -> None:
    frames = Frames("Ann", ranges=[(10, 20), (40, 50)])
    shown = shown_by(drawn_task(VIDEO, {"v": "https://example.com/v.mp4"}, {"t": frames}))
    assert bars(shown) == [(200, 200, 2), (800, 200, 2)]
    assert ticks(shown)[-1] == "5 s"


def test_dates_of_a_series_have_days_at_the_axis() -> None:
    interval = Interval("Ann", start=datetime(2024, 1, 1), end=datetime(2024, 2, 1))
    shown = shown_by(drawn_task(SERIES, {"s": "https://example.com/s.csv"}, {"l": interval}))
    assert bars(shown) == [(0, 1000, 2)]
    assert all(len(each) == len("2024-01-01") for each in ticks(shown))
    assert len(ticks(shown)) > 1


def test_times_that_cannot_be_read_are_in_the_table_only() -> None:
    item = {"id": "a", "from_name": "l", "to_name": "s", "type": "timeserieslabels"}
    value = {"start": "noon", "end": "later", "timeserieslabels": ["Ann"]}
    shown = shown_by(drawn_task(SERIES, {"s": "s.csv"}, [{**item, "value": value}]))
    assert shown.all(class_="lso-lanes") == []
    assert "noon – later" in shown.text


def test_values_of_a_series_in_the_data_are_drawn_as_curves() -> None:
    config = SERIES.replace('value="$s"', 'value="$s" valueType="json"')
    data = {"s": {"t": ["2024-01-01", "2024-01-11", "2024-01-21"], "x": [1, None, 3]}}
    interval = Interval("Ann", start=datetime(2024, 1, 6), end=datetime(2024, 1, 11))
    shown = shown_by(drawn_task(config, data, {"l": interval}))
    assert shown.one("polyline").attributes["points"] == "0,58 1000,2"
    assert shown.one(class_="lso-curve").text == "x: 1 – 3"
    bar = shown.all(class_="lso-lanes")[1].one("rect").attributes
    assert (bar["x"], bar["width"]) == ("250", "250")
