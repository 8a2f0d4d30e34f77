"""Sets of HTML elements, by how the editor's sanitizer, browsers and `plain.py` treat them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SPACE = " \t\n\f\r"


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _each(names: str, value: str) -> dict[str, frozenset[str]]:
    return dict.fromkeys(names.split(), _set(value))


# -- of the editor's sanitizer -------------------------------------------------------------------

_ENDING_P = """p h1 h2 h3 h4 h5 h6 address article aside blockquote details div dl fieldset
    figcaption figure footer form header hr main nav ol pre section table ul"""
_ENDING_FIELDS = "select input output button datalist textarea"
# The open elements that a start tag closes, innermost first.
ENDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        **_each(_ENDING_P, "p"),
        **_each(_ENDING_FIELDS, "input option optgroup select button datalist textarea"),
        **_each("tr", "tr th td"),
        **_each("th", "th"),
        **_each("td", "thead th td"),
        **_each("tbody tfoot", "thead tbody"),
        **_each("body", "head link script"),
        **_each("li", "li"),
        **_each("option", "option"),
        **_each("optgroup", "optgroup option"),
        **_each("dd dt", "dd dt"),
        **_each("rt rp", "rt rp"),
    }
)
VOID = _set("""area base basefont br col command embed frame hr img input isindex keygen link meta
    param source track wbr""")
WITHOUT_END = _set("area base basefont br hr img input link meta")
FOREIGN = _set("math svg")
INTEGRATION = _set("mi mo mn ms mtext annotation-xml foreignobject desc title")
SPECIAL = ("script", "style", "title")  # their content is text
# Attributes that are dropped if empty; those of events always are.
NEVER_EMPTY = _set("""
    abbr accept accept-charset accesskey action allow as autocapitalize autocomplete blocking
    charset cite class color cols colspan content contenteditable coords crossorigin data
    datetime decoding dir dirname download draggable enctype enterkeyhint fetchpriority for form
    formaction formenctype formmethod formtarget headers height hidden high href hreflang http-
    equiv id imagesizes imagesrcset inputmode integrity is itemid itemprop itemref itemtype kind
    label lang list loading low max maxlength media method min minlength name nonce optimum
    pattern ping placeholder popover popovertarget popovertargetaction poster preload
    referrerpolicy rel rows rowspan sandbox scope shape size sizes slot span spellcheck src
    srcdoc srclang srcset start step style tabindex target title translate type usemap value
    width wrap
    """)

# -- of browsers -------------------------------------------------------------------------------

# Elements whose content, tags included, is text if scripting is on.
AS_TEXT = _set("iframe noembed noframes noscript plaintext xmp")
# Elements in which a <template shadowrootmode> becomes a shadow root, invisible to the editor.
HOSTS = _set("""article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section
    span""")

# -- of plain HTML -------------------------------------------------------------------------------

PHRASING = _set("""a abbr b bdi bdo big cite code del dfn em font i ins kbd label mark q s samp
    small span strike strong sub sup time tt u var""")
LEAVES = _set("br img link meta wbr")
BLOCKS = _set("""address article aside blockquote center details div dl figcaption figure footer h1
    h2 h3 h4 h5 h6 header hr main nav ol p pre section summary table ul""")
# Elements that must be in one of these.
PARENTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        **_each("li", "ul ol"),
        **_each("dd dt", "dl"),
        **_each("tbody tfoot thead", "table"),
        **_each("tr", "tbody tfoot thead"),
        **_each("td th", "tr"),
    }
)
IN_TABLES = _set("table tbody tfoot thead tr")  # they may contain whitespace only
INLINE_ONLY = _set("p pre h1 h2 h3 h4 h5 h6")
IN_HEAD = _set("base link meta style title")
