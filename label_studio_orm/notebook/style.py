"""The style sheet of what notebooks show, in light and dark."""

from __future__ import annotations

from .markup import Html, tag

# Only names with this prefix are styled, as the page has other parts.
PREFIX = "lso"
CSS = Html("""
.lso { --lso-line: rgb(128 128 128 / 30%); --lso-soft: rgb(128 128 128 / 12%); line-height: 1.4; }
.lso .lso-note { opacity: .7; }
.lso a { color: inherit; }
/* Tasks */
.lso iframe { width: 100%; border: 1px solid var(--lso-line); }
.lso .lso-columns { display: flex; flex-wrap: wrap; gap: 1.2em; margin-top: .6em; }
.lso .lso-column { min-width: 16em; max-width: 42em; }
.lso .lso-head { border-bottom: 1px solid var(--lso-line); margin-bottom: .5em; }
.lso .lso-fact { margin-left: .8em; opacity: .75; }
.lso .lso-object { margin: .4em 0; }
.lso summary { cursor: pointer; }
.lso .lso-tag { border-radius: 3px; padding: 0 .35em; font-size: 11px; line-height: 16px;
  white-space: nowrap; margin-right: .3em; display: inline-block; pointer-events: none; }
.lso .lso-image { position: relative; max-width: 100%; background: var(--lso-soft); }
.lso .lso-image img { display: block; width: 100%; height: auto; margin: 0; max-width: none;
  min-height: 6em; } /* of one that is not there; the shapes over it are stretched with it */
.lso .lso-image[style*="aspect-ratio"] img { position: absolute; height: 100%; }
.lso .lso-image svg { position: absolute; left: 0; top: 0; width: 100%; height: 100%;
  overflow: visible; }
.lso svg * { vector-effect: non-scaling-stroke; }
.lso svg :is(rect, ellipse, polygon, polyline) { stroke-width: 2; }
.lso svg .lso-dot { stroke-linecap: round; }
.lso .lso-text .lso-tag { display: inline; margin: 0 .1em; padding: 1px .35em; }
.lso .lso-text { white-space: pre-wrap; overflow-wrap: anywhere; max-width: 42em; }
.lso .lso-html { white-space: pre-line; }
.lso mark { color: inherit; border-bottom: 2px solid; padding: 1px 0; }
.lso .lso-turn { margin: .2em 0; }
.lso .lso-speaker { font-weight: 600; margin-right: .6em; }
.lso .lso-speaker .lso-dot { display: inline-block; width: .7em; height: .7em; border-radius: 50%;
  margin-right: .35em; }
.lso .lso-timeline { width: 30em; max-width: 100%; box-sizing: border-box; padding-right: 3em; }
.lso .lso-lanes { position: relative; background: var(--lso-soft); }
.lso .lso-lanes svg { position: absolute; width: 100%; height: 100%; overflow: visible; }
.lso .lso-lanes .lso-tag { border-radius: 0 0 3px 0; }
.lso .lso-curve { background: none; font-size: 11px; margin-bottom: 2px; }
.lso .lso-curve polyline { stroke-width: 1; }
.lso .lso-axis { position: relative; height: 1.4em; font-size: 11px; opacity: .75; }
.lso .lso-axis span { position: absolute; border-left: 1px solid; padding-left: 3px;
  white-space: nowrap; }
""")

# Tables, and what stands above and below them. A notebook has rules of its own for tables, to
# which these are preferred, as they name the class twice.
TABLES = Html("""
.lso .lso-heading { margin: .2em 0 .4em; }
.lso .lso-part { opacity: .75; }
.lso .lso-heading a, .lso td a { text-decoration-color: var(--lso-line);
  text-underline-offset: .2em; }
.lso.lso table { border-collapse: collapse; border: 0; margin: .2em 0 .6em; font-size: .93em;
  font-variant-numeric: tabular-nums; table-layout: auto; }
.lso.lso thead { border: 0; }
.lso.lso table tr:nth-child(n) { background: none; }
.lso.lso table tbody tr:nth-child(n):hover { background: var(--lso-soft); }
.lso.lso th, .lso.lso td { padding: .2em .8em .2em 0; max-width: 26em; border: 0;
  border-bottom: 1px solid var(--lso-line); color: inherit; text-align: left;
  vertical-align: baseline; overflow-wrap: break-word; white-space: normal; line-height: 1.3; }
.lso.lso td > table { margin: 0; font-size: 1em; }
.lso.lso tbody tr:last-child > * { border-bottom: 0; }
.lso.lso td:has(> .lso-text) { max-width: 42em; }
.lso.lso th { font-weight: 500; opacity: .65; }
.lso.lso thead th { vertical-align: bottom; }
.lso.lso .lso-number { text-align: right; }
.lso.lso .lso-number, .lso .lso-nowrap { white-space: nowrap; }
.lso .lso-drawn { padding: .4em 0 .8em; border-top: 1px solid var(--lso-line); }
.lso .lso-pill { display: inline-block; padding: 0 .5em; margin: .1em 0; border-radius: .6em;
  border: 1px solid var(--lso-line); background: var(--lso-soft); white-space: nowrap; }
.lso .lso-coloured { border-color: var(--lso-colour);
  background: color-mix(in srgb, var(--lso-colour) 22%, transparent); }
.lso .lso-bad, .lso .lso-unsaved { color: #d9534f; }
.lso .lso-good { color: #2e9e5b; }
.lso .lso-message { margin: .2em 0 .5em; }
.lso ul { margin: .2em 0 .5em; padding-left: 1.3em; }
.lso summary { cursor: pointer; opacity: .75; font-size: .93em; }
.lso pre { font-size: .88em; padding: .6em .8em; background: var(--lso-soft); border-radius: .3em;
  overflow: auto; max-height: 30em; }
.lso.lso code { background: none; color: inherit; padding: 0; }
""")


def framed(body: Html) -> str:
    """Return a complete piece of HTML: the style sheet and the body."""
    return tag("div", tag("style", CSS, TABLES), body, class_=PREFIX)
