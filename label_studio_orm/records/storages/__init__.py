"""Import and export storages, with a module for each provider."""

from .azure import AzureExportStorage, AzureImportStorage
from .azure_spi import AzureSPIExportStorage, AzureSPIImportStorage
from .base import ExportStorage, ImportStorage, Storage
from .databricks import DatabricksExportStorage, DatabricksImportStorage
from .files import StorageFile, StorageFiles
from .gcs import GCSExportStorage, GCSImportStorage
from .gcs_sa import GCSSAExportStorage, GCSSAImportStorage
from .gcswif import GCSWIFExportStorage, GCSWIFImportStorage
from .local import LocalExportStorage, LocalImportStorage, local_file_url
from .redis import RedisExportStorage, RedisImportStorage
from .s3 import S3ExportStorage, S3ImportStorage
from .s3s import S3SExportStorage, S3SImportStorage

__all__ = [
    "AzureExportStorage",
    "AzureImportStorage",
    "AzureSPIExportStorage",
    "AzureSPIImportStorage",
    "DatabricksExportStorage",
    "DatabricksImportStorage",
    "ExportStorage",
    "GCSExportStorage",
    "GCSImportStorage",
    "GCSSAExportStorage",
    "GCSSAImportStorage",
    "GCSWIFExportStorage",
    "GCSWIFImportStorage",
    "ImportStorage",
    "LocalExportStorage",
    "LocalImportStorage",
    "RedisExportStorage",
    "RedisImportStorage",
    "S3ExportStorage",
    "S3ImportStorage",
    "S3SExportStorage",
    "S3SImportStorage",
    "Storage",
    "StorageFile",
    "StorageFiles",
    "local_file_url",
]
