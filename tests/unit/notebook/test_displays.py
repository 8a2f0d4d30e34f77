"""What holds of everything that a notebook shows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import NoReturn

import pytest
from support.displays import DISPLAYS, EVIL, RESULT, SECRET, Page, task

from label_studio_orm import LabelConfig, Records
from label_studio_orm.display import Displayed
from label_studio_orm.notebook import DRAWN_BY, PACKAGE, body_of
from label_studio_orm.notebook import html as html_of
from label_studio_orm.redaction import guarded

SAFE = ("http://", "https://", "data:image/", "data:audio/", "data:video/")


@pytest.mark.parametrize("name", DISPLAYS)
def test_a_display_sends_nothing_and_runs_no_script(name: str) -> None:
    shown = DISPLAYS[name]()
    assert isinstance(shown, Displayed)
    body = body_of(shown) or ""
    html = shown._repr_html_() or ""
    assert type(html) is str  # a subclass is no HTML to marimo
    assert html.endswith(f"{body}</div>")
    page = Page(body)
    assert page.tags
    assert not page.tags & {"script", "iframe", "object", "embed", "base", "form"}
    assert not {each for each in page.attributes if each.startswith("on")}
    assert all(url.startswith(SAFE) for url in page.urls)


@pytest.mark.parametrize("name", ["a running local server", "a token", "tokens"])
def test_a_display_of_access_has_no_secrets(name: str) -> None:
    assert SECRET not in (body_of(DISPLAYS[name]()) or "")


def test_a_local_server_shows_where_it_is() -> None:
    text = Page(body_of(DISPLAYS["a running local server"]()) or "").text
    for part in ("http://localhost:8080", "username", "@", "password***", "folder"):
        assert part in text
    assert "not running" in Page(body_of(DISPLAYS["a local server"]()) or "").text


def test_a_table_loads_only_what_it_needs() -> None:
    code = (
        "import sys; from label_studio_orm import Records; before = {*sys.modules};"
        "assert Records()._repr_html_(); loaded = {*sys.modules} - before;"
        "print(*(each for each in loaded if each.startswith('label_studio_orm')))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = done.stdout.split()
    assert "label_studio_orm.notebook.lists" in loaded
    for each in ("labeling", "transfer", "notebook.task", "notebook.reports"):
        assert not [name for name in loaded if name.startswith(f"label_studio_orm.{each}")]


def test_whatever_is_displayed_has_a_module_that_draws_it() -> None:
    for each in leaves_of(Displayed):
        places = {parent.__module__.removeprefix(PACKAGE) for parent in each.__mro__}
        assert places & DRAWN_BY.keys(), each


def leaves_of(parent: type) -> Iterator[type]:
    """Yield the classes below a class, of this package, that have none below them."""
    below = [each for each in parent.__subclasses__() if each.__module__.startswith(PACKAGE)]
    yield from (below and (leaf for each in below for leaf in leaves_of(each))) or [parent]


def test_a_display_that_fails_leaves_the_repr() -> None:
    class Broken:
        pass

    def broken(shown: Broken) -> NoReturn:
        raise ValueError(EVIL)

    body_of.register(Broken)(broken)

    assert html_of(Broken()) is None


@pytest.mark.parametrize("url", ["{}", "https://me:{}@host/a.png", "https://host/a?x=1&sig={}"])
def test_a_display_has_no_secrets(url: str) -> None:
    known = guarded("s3cr3tKey0123")
    text = url.format(known.reveal())
    mask = {"type": "bitmask", "value": {"imageDataURL": text}}
    result = [{**RESULT[0], "type": "textarea", "value": {"text": [text]}}, {**RESULT[0], **mask}]
    config = f'<View><Text name="text" value="{text.replace("&", "&amp;")}"/></View>'
    drawn = task(data={"text": f"{text} " * 100}, annotations=[{"id": 1, "result": result}])
    for shown in (drawn, LabelConfig.parse(config)):
        html = shown._repr_html_() or ""
        assert "***" in html
        assert known.reveal() not in html


def test_other_objects_are_shown_as_ever() -> None:
    assert html_of(3) is None


def test_a_script_never_loads_the_notebook() -> None:
    code = (
        "import sys, label_studio_orm; repr(label_studio_orm.Task(1, client=object()));"
        "assert 'label_studio_orm.notebook' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_control_characters_and_halves_of_letters_do_not_come_into_a_page() -> None:
    found = html_of(Records([task(data={"\ud800": "a", "url": "https://host/\x00.png"})])) or ""
    found += html_of(task(data={"\x1b": "\x00\udfff" * 50})) or ""
    assert found.encode()
    assert not {"\x00", "\x1b"} & {*found}


class Unprintable:
    def __repr__(self) -> NoReturn:
        raise RuntimeError


@pytest.mark.parametrize("value", [Unprintable(), {"a": Unprintable()}, 10**5000], ids=type)
def test_a_value_without_a_repr_hides_no_others(value: object) -> None:
    for shown in (
        task(data={"a": value, "b": "good"}),
        Records([task(data={"b": "good", "a": value})]),
    ):
        assert ">good</td>" in (html_of(shown) or "")


def test_json_is_written_only_as_far_as_it_is_shown() -> None:
    deep: object = []
    for _ in range(100_000):
        deep = [deep]
    large = dict.fromkeys(range(1_000_000), "x")
    body = body_of(Records([task(data={"deep": deep, "large": large})])) or ""
    assert "[[[[[" in body
    assert "999999" not in body
