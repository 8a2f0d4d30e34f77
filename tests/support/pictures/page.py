"""A page with one output of a cell, which looks as in JupyterLab."""

from __future__ import annotations

import io

from nbformat import NotebookNode
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

WIDTH = 900  # of the page, in pixels: about that of an output on a laptop

# JupyterLab's own rules for outputs, with the values of its light and dark themes.
THEME = """
:root { color-scheme: light; --text: rgb(0 0 0 / 87%); --page: white; --row: #f5f5f5;
  --line: #bdbdbd; --link: #0d47a1; --code: #eee; --failed: #fdd; }
[data-jp-theme-light=false] { color-scheme: dark; --text: white; --page: #111; --row: #212121;
  --line: #616161; --link: #64b5f6; --code: #424242; --failed: rgb(244 67 54 / 28%); }
body { margin: 0; background: var(--page); color: var(--text); line-height: 1.6;
  font: 14px "Liberation Sans", Arial, sans-serif; }
.output { padding: 20px; }
.output a:link { color: var(--link); text-decoration: none; }
.output :is(pre, code) { font-family: "DejaVu Sans Mono", monospace; line-height: 1.3077; border: 0;
  background: var(--page); color: var(--text); margin: 0; padding: 0; white-space: pre-wrap; }
.output :not(pre) > code { background: var(--code); padding: 1px 5px; }
.output table { border-collapse: collapse; font-size: 13px; table-layout: fixed; border: 0;
  margin: 0 auto 1em; }
.output thead { border-bottom: 1px solid var(--line); vertical-align: bottom; }
.output :is(td, th, tr) { vertical-align: middle; padding: .5em; line-height: normal;
  white-space: normal; max-width: none; border: 0; text-align: right; }
.output tbody tr:nth-child(odd) { background: var(--page); }
.output tbody tr:nth-child(even) { background: var(--row); }
.output ul:not(.inline) { padding-left: 2em; margin-bottom: 1em; }
.output.failed pre { background: var(--failed); padding: 8px; font-size: 13px; }
"""

# The colors that JupyterLab has for those of a terminal.
ANSI = TerminalTheme(
    (255, 255, 255),
    (0, 0, 0),
    [
        *((62, 66, 77), (231, 92, 88), (0, 162, 80), (221, 182, 43)),
        *((32, 143, 251), (209, 96, 196), (96, 198, 200), (197, 193, 180)),
    ],
)


def page(output: NotebookNode, theme: str) -> str:
    """Return a page with an output."""
    failed = output.output_type == "error"
    body = _traceback(output) if failed else output.data["text/html"]
    kind = "output failed" if failed else "output"
    light = str(theme == "light").lower()
    return (
        f'<!DOCTYPE html><html data-jp-theme-light="{light}"><meta charset="utf-8">'
        f'<style>{THEME}</style><body data-jp-theme-light="{light}">'
        f'<div class="{kind}">{body}</div>'
    )


def _traceback(output: NotebookNode) -> str:
    """Return a traceback in its colors."""
    console = Console(record=True, width=200, file=io.StringIO())
    console.print(Text.from_ansi("\n".join(output.traceback)))
    return console.export_html(inline_styles=True, code_format="<pre>{code}</pre>", theme=ANSI)
