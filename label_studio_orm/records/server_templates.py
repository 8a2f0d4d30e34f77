"""The templates of labeling configs that a server has, requested once."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ..orm.response_shape import Shape, shaped

if TYPE_CHECKING:
    from ..labeling.templates import Templates
    from ..orm.context import Context

FACT = "templates"
SHAPE: Shape = {"templates": [{"title": str, "config": str, "group?": str, "type?": str}]}


def templates_of(context: Context) -> Templates:
    """Return the server's templates."""
    from ..labeling.templates import Templates  # late: most of what people do needs no config

    if FACT not in context._facts:
        answer = shaped(context.json("GET", "/api/templates/"), SHAPE)
        context._facts[FACT] = Templates(answer["templates"])
    return cast("Templates", context._facts[FACT])
