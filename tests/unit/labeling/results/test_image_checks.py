"""What is drawn on images and videos: what is let through, and what is refused, with its path."""

from __future__ import annotations

from typing import Any

import pytest
from support.drawn import (
    BAD,
    BAD_IN_VIDEO,
    GOOD,
    GOOD_IN_VIDEO,
    IMAGE_CONFIG,
    IMAGES_CONFIG,
    VIDEO_CONFIG,
    box_with,
    brush,
)

from label_studio_orm.labeling import LabelConfig

IMAGE, IMAGES, VIDEO = map(LabelConfig.parse, (IMAGE_CONFIG, IMAGES_CONFIG, VIDEO_CONFIG))
ONE, THREE = {"shown": "1.png"}, {"shown": ["1.png", "2.png", "3.png"]}


@pytest.mark.parametrize("result", GOOD.values(), ids=list(GOOD))
def test_regions_that_the_editor_opens_on_an_image_are_accepted(result: Any) -> None:
    assert IMAGE.problems(result, data=ONE) == []


@pytest.mark.parametrize("result", GOOD_IN_VIDEO.values(), ids=list(GOOD_IN_VIDEO))
def test_regions_that_the_editor_opens_in_a_video_are_accepted(result: Any) -> None:
    assert VIDEO.problems(result) == []


@pytest.mark.parametrize(("path", "result"), BAD.values(), ids=list(BAD))
def test_problems_of_images_are_reported_by_path(path: str, result: Any) -> None:
    assert path in [each.path for each in IMAGE.problems(result, data=ONE)]


@pytest.mark.parametrize(("path", "result"), BAD_IN_VIDEO.values(), ids=list(BAD_IN_VIDEO))
def test_problems_of_videos_are_reported_by_path(path: str, result: Any) -> None:
    assert path in [each.path for each in VIDEO.problems(result)]


# -- which image of several -----------------------------------------------------------------------


@pytest.mark.parametrize("index", [None, 0, 2, 2.0])
def test_each_image_of_a_list_can_be_drawn_on(index: Any) -> None:
    assert IMAGES.problems(box_with(item_index=index), data=THREE) == []


@pytest.mark.parametrize("index", [3, 9, -1])
def test_an_image_beyond_the_list_is_refused(index: int) -> None:
    (found,) = IMAGES.problems(box_with(item_index=index), data=THREE)
    assert found.path == "[0].item_index"


def test_the_error_has_the_number_of_images() -> None:
    (found,) = IMAGES.problems(box_with(item_index=9), data=THREE)
    assert found.message == "must be less than 3, not 9: the task has 3 images."


@pytest.mark.parametrize("data", [None, {}, {"shown": None}])
def test_any_image_index_is_accepted_without_data(data: Any) -> None:
    assert IMAGES.problems(box_with(item_index=9), data=data) == []


# -- masks ----------------------------------------------------------------------------------------


def test_a_mask_of_another_image_names_both_sizes() -> None:
    (found,) = IMAGE.problems(brush(original_width=640, original_height=480))
    assert "holds 12,288 values, but 640×480 pixels have 1,228,800" in found.message


def test_a_mask_of_too_large_an_image_is_reported() -> None:
    side = 10**4299  # whose square is too long to be shown
    (found,) = IMAGE.problems(brush(original_width=side, original_height=side))
    assert found.message.startswith("is of an image of more than 1,073,741,823 pixels")


def test_a_truncated_mask_is_reported_with_its_length() -> None:
    (found,) = IMAGE.problems(brush([0, 5, 4]))
    assert found.message == "is truncated: it has 3 bytes, fewer than the 7 of its header."
