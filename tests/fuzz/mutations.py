"""Mutations of responses: JSON, numbers, text, headers, bodies, URLs, archives, names."""

from __future__ import annotations

import copy
import functools
import gzip
import io
import json
import stat
import zipfile
import zlib
from random import Random
from typing import Any

from .pieces import ADDRESSES, NAMES, NUMBERS, ODD_HEADERS, RAW, REDIRECTS, STATUSES, TEXTS
from .server import Reply

MEGABYTE = 1_000_000
MOST_RAW = 20  # of the same large piece in an answer: the server's memory counts, too


@functools.cache
def bomb() -> bytes:
    """Return a gzip body of 150 MB, a thousand times as large as it is sent."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.compress(b"[") + packer.flush(zlib.Z_FULL_FLUSH)
    zeros = packer.compress(b"0," * (MEGABYTE // 2)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + zeros * 150


class Mutator:
    """Changes answers by a random number generator; `own` and `other` are ports, `key` the key."""

    def __init__(self, random: Random, *, own: int = 0, other: int = 0, key: str = "") -> None:
        self.random = random
        self.own, self.other, self.key = own, other, key

    # -- values ------------------------------------------------------------------------------

    def json(self, value: Any) -> bytes:
        """Return a JSON text in which one to three places are changed."""
        value = copy.deepcopy(value)
        raws: list[str] = []
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            value = self._changed(value, raws)
        text = json.dumps(value)
        for number, raw in enumerate(raws):
            text = text.replace(f'"@raw{number}@"', raw, MOST_RAW)
        return text.encode("utf-8", "surrogatepass")

    def _changed(self, value: Any, raws: list[str]) -> Any:
        paths = list(_paths(value))
        path = self.random.choice(paths)
        if not path:
            return self.odd(value, raws)
        holder = value
        for step in path[:-1]:
            holder = holder[step]
        self._edit(holder, path[-1], raws)
        return value

    def _edit(self, holder: Any, step: Any, raws: list[str]) -> None:
        kind = self.random.randrange(10)
        if kind == 0:
            del holder[step]
        elif kind == 1 and isinstance(holder, dict):
            holder[self.text()] = holder.pop(step)
        elif kind == 2 and isinstance(holder, list) and len(holder) < MOST_RAW:
            holder.extend(copy.deepcopy(holder) * self.random.choice((1, 1, 1, 50)))
        elif kind == 3:
            others = list(holder.values() if isinstance(holder, dict) else holder)
            holder[step] = copy.deepcopy(self.random.choice(others))
        else:
            holder[step] = self.odd(holder[step], raws)

    def odd(self, value: Any, raws: list[str]) -> Any:
        """Return something in place of a value."""
        random = self.random
        kind = random.randrange(12)
        if kind < 2:
            return self.text()
        if kind < 4:
            return random.choice(NUMBERS)
        if kind == 4:
            raws.append(random.choice(RAW))
            return f"@raw{len(raws) - 1}@"
        if kind == 5:
            return self.address()
        if kind == 6:
            return [value]
        if kind == 7:
            return {"x": value}
        if kind == 8 and isinstance(value, (str, int, float)):
            return str(value) if not isinstance(value, str) else len(value)
        if kind == 9 and isinstance(value, str):
            return self._cut_text(value)
        return random.choice((None, True, False, [], {}, [[]], [None], {"": None}, "x"))

    def _cut_text(self, value: str) -> str:
        """Return a text with a piece changed: configs, dates, addresses."""
        if not value:
            return self.text()
        start = self.random.randrange(len(value))
        end = min(start + self.random.choice((0, 1, 5, 50)), len(value))
        return value[:start] + self.text()[:2_000] + value[end:]

    def text(self) -> str:
        return self.random.choice(TEXTS)

    def address(self) -> str:
        found = self.random.choice(ADDRESSES)
        return found.replace("{own}", str(self.own)).replace("{other}", str(self.other))

    # -- whole answers -----------------------------------------------------------------------

    def reply(self, reply: Reply, value: Any) -> Reply:
        """Return an answer of another shape; `value` is the JSON of it, if it is JSON."""
        kinds = [self._head, self._status, self._redirect, self._body, self._error, self._timing]
        if value is not None:
            kinds += [lambda reply: self._json(reply, value)] * 10
        if reply.body[:2] == b"PK":
            kinds += [self._archive] * 10
        if any(name == "Content-Disposition" for name, _ in reply.headers):
            kinds += [self._name] * 3
        return self.random.choice(kinds)(reply)

    def _json(self, reply: Reply, value: Any) -> Reply:
        reply.body = self.json(value)
        return reply

    def _head(self, reply: Reply) -> Reply:
        name, values = self.random.choice(ODD_HEADERS)
        reply.headers.append((name, self.random.choice(values)))
        if self.random.random() < 0.1:
            reply.headers += [(f"X-{n}", "y") for n in range(150)]
        reply.framing = self.random.choice(("length", "length", "chunked", "close"))
        return reply

    def _status(self, reply: Reply) -> Reply:
        reply.status = self.random.choice(STATUSES).encode("latin-1", "replace")
        if reply.status[:1] == b"1" or self.random.random() < 0.2:
            reply.framing = "close"
        if self.random.random() < 0.1:
            reply.before = self.random.choice(
                (
                    b"HTTP/1.1 100 Continue\r\n\r\n" * 50,
                    b"\r\n",
                    b"X: y\r\n",
                    b"HTTP/0.9\r\n",
                    b"\0",
                )
            )
            reply.framing = "close"
        return reply

    def _redirect(self, reply: Reply) -> Reply:
        reply.status = self.random.choice(REDIRECTS).encode()
        where = self.address()
        if self.random.random() < 0.3:
            where = self.random.choice(
                ("/hop", "/api/projects/1/", "?x", "#x", ".", "", "\xff", "x" * 9_000)
            )
        where = where.encode("utf-8", "replace").decode("latin-1")
        reply.headers.append(("Location", where))
        return reply

    def _error(self, reply: Reply) -> Reply:
        """An error whose text is odd, and has the key in it."""
        status = self.random.choice((400, 401, 403, 404, 409, 413, 429, 500, 500, 502, 503))
        reply.status = f"{status} x".encode()
        said = f"{self.text()} Authorization: Token {self.key} {self.text()}"
        body: Any = {
            "detail": said,
            "validation_errors": None,
            "id": self.odd("x", []),
            "exc_info": said,
        }
        if self.random.random() < 0.5:
            body["validation_errors"] = self.random.choice(
                (
                    {said: [said, None, {}]},
                    {"non_field_errors": [said] * 50},
                    [said],
                    said,
                    7,
                    {"a": {said: said}},
                )
            )
        body = self.random.choice(
            (body, body, body, said, [said], {"message": {"x": said}}, {"detail": [said]})
        )
        reply.body = self.json(body) if self.random.random() < 0.5 else json.dumps(body).encode()
        if self.random.random() < 0.3:
            reply.headers.append(("Content-Type", "text/html"))
        if self.random.random() < 0.2:
            reply.headers.append(("Retry-After", self.random.choice(("0", "9" * 5_000, "-5", "²"))))
        return reply

    def _body(self, reply: Reply) -> Reply:
        random, body = self.random, reply.body
        kind = random.randrange(11)
        at = random.randrange(len(body) + 1)
        if kind == 0:
            reply.body = body[:at]
        elif kind == 1:
            reply.body = body[:at] + bytes(random.randrange(256) for _ in range(8)) + body[at + 8 :]
        elif kind == 2:
            reply.body = b"\xef\xbb\xbf" + body
        elif kind == 3:
            reply.body = body.decode("latin-1").encode("utf-16")
        elif kind == 4:
            reply.body = b"<!doctype html><title>404</title>"
            reply.headers.append(("Content-Type", "text/html"))
        elif kind == 5:
            reply.body = random.choice(RAW).encode()
        elif kind == 6:
            reply.body = gzip.compress(body)[: random.choice((10, 30, 10**9))]
            reply.headers.append(
                ("Content-Encoding", random.choice(("gzip", "deflate", "gzip, gzip")))
            )
        elif kind == 7 and random.random() < 0.05:
            reply.body = bomb()
            reply.headers.append(("Content-Encoding", "gzip"))
        elif kind == 8 and random.random() < 0.2:
            reply.body = body * (4 * MEGABYTE // max(len(body), 1) + 1)
        elif kind == 9:
            reply.body = body + b" " * 10 + body
        else:
            reply.body = b""
        return reply

    def _timing(self, reply: Reply) -> Reply:
        """Truncate the response, delay it, or change its framing."""
        kind = self.random.randrange(8)
        if kind < 3:
            reply.cut = self.random.choice((0, 5, 60, len(reply.body), len(reply.body) + 100))
        elif kind == 3 and self.random.random() < 0.1:
            reply.pause = self.random.choice((0.05, 1.0))
        elif kind == 4:
            reply.framing = "close"
        else:
            reply.framing = "chunked"
            reply.body = reply.body
        return reply

    def _name(self, reply: Reply) -> Reply:
        name = self.random.choice(NAMES)
        said = self.random.choice(
            (f'attachment; filename="{name}"', f"attachment; filename={name}",
             f"attachment; filename*=UTF-8''{name}", "filename", ";;;", 'filename="')
        )  # fmt: skip
        said = said.replace("\r", "").replace("\n", "").encode("utf-8", "replace").decode("latin-1")
        others = [pair for pair in reply.headers if pair[0] != "Content-Disposition"]
        reply.headers = [*others, ("Content-Disposition", said)]
        return reply

    def _archive(self, reply: Reply) -> Reply:
        """An archive whose members are of other names, kinds and sizes, or that is damaged."""
        random = self.random
        kind = random.randrange(6)
        if kind == 0:
            return self._body(reply)
        if kind == 1:
            body = bytearray(reply.body)
            for _ in range(random.choice((1, 3, 20))):
                body[random.randrange(len(body))] = random.randrange(256)
            reply.body = bytes(body)
            return reply
        with zipfile.ZipFile(io.BytesIO(reply.body)) as old:
            members = [(name, old.read(name)) for name in old.namelist()]
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
            for name, content in members:
                new.writestr(name, self._member(content))
            for _ in range(random.choice((1, 2))):
                info = zipfile.ZipInfo(
                    random.choice(NAMES).encode("utf-8", "replace").decode() or "x"
                )
                if random.random() < 0.4:
                    info.create_system = 3
                    modes = (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFDIR, stat.S_IFREG | 0o4777)
                    info.external_attr = (random.choice(modes) | 0o777) << 16
                new.writestr(info, random.choice((b"evil", b"/etc", b"../..", b"")))
            if random.random() < 0.02:
                new.writestr("labels/large.txt", bytes(200 * MEGABYTE))
        reply.body = file.getvalue()
        return reply

    def _member(self, content: bytes) -> bytes:
        if self.random.random() < 0.5:
            return content
        try:
            return self.json(json.loads(content))
        except ValueError:
            return self.random.choice(
                (content[:5], b"\xff" * 9, b"nan nan nan nan nan\n", b"1 2\n", b"")
            )


def _paths(value: Any, before: tuple[Any, ...] = ()) -> Any:
    yield before
    if len(before) > 40:
        return
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for step, each in inner:
        yield from _paths(each, (*before, step))
