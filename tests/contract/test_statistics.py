"""Statistics beyond the requests: what is read to its end, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Project, User
from label_studio_orm.errors import InvalidInput
from label_studio_orm.records.enterprise.stats import ProjectStats


def stats(client: FakeClient) -> ProjectStats:
    return Project(1, client=client).stats


def test_stats_send_nothing_by_themselves() -> None:
    client = FakeClient()
    assert repr(stats(client)) == "<ProjectStats of <Project 1>>"
    assert client.calls == []


def test_the_rows_of_members_are_read_to_the_end() -> None:
    client = FakeClient()
    rows = [{"user": number} for number in range(250)]

    def page(options: Any) -> dict[str, Any]:
        number, size = options["params"]["page"], options["params"]["page_size"]
        return {"results": rows[(number - 1) * size : number * size], "count": len(rows)}

    client.answers["GET /api/projects/1/stats/member_performance_rows/"] = page
    assert stats(client).member_performance() == rows
    assert len(client.calls) == 3


def test_the_counts_of_labels_are_read_to_the_end() -> None:
    client = FakeClient()
    offsets = []

    def page(options: Any) -> dict[str, Any]:
        offsets.append(options["params"].get("offset", 0))
        following = {0: 100, 100: 200}.get(offsets[-1])
        return {"results": [{"choice": f"{offsets[-1]}"}], "next_offset": following}

    client.answers["GET /api/projects/1/stats/label-distribution/counts"] = page
    assert [each.choice for each in stats(client).label_distribution] == ["0", "100", "200"]


def test_scores_of_several_users_are_by_user() -> None:
    client = FakeClient()
    client.answers["GET /api/projects/1/stats/agreement_annotators"] = {"agreement": {"5": 0.5}}
    ann = User(5, client=client)
    assert stats(client).agreement_of([ann]) == {ann: 0.5}


def test_members_are_users_in_statistics() -> None:
    client = FakeClient()
    client.answers["GET /api/projects/1/stats/agreement_annotator/5"] = {
        "Agreement_per_annotator": 0.5
    }
    member = Project(1, client=client).members.get(5)
    assert stats(client).agreement_of(member) == 0.5


def test_there_is_no_agreement_where_the_server_answers_nothing() -> None:
    client = FakeClient()
    client.answers["GET /api/projects/1/stats/total_agreement"] = None
    assert stats(client).agreement is None
    assert stats(client).agreement_per_label() == {}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (lambda found: found.confusion_matrix(mode="gt"), "mode must be one of 'all'"),
        (lambda found: found.member_performance("annotation"), "table must be one of"),
        (lambda found: found.agreement_of("ann@x.org"), "users must be a list"),
        (lambda found: found.agreement_of(["ann@x.org"]), "Look it up: ls.users.get"),
        (lambda found: found.agreement_of([]), "users must name at least one user"),
    ],
)
def test_mistakes_are_refused_before_anything_is_sent(given: Any, problem: str) -> None:
    client = FakeClient()
    with pytest.raises(InvalidInput, match=problem):
        given(stats(client))
    assert client.calls == []
