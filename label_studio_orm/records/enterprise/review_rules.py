"""Review routing rules: which tasks of a project go to reviewers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from ...errors import InvalidInput, check_names
from ...orm.fields import DATETIME, Field, one_of
from ...orm.meta import Meta
from ...orm.query import Query
from ...orm.record import Record
from ...orm.response_shape import ROWS, shaped

if TYPE_CHECKING:
    from typing_extensions import NotRequired

OPERATORS = ("lt", "lte", "gt", "gte", "eq")


class ReviewRule(Record):
    """A rule of which tasks go to reviewers, by their agreement.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    _meta = Meta(
        kind="review_rule",
        noun="review routing rule",
        path="/api/projects/{project}/review-routing-rules/{id}/",
        by_id=False,
    )

    order = Field[int](read_only=True)
    operator = Field[str | None](read_only=True)  # lt, lte, gt, gte or eq
    agreement_threshold = Field[str | None](read_only=True)  # a decimal: "0.80"
    dimension = Field[int | None](read_only=True)  # its id; None for all
    sample_rate = Field[str](read_only=True)  # a decimal
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)


class ReviewRuleFields(TypedDict):
    """A rule as it is sent; one with an `id` changes the rule of that id."""

    sample_rate: str
    operator: NotRequired[str | None]
    agreement_threshold: NotRequired[str | None]
    dimension: NotRequired[int | None]
    id: NotRequired[int]


class ReviewRules(Query[ReviewRule]):
    """The review routing rules of a project, in their order.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    def replace(self, rules: Iterable[ReviewRule | ReviewRuleFields]) -> list[ReviewRule]:
        """Replace all rules by these, in this order; those that are left out are deleted.

        A rule is a `ReviewRule` that stays, or a dict.

        >>> project.review_rules.replace(
        ...     [{"operator": "lt", "agreement_threshold": "0.80", "sample_rate": "1.00"}]
        ... )
        [<ReviewRule ...>]
        """
        body = {"rules": [_sent(rule, number) for number, rule in enumerate(rules)]}
        rows = self.client.json("POST", f"{self._path()}bulk/", json=body)
        made = self._model._from_answer
        return [made(self.client, row, known=self._known) for row in shaped(rows, ROWS)]


def _sent(rule: Any, number: int) -> dict[str, Any]:
    names = ReviewRuleFields.__annotations__
    if isinstance(rule, ReviewRule):
        return {name: getattr(rule, name) for name in names}
    if not isinstance(rule, Mapping):
        raise InvalidInput(f"rules[{number}] must be a ReviewRule or a dict, not {rule!r}.")
    check_names(rule, names, of=f"rules[{number}]")
    problem = one_of(*OPERATORS)(rule.get("operator"))
    if problem or "sample_rate" not in rule:
        what = f"['operator'] {problem}" if problem else " must have a sample_rate"
        raise InvalidInput(f"rules[{number}]{what}.")
    return dict(rule)
