"""Assign many tasks: who gets which, and the requests for that."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ...data_manager.actions import LONG_TIMEOUT, TASKS_PER_REQUEST
from ...errors import InvalidInput, note
from ...orm.identity import ids_of
from ...orm.response_shape import count_of
from ...progress import progress_bar

if TYPE_CHECKING:
    from ...orm.context import Context

ALL = {"all": True, "excluded": []}


@frozen(kw_only=True)
class AssignmentReport:
    """What `project.tasks.assign()` has done.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    assignments: int  # new ones, as the server counts them
    tasks: tuple[int, ...] = ()  # ids of the tasks that the server lists
    in_background: bool = False  # the server goes on after its answer: look again later
    seed: int | None = None  # of the sample: the same seed chooses the same tasks and users


@frozen
class Sample:
    """How many tasks are assigned, and to how many users each."""

    overlap: int | None = None  # users of a task, of each type; None for all
    fraction: float = 1.0  # of the tasks
    seed: int | None = None

    @property
    def takes_all(self) -> bool:
        """Whether each task goes to every user, so that nothing is left to chance."""
        return self.overlap is None and self.fraction == 1

    def seeded(self) -> int | None:
        """Return the seed; a new one if it is needed and was not given."""
        new = None if self.takes_all else random.SystemRandom().randrange(2**32)
        return new if self.seed is None else self.seed

    def check(self, people: Mapping[str, Sequence[int]]) -> None:
        """Raise `InvalidInput` for what cannot be done with these users, by type."""
        fraction, overlap = self.fraction, self.overlap
        good = isinstance(fraction, (int, float)) and not isinstance(fraction, bool)
        if not good or not 0 < fraction <= 1:
            raise InvalidInput(f"fraction must be above 0, and at most 1, not {fraction!r}.")
        for name, users in people.items():
            if overlap is None:
                continue
            if type(overlap) is not int or not 1 <= overlap <= len(users):
                raise InvalidInput(
                    f"overlap must be between 1 and {len(users)}, the number of {name}, not "
                    f"{overlap!r}. For other numbers of each, assign annotators and reviewers in "
                    "two calls."
                )


@frozen
class Part:
    """The assignments of one request."""

    type: str
    users: Sequence[int]
    tasks: Sequence[int] | None  # None for all tasks of the project

    @property
    def body(self) -> dict[str, Any]:
        chosen = ALL if self.tasks is None else {"all": False, "included": list(self.tasks)}
        return {"selectedItems": chosen, "type": self.type, "users": list(self.users)}

    @property
    def count(self) -> int:
        """How many assignments it asks for; of all tasks that is not known."""
        return len(self.users) * len(self.tasks or ())


def people_of(
    client: Context, annotators: Iterable[Any], reviewers: Iterable[Any]
) -> dict[str, list[int]]:
    """Return the ids of the users of each type, or raise `InvalidInput`."""
    found = {
        "annotators": ids_of(annotators, "User", client=client, name="annotators"),
        "reviewers": ids_of(reviewers, "User", client=client, name="reviewers"),
    }
    named = {name: users for name, users in found.items() if users}
    if not named:
        raise InvalidInput("assign() needs at least one user: annotators=[…] or reviewers=[…].")
    return named


def parts_of(
    tasks: Sequence[int] | None, people: Mapping[str, Sequence[int]], sample: Sample
) -> list[Part]:
    """Return the requests: as few as there can be. Without `tasks`, for all of the project."""
    codes = {"annotators": "AN", "reviewers": "RE"}
    chance = random.Random(sample.seed)
    if tasks is None:
        return [Part(codes[name], users, None) for name, users in people.items()]
    chosen = sorted(chance.sample(sorted(tasks), round(len(tasks) * sample.fraction)))
    found = []
    for name, users in people.items():
        for some, ids in _shares(chosen, users, sample.overlap or len(users), chance):
            starts = range(0, len(ids), TASKS_PER_REQUEST)
            found += [Part(codes[name], some, ids[at : at + TASKS_PER_REQUEST]) for at in starts]
    return found


def _shares(
    tasks: Sequence[int], users: Sequence[int], overlap: int, chance: random.Random
) -> Iterator[tuple[list[int], list[int]]]:
    """Yield users with their tasks: each task for so many, the same number for each user.

    Every pair of users meets, so that the agreement of each can be measured.
    """
    if overlap == len(users):
        yield list(users), list(tasks)
        return
    own: dict[int, list[int]] = {user: [] for user in users}
    for task in chance.sample(tasks, len(tasks)):
        mixed = chance.sample(list(users), len(users))
        for user in sorted(mixed, key=lambda each: len(own[each]))[:overlap]:
            own[user].append(task)
    for user, ids in own.items():
        yield [user], sorted(ids)


def assign(
    context: Context, project: int, parts: Sequence[Part], seed: int | None
) -> AssignmentReport:
    """Send the requests; an error tells how far they came."""
    path, done, answers = f"/api/projects/{project}/tasks/assignees", 0, list[Any]()
    total = sum(part.count for part in parts)
    try:
        with progress_bar(None, what="Assigning", unit=" assignments", total=total) as advance:
            for part in parts:
                timeout = LONG_TIMEOUT if part.tasks is None else None
                answers.append(context.json("POST", path, json=part.body, timeout=timeout))
                done += part.count
                advance(part.count)
    except BaseException as error:
        note(error, _done_before(error, done, total, seed))
        raise
    finally:
        context._cache.clear()
    return AssignmentReport(
        assignments=sum(map(_count_in, answers)),
        tasks=tuple(dict.fromkeys(id for each in answers for id in each.get("task_ids") or ())),
        in_background=any(each.get("async") for each in answers),
        seed=seed,
    )


def _count_in(answer: Any) -> int:
    """Return how many assignments an answer counts; 0 while the server is still at it."""
    if isinstance(answer, dict) and answer.get("assignments") is None and answer.get("async"):
        return 0
    return count_of(answer, "assignments")


def _done_before(error: BaseException, done: int, total: int, seed: int | None) -> str:
    """Return what a failed or interrupted call has done."""
    told = f"{done:,} of {total:,} assignments were sent before that." if total else ""
    if isinstance(error, KeyboardInterrupt):
        told += " The server may still carry out the request that was interrupted."
    return told + (
        f" With seed={seed} the same tasks are chosen again." if seed is not None else ""
    )
