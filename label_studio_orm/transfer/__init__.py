"""The long-running verbs: imports, uploads, exports, batches, renames and syncs.

Each name is imported at its first use.
"""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING

if _TYPE_CHECKING:
    from .batches.batch import Batch
    from .exports.exported import ExportedPath, ExportedTasks
    from .exports.exporter import export, iter_export
    from .exports.options import ExportScope
    from .exports.snapshots import check_format
    from .exports.snapshots import convert as convert_snapshot
    from .exports.snapshots import create as create_snapshot
    from .exports.snapshots import download as download_snapshot
    from .exports.source import ExportSource
    from .exports.views import refuse_ignored
    from .imports.existing_keys import OnDuplicate
    from .imports.importer import Import, OnError
    from .imports.result import ImportResult
    from .renames.data import remap_data
    from .renames.labels import rename_label
    from .renames.report import RenameReport
    from .storages.syncing import Syncing
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
    "RenameReport",
    "Syncing",
    "Uploads",
    "check_format",
    "convert_snapshot",
    "create_snapshot",
    "download_snapshot",
    "export",
    "iter_export",
    "refuse_ignored",
    "remap_data",
    "rename_label",
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
    "RenameReport": "renames.report:RenameReport",
    "Syncing": "storages.syncing:Syncing",
    "Uploads": "uploads.uploader:Uploads",
    "check_format": "exports.snapshots:check_format",
    "convert_snapshot": "exports.snapshots:convert",
    "create_snapshot": "exports.snapshots:create",
    "download_snapshot": "exports.snapshots:download",
    "export": "exports.exporter:export",
    "iter_export": "exports.exporter:iter_export",
    "refuse_ignored": "exports.views:refuse_ignored",
    "remap_data": "renames.data:remap_data",
    "rename_label": "renames.labels:rename_label",
}


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, attribute = _LAZY[name].partition(":")
    return getattr(_import_module(f".{module}", __name__), attribute)
