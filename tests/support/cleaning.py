"""Cleaning up after tests that break connections."""

from __future__ import annotations

import time

from label_studio_orm import Project
from label_studio_orm.errors import NotFound, ServerError

TRIES = 10


def delete(project: Project) -> None:
    """Delete a project, which the server cannot while it still works on a broken request."""
    for tries_left in reversed(range(TRIES)):
        try:
            project.delete()
        except NotFound:
            return
        except ServerError:
            if not tries_left:
                raise
            time.sleep(0.5)
        else:
            return
