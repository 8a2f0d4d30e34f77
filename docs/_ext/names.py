"""Links from names in docstrings and annotations to the reference."""

from __future__ import annotations

import builtins
import functools
import re
from typing import Any

from docutils import nodes
from sphinx import addnodes

import label_studio_orm

PACKAGE = "label_studio_orm"
SHARED = (f"{PACKAGE}.orm.record.Record", f"{PACKAGE}.Query")  # what these have is described once
NAME = re.compile(r"([A-Za-z_]\w*(?:\.\w+)*)(\(\))?")
# What the variables of examples are.
VARIABLES = {
    "ls": "LabelStudio",
    "project": "Project",
    "task": "Task",
    "annotation": "Annotation",
    "prediction": "Prediction",
    "draft": "Draft",
    "config": "LabelConfig",
    "region": "Region",
    "storage": "Storage",
    "snapshot": "ExportSnapshot",
    "backend": "MLBackend",
    "view": "View",
    "user": "User",
}


def code(
    role: str, rawtext: str, text: str, lineno: int, inliner: Any, *rest: Any
) -> tuple[list[nodes.Node], list[Any]]:
    """Show code; `Task`, `Task.save()` and `task.save()` are links."""
    target, shown = target_of(text), nodes.literal(text, text, classes=["py", "py-obj"])
    if not target:
        return [shown], []
    link = addnodes.pending_xref(
        rawtext, refdomain="py", reftype="obj", reftarget=target, refexplicit=False, named=True
    )
    link += shown
    return [link], []


def target_of(text: str) -> str:
    """Return the full name of what some code names, if that is public."""
    match = NAME.fullmatch(text)
    first, *rest = match[1].split(".") if match else [""]
    if not rest and first in VARIABLES:
        return ""
    first = VARIABLES.get(first, first)
    public = first in label_studio_orm.__all__ and len(rest) < 2
    return ".".join([PACKAGE, first, *rest]) if public else ""


def resolve(app: Any, env: Any, node: Any, shown: Any) -> Any:
    """Link names of inner modules to the public ones; show as text what is not ours."""
    if node.get("refdomain") != "py":
        return None
    target = node["reftarget"]
    if not target.startswith(PACKAGE):
        return shown
    name = target.rpartition(".")[2]
    tried = [f"{PACKAGE}.{name}", *(f"{base}.{name}" for base in SHARED)]
    py = env.get_domain("py")
    find = functools.partial(py.resolve_xref, env, node["refdoc"], app.builder, "obj")
    found = next(filter(None, (find(each, node, shown) for each in tried)), None)
    return found or (None if node.get("named") else shown)  # None is a warning


def without_builtins(app: Any, doctree: Any) -> None:
    """Make no link of `type`, which Sphinx takes for an attribute of ours."""
    for node in list(doctree.findall(addnodes.pending_xref)):
        if node["refdomain"] == "py" and hasattr(builtins, node["reftarget"]):
            node.replace_self(node.children)


def setup(app: Any) -> dict[str, bool]:
    app.add_role("name", code)
    app.connect("missing-reference", resolve)
    app.connect("doctree-read", without_builtins)
    return {"parallel_read_safe": True}
