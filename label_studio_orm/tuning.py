"""Numbers by which a client waits, sends again and cuts work into requests."""

from __future__ import annotations

import time
from collections.abc import Callable

from attrs import frozen


@frozen
class Clock:
    """Time as those who wait see it; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@frozen(kw_only=True, eq=False)  # which makes it import faster
class RetryPolicy:
    """How often a request is sent again, and how long one is looked for that was lost."""

    tries: int = 6
    first_interval: float = 0.5  # seconds before the second try; twice as long before the next
    lost_timeout: float = 5.0  # seconds at least that a lost request may still be made
    slowdown: float = 3.0  # times as long as the slowest request so far is what one may take
    halved_from: int = 99  # the try from which on it is sent in halves


@frozen(kw_only=True, eq=False)  # which makes it import faster
class Tuning:
    """The numbers of a client; timeouts and intervals are in seconds."""

    clock: Clock = Clock()
    outage_timeout: float = 300.0  # that a server may give no answer: a restart, a new gateway
    connect_timeout: float = 10.0  # before the first answer: the address may be wrong
    first_interval: float = 0.2  # between two looks, or tries; they grow
    longest_interval: float = 10.0
    interval_growth: float = 1.5  # times

    import_tasks: int = 1_000  # in a request: about two seconds of the server's time
    import_bytes: int = 10_000_000
    import_failures: int = 100  # rows that the server fails at in a row: it fails at all
    import_retries: RetryPolicy = RetryPolicy(halved_from=3)

    upload_files: int = 50  # in a request
    upload_bytes: int = 20_000_000
    upload_retries: RetryPolicy = RetryPolicy(first_interval=1.0, lost_timeout=2.0)

    # Each request makes the server count anew for all tasks of the project, five seconds for
    # 10,000 of them: the fewer requests the better.
    batch_predictions: int = 10_000
    batch_bytes: int = 10_000_000
    batch_annotations: int = 10_000  # predictions, too, before they become annotations
    batch_annotations_from: int = 20  # one by one is quicker for fewer
    batch_annotations_share: float = 0.006  # of the tasks of the project: the same
    # In a temporary model version: while the server removes it, for two seconds, nobody can write.
    batch_annotations_turned: int = 500
    batch_deletions: int = 1_000
    batch_retries: RetryPolicy = RetryPolicy(tries=4, first_interval=1.0, lost_timeout=10.0)

    temporary_retries: RetryPolicy = RetryPolicy(tries=5, first_interval=0.2)
    late_timeout: float = 2.0  # that a request for a view or snapshot may come late
    removal_timeout: float = 30.0  # that the removal of one is tried for
    interrupt_timeout: float = 1.0  # that it is waited for after Ctrl-C

    sync_interval: float = 1.0  # between two looks
    # A request whose answer was lost has surely not arrived after that: a sync begins when the
    # server has reached the place, which it tries for up to two minutes.
    sync_begin_timeout: float = 120.0
    # Without a sign of life. The server would give up after 25 s, but gives signs between objects
    # only, and a large one takes longer.
    sync_silence_timeout: float = 600.0
    sync_request_timeout: float = 24 * 3600.0  # that the server may work within the request
