"""Django settings: Label Studio's own, closed to other web pages and users in every version.

Newer versions read these variables themselves; older ones ignore them.
"""

from __future__ import annotations

from importlib.util import find_spec

from label_studio.core.utils.params import (  # type: ignore[import-not-found,unused-ignore]
    get_bool_env,
    get_env,
)

# Executed as this module, not imported, as it reads its own settings through django.conf.
_theirs = find_spec("label_studio.core.settings.label_studio")
exec(_theirs.loader.get_code(_theirs.name))  # type: ignore[union-attr]

ALLOWED_HOSTS = get_env("ALLOWED_HOSTS").split(",")
if not get_bool_env("CORS_ALLOW_ALL_ORIGINS", True):
    CORS_ALLOW_ALL_ORIGINS = CORS_ORIGIN_ALLOW_ALL = False  # the current name and the old one
FILE_UPLOAD_PERMISSIONS = 0o600  # Django's default lets all users read them, despite the umask
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FOLDER = get_env("ORM_FILES")
if FOLDER:
    MIDDLEWARE = [*globals()["MIDDLEWARE"], "label_studio_orm_files.OnlyTheFolder"]
