"""Colours that the editor accepts: those that both browsers and its library (chroma) can parse."""

from __future__ import annotations

import colorsys
import functools
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

RGB: TypeAlias = tuple[int, int, int]

_NAMED = """
aliceblue=f0f8ff antiquewhite=faebd7 aqua=00ffff aquamarine=7fffd4 azure=f0ffff beige=f5f5dc
bisque=ffe4c4 black=000000 blanchedalmond=ffebcd blue=0000ff blueviolet=8a2be2 brown=a52a2a
burlywood=deb887 cadetblue=5f9ea0 chartreuse=7fff00 chocolate=d2691e coral=ff7f50
cornflowerblue=6495ed cornsilk=fff8dc crimson=dc143c cyan=00ffff darkblue=00008b darkcyan=008b8b
darkgoldenrod=b8860b darkgray=a9a9a9 darkgreen=006400 darkgrey=a9a9a9 darkkhaki=bdb76b
darkmagenta=8b008b darkolivegreen=556b2f darkorange=ff8c00 darkorchid=9932cc darkred=8b0000
darksalmon=e9967a darkseagreen=8fbc8f darkslateblue=483d8b darkslategray=2f4f4f
darkslategrey=2f4f4f darkturquoise=00ced1 darkviolet=9400d3 deeppink=ff1493 deepskyblue=00bfff
dimgray=696969 dimgrey=696969 dodgerblue=1e90ff firebrick=b22222 floralwhite=fffaf0
forestgreen=228b22 fuchsia=ff00ff gainsboro=dcdcdc ghostwhite=f8f8ff gold=ffd700 goldenrod=daa520
gray=808080 green=008000 greenyellow=adff2f grey=808080 honeydew=f0fff0 hotpink=ff69b4
indianred=cd5c5c indigo=4b0082 ivory=fffff0 khaki=f0e68c lavender=e6e6fa lavenderblush=fff0f5
lawngreen=7cfc00 lemonchiffon=fffacd lightblue=add8e6 lightcoral=f08080 lightcyan=e0ffff
lightgoldenrodyellow=fafad2 lightgray=d3d3d3 lightgreen=90ee90 lightgrey=d3d3d3 lightpink=ffb6c1
lightsalmon=ffa07a lightseagreen=20b2aa lightskyblue=87cefa lightslategray=778899
lightslategrey=778899 lightsteelblue=b0c4de lightyellow=ffffe0 lime=00ff00 limegreen=32cd32
linen=faf0e6 magenta=ff00ff maroon=800000 mediumaquamarine=66cdaa mediumblue=0000cd
mediumorchid=ba55d3 mediumpurple=9370db mediumseagreen=3cb371 mediumslateblue=7b68ee
mediumspringgreen=00fa9a mediumturquoise=48d1cc mediumvioletred=c71585 midnightblue=191970
mintcream=f5fffa mistyrose=ffe4e1 moccasin=ffe4b5 navajowhite=ffdead navy=000080 oldlace=fdf5e6
olive=808000 olivedrab=6b8e23 orange=ffa500 orangered=ff4500 orchid=da70d6 palegoldenrod=eee8aa
palegreen=98fb98 paleturquoise=afeeee palevioletred=db7093 papayawhip=ffefd5 peachpuff=ffdab9
peru=cd853f pink=ffc0cb plum=dda0dd powderblue=b0e0e6 purple=800080 rebeccapurple=663399
red=ff0000 rosybrown=bc8f8f royalblue=4169e1 saddlebrown=8b4513 salmon=fa8072 sandybrown=f4a460
seagreen=2e8b57 seashell=fff5ee sienna=a0522d silver=c0c0c0 skyblue=87ceeb slateblue=6a5acd
slategray=708090 slategrey=708090 snow=fffafa springgreen=00ff7f steelblue=4682b4 tan=d2b48c
teal=008080 thistle=d8bfd8 tomato=ff6347 turquoise=40e0d0 violet=ee82ee wheat=f5deb3 white=ffffff
whitesmoke=f5f5f5 yellow=ffff00 yellowgreen=9acd32
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
    return bool(text.lower() in _named() or _HEX.fullmatch(text) or _FUNCTIONS.fullmatch(text))


def rgb_of(text: str) -> RGB | None:
    """Return the red, green and blue of a colour, 0 to 255; None for what is none.

    >>> rgb_of("red"), rgb_of("#f80"), rgb_of("hsl(120, 100%, 25%)"), rgb_of("reddish")
    ((255, 0, 0), (255, 136, 0), (0, 128, 0), None)
    """
    if not is_colour(text):
        return None
    digits = _named().get(text.lower(), text.lstrip("#"))
    if _HEX.fullmatch(f"#{digits}"):
        return _from_hex(digits)
    numbers = [float(each) for each in re.findall(r"-?[\d.]+", text)]
    return _from_function(text.lower(), numbers)


def _from_hex(digits: str) -> RGB:
    wide = digits if len(digits) > 4 else "".join(2 * digit for digit in digits)
    red, green, blue = (int(wide[at : at + 2], 16) for at in (0, 2, 4))
    return red, green, blue


def _from_function(text: str, numbers: list[float]) -> RGB:
    one, two, three = numbers[:3]
    if text.startswith("hsl"):
        parts = colorsys.hls_to_rgb(one / 360 % 1, _fraction(three), _fraction(two))
    else:
        whole = 100 if "%" in text else 255
        parts = one / whole, two / whole, three / whole
    red, green, blue = (round(255 * min(max(part, 0.0), 1.0)) for part in parts)
    return red, green, blue


def _fraction(percent: float) -> float:
    return min(max(percent / 100, 0.0), 1.0)


@functools.cache
def _named() -> Mapping[str, str]:
    """Return the hexadecimal digits of the colours with a name."""
    return MappingProxyType(dict(each.split("=") for each in _NAMED.split()))
