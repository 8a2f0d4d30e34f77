"""The user's own code among the frames of a call."""

from __future__ import annotations

import sys

PACKAGE = __name__.partition(".")[0]


def stack_level() -> int:
    """Return the number of frames up to the user's own code, for `warnings.warn()`."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back and str(frame.f_globals.get("__name__")).partition(".")[0] == PACKAGE:
        level, frame = level + 1, frame.f_back
    return level
