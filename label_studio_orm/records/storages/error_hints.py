"""What to do about what the server says of a place, where its words do not tell."""

from __future__ import annotations

from types import MappingProxyType

# Part of what the server says → what it means, mostly a variable of the server's environment.
HINTS = MappingProxyType(
    {
        "Debugging info is not available for s3 endpoints": (
            "The address, the bucket or the keys are wrong: the server hides what S3 services say, "
            "unless their domain is in its variable S3_TRUSTED_STORAGE_DOMAINS."
        ),
        "resolves to a reserved network address": (
            "The server asks its own network only with SSRF_PROTECTION_ENABLED=false in its "
            "environment."
        ),
        "Error validating storage connection": (
            "The server does not say why here; what create() and sync() raise does."
        ),
        '"Tasks" import method': (
            "That method is use_blob_urls=True: each object is a task, by its address. An object "
            "of which some tasks came in is read again only when these are deleted."
        ),
        "object has no attribute 'get'": (
            "There is something in a list that is no task: a task is a JSON object."
        ),
    }
)


def hint_for(said: str) -> str:
    """Return what to do about an answer of the server, or ""."""
    return next((hint for words, hint in HINTS.items() if words in said), "")
