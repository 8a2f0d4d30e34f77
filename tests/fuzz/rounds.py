"""One round: a user's call against a server with mutated responses."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from attrs import evolve
from support.hurry import hurried
from support.texts import LEGACY_KEY
from support.tokens import refresh_token

from label_studio_orm import LabelStudio
from label_studio_orm.http.retry import Backoff
from label_studio_orm.limits import Limits
from label_studio_orm.tuning import RetryPolicy

from .kinds import KINDS
from .mutations import Mutator
from .server import Reply, Request, Server
from .watch import Watch
from .world import World

REFRESH = refresh_token(jti="fuzz-refresh-0123456789")
MOST_REQUESTS = 150  # in a round; then the server is gone
LIMITS = Limits(
    answer_bytes=30e6, error_bytes=1e6, file_bytes=20e6, export_bytes=40e6, answer_seconds=5
)
# Waits that are not what is looked at here.
SOON = RetryPolicy(first_interval=0.001, lost_timeout=0.01)
NO_WAITS = {
    "outage_timeout": 0.02,
    "connect_timeout": 0.02,
    "longest_interval": 0.01,
    "first_interval": 0.001,
    "import_retries": evolve(SOON, halved_from=3),
    "upload_retries": SOON,
    "batch_retries": evolve(SOON, tries=4),
    "temporary_retries": evolve(SOON, tries=5),
    "late_timeout": 0.01,
    "removal_timeout": 0.05,
    "sync_interval": 0.005,
    "sync_begin_timeout": 0.05,
}


class Fuzz:
    """Two servers and a watch, for as many rounds as are wanted."""

    def __init__(self, seed: int, kind: str) -> None:
        self.seed, self.kind = seed, kind
        self.watch = Watch()
        self.server, self.other = Server(self._answer), Server(self._elsewhere)
        self.trap = Server(self._trapped)
        self.watch.allowed = (self.server.port, self.other.port, self.trap.port)
        self._lock = threading.Lock()
        self._begin(0, changes=False)

    def _begin(self, number: int, *, changes: bool = True) -> Random:
        self.world = World()
        self.changes = changes
        self.number = number
        self.asked: Counter[str] = Counter()
        random = Random(f"{self.seed}/{self.kind}/{number}")
        self.rate = random.choice((0.1, 0.3, 0.3, 1.0))
        self.key = REFRESH if self.kind == "tokens" and random.random() < 0.7 else LEGACY_KEY
        self.watch.secrets = [self.key, "@secret@"]
        return random

    def run(self, number: int, *, changes: bool = True) -> tuple[str, str, list[str]]:
        """Return the action, its outcome, and the violations."""
        random = self._begin(number, changes=changes)
        actions = KINDS[self.kind]
        name = random.choice([*actions])
        with _folder() as folder, self._watching(folder):
            out = folder / "a" / "b" / "out"
            outcome = "fine"
            ls = self._client()
            try:
                shown = actions[name](ls, out)
                self.watch.judge_text("what is returned", repr(shown) if changes else "")
            except Exception as error:
                outcome = type(error).__name__
                self.watch.judge_error(error)
            finally:
                ls.close()
            self.watch.judge_rest(out)
        return name, outcome, [*dict.fromkeys(self.watch.found)]

    @contextmanager
    def _watching(self, folder: Path) -> Iterator[None]:
        where = (folder / "a" / "b" / "out", folder / "a" / "b" / "backup.jsonl", folder / "tmp")
        self.watch.folders = tuple(map(str, where))
        with self.watch.round():
            yield

    def _client(self) -> LabelStudio:
        ls = LabelStudio(self.server.url, api_key=self.key, timeout=(2, 0.5), limits=LIMITS)
        ls._transport.backoff = Backoff(total=2, backoff_factor=0)
        return ls

    # -- the servers ---------------------------------------------------------------------------

    def _answer(self, request: Request) -> Reply:
        with self._lock:
            where = f"{request.method} {request.path}"
            self.asked[where] += 1
            nth, total = self.asked[where], self.asked.total()
            reply, value = self.world.answer(request)
        if reply.body == b'{"token": "@key@"}':
            reply.body = reply.body.replace(b"@key@", LEGACY_KEY.encode())
        if total > MOST_REQUESTS:
            return Reply(cut=0)
            if request.path == "/api/token/refresh":
                self.watch.secrets.append(value["access"])
        random = self._random(where, nth)
        if not self.changes or random.random() > self.rate:
            return reply
        return self._mutator(random, self._secret_of(request)).reply(reply, value)

    def _secret_of(self, request: Request) -> str:
        """Return the parts of the request that the server may echo."""
        return request.headers.get("authorization", "").rpartition(" ")[2] or self.key

    def _trapped(self, request: Request) -> Reply:
        self.watch.note(f"a private host was sent {request.method} {request.path[:80]}")
        return Reply(b"secrets of a cloud")

    def _elsewhere(self, request: Request) -> Reply:
        sent = f"{request.headers}{request.path}{request.body!r}"
        if "authorization" in request.headers or any(each in sent for each in self.watch.secrets):
            self.watch.note(f"a foreign host was sent the key: {request.path[:100]}")
        reply = Reply(b"\x89PNG elsewhere")
        if request.path == "/back":
            where = f"{self.server.url}/api/current-user/token"
            return Reply(b"", b"302 x", [("Location", where)])
        random = self._random(f"elsewhere {request.path}", self.asked.total())
        return self._mutator(random).reply(reply, None) if random.random() < 0.3 else reply

    def _random(self, where: str, nth: int) -> Random:
        return Random(f"{self.seed}/{self.kind}/{self.number}/{where}/{nth}")

    def _mutator(self, random: Random, key: str = "") -> Mutator:
        return Mutator(random, own=self.server.port, other=self.other.port, key=key)

    def close(self) -> None:
        self.server.close()
        self.other.close()
        self.trap.close()


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder in which a/b may have the target in it, and temporary files go to tmp."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for inner in ("a/b", "tmp"):
        (folder / inner).mkdir(parents=True)
    before, tempfile.tempdir = tempfile.tempdir, str(folder / "tmp")
    try:
        yield folder
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def hasty() -> Iterator[None]:
    """Let the package wait for nothing."""
    with pytest.MonkeyPatch.context() as patch, hurried(**NO_WAITS):
        patch.setattr("label_studio_orm.transfer.media.cached.OUTAGE_TIMEOUT", 0.02)
        patch.setattr("label_studio_orm.http.retry.MAX_RETRY_AFTER", 0.01)
        yield
