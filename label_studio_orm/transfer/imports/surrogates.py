r"""Detection of lone surrogates in JSON ("\ud800"), which the fast parser replaces by "?"."""

from __future__ import annotations

import re
from typing import BinaryIO

from attrs import define

HIGH, LOW = rb"\\u[dD][89abAB][0-9a-fA-F]{2}", rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
ALONE = re.compile(rb"%b(?!%b)|(?<!%b)%b" % (HIGH, LOW, rb"\\u[dD][89abAB].{2}", LOW), re.DOTALL)
PAIR = 12  # bytes of a whole character
BEFORE = 64  # bytes that are looked back for backslashes


class HalfCharacter(Exception):
    """A lone surrogate, with its line."""


@define
class WholeCharacters:
    """A JSON file that refuses lone surrogates as it is read."""

    file: BinaryIO
    line: int = 1
    _before: bytes = b""  # the end of what was read,
    _ahead: bytes = b""  # and what is known of what follows, as a pair may be cut in two

    def read(self, size: int = -1) -> bytes:
        if size == 0:  # asked for to know whether it gives bytes
            return b""
        while True:
            block = self.file.read(size)
            text = self._ahead + block
            cut = max(len(text) - PAIR, 0) if block else len(text)
            self._check(text, cut)
            self._ahead = text[cut:]
            if cut or not block:
                return text[:cut]

    def _check(self, text: bytes, cut: int) -> None:
        around, start = self._before + text, len(self._before)
        for found in ALONE.finditer(around, start) if b"\\u" in text else ():
            if found.start() >= start + cut:
                break
            if _backslashes_before(around, found.start()) % 2 == 0:
                line = self.line + text.count(b"\n", 0, found.start() - start)
                raise HalfCharacter(line, found[0].decode())
        self.line += text.count(b"\n", 0, cut)
        self._before = around[: start + cut][-BEFORE:]


def _backslashes_before(text: bytes, end: int) -> int:
    start = end
    while start and text[start - 1] == 0x5C:
        start -= 1
    return end - start
