"""A real Label Studio on this machine, for notebooks, demos and tests.

`python -m label_studio_orm.server install` sets it up once, in a virtual environment of its own.
"""

from .install import install
from .local import LocalServer
from .versions import VERSION

__all__ = ["VERSION", "LocalServer", "install"]
