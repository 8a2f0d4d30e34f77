"""The user's own code among the frames of a call."""

from __future__ import annotations

import sys
from types import FrameType

PACKAGE = __name__.partition(".")[0]


def stack_level() -> int:
    """Return the number of frames up to the user's own code, for `warnings.warn()`."""
    return len(package_frames())


def package_frames() -> list[FrameType]:
    """Return the frames of the package, from the caller's to the one that the user has called."""
    frame, found = sys._getframe(1), list[FrameType]()
    while frame.f_back and str(frame.f_globals.get("__name__")).partition(".")[0] == PACKAGE:
        found.append(frame)
        frame = frame.f_back
    return found
