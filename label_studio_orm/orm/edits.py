"""Values that the user holds and may change, and what they were when they were read."""

from __future__ import annotations

import json
from enum import Enum
from typing import Any

from attrs import define


class Missing(Enum):
    """Neither a value nor null: nothing was told. An enum, as that stays itself when pickled."""

    MISSING = "missing"


MISSING: Any = Missing.MISSING

PLAIN = (str, int, float, bool, type(None))


@define
class Held:
    """A value in the user's hands. `origin` is what the server had when it was handed out.

    A value that was set, and not read, has no origin: it differs from whatever the server has.
    """

    value: Any
    origin: Any = MISSING

    def follow(self, raw: Any, fresh: Any) -> bool:
        """Take over the server's newer value, inside the object that the user may still hold.

        False where that cannot be: the value is not to be held any longer.
        """
        if isinstance(self.value, dict) and isinstance(fresh, dict):
            self.value.clear()
            self.value.update(fresh)
        elif isinstance(self.value, list) and isinstance(fresh, list):
            self.value[:] = fresh
        elif isinstance(self.value, PLAIN) or self.value != fresh:
            return False
        self.origin = raw
        return True


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same JSON: 1, 1.0 and True are three things there.

    >>> same((1, 2), [1, 2]), same({"n": 1}, {"n": True})
    (True, False)
    """
    return one is other or _canonical(one) == _canonical(other)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=repr)
