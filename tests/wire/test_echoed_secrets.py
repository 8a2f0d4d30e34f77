"""Secrets that a server echoes are blanked out everywhere."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable

import pytest
from support.places import HUSH, PLACES, UNSHOWN, everything, found_at
from support.stub import Stub
from support.texts import LEGACY_KEY
from support.tokens import access_token, refresh_token

from label_studio_orm import LabelStudio

GATE, PROXY = "open-sesame-1234", "pr0xy-w0rd"
KEYS = {"legacy": LEGACY_KEY, "personal": refresh_token()}


def parts_of(secret: str) -> list[str]:
    """Return parts of a secret that a text may be cut within; the head of a token is no secret."""
    rest = secret.partition(".")[2] or secret
    return [rest[start : start + 9] for start in range(0, len(rest) - 8)]


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("place", PLACES)
def test_a_secret_that_a_server_repeats_is_blanked_out(
    place: str,
    kind: str,
    connect_to: Callable[..., LabelStudio],
    stub: Stub,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="label_studio_orm")
    access = access_token(1)
    stub.on("POST", "/api/token/refresh", {"access": access})
    ls = connect_to(
        api_key=KEYS[kind],
        headers={"X-Gate-Key": GATE},
        proxies={"https": f"http://me:{PROXY}@proxy"},
    )
    ls._transport.backoff = ls._transport.backoff.new(total=0)
    stub.on("GET", "/api/version", {"release": "1.23.2"})
    ls.version  # noqa: B018 (signs in)
    key = KEYS[kind] if kind == "legacy" else access
    secrets = {key, KEYS[kind], GATE, PROXY}
    for secret in secrets:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            text = " ".join(map(everything, found_at(place, ls, stub, secret)))
        text += f"{caplog.text} {[str(each.message) for each in caught]}"
        left = [part for each in {*secrets, HUSH} for part in parts_of(each) if part in text]
        assert "***" in text or place in UNSHOWN
        assert left == [], text[max(text.find(left[0]) - 300, 0) :][:600]
