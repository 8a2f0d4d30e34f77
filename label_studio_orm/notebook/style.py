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
/* Tasks */
.lso iframe { width: 100%; border: 1px solid var(--lso-line); }
.lso .lso-title { font-weight: 600; margin-bottom: .3em; }
.lso .lso-columns { display: flex; flex-wrap: wrap; gap: 1.2em; margin-top: .6em; }
.lso .lso-column { min-width: 16em; max-width: 42em; }
.lso .lso-head { border-bottom: 1px solid var(--lso-line); margin-bottom: .5em; }
.lso .lso-fact { margin-left: .8em; opacity: .75; }
.lso .lso-object { margin: .4em 0; }
.lso summary { cursor: pointer; }
.lso .lso-chip { border-radius: 3px; padding: 0 .35em; font-size: 11px; line-height: 16px;
  white-space: nowrap; margin-right: .3em; display: inline-block; pointer-events: none; }
.lso .lso-image { position: relative; max-width: 100%; background: var(--lso-soft); }
.lso .lso-image img { display: block; width: 100%; height: auto; margin: 0; max-width: none; }
.lso .lso-image[style*="aspect-ratio"] img { position: absolute; height: 100%; }
.lso .lso-image svg { position: absolute; left: 0; top: 0; width: 100%; height: 100%;
  overflow: visible; }
.lso svg * { vector-effect: non-scaling-stroke; }
.lso svg :is(rect, ellipse, polygon, polyline) { stroke-width: 2; }
.lso svg .lso-dot { stroke-linecap: round; }
.lso .lso-text { white-space: pre-wrap; overflow-wrap: anywhere; max-width: 42em; }
.lso .lso-html { white-space: pre-line; }
.lso mark { color: inherit; border-bottom: 2px solid; padding: 1px 0; }
.lso .lso-turn { margin: .2em 0; }
.lso .lso-speaker { font-weight: 600; margin-right: .6em; }
.lso .lso-speaker .lso-dot { display: inline-block; width: .7em; height: .7em; border-radius: 50%;
  margin-right: .35em; }
.lso .lso-timeline { width: 36em; max-width: 100%; box-sizing: border-box; padding-right: 3em; }
.lso .lso-lanes { position: relative; background: var(--lso-soft); }
.lso .lso-lanes svg { position: absolute; width: 100%; height: 100%; }
.lso .lso-axis { position: relative; height: 1.4em; font-size: 11px; opacity: .75; }
.lso .lso-axis span { position: absolute; border-left: 1px solid; padding-left: 3px;
  white-space: nowrap; }
""")


def framed(body: Html) -> str:
    """Return a complete piece of HTML: the style sheet and the body."""
    return tag("div", tag("style", CSS), body, class_=PREFIX)
