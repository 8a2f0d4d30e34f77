"""The style sheet of what notebooks show, in light and dark."""

from __future__ import annotations

from .markup import Html, tag

# Only names with this prefix are styled, as the page has other parts.
PREFIX = "lso"
CSS = Html("""
.lso { --lso-line: rgb(128 128 128 / 30%); --lso-soft: rgb(128 128 128 / 12%); line-height: 1.4; }
.lso table { border-collapse: collapse; }
.lso th, .lso td { text-align: left; vertical-align: top; padding: .3em .7em; max-width: 30em;
  border-bottom: 1px solid var(--lso-line); overflow-wrap: anywhere; }
.lso .lso-note { opacity: .7; }
.lso a { color: inherit; }
""")


def framed(body: Html) -> str:
    """Return a complete piece of HTML: the style sheet and the body."""
    return tag("div", tag("style", CSS), body, class_=PREFIX)
