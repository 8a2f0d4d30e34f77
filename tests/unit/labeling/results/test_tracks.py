"""Tracks of boxes in videos."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from support.region_configs import SIZE, VIDEO, only

from label_studio_orm.errors import InvalidInput
from label_studio_orm.labeling import (
    Box,
    KeyFrame,
    LabelConfig,
    Track,
)


def key(frame: int, x: float = 0, **more: Any) -> KeyFrame:
    return KeyFrame(percent=(x, 0, 10, 10), frame=frame, **more)


def test_a_box_moves_in_a_straight_line_between_key_frames() -> None:
    track = only(VIDEO, {"box": Track("car", keyframes=[key(1), key(11, x=50)])}).track
    assert [track.at(frame).percent[0] for frame in (1, 2, 6, 11)] == [0, 5, 25, 50]


def test_a_box_is_not_there_before_its_first_key_frame_and_stays_after_its_last() -> None:
    track = Track("car", keyframes=[key(5, x=7)])
    assert track.at(4) is None
    assert track.at(1000) == Box(percent=(7, 0, 10, 10))


def test_a_key_frame_that_is_disabled_hides_the_box_until_the_next() -> None:
    track = Track("car", keyframes=[key(1), key(5, x=5, enabled=False), key(9, x=9)])
    assert [frame for frame in range(1, 12) if track.at(frame)] == [1, 2, 3, 4, 5, 9, 10, 11]


@pytest.mark.parametrize(("start", "end", "middle"), [(350, 10, 0), (10, 350, 0), (-170, 170, 180)])
def test_a_box_turns_the_short_way_round(start: float, end: float, middle: float) -> None:
    track = Track("car", keyframes=[key(1, rotation=start), key(3, rotation=end)])
    box = track.at(2)
    assert box is not None
    assert box.rotation == pytest.approx(middle)
    assert [track.at(n).rotation for n in (1, 3)] == [start, end]


def test_key_frames_are_put_in_order() -> None:
    track = Track("car", keyframes=(key(frame) for frame in (9, 1, 5)))
    assert [each.frame for each in track.keyframes] == [1, 5, 9]


def test_a_track_without_key_frames_is_refused() -> None:
    with pytest.raises(InvalidInput, match="must be one or more KeyFrame objects"):
        Track("car", keyframes=[])


def test_a_video_keeps_its_labels_in_the_track() -> None:
    for control in ("box", "kind"):
        (made,) = VIDEO.result({control: Track("car", keyframes=[key(1)], frames=9, duration=0.5)})
        assert (made["from_name"], made["type"]) == ("box", "videorectangle")
        assert made["value"]["labels"] == ["car"]
        assert (made["value"]["framesCount"], made["value"]["duration"]) == (9, 0.5)
        assert VIDEO.read([made]).regions[0].label == "car"


def test_a_track_in_pixels_uses_the_size_of_the_result() -> None:
    track = Track("car", keyframes=[KeyFrame(pixels=(64, 48, 320, 240), frame=1)])
    region = only(VIDEO, {"box": track}, size=SIZE)
    assert region.track.keyframes[0].percent == pytest.approx((10, 10, 50, 50))


def test_key_frames_of_numpy_numbers_can_be_sent() -> None:
    frame = KeyFrame(
        percent=np.arange(4), frame=np.int64(1), time=np.float32(0.5), enabled=np.bool_(True)
    )
    track = Track("car", keyframes=[frame], frames=np.int64(9), duration=np.float32(1))
    result = VIDEO.result({"box": track})
    assert json.loads(json.dumps(result)) == result


def test_a_track_without_labels_has_no_labels_key() -> None:
    (track,) = VIDEO.result({"box": Track(keyframes=[key(1)])})
    assert "labels" not in track["value"]


@pytest.mark.parametrize("rate", ["0", "-5", "inf", "nan", "fast", ""])
def test_an_invalid_frame_rate_counts_as_24(rate: str) -> None:
    config = LabelConfig.parse(f"""<View>
      <Video name="video" value="$video" frameRate="{rate}"/>
      <VideoRectangle name="box" toName="video"/>
    </View>""")
    (track,) = config.result({"box": Track(keyframes=[key(12)])})
    assert track["value"]["sequence"][0]["time"] == 0.5
