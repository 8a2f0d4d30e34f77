"""Interfaces that are written in React, with their versions."""

from __future__ import annotations

from contract.call import Call, saved

INTERFACE, VERSION, WORKSPACE = 14, 15, 7
CODE = {"code": "export default Grid", "compiled": "var Grid"}
ALSO = {
    "artifacts": {"map": "m"},
    "data_sample": {"text": "Fine."},
    "input_schema": {"type": "object"},
    "messages": [{"role": "user"}],
    "metadata": {"by": "us"},
    "output_schema": {"type": "array"},
}
ALL = {**CODE, **ALSO, "title": "Grid", "description": "Of images", "workspace": WORKSPACE}
VERSIONS = [{"title": "Second", **CODE}]


def _interface(ls):
    return ls.interfaces.get(INTERFACE)


CALLS = [
    Call(
        "interfaces.list",
        lambda ls: list(ls.interfaces.search("grid", scope="all", has_published_versions=True)),
        sdk={"search": "grid", "scope": "all", "has_published_versions": True},
        differs={
            "query.page": "we read all pages",
            "query.page_size": "we read pages of 100",
            "query.has_published_versions": "the same value, written by another library",
        },
    ),
    Call("interfaces.create", lambda ls: ls.interfaces.create(**ALL), sdk=ALL),
    Call("interfaces.get", lambda ls: _interface(ls).refresh(), sdk={"id": INTERFACE}),
    Call(
        "interfaces.update",
        lambda ls: _interface(ls).replace(**ALL),
        sdk={"id": INTERFACE, **ALL},
    ),
    Call(
        "interfaces.partial_update",
        lambda ls: saved(_interface(ls), title="Grid 2", workspace=WORKSPACE),
        sdk={"id": INTERFACE, "title": "Grid 2", "workspace": WORKSPACE},
    ),
    Call("interfaces.delete", lambda ls: _interface(ls).delete(), sdk={"id": INTERFACE}),
    Call(
        "interfaces.append_versions",
        lambda ls: _interface(ls).append_versions(VERSIONS, title="Grid 2", **CODE, **ALSO),
        sdk={"id": INTERFACE, "versions": VERSIONS, "title": "Grid 2", **CODE, **ALSO},
        answer={"id": INTERFACE},
    ),
    Call(
        "interfaces.duplicate",
        lambda ls: _interface(ls).duplicate(**ALL),
        sdk={"id": INTERFACE, **ALL},
    ),
    Call(
        "interfaces.publish_version",
        lambda ls: _interface(ls).publish(VERSION),
        sdk={"id": INTERFACE, "version_id": VERSION},
        answer={"id": INTERFACE},
    ),
    Call(
        "interfaces.unpublish_version",
        lambda ls: _interface(ls).unpublish(VERSION),
        sdk={"id": INTERFACE, "version_id": VERSION},
        answer={"id": INTERFACE},
    ),
    Call(
        "interfaces.update_version_description",
        lambda ls: _interface(ls).describe(VERSION, "Larger images"),
        sdk={"id": INTERFACE, "version_id": VERSION, "description": "Larger images"},
        answer={"id": INTERFACE},
    ),
]
