"""JSON of others: how deep it is, how long its numbers are, and what time it takes to find out."""

from __future__ import annotations

import fcntl
import json
import random
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from label_studio_orm.errors import IncompleteResult, LimitExceeded, LocalServerError
from label_studio_orm.http import json_depth
from label_studio_orm.http.decoding import decoded, decoded_or
from label_studio_orm.http.encoding import checked_params
from label_studio_orm.http.json_depth import MAX_DIGITS, DepthCounter
from label_studio_orm.limits import Limits
from label_studio_orm.server.credentials import CREDENTIALS, Credentials
from label_studio_orm.server.folder_lock import LOCK, LockHolder
from label_studio_orm.server.permissions import open_private
from label_studio_orm.transfer.imports.readers import Malformed, read_json, tasks_in

MEGABYTE = 1_000_000


def shape(text: bytes) -> tuple[int, int]:
    """Return the most levels and the most digits of JSON, character by character."""
    depth = deepest = digits = longest = 0
    in_text = escaped = False
    for letter in text.decode():
        digits = digits + 1 if letter.isdigit() and not in_text else 0
        longest = max(longest, digits)
        if in_text:
            in_text, escaped = escaped or letter != '"', letter == "\\" and not escaped
        elif letter == '"':
            in_text = True
        else:
            depth += (letter in "[{") - (letter in "]}")
            deepest = max(deepest, depth)
    return deepest, longest


def made(random: random.Random) -> bytes:
    """Make something like JSON, of what is hard to tell apart."""
    texts = [b"\\\\", b'\\"', b"\\n", b"a", b"[", b"}", b"1" * 9, b"\\u0041"]
    text = b'"' + b"".join(random.choices(texts, k=random.randrange(6))) + b'"'
    parts = [b"[", b"{", b"]", b"}", b",", b"[[[", b"1" * random.randrange(1, 10), text]
    return b"".join(random.choices(parts, k=random.randrange(1, 12)))


@pytest.mark.parametrize("seed", range(20))
def test_levels_and_digits_are_counted_in_blocks_of_any_size(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_depth, "MAX_DIGITS", 7)
    source = random.Random(seed)
    for _ in range(300):
        text, levels = made(source), source.randrange(1, 6)
        ends = [0, *sorted(source.sample(range(len(text)), source.randrange(len(text)))), len(text)]
        scan, refused = DepthCounter(levels), False
        try:
            for start, end in pairwise(ends):
                scan.feed(text[start:end])
        except LimitExceeded:
            refused = True
        deepest, longest = shape(text)
        assert refused == (deepest > levels or longest > 7), text


WORST = {
    "escaped quotes": b'\\"',
    "one text without end": b"a",
    "quotes": b'"',
    "quotes and backslashes": b'"\\',
    "backslashes": b"\\",
    "brackets": b"[]",
    "up and down": b"[" * 900 + b"]" * 900,
    "numbers that are nearly too long": b"1" * (MAX_DIGITS - 1) + b",",
    "short numbers": b"12,",
}


@pytest.mark.parametrize("start", [b"", b'"'], ids=["outside", "in a text"])
@pytest.mark.parametrize("unit", WORST.values(), ids=list(WORST))
def test_the_time_is_in_proportion_to_the_length(unit: bytes, start: bytes) -> None:
    text = start + unit * (8 * MEGABYTE // len(unit))
    scan, began = DepthCounter(), time.monotonic()
    for at in range(0, len(text), 16 * 1024):
        scan.feed(text[at : at + 16 * 1024])
    assert time.monotonic() - began < 2  # of 0.1 on a slow machine; it was minutes


def test_levels_within_a_block_count_though_they_are_closed_again() -> None:
    with pytest.raises(LimitExceeded, match=r"deeper than 1,000 levels.*limits=Limits\(levels="):
        DepthCounter().feed(b"[" * 1001 + b"]" * 1001)
    DepthCounter().feed(b"[" * 1000 + b"]" * 1000)


def test_a_number_may_have_as_many_digits_as_python_reads() -> None:
    longest = b"1" * MAX_DIGITS
    DepthCounter().feed(b"[" + longest + b"]")
    assert decoded(longest) == int(longest)
    for text in (longest + b"1", b"-1" + longest):
        with pytest.raises(LimitExceeded, match="more than 4,300 digits"):
            DepthCounter().feed(text)
        with pytest.raises(LimitExceeded, match="more than 4,300 digits"):
            decoded(text)


def test_a_program_that_lets_python_read_fewer_digits_counts() -> None:
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    try:
        with pytest.raises(LimitExceeded, match="more than 640 digits"):
            DepthCounter().feed(b"1" * 641)
    finally:
        sys.set_int_max_str_digits(before)


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_json_that_is_too_deep_raises_our_error(opening: str) -> None:
    for text in (opening * 100_000, (opening * 100_000).encode()):
        with pytest.raises(LimitExceeded, match="nested deeper"):
            decoded(text)


def test_fewer_levels_can_be_asked_for() -> None:
    assert decoded("[[[]]]", Limits(levels=3)) == [[[]]]
    with pytest.raises(LimitExceeded, match="deeper than 2 levels"):
        decoded("[[[]]]", Limits(levels=2))
    assert decoded('["[[["]', Limits(levels=2)) == ["[[["]


@pytest.mark.parametrize("text", ["", "x", "{", b"\xff", b"\xfe\xff\x00"])
def test_what_is_no_json_is_a_value_error_that_callers_put_in_their_words(text: bytes) -> None:
    with pytest.raises((json.JSONDecodeError, UnicodeDecodeError)):
        decoded(text)


@pytest.mark.parametrize("text", ["[" * 10**5, "1" * 5000, "x", b"\xff"])
def test_it_may_not_matter_why_it_cannot_be_decoded(text: bytes) -> None:
    assert decoded_or(None, text) is None
    assert decoded_or({}, json.dumps({"a": 1})) == {"a": 1}


@pytest.mark.parametrize("size", [1, 7, 4096, 10**6])
@pytest.mark.parametrize(
    "number", ["1" * 4301, "-" + "1" * 4301, "1e" + "9" * 30, "[" * 5000, "1.5e" + "9" * 25]
)
def test_no_json_takes_the_streaming_parser_down(number: str, size: int, tmp_path: Path) -> None:
    body = f'[{{"data": {{"n": {number}'.encode()
    body += b"]" * number.count("[") + b"}}]"
    blocks = (body[at : at + size] for at in range(0, len(body), size))
    with pytest.raises(IncompleteResult):
        list(tasks_in(blocks))
    path = tmp_path / "tasks.json"
    path.write_bytes(body)
    with pytest.raises(Malformed):
        list(read_json(path))


def test_long_digits_in_a_text_are_no_number() -> None:
    task = {"data": {"text": "1" * 100_000}}
    assert list(tasks_in([json.dumps([task]).encode()])) == [task]


# -- files and texts that somebody else may have put there -----------------------------------------

DEEP = "[" * 100_000
HARD_TO_READ = {"deep": DEEP, "a long number": "1" * 5_000, "no object": "[]", "no JSON": "x"}


@pytest.mark.parametrize("text", HARD_TO_READ.values(), ids=list(HARD_TO_READ))
def test_the_credentials_of_a_folder_are_read_or_damaged(text: str, tmp_path: Path) -> None:
    (tmp_path / CREDENTIALS).write_text(text)
    with pytest.raises(LocalServerError, match="is damaged"):
        Credentials.of(tmp_path)


@pytest.mark.parametrize("text", HARD_TO_READ.values(), ids=list(HARD_TO_READ))
def test_the_lock_of_a_folder_names_its_holder_or_nobody(text: str, tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text(text)
    with open_private(tmp_path / LOCK, "r") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert LockHolder.of(tmp_path) is None


def test_a_deep_filter_with_an_escape_of_nul_can_be_sent() -> None:
    checked_params({"query": DEEP + '"\\u0000"'})
