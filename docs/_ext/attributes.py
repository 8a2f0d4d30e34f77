"""Fields, collections and other attributes in the reference, as their class declares them.

autodoc takes fields for objects without a docstring. Their types are in the source of the class,
and so are the comments beside them, which are their descriptions.
"""

from __future__ import annotations

import ast
import functools
import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Iterator
from enum import Enum
from typing import Any, NamedTuple

from label_studio_orm.orm.collection import Collection
from label_studio_orm.orm.fields import Field
from label_studio_orm.orm.query import Query
from label_studio_orm.orm.record import Record

SHARED = (Record, Query, Exception)  # what these have is on pages of their own
WRAPPED = re.compile(r"(?:ReadOnlyReference|ReadOnly|Reference|Collection|Field|ClassVar)\[(.*)\]")
TYPES = {
    "Id": "int",
    "SecretField": "str",
    "PasswordField": "str | None",
    "Email": "str",
    "DefaultRoleField": "str | None",
    "ProjectsField": "list[Project]",
    "HeadersField": "dict[str, str]",
}


class Attribute(NamedTuple):
    """A public name in the body of a class."""

    name: str
    type: str
    comment: str
    value: Any


def attributes(cls: type) -> dict[str, Attribute]:
    """Return what a class and its bases declare, by name; its own first."""
    found: dict[str, Attribute] = {}
    for base in bases_of(cls):
        found = {**found, **{each.name: each for each in declared(base) if each.name not in found}}
    return found


def bases_of(cls: type) -> Iterator[type]:
    for base in dict.fromkeys((*cls.__mro__, *getattr(cls, "__orig_bases__", ()))):  # TypedDicts
        own = getattr(base, "__module__", "").startswith("label_studio_orm")
        if inspect.isclass(base) and own and (base not in SHARED or base is cls):
            yield base
            if base is not cls and base not in cls.__mro__:
                yield from bases_of(base)


@functools.cache
def declared(cls: type) -> list[Attribute]:
    """Return the attributes in the body of one class, with their types as they are written."""
    source = textwrap.dedent(inspect.getsource(cls))
    comments = comments_of(source)
    body = ast.parse(source).body[0].body  # type: ignore[attr-defined]
    names = [(name_of(node), node) for node in body]
    return [
        Attribute(name, type_of(node), comments.get(node.end_lineno, ""), vars(cls).get(name))
        for name, node in names
        if name and is_shown(node, cls, vars(cls).get(name))
    ]


def name_of(node: ast.stmt) -> str:
    """Return the public name that a statement binds, or nothing."""
    targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
    names = [each.id for each in targets if isinstance(each, ast.Name)]
    return names[0] if len(names) == 1 and not names[0].startswith("_") else ""


def is_shown(node: ast.stmt, cls: type, value: Any) -> bool:
    if isinstance(value, property) or inspect.isroutine(value):
        return False
    declares = isinstance(node, ast.AnnAssign) or isinstance(value, (Field, Collection))
    return declares or issubclass(cls, Enum)


def type_of(node: ast.stmt) -> str:
    """Return the type of `title: str`, `title = Field[str]()`, or `tasks: Collection[Tasks]`."""
    if isinstance(node, ast.AnnAssign):
        text = ast.unparse(node.annotation)
        while match := WRAPPED.fullmatch(text):
            text = match[1]
        return text
    function = getattr(getattr(node, "value", None), "func", None)
    if isinstance(function, ast.Subscript):
        return ast.unparse(function.slice)
    return TYPES.get(function.id, "") if isinstance(function, ast.Name) else ""


def comments_of(source: str) -> dict[int | None, str]:
    """Return the comments beside code, by line."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("#: ")
        for token in tokens
        if token.type == tokenize.COMMENT and token.line.partition("#")[0].strip()
    }


def description(each: Attribute) -> str:
    """Return what is to be said of an attribute besides its type."""
    value, comment = each.value, each.comment
    facts = [f"{comment[:1].upper()}{comment[1:].rstrip('.')}." if comment else ""]
    if isinstance(value, Collection):
        facts.append(str(value.__doc__))
    if isinstance(value, Field):
        facts += ["Read-only."] if value.read_only else []
        facts += ["Write-only."] if value.write_only else []
        facts += [f"Label Studio {value.since} and later."] if value.since else []
        facts += [f"{value.edition} only."] if value.edition else []
        facts += list(allowed(value))
    return " ".join(filter(None, facts))


def allowed(field: Field[Any]) -> Iterator[str]:
    """Yield the values that the check of a field allows, if it is one of `orm/fields.py`."""
    given = inspect.getclosurevars(field.check).nonlocals if inspect.isfunction(field.check) else {}
    if "values" in given:
        yield f"One of {', '.join(f'``{each!r}``' for each in given['values'])}."
    if "least" in given:
        yield f"{given['least']} to {given['most']} characters."


def lines_of(cls: type) -> Iterator[str]:
    """Yield the attributes of a class, in reStructuredText."""
    for each in attributes(cls).values():
        yield f".. py:attribute:: {each.name}"
        if each.type:
            yield f"   :type: {each.type}"
        yield from ("", f"   {description(each)}", "")


def add(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    if inspect.isclass(thing):
        lines += ["", *shared_by(thing), *lines_of(thing)]


def shared_by(cls: type) -> Iterator[str]:
    """Yield a link to what a class has in common with all others of its kind."""
    if issubclass(cls, (Record, Query)) and cls not in SHARED:
        base = "orm.record.Record" if issubclass(cls, Record) else "Query"
        yield f"It has all attributes and methods of :py:class:`~label_studio_orm.{base}`, too."
        yield ""


def skip(app: Any, what: str, name: str, thing: Any, skipped: bool, options: Any) -> bool | None:
    """Leave out what `add()` has added."""
    undefined = thing is None or type(thing).__module__.startswith("sphinx")  # `path: str | None`
    return True if undefined or isinstance(thing, (Field, Collection)) else None


def setup(app: Any) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", add)
    app.connect("autodoc-skip-member", skip)
    return {"parallel_read_safe": True}
