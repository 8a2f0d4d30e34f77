"""Colours that the editor accepts: those that both browsers and its library (chroma) can parse."""

from __future__ import annotations

import re

_NAMES = """
aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet
brown burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan
darkblue darkcyan darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen
darkorange darkorchid darkred darksalmon darkseagreen darkslateblue darkslategray darkslategrey
darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite
forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew
hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue
lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon
lightseagreen lightskyblue lightslategray lightslategrey lightsteelblue lightyellow lime
limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple
mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue
mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid
palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum
powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen
seashell sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue tan teal
thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen
"""
_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_INTEGER, _DECIMAL = r"-?\d+", r"-?\d+(?:\.\d+)?"
_ALPHA = r",\s*(?:[01]|[01]?\.\d+)"


def _function(name: str, *parts: str) -> str:
    """Return a pattern of rgb(1, 2, 3) and rgba(1, 2, 3, 0.5)."""
    inside = r"\s*,\s*".join(parts).replace(r"\s*", "", 1)  # no space before the first comma
    return rf"{name}\(\s*{inside}\s*\)|{name}a\(\s*{inside}\s*{_ALPHA}\)"


_FUNCTIONS = re.compile(
    "|".join(
        [
            _function("rgb", _INTEGER, _INTEGER, _INTEGER),
            _function("rgb", f"{_DECIMAL}%", f"{_DECIMAL}%", f"{_DECIMAL}%"),
            _function("hsl", _DECIMAL, f"{_DECIMAL}%", f"{_DECIMAL}%"),
        ]
    )
)


def is_colour(text: str) -> bool:
    """Tell whether the editor accepts this as a colour; browsers accept more.

    >>> is_colour("red"), is_colour("#ff8800"), is_colour("rgb(0, 0, 0)"), is_colour("reddish")
    (True, True, True, False)
    """
    by_name = text.lower() in _NAMES.split()
    return by_name or bool(_HEX.fullmatch(text) or _FUNCTIONS.fullmatch(text))
