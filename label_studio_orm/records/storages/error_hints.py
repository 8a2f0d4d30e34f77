"""Hints for errors of storages whose texts do not tell what to do."""

from __future__ import annotations

from types import MappingProxyType

# A part of the server's error → its meaning, mostly a variable of the server's environment.
HINTS = MappingProxyType(
    {
        "Debugging info is not available for s3 endpoints": (
            "The address, the bucket or the keys are wrong: the server hides the errors of S3 "
            "services, unless their domain is in its variable S3_TRUSTED_STORAGE_DOMAINS."
        ),
        "resolves to a reserved network address": (
            "The server connects to its own network only with SSRF_PROTECTION_ENABLED=false in its "
            "environment."
        ),
        "Failed to list storage files": (
            "The server does not tell why here; the errors of create() and sync() do."
        ),
        "Error validating storage connection": (
            "The server does not tell why here; the errors of create() and sync() do."
        ),
        '"Tasks" import method': (
            "That method is use_blob_urls=True: each object becomes a task with its address. An "
            "object that was imported in part is read again only when its tasks are deleted."
        ),
        "object has no attribute 'get'": ("Each item of a list must be a task: a JSON object."),
    }
)


def hint_for(error: str) -> str:
    """Return what to do about an error of the server, or ""."""
    return next((hint for words, hint in HINTS.items() if words in error), "")
