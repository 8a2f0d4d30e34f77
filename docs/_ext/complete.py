"""A warning for each public name that the inventory of the site (objects.inv) lacks."""

from __future__ import annotations

from typing import Any

from sphinx.util.logging import getLogger

import label_studio_orm


def check(app: Any, env: Any) -> None:
    known = env.get_domain("py").objects
    for name in sorted(label_studio_orm.__all__):
        if f"label_studio_orm.{name}" not in known:
            getLogger(__name__).warning("%s is public, and not in the reference", name)


def setup(app: Any) -> dict[str, bool]:
    app.connect("env-check-consistency", check)
    return {"parallel_read_safe": True}
