"""HTML of all kinds, generated: as pages have it, and as nobody should write it."""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = """a abbr b blockquote br button caption code col div dl dd dt em font form h1 h2 hr i
    iframe img input li listing math mi my-el nobr noscript ol option p pre script section select
    span strong style svg table tbody td template textarea th thead title tr u ul wbr html
    head body"""
ATTRIBUTES = (
    *("", "", "", " a=b", " class='x y'", ' title="a > b"', " href=javascript:x", " onclick=x"),
    *(" type=hidden", " color=''", " a = &amp;", " /", " =x", " a=1 A=2", " 3", " alt=''"),
    *(" style='color: red; width : 1px;'", " srcset='a 1x, data:b 2x'"),
)
WORDS = (
    *("cat", "a b", " ", "\n", "\r\n", "\r", "\n  ", "é", "😀", "\u00a0", "x < y", "<3", "</>"),
    *("&amp;", "&lt;", "&nbsp;", "&copy", "&notit;", "&#13;", "&#x80;", "&", "&#", "&unknown;"),
    *("<!-- c -->", "<!-->", "<![CDATA[x]]>", "<?x?>", "<!doctype html>", "<!", "</ p>", "</br>"),
)
NESTED = {
    **dict.fromkeys(("ul", "ol"), ("li",)),
    "dl": ("dt", "dd"),
    "table": ("tbody", "thead"),
    **dict.fromkeys(("tbody", "thead"), ("tr",)),
    "tr": ("td", "th"),
}
LEAVES = ("br", "hr", "img", "input", "col", "wbr")

names, words = st.sampled_from(NAMES.split()), st.sampled_from(WORDS)
tags = st.one_of(
    st.builds(lambda name, rest: f"<{name}{rest}>", names, st.sampled_from(ATTRIBUTES)),
    st.builds(lambda name: f"</{name}>", names),
)


PLAIN_NAMES = """a abbr b blockquote br div em font h1 hr i img ol p pre section span style
    table u ul"""
PLAIN_WORDS = (
    "cat",
    "a b",
    "\n  ",
    "\r\n",
    "\r",
    "é 😀",
    "x &amp; y",
    "&nbsp;",
    "<!-- c -->",
    "&#13;",
)
BEFORE = (
    *("", "\n", "<!DOCTYPE html>\n", "<style>p {}</style>"),
    "<title>T</title>\r\n<meta charset=utf-8>\n",
)
PAGES = (
    "{}",
    "<html><body>{}</body></html>",
    "<html>\n<head>\n<title>T</title>\n</head>\n<body>\n  {}\n</body>\n</html>\n",
)


@st.composite
def elements(
    draw: st.DrawFn,
    names: st.SearchStrategy[str] = names,
    words: st.SearchStrategy[str] = words,
    name: str = "",
    depth: int = 0,
) -> str:
    """Make an element that is closed, with what it may hold."""
    name = name or draw(names)
    if name in LEAVES:
        return f"<{name}>"
    parts = []
    for _ in range(draw(st.integers(0, 3))):
        within = draw(st.sampled_from(NESTED[name])) if name in NESTED else ""
        deeper = depth < 6 and (within or draw(st.booleans()))
        parts.append(draw(elements(names, words, within, depth + 1)) if deeper else draw(words))
    return f"<{name}{draw(st.sampled_from(ATTRIBUTES[:6]))}>{''.join(parts)}</{name}>"


def documents() -> st.SearchStrategy[str]:
    """Make HTML: elements that are closed, tags that are not, or both."""
    piece = st.one_of(words, tags, elements())
    return st.lists(st.one_of(elements(), piece), min_size=1, max_size=8).map("".join)


def plain_pages() -> st.SearchStrategy[str]:
    """Make pages of which many are plain: all is closed, and most stands where it may."""
    names, words = st.sampled_from(PLAIN_NAMES.split()), st.sampled_from(PLAIN_WORDS)
    body = st.lists(st.one_of(words, elements(names, words)), min_size=1, max_size=5).map("".join)
    before, page = st.sampled_from(BEFORE), st.sampled_from(PAGES)
    return st.builds(lambda before, page, body: before + page.format(body), before, page, body)
