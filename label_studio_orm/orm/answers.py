"""What can be relied on in an answer."""

from __future__ import annotations

from typing import Any

from ..errors import ConnectionFailed


def expect(answer: Any, key: str) -> Any:
    """Return what an answer has under a key that every such answer of Label Studio has."""
    if isinstance(answer, dict) and key in answer:
        return answer[key]
    raise ConnectionFailed(
        f"An answer has no {key!r} in it, which Label Studio always sends. "
        "Is this the address of a Label Studio server?",
        status=200,
    )
