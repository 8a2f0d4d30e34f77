"""Google Cloud Storage."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import InvalidInput
from ...orm.fields import Converter, Field
from .base import CloudImportStorage, ExportStorage, Storage
from .secret import Secret


def credentials(given: Any) -> Any:
    """Take the credentials of a service account: a dict, JSON text, or the path of a file."""
    if given is None or given == "":
        return given
    text = given if isinstance(given, (str, Path)) else None
    try:
        if isinstance(given, Mapping):
            text = json.dumps(dict(given))
        elif text is not None and not str(text).lstrip().startswith("{"):
            text = Path(text).expanduser().read_text(encoding="utf-8-sig")
        found = json.loads(str(text))
    except (OSError, TypeError, ValueError, RuntimeError):
        found = None
    if not isinstance(found, dict):  # what was given is secret: it is not repeated
        raise InvalidInput(
            "google_application_credentials are the JSON object of a service account: a dict, a "
            "text, or the path of a file that can be read."
        )
    return str(text)


class GCS(Storage):
    """A bucket."""

    provider = "gcs"
    needed = ("bucket",)

    bucket = Field["str | None"]()
    prefix = Field["str | None"]()
    google_project_id = Field["str | None"]()
    google_application_credentials = Secret(converter=Converter(load=lambda v: v, dump=credentials))


class GCSImportStorage(GCS, CloudImportStorage):
    """A bucket that tasks come from."""

    recursive_scan = Field["bool | None"](since="1.21")


class GCSExportStorage(GCS, ExportStorage):
    """A bucket that annotations go to."""
