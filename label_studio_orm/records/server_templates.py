"""The templates of labeling configs that a server has, requested once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..orm.context import once
from ..orm.response_shape import Shape, shaped

if TYPE_CHECKING:
    from ..labeling.templates import Templates
    from ..orm.context import Context

SHAPE: Shape = {"templates": [{"title": str, "config": str, "group?": str, "type?": str}]}


def templates_of(context: Context) -> Templates:
    """Return the server's templates."""
    from ..labeling.templates import Templates  # late: most of what people do needs no config

    def ask() -> Templates:
        return Templates(shaped(context.json("GET", "/api/templates/"), SHAPE)["templates"])

    return once(context, "templates", ask)
