"""The ways to create annotations that a server and a project allow."""

from __future__ import annotations

from attrs import define, field

from ...errors import LabelStudioError
from ...features import BULK_ANNOTATIONS, can
from ...orm.context import Context
from ...orm.response_shape import ROWS, shaped
from ...server_version import COMMUNITY, info_of
from ..ports import ProjectPort, facts, read_count

# Facts of a client: the server has refused it.
NO_PREDICTIONS, NO_COPIES = "no annotations of predictions", "no copies of annotations"
NO_BULK_ROUTE = "no bulk route for annotations"


@define(eq=False)
class Ways:
    """Tells which annotations of a project to create in bulk."""

    project: ProjectPort
    client: Context  # that repeats each read
    _webhooks: bool | None = field(default=None, init=False)

    def are_many(self, count: int) -> bool:
        """Tell whether it may be worth it."""
        many = count >= self.client._tuning.batch_annotations_from
        return many and info_of(self.client).edition == COMMUNITY

    def may_be_sent_together(self, count: int) -> bool:
        """Tell whether the server may have the bulk route, which only Enterprise has."""
        many = count >= self.client._tuning.batch_annotations_from
        return many and info_of(self.client).edition != COMMUNITY and self.may_use(NO_BULK_ROUTE)

    def may_copy(self) -> bool:
        """Tell whether the server copies annotations, and no webhook wants to know of them."""
        return self.may_use(NO_COPIES)

    def may_use(self, fact: str) -> bool:
        """Tell whether a way that may call no webhooks was not refused, and there are none."""
        if facts(self.client).get(fact):
            return False
        if self._webhooks is None:
            self._webhooks = self._calls_webhooks()
        return not self._webhooks

    def use_predictions(self, count: int) -> bool:
        """Tell whether to make so many of predictions.

        To import these, the server counts all tasks of the project.
        """
        return (
            self.are_many(count)
            and not facts(self.client).get(NO_PREDICTIONS)
            and can(self.client, BULK_ANNOTATIONS)
            and count >= self.client._tuning.batch_annotations_share * self._task_count()
        )

    def give_up(self, fact: str) -> None:
        """Use a way no more: the server has refused it."""
        facts(self.client)[fact] = True

    def _task_count(self) -> int:
        return read_count(self.client, self.project, "task_number")

    def _calls_webhooks(self) -> bool:
        """Tell whether a webhook may want to know of new annotations."""
        try:
            hooks = shaped(self.client.json("GET", "/api/webhooks/"), ROWS)
        except LabelStudioError:
            return True
        return any(hook.get("project") in (None, self.project.id) for hook in hooks)
