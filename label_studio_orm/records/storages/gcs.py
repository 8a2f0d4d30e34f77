"""Google Cloud Storage."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from attrs import evolve

from ...errors import InvalidInput
from ...http.decoding import decoded_or
from ...orm.fields import Converter, Field
from ...secret import Secret
from ..secret_field import SecretField
from .base import CloudImportStorage, ExportStorage, ImportStorage, Storage


def credentials(given: Any) -> Any:
    """Return the credentials of a service account, given as a dict, JSON or the path of a file."""
    if not given or given.reveal() == "":
        return given
    found = _credentials_in(given)
    if found is None:  # it is secret, so the error does not repeat it
        raise InvalidInput(
            "google_application_credentials must be the JSON object of a service account: a dict, "
            "a text, or the path of a readable file."
        )
    return found


def _credentials_in(secret: Secret) -> Secret | None:
    given = secret.reveal()
    text: Any = given if isinstance(given, (str, Path)) else None
    try:
        if isinstance(given, Mapping):
            text = json.dumps(dict(given))
        elif text is not None and not str(text).lstrip().startswith("{"):
            text = Path(text).expanduser().read_text(encoding="utf-8-sig")
        found = decoded_or(None, str(text))
    except (OSError, TypeError, ValueError, RuntimeError):
        return None
    return Secret(str(text)) if isinstance(found, dict) else None


PROVIDER: Mapping[str, Any] = MappingProxyType(
    {"provider": "gcs", "required": ("bucket",), "identified_by": ("bucket", "prefix")}
)


class GCS(Storage):
    """A bucket."""

    bucket = Field[str | None]()
    prefix = Field[str | None]()
    google_project_id = Field[str | None]()
    google_application_credentials = SecretField(converter=Converter(dump=credentials))


class GCSImportStorage(GCS, CloudImportStorage):
    """A bucket that tasks come from."""

    _meta = evolve(ImportStorage._meta, **PROVIDER)

    recursive_scan = Field[bool | None](since="1.21")


class GCSExportStorage(GCS, ExportStorage):
    """A bucket that annotations go to."""

    _meta = evolve(ExportStorage._meta, **PROVIDER)
