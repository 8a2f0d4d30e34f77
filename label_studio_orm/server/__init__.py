"""A real Label Studio on this machine, for notebooks, demos and tests.

Set it up once, in its own virtual environment, with `python -m label_studio_orm.server install`.
"""

from .installation import install
from .local import LocalServer
from .versions import VERSION

__all__ = ["VERSION", "LocalServer", "install"]
