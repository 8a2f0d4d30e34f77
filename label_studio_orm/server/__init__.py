"""A real Label Studio on this machine, for notebooks, demos and tests.

`python -m label_studio_orm.server install` sets it up once, in a virtual environment of its own.
"""

from .install import VERSION, install
from .local import LocalServer

__all__ = ["VERSION", "LocalServer", "install"]
