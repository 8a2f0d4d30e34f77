"""Time our regexes and parsers on their worst inputs of 1, 2, 4 and 8 MB: it must double.

python benchmarks/linear.py [--quick]
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from label_studio_orm.errors import LabelStudioError, nearest
from label_studio_orm.http.databases import meaning, readable
from label_studio_orm.labels import LabelConfig
from label_studio_orm.labels.attributes import _NUMBER
from label_studio_orm.labels.colours import _FUNCTIONS, _HEX
from label_studio_orm.labels.edits import START_TAG
from label_studio_orm.labels.html.entities import decode_attribute, decode_text, decode_title
from label_studio_orm.labels.html.kept_attributes import kept_attributes
from label_studio_orm.labels.results.places import NUMERIC
from label_studio_orm.labels.variables import VARIABLE, is_filled_like, misread, plain_key, unread
from label_studio_orm.orm.typed import ISO_DATE
from label_studio_orm.records.project import _packed
from label_studio_orm.records.storages.local import ROOT_IN
from label_studio_orm.server_version import parsed
from label_studio_orm.text import shown
from label_studio_orm.transfer.files import safe_name
from label_studio_orm.transfer.imports.chunks import NAMED_ROW
from label_studio_orm.transfer.imports.surrogates import WholeCharacters
from label_studio_orm.transfer.media.references import Reference, hashed
from label_studio_orm.transfer.storages.syncing import FRAME

MEGABYTE = 1_000_000
Input = Callable[[int], object]  # bytes → the worst input of that size


def times(piece: str, end: str = "") -> Callable[[int], str]:
    return lambda size: piece * (size // len(piece)) + end


def unpacked(text: str) -> bytes:
    return WholeCharacters(io.BytesIO(text.encode())).read()


def config(xml: str) -> None:
    with suppress(LabelStudioError):
        LabelConfig.parse(xml)


CASES: list[tuple[str, Callable[[str], object], Callable[[int], str]]] = [
    ("an error of a database: “ without end", meaning, times("“")),
    ("an error of a database: lines of ^", readable, times("  ^ x\n")),
    ("an entity of letters", decode_text, lambda size: "&" + "a" * size),
    ("an entity of digits", decode_text, lambda size: "&#" + "9" * size),
    ("many entities", decode_text, times("&a")),
    ("an entity in an attribute", decode_attribute, lambda size: "&" + "a" * size),
    ("a title of </titl", decode_title, times("</titl&")),
    ("an address of comments without end", lambda t: kept_attributes({"href": t}), times("<!--")),
    (
        "a style of words",
        lambda t: kept_attributes({"style": t}),
        lambda n: "a:" + "b " * (n // 2) + "!",
    ),
    (
        "a style of brackets",
        lambda t: kept_attributes({"style": t}),
        lambda n: "a:" + "(b" * (n // 2),
    ),
    ("a srcset of commas", lambda t: kept_attributes({"srcset": t}), times("a,", " x")),
    ("a number of digits", NUMERIC.fullmatch, times("1", "x")),
    ("an attribute of digits", _NUMBER.fullmatch, times("1", "x")),
    ("a colour", _HEX.fullmatch, lambda size: "#" + "a" * size),
    ("a colour of a function", lambda t: _FUNCTIONS.fullmatch(t), lambda n: "rgb(" + " " * n),
    (
        "a tag of quotes",
        lambda t: START_TAG.match(t.encode()),
        lambda n: "<a" + ' b="c"' * (n // 6),
    ),
    ("a tag that does not end", lambda t: START_TAG.match(t.encode()), lambda n: "<" + "a" * n),
    ("variables", VARIABLE.findall, times("$a ")),
    ("a variable of dots", VARIABLE.findall, lambda size: "$" + "." * size),
    ("texts that are misread", misread, times("$a ")),
    ("dollars", unread, times("$a")),
    ("a name of signs", plain_key, times("é-")),
    ("a text of variables", lambda t: is_filled_like("$a b" * 50, t), times(" b", "x")),
    ("a config of spaces", _packed, lambda size: "<a>" + " " * size),
    ("a config of > and spaces", _packed, times(">  ")),
    ("a config of tags", config, lambda n: "<View>" + "<a/>" * (n // 4) + "</View>"),
    ("a config that nests", config, times("<View>")),
    ("a config with a long value", config, lambda n: f"<View a='{'x' * n}'/>"),
    ("a date", ISO_DATE.match, times("1")),
    ("a version", parsed, times("1")),
    ("a message without its end", ROOT_IN.search, lambda n: "LOCAL_FILES_DOCUMENT_ROOT=" + "a" * n),
    ("a traceback", lambda t: FRAME.sub("", t), times("  File x\n    y\n")),
    ("an error of rows", NAMED_ROW.findall, times("Error at item ")),
    ("an error of digits", NAMED_ROW.findall, lambda size: "Task " + "1" * size),
    ("JSON of escaped escapes", unpacked, times("\\\\ud800")),
    ("JSON of backslashes", unpacked, lambda size: "\\" * (size // 2 * 2) + "\\\\ud800"),
    ("control characters", shown, times("\x1b")),
    ("a name of a file", safe_name, times("/.")),
    ("an address", hashed, lambda size: "http://" + "/" * size),
    ("a path at the server", lambda t: Reference(1, t).unreachable, times("/data")),
    ("a data: address", lambda t: Reference(1, t).content(), lambda n: "data:," + "%zz" * (n // 3)),
    ("a mistyped name", lambda t: nearest(t, ["title"]), times("title")),
    ("names that are known", lambda t: nearest("titel", t.split(",")), times("title,")),
]


def seconds(run: Callable[[str], object], text: str) -> float:
    began = time.perf_counter()
    run(text)
    return time.perf_counter() - began


def main() -> None:
    sizes = (0.1, 0.2, 0.4, 0.8) if "--quick" in sys.argv else (1, 2, 4, 8)
    print(f"| input | {' | '.join(f'{size} MB' for size in sizes)} | last to first, 8 is linear |")
    print("|---|" + "---|" * (len(sizes) + 1))
    for name, run, made in CASES:
        took = [seconds(run, made(int(size * MEGABYTE))) for size in sizes]
        shown_ = " | ".join(f"{each * 1000:.1f} ms" for each in took)
        print(f"| {name} | {shown_} | {took[-1] / max(took[0], 1e-4):.1f} |", flush=True)


if __name__ == "__main__":
    main()
