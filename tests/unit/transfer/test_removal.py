"""What is temporary is removed, also if Ctrl-C comes in the middle of its removal."""

from __future__ import annotations

import pytest

from label_studio_orm.transfer.removal import remove_temporary


def test_a_removal_that_is_interrupted_begins_again_and_is_finished() -> None:
    removed: list[str] = []

    def remove() -> list[str]:
        removed.append("begun")
        if len(removed) == 1:
            raise KeyboardInterrupt
        return ["'a view' could not be removed."]

    with pytest.raises(KeyboardInterrupt, match="'a view' could not be removed"):
        remove_temporary(remove, None, timeout=5, what="'a view' is")
    assert len(removed) == 2
