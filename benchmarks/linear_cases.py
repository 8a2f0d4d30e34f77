"""The worst inputs for each pattern and parser of ours that reads what others wrote."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from label_studio_orm.data_manager.casefold_pattern import case_insensitive_pattern
from label_studio_orm.data_manager.columns import UNFILTERABLE_KEY
from label_studio_orm.data_manager.postgresql import PORTABLE
from label_studio_orm.errors import LabelStudioError, nearest
from label_studio_orm.http.database_errors import TRANSIENT, meaning, readable
from label_studio_orm.http.decoding import decoded
from label_studio_orm.http.destinations import Address, has_dot_segments
from label_studio_orm.http.json_depth import DepthCounter
from label_studio_orm.http.response_limits import content_length
from label_studio_orm.labeling import LabelConfig
from label_studio_orm.labeling.attributes import _NUMBER
from label_studio_orm.labeling.colours import _FUNCTIONS, _HEX
from label_studio_orm.labeling.html.entities import decode_attribute, decode_text, decode_title
from label_studio_orm.labeling.html.hypertext import text_nodes
from label_studio_orm.labeling.html.kept_attributes import kept_attributes
from label_studio_orm.labeling.html.sanitized import sanitized
from label_studio_orm.labeling.image_size import image_size
from label_studio_orm.labeling.masks import decode_mask
from label_studio_orm.labeling.repeats import INDEX, pattern_of
from label_studio_orm.labeling.results.data_checks import mismatch, same_text, similar_text_hint
from label_studio_orm.labeling.results.dates import format_date, parse_date
from label_studio_orm.labeling.results.region_rules import NUMERIC
from label_studio_orm.labeling.results.texts import resolve_variable
from label_studio_orm.labeling.rle import rle_problem
from label_studio_orm.labeling.samples import sample_task
from label_studio_orm.labeling.server_checks import NAME
from label_studio_orm.labeling.variables import (
    VARIABLE,
    ignored_variable,
    matches_template,
    misread_variable,
    plain_key,
)
from label_studio_orm.labeling.xml_rename import START_TAG
from label_studio_orm.orm.typed import ISO_DATE
from label_studio_orm.records.project import _packed
from label_studio_orm.records.storages.local import ROOT_IN
from label_studio_orm.redaction import LOGIN, NAMED, SIGNED, without_secrets
from label_studio_orm.secret import Secret
from label_studio_orm.server_version import parsed
from label_studio_orm.text import listed, message_of, shown
from label_studio_orm.transfer.exports.losses import _documents
from label_studio_orm.transfer.exports.manifest import IGNORED, Manifest
from label_studio_orm.transfer.files import safe_name
from label_studio_orm.transfer.imports.chunks import NAMED_ROW
from label_studio_orm.transfer.imports.needs import variable_of
from label_studio_orm.transfer.imports.paths import LOCAL
from label_studio_orm.transfer.imports.readers import tasks_in
from label_studio_orm.transfer.imports.surrogates import WholeCharacters
from label_studio_orm.transfer.media.references import Reference, hashed
from label_studio_orm.transfer.names import NOT_IN_NAMES, path_problem
from label_studio_orm.transfer.storages.syncing import FRAME, reason_in

NEW_YEAR = datetime(2026, 1, 1)
Case = tuple[str, Callable[[str], object], Callable[[int], str]]  # name, what reads, its input


def times(piece: str, end: str = "") -> Callable[[int], str]:
    return lambda size: piece * (size // len(piece)) + end


def unpacked(text: str) -> bytes:
    return WholeCharacters(io.BytesIO(text.encode())).read()


def refusing(read: Callable[[str], object]) -> Callable[[str], object]:
    """Return a reader that may refuse its input."""

    def run(text: str) -> None:
        with suppress(LabelStudioError, ValueError):
            read(text)

    return run


def config(xml: str) -> None:
    with suppress(LabelStudioError):
        LabelConfig.parse(xml)


def in_file(read: Callable[[Path], object]) -> Callable[[str], object]:
    """Return a reader of a text that reads it from a file."""

    def run(text: str) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder, ".label-studio-export.json")
            path.write_text(text, encoding="utf-8")
            read(path)

    return run


def count_nesting(text: str) -> None:
    with suppress(LabelStudioError):
        DepthCounter().take(text.encode())


def read_tasks(text: str, block: int = 1_000_000) -> None:
    with suppress(LabelStudioError):
        for _ in tasks_in(text[at : at + block].encode() for at in range(0, len(text), block)):
            pass


def read_blocks(text: str) -> None:
    read_tasks(text, 999)


def read_mask(text: str) -> object:
    return decode_mask(text.encode("latin-1"), width=1000, height=500)


def look_for_words(text: str) -> object:
    return mismatch(text[: len(text) // 2] + "b", 0, 9, text)


def repeated(text: str) -> object:
    return pattern_of(f"{INDEX}1" * 6 + INDEX, INDEX).fullmatch(text)


def dated(format: str, text: str) -> object:
    return parse_date(text * (len(format) // len(text)), format)


def mask(text: str) -> object:
    return rle_problem(bytes(text.encode("latin-1")), 10_000, 10_000)


def kept(path: Path) -> object:
    return Manifest(path.parent, "http://localhost", 1, "JSON").earlier()


def shows(value: str) -> object:
    return sample_task(LabelConfig.parse(f'<View><Text name="t" value="{value}"/></View>'))


CASES: list[Case] = [
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
    ("texts that are misread", misread_variable, times("$a ")),
    ("dollars", ignored_variable, times("$a")),
    ("a name of signs", plain_key, times("é-")),
    ("a text of variables", lambda t: matches_template("$a b" * 50, t), times(" b", "x")),
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
    # -- secrets and what is shown -----------------------------------------------------------------
    ("URLs with half a login", partial(re.findall, LOGIN), times("://a:")),
    ("a login of colons", partial(re.findall, LOGIN), lambda size: "://" + "a:" * (size // 2)),
    ("a login without its end", partial(re.findall, LOGIN), lambda size: "://a:" + "b" * size),
    ("signatures in a URL", partial(re.findall, SIGNED), times("?sig=&token=")),
    ("names of secrets", partial(re.findall, NAMED), times("secret_")),
    ("secrets without their value", partial(re.findall, NAMED), times("password='")),
    ("a long name of a secret", partial(re.findall, NAMED), lambda size: "token" + "_" * size),
    ("URLs with logins", without_secrets, times("://a:b@c?sig=d&password=eeeeee ")),
    ("a secret in a text", Secret("a" * 40).blank_out, times("a")),
    ("a short secret in a text", Secret("abc").blank_out, times("abc ")),
    ("a message of lines", message_of, times("\n")),
    ("names to list", lambda t: listed(t.split(",")), times("a,")),
    # -- addresses ---------------------------------------------------------------------------------
    ("dots in a path", has_dot_segments, times("/.../")),
    ("encoded dots", has_dot_segments, times("%25252e")),
    ("letters that are normalized", has_dot_segments, times("\ufdfa")),
    ("a host of dots", refusing(Address.of), lambda size: "http://" + "a." * (size // 2)),
    ("a host of @", refusing(Address.of), lambda size: "http://" + "a@" * (size // 2)),
    ("a port of digits", refusing(Address.of), lambda size: "http://a:" + "1" * size),
    ("a path of %", refusing(Address.of), lambda size: "http://a/" + "%" * size),
    ("an IPv6 address", refusing(Address.of), lambda size: "http://[" + ":" * size + "]/"),
    ("lengths", refusing(lambda t: content_length({"Content-Length": t})), times("5,")),
    ("an address of words", lambda t: Reference(1, t).unreachable, times("http://a ")),
    ("a type of letters", lambda t: Reference(1, t).inline, lambda n: "data:" + "a/" + "a" * n),
    # -- names and files ---------------------------------------------------------------------------
    ("a name of controls", safe_name, times("\x00<")),
    ("a name of dots", safe_name, times(".-")),
    ("marks in a name", lambda t: NOT_IN_NAMES.sub("", t), times("\u202e")),
    ("a path of steps", path_problem, times("a/")),
    ("a name to ignore", IGNORED.fullmatch, times(".")),
    ("a list of files", in_file(kept), lambda n: json.dumps({"files": {"a" * n: "b"}})),
    (
        "a list of many files",
        in_file(kept),
        lambda n: json.dumps(
            {
                "server": "",
                "project": 1,
                "format": "JSON",
                "media": {},
                "files": {f"{k}.json": "0" * 32 for k in range(n // 50)},
            }
        ),
    ),
    ("CoNLL of words", in_file(lambda path: [*_documents(path)]), times("a -X- _ O\n")),
    ("CoNLL of documents", in_file(lambda path: [*_documents(path)]), times("-DOCSTART-\n\n")),
    ("CoNLL of a line", in_file(lambda path: [*_documents(path)]), times(" a")),
    ("an image of nothing", refusing(lambda t: image_size(io.BytesIO(t.encode()))), times("x")),
    (
        "a JPEG of markers",
        refusing(lambda t: image_size(io.BytesIO(t.encode("latin-1")))),
        lambda n: "\xff\xd8" + "\xff\xe0\0\x02" * (n // 4),
    ),
    (
        "a PNG of chunks",
        refusing(lambda t: image_size(io.BytesIO(t.encode("latin-1")))),
        lambda n: "\x89PNG\r\n\x1a\n" + "\0\0\0\0tEXt\0\0\0\0" * (n // 12),
    ),
    # -- JSON --------------------------------------------------------------------------------------
    ("brackets", count_nesting, times("[]")),
    ("JSON that nests", refusing(decoded), times("[")),
    ("JSON of digits", refusing(decoded), times("1")),
    (
        "JSON of short numbers",
        count_nesting,
        times("1" * 4_299 + ","),
    ),
    ("JSON of quotes", count_nesting, times('\\"')),
    ("tasks in JSON", read_tasks, lambda n: "[" + '{"a":1},' * (n // 8) + "0]"),
    (
        "a task in JSON",
        read_tasks,
        lambda n: '[{"a": "' + "\\n" * (n // 2) + '"}]',
    ),
    (
        "blocks of JSON",
        read_blocks,
        lambda n: '[{"a": "' + "b" * n + '"}]',
    ),
    # -- HTML --------------------------------------------------------------------------------------
    ("HTML of <", sanitized, times("<")),
    ("comments without end", sanitized, times("<!--")),
    ("scripts without end", sanitized, times("<script>")),
    ("a title without end", sanitized, times("<title></titl")),
    ("attributes", sanitized, lambda n: "<a" + " b" * (n // 2) + ">"),
    ("attributes without end", sanitized, lambda n: "<a" + ' b="' * (n // 4)),
    ("a value without end", sanitized, lambda n: '<a b="' + "&#x" * (n // 3)),
    ("half an entity", sanitized, times("&#x")),
    ("end tags", sanitized, times("</p>")),
    ("end tags of spaces", sanitized, times("</ ")),
    ("paragraphs", sanitized, times("<p>")),
    ("elements that nest", refusing(sanitized), times("<b>")),
    ("declarations", sanitized, times("<!a>")),
    ("text nodes", refusing(text_nodes), times("a<br>")),
    ("paragraphs of text", refusing(text_nodes), times("<p>a</p>")),
    # -- labels ------------------------------------------------------------------------------------
    ("a name of a Repeater", repeated, times("1", "x")),
    ("names in a text", NAME.findall, times('name="')),
    ("a variable of steps", refusing(shows), lambda n: "$" + "a." * (n // 2) + "a"),
    ("a variable of brackets", refusing(shows), lambda n: "$a" + "[0]" * (n // 3)),
    ("a step into data", lambda t: resolve_variable(t, {"a": [0]}), times("[9]")),
    ("a variable in a value", variable_of, times("$ $")),
    ("a local path", LOCAL.match, times(".png", "x")),
    ("a path of letters", LOCAL.match, times("a.j")),
    ("a format of days", lambda t: dated(t, "1"), times("%d")),
    ("a format of names", lambda t: dated(t, "a"), times("%A")),
    ("a format of zones", lambda t: dated(t, "+00"), times("%Z")),
    ("a date to write", lambda t: format_date(NEW_YEAR, t), times("%d ")),
    ("words at an offset", lambda t: same_text(t, t + "x"), times("\u0301 ")),
    ("words that are elsewhere", lambda t: mismatch("ab" * 20, 0, 9, t), times("ab")),
    (
        "long words that are not there",
        look_for_words,
        times("a"),
    ),
    ("words in another form", lambda t: similar_text_hint("xyz", [t]), times("a  b")),
    ("a mask of zeros", mask, lambda n: "\0\0\0\x10" + "\0" * n),
    ("a mask of runs", mask, lambda n: "\x11\xe1\xa3\x00" + "\x80" * n),
    (
        "a mask to decode",
        refusing(read_mask),
        lambda n: "\0\x1e\x84\x80\x39\x1b\xfd" + "\x80" * n,
    ),
    # -- databases and searches --------------------------------------------------------------------
    ("a pattern of letters", PORTABLE.fullmatch, times("a", "{")),
    ("a pattern of brackets", PORTABLE.fullmatch, times("(?:")),
    ("a pattern of sets", PORTABLE.fullmatch, times("[a")),
    ("letters in any case", case_insensitive_pattern, times("ß")),
    ("a name of a column", UNFILTERABLE_KEY.search, times("_-")),
    ("an error that passes", TRANSIENT.search, times("time")),
    ("a long traceback", reason_in, times("  File x\n    y\n", "E: x")),
    ("a traceback without end", reason_in, times("  File ")),
    ("tracebacks", reason_in, times("The above exception was the direct cause of the following ")),
]
