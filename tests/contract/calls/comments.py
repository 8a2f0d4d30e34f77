"""Comments on annotations and drafts."""

from __future__ import annotations

from contract.call import ANNOTATION, PROJECT, Call

from .reviews import _annotation

COMMENT = 7
EXPANDED = {"expand_created_by": True}

CALLS = [
    Call(
        "comments.list",
        lambda ls: list(_annotation(ls).comments),
        sdk={"annotation": ANNOTATION, **EXPANDED},
        before=("GET /api/tasks/3/",),
    ),
    Call(
        "comments.create",
        lambda ls: _annotation(ls).comments.create(
            text="Too wide.", region="r1", classifications={"kind": "bug"}, is_resolved=False
        ),
        sdk={
            "annotation": ANNOTATION,
            "text": "Too wide.",
            "region_ref": {"region_id": "r1"},
            "classifications": {"kind": "bug"},
            "is_resolved": False,
        },
        before=("GET /api/tasks/3/",),
    ),
    Call("comments.get", lambda ls: _comment(ls).refresh(), sdk={"id": COMMENT, **EXPANDED}),
    Call(
        "comments.update",
        lambda ls: _comment(ls).unresolve(),
        sdk={"id": COMMENT, "is_resolved": False},
        before=("GET /api/comments/7/",),
    ),
    Call("comments.delete", lambda ls: _comment(ls).delete(), sdk={"id": COMMENT}),
    Call(
        "comments.export",
        lambda ls: _exported(ls.projects.get(PROJECT)),
        sdk={"projects": str(PROJECT), "tz": "Europe/Berlin"},
    ),
]


def _comment(ls):
    from label_studio_orm import Comment

    return Comment(COMMENT, client=ls)


def _exported(project):
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = project.comments.export(f"{folder}/c.csv", timezone="Europe/Berlin")
        return path.read_text()
