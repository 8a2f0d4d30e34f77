"""The long-running verbs: imports, uploads, exports, batches, renames and syncs.

Each name is imported at its first use.
"""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING

if _TYPE_CHECKING:
    from .batches.batch import Batch
    from .csv_files import download_csv
    from .exports.exported import ExportedPath, ExportedTasks
    from .exports.exporter import export, iter_export
    from .exports.options import ExportScope
    from .exports.snapshots import check_format
    from .exports.snapshots import convert as convert_snapshot
    from .exports.snapshots import create as create_snapshot
    from .exports.snapshots import download as download_snapshot
    from .exports.source import ExportSource
    from .exports.views import refuse_ignored
    from .files import open_itself
    from .imports.existing_keys import OnDuplicate
    from .imports.importer import Import, OnError
    from .imports.result import ImportResult
    from .media.cached import cached_file
    from .media.cached import download as download_file
    from .media.images import cache_images
    from .media.references import Reference
    from .renames.data import remap_data
    from .renames.labels import rename_label
    from .renames.report import RenameReport
    from .storages.syncing import Syncing
    from .uploads.replacing import replace_file
    from .uploads.stored import list_path as uploads_path
    from .uploads.stored import url_of as upload_url
    from .uploads.uploader import Uploads

__all__ = [
    "Batch",
    "ExportScope",
    "ExportSource",
    "ExportedPath",
    "ExportedTasks",
    "Import",
    "ImportResult",
    "OnDuplicate",
    "OnError",
    "Reference",
    "RenameReport",
    "Syncing",
    "Uploads",
    "cache_images",
    "cached_file",
    "check_format",
    "convert_snapshot",
    "create_snapshot",
    "download_csv",
    "download_file",
    "download_snapshot",
    "export",
    "iter_export",
    "open_itself",
    "refuse_ignored",
    "remap_data",
    "rename_label",
    "replace_file",
    "upload_url",
    "uploads_path",
]

_LAZY = {
    "Batch": "batches.batch:Batch",
    "ExportScope": "exports.options:ExportScope",
    "ExportSource": "exports.source:ExportSource",
    "ExportedPath": "exports.exported:ExportedPath",
    "ExportedTasks": "exports.exported:ExportedTasks",
    "Import": "imports.importer:Import",
    "ImportResult": "imports.result:ImportResult",
    "OnDuplicate": "imports.existing_keys:OnDuplicate",
    "OnError": "imports.importer:OnError",
    "Reference": "media.references:Reference",
    "RenameReport": "renames.report:RenameReport",
    "Syncing": "storages.syncing:Syncing",
    "Uploads": "uploads.uploader:Uploads",
    "cached_file": "media.cached:cached_file",
    "cache_images": "media.images:cache_images",
    "check_format": "exports.snapshots:check_format",
    "convert_snapshot": "exports.snapshots:convert",
    "create_snapshot": "exports.snapshots:create",
    "download_csv": "csv_files:download_csv",
    "download_file": "media.cached:download",
    "download_snapshot": "exports.snapshots:download",
    "export": "exports.exporter:export",
    "iter_export": "exports.exporter:iter_export",
    "open_itself": "files:open_itself",
    "refuse_ignored": "exports.views:refuse_ignored",
    "remap_data": "renames.data:remap_data",
    "rename_label": "renames.labels:rename_label",
    "replace_file": "uploads.replacing:replace_file",
    "upload_url": "uploads.stored:url_of",
    "uploads_path": "uploads.stored:list_path",
}


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, attribute = _LAZY[name].partition(":")
    return getattr(_import_module(f".{module}", __name__), attribute)
