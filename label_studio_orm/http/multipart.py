"""Multipart bodies of files, streamed from disk."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import frozen
from urllib3.fields import RequestField

from ..errors import InvalidInput

BLOCK = 64 * 1024  # bytes


@frozen
class Part:
    """A file with known size and checksum."""

    path: Path
    size: int  # bytes
    md5: str

    def blocks(self) -> Iterator[bytes]:
        """Yield the content of the file; raise before its end if it has changed."""
        md5, left, last = hashlib.md5(usedforsecurity=False), self.size, b""
        try:
            with self.path.open("rb") as file:
                while block := file.read(BLOCK):
                    yield last
                    md5.update(block)
                    left, last = left - len(block), block
                    if left < 0:
                        break
        except OSError as error:
            raise InvalidInput(f"{self.path} cannot be read: {error.strerror}.") from None
        if left or md5.hexdigest() != self.md5:
            raise InvalidInput(f"{self.path} has changed while it was sent.")
        yield last


class Multipart:
    """The body of a request with files, of which one block is in memory at a time.

    `field` names the parts, by their number.
    """

    def __init__(self, parts: Sequence[Part], *, field: str = "file{}") -> None:
        self._boundary = secrets.token_hex(16)
        self._field = field
        self._parts = [(self._head(number, part), part) for number, part in enumerate(parts)]
        self._end = f"--{self._boundary}--\r\n".encode()

    @property
    def content_type(self) -> str:
        return f"multipart/form-data; boundary={self._boundary}"

    def __len__(self) -> int:
        sizes = (len(head) + part.size + len(b"\r\n") for head, part in self._parts)
        return sum(sizes) + len(self._end)

    def __iter__(self) -> Iterator[bytes]:
        for head, part in self._parts:
            yield head
            yield from part.blocks()
            yield b"\r\n"
        yield self._end

    def _head(self, number: int, part: Part) -> bytes:
        head = RequestField(self._field.format(number), b"", filename=part.path.name)
        head.make_multipart(content_type="application/octet-stream")
        return f"--{self._boundary}\r\n{head.render_headers()}".encode()
