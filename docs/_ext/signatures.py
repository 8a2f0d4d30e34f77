"""Signatures in the reference: options by name, and none where users call no constructor."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import re
from typing import Any, is_typeddict

from attributes import SHARED, attributes

import label_studio_orm

OPTIONS = re.compile(r"\*\*\w+: (?:[~\w.]*\.)?Unpack\[(?:[~\w.]*\.)?(\w+)\]")


def shown(
    app: Any, what: str, name: str, thing: Any, options: Any, signature: str | None, returns: Any
) -> tuple[str, Any] | None:
    """Return the signature that the reference shows, or None to keep it."""
    if not signature:
        return None
    if inspect.isclass(thing):
        return "" if issubclass(thing, SHARED) else plain(signature), returns
    match = OPTIONS.search(signature)
    if match is None:
        return None
    given = ", ".join(f"{key}: {kind} = ..." for key, kind in keys_of(match[1]))
    keyword_only = "" if "*, " in signature else "*, "
    return signature.replace(match[0], keyword_only + given), returns


def plain(signature: str) -> str:
    """Leave out that parameters can be anything: the types of the attributes follow."""
    signature = re.sub(r": (~typing\.)?Any( \| None)? = ", "=", signature)
    return signature.replace("NOTHING", "...").replace("mappingproxy({})", "{}")


def keys_of(name: str) -> list[tuple[str, str]]:
    """Return the names and types of the options that one of the package's `TypedDict`s has."""
    return [(each.name, each.type) for each in attributes(typed_dicts()[name]).values()]


@functools.cache
def typed_dicts() -> dict[str, Any]:
    """Return the options that are described in `options` modules, by the names of the classes."""
    walked = pkgutil.walk_packages(label_studio_orm.__path__, "label_studio_orm.")
    modules = [each.name for each in walked if each.name.endswith(".options")]
    names = [vars(importlib.import_module(module)) for module in modules]
    return {key: value for each in names for key, value in each.items() if is_typeddict(value)}


def setup(app: Any) -> dict[str, bool]:
    app.connect("autodoc-process-signature", shown)
    return {"parallel_read_safe": True}
