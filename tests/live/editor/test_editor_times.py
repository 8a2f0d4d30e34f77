"""Regions in audio, time series and videos: ours in the editor, and the editor's read by us."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from support.alike import differences
from support.editor import Editor, Shown
from support.media import FRAMES, RATE, SECONDS

from label_studio_orm import Task
from label_studio_orm.labeling import Frames, Interval, KeyFrame, Track

NewTask = Callable[[str, Any], Task]

LABELS = '<Label value="cat"/><Label value="dog"/>'
SOUND = (
    '<View><Audio name="shown" value="$shown"/>'
    f'<Labels name="heard" toName="shown">{LABELS}</Labels></View>'
)
TRACKS = (
    f'<View><Labels name="what" toName="shown">{LABELS}</Labels>'
    f'<Video name="shown" value="$shown" framerate="{RATE}"/>'
    '<VideoRectangle name="box" toName="shown"/></View>'
)
TIMELINE = (
    f'<View><TimelineLabels name="when" toName="shown">{LABELS}</TimelineLabels>'
    f'<Video name="shown" value="$shown" framerate="{RATE}"/></View>'
)


def series(**options: str) -> str:
    """A config of one channel over time, both in the task itself."""
    more = " ".join(f'{name}="{value}"' for name, value in options.items())
    return (
        f'<View><TimeSeries name="shown" value="$shown" valueType="json" timeColumn="t" {more}>'
        '<Channel column="v"/></TimeSeries>'
        f'<TimeSeriesLabels name="seen" toName="shown">{LABELS}</TimeSeriesLabels></View>'
    )


def over(*times: Any) -> dict[str, Any]:
    return {"t": list(times), "v": [math.sin(at / 9) for at in range(len(times))]}


DAYS = [f"2024-01-{day:02} 06:30:00" for day in range(1, 31)]
DAY = "%Y-%m-%d %H:%M:%S"
SERIES = {
    "numbers": (series(), over(*map(float, range(100))), [(5, 12), (50.5, 60.25)]),
    "moments": (series(), over(*range(100)), [(7, 7)]),
    "dates": (series(timeFormat=DAY), over(*DAYS), [(DAYS[4], DAYS[9])]),
    "dates and a display format": (
        series(timeFormat=DAY, timeDisplayFormat="%d.%m."),
        over(*DAYS),
        [(DAYS[4], DAYS[4])],
    ),
    "days": (
        series(timeFormat="%d/%m/%Y"),
        over(*(f"{day:02}/01/2024" for day in range(1, 31))),
        [("03/01/2024", "17/01/2024")],
    ),
}


def test_our_intervals_of_audio_are_shown(editor: Editor, new_task: NewTask) -> None:
    heard = [Interval("cat", start=0.5, end=1.25), Interval("dog", start=1, end=SECONDS)]
    annotation = new_task(SOUND, "tone.wav").annotate({"heard": heard})
    shown = editor.show(annotation)
    assert shown.errors == []
    theirs = [{k: v for k, v in item.items() if k != "original_length"} for item in shown.result]
    assert differences(annotation.result, theirs) == []
    assert {item["original_length"] for item in shown.result} == {SECONDS}


def test_an_interval_drawn_on_audio_is_read(editor: Editor, new_task: NewTask) -> None:
    region = drawn(editor, new_task(SOUND, "tone.wav"), "canvas", (25, 50), (30, 50), (50, 50))
    assert region.interval.start == pytest.approx(SECONDS / 4, abs=0.05)
    assert region.interval.end == pytest.approx(SECONDS / 2, abs=0.05)
    assert region.interval.duration == SECONDS


@pytest.mark.parametrize("kind", SERIES)
def test_our_intervals_of_a_time_series_are_shown(
    editor: Editor, new_task: NewTask, kind: str
) -> None:
    config, data, stretches = SERIES[kind]
    seen = [Interval("cat", start=start, end=end) for start, end in stretches]
    annotation = new_task(config, data).annotate({"seen": seen})
    shown = editor.show(annotation)
    assert shown.errors == []
    assert differences(annotation.result, shown.result) == []


def test_an_interval_drawn_on_a_time_series_is_read(editor: Editor, new_task: NewTask) -> None:
    config, data, _ = SERIES["dates"]
    task = new_task(config, data)
    region = drawn(editor, task, ".new_brush .overlay", (25, 50), (30, 50), (50, 50))
    ends = [
        datetime.strptime(str(end), DAY) for end in (region.interval.start, region.interval.end)
    ]
    assert datetime(2024, 1, 1) < ends[0] < ends[1] < datetime(2024, 1, 31)


def test_our_track_is_shown_and_completed(editor: Editor, new_task: NewTask) -> None:
    """The editor knows the video: it adds the time of each key frame, and the duration."""
    keyframes = [
        KeyFrame(percent=(1, 2, 30, 40), frame=1),
        KeyFrame(percent=(50, 2, 30, 40), frame=11, rotation=10, enabled=False),
    ]
    annotation = new_task(TRACKS, "clip.webm").annotate({"box": Track("cat", keyframes=keyframes)})
    shown = editor.show(annotation)
    assert shown.errors == []
    (track,) = (region.track for region in annotation.config.read(shown.result).regions)
    assert [track.at(frame) for frame in (1, 6, 11)] == [
        annotation.regions[0].track.at(frame) for frame in (1, 6, 11)
    ]
    assert [each.time for each in track.keyframes] == [1 / RATE, 11 / RATE]
    assert (track.frames, track.duration) == (FRAMES, FRAMES / RATE)


def test_a_complete_track_is_shown_unchanged(editor: Editor, new_task: NewTask) -> None:
    keyframes = [KeyFrame(percent=(1, 2, 30, 40), frame=5, time=5 / RATE)]
    track = Track("cat", keyframes=keyframes, frames=FRAMES, duration=FRAMES / RATE)
    annotation = new_task(TRACKS, "clip.webm").annotate({"box": track})
    assert differences(annotation.result, editor.show(annotation).result) == []


def test_a_drawn_track_is_read(editor: Editor, new_task: NewTask) -> None:
    task = new_task(TRACKS, "clip.webm")
    region = drawn(editor, task, ".konvajs-content", (40, 40), (50, 50), (55, 60))
    assert region.label == "dog"
    assert region.track.frames == FRAMES
    assert [each.frame for each in region.track.keyframes] == [1]


def test_our_frames_are_shown(editor: Editor, new_task: NewTask) -> None:
    when = [Frames("cat", ranges=(2, 7)), Frames("dog", ranges=(9, 9))]
    annotation = new_task(TIMELINE, "clip.webm").annotate({"when": when})
    shown = editor.show(annotation)
    assert shown.errors == []
    assert differences(annotation.result, shown.result) == []


def test_drawn_frames_are_read(editor: Editor, new_task: NewTask) -> None:
    task = new_task(TIMELINE, "clip.webm")
    timeline = ".lsf-timeline-frames__filler"
    region = drawn(editor, task, timeline, (20, 40), (25, 40), (30, 40))
    ((first, last),) = region.frames.ranges
    assert 1 <= first < last <= FRAMES


def drawn(editor: Editor, task: Task, place: str, *points: tuple[float, float]) -> Any:
    """Draw with the label "dog", submit it, and return the region as we read it."""
    shown: Shown = editor.show(task)
    shown.click("dog")
    shown.press(place, *points)
    shown.await_regions(1)
    shown.save()
    assert shown.errors == []
    (region,) = task.refresh().annotations[0].regions
    assert region.label == "dog"
    return region
