"""The documentation site is complete: links, pages, public names and their fields."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

import label_studio_orm
from label_studio_orm import Task
from label_studio_orm.records.registry import RECORDS, record_class

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = runpy.run_path(str(DOCS / "_ext" / "attributes.py"))
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
FENCED = re.compile(r"^(```+|:::+).*?^\1", re.MULTILINE | re.DOTALL)


def text_of(page: Path) -> str:
    """Return a page without its code."""
    return FENCED.sub("", page.read_text())


def slug(heading: str) -> str:
    """Return the anchor of a heading, as Sphinx and code hosts make it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    if not target.exists() or not anchor or target.suffix != ".md":
        return target.exists()
    given = re.findall(r"^\((.+)\)=$", text_of(target), re.MULTILINE)
    return anchor in {*given, *map(slug, re.findall(r"^#+ (.+)$", text_of(target), re.MULTILINE))}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^):]+)\)", re.sub(r"`[^`\n]+`", "", text_of(page)))
    assert [link for link in links if not leads_somewhere(page, link)] == []


def test_every_public_name_is_in_the_reference_once() -> None:
    sources = "".join(page.read_text() for page in sorted((DOCS / "reference").glob("*.md")))
    shown = re.findall(r"^\.\. auto\w+:: (\w+)$", sources, re.MULTILINE)
    assert sorted(shown) == sorted(label_studio_orm.__all__)


@pytest.mark.parametrize("key", sorted(RECORDS))
def test_every_field_has_a_type_in_the_reference(key: str) -> None:
    shown = REFERENCE["attributes"](record_class(key)).values()
    assert {each.name for each in shown} >= record_class(key).fields.keys() - {"id"}
    assert [each.name for each in shown if not each.type] == []


def test_the_reference_describes_a_field_by_its_comment_and_its_options() -> None:
    shown = REFERENCE["attributes"](Task)
    described = REFERENCE["description"](shown["total_annotations"])
    assert (shown["total_annotations"].type, described) == (
        "int",
        "Without the cancelled ones. Read-only.",
    )
    assert REFERENCE["description"](shown["reviewed"]) == "Read-only. Enterprise only."


def test_every_page_is_in_a_table_of_contents() -> None:
    listed = {DOCS / "index.md"}
    for index in DOCS.rglob("*.md"):
        for block in re.findall(r"^```\{toctree\}\n(.*?)^```", index.read_text(), re.M | re.S):
            names = [line for line in block.splitlines() if line and not line.startswith(":")]
            listed |= {path for name in names for path in index.parent.glob(f"{name}.md")}
    assert sorted(set(DOCS.rglob("*.md")) - listed) == []


def test_the_site_and_the_tests_use_the_same_versions() -> None:
    files = (DOCS / "requirements.txt", ROOT / "tests" / "requirements.txt")
    site, tests = (pins(file) for file in files)
    assert {name: site[name] for name in site.keys() & tests} == {
        name: tests[name] for name in site.keys() & tests
    }


def pins(file: Path) -> dict[str, list[str]]:
    """Return the lines of a file of requirements by package."""
    found: dict[str, list[str]] = {}
    for line in re.findall(r"^[^#\n].*", file.read_text(), re.MULTILINE):
        name = line.partition("==")[0].lower().replace("_", "-")
        found.setdefault(name, []).append(line.lower().replace("_", "-"))
    return found
