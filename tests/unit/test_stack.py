"""Where the user's own code begins among the frames of a call."""

from __future__ import annotations

from label_studio_orm.stack import package_frames, stack_level


def test_code_outside_of_the_package_calls_from_no_frame_of_it() -> None:
    assert package_frames() == []
    assert stack_level() == 1
