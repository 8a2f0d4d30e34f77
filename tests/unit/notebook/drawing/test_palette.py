"""The colours of labels."""

from __future__ import annotations

import pytest

from label_studio_orm.labeling import LabelConfig
from label_studio_orm.notebook.drawing.palette import Palette, colour, picked

CONFIG = """<View><Image name="i" value="$i"/>
  <RectangleLabels name="l" toName="i" value="$classes">
    <Label value="cat" alias="c" background="teal"/><Label value="dog" background="#DA935D"/>
  </RectangleLabels>
  <Rectangle name="r" toName="i" strokeColor="blue"/><Ellipse name="e" toName="i"/></View>"""
DATA = {"i": "x", "classes": [{"value": "fox", "background": "#ff8800"}, {"value": "owl"}]}
BOX = {"x": 1, "y": 2, "width": 3, "height": 4}
ROUND = {"x": 1, "y": 2, "radiusX": 3, "radiusY": 4}


def of(control: str, type: str, value: dict[str, object]) -> str:
    item = {"id": "a", "from_name": control, "to_name": "i", "type": type, "value": value}
    config = LabelConfig.parse(CONFIG)
    return Palette(config, DATA).of(config.read([item]).regions[0]).css


@pytest.mark.parametrize(
    ("label", "css"),
    [
        ("c", "#008080"),
        ("cat", "#008080"),
        ("dog", picked("dog").css),  # that background stands for none in the editor
        ("fox", "#ff8800"),
        ("owl", picked("owl").css),
        ("not in the config", picked("not in the config").css),
    ],
)
def test_labels_have_the_colour_of_the_editor(label: str, css: str) -> None:
    assert of("l", "rectanglelabels", {**BOX, "rectanglelabels": [label]}) == css


def test_regions_without_label_have_the_colour_of_their_control() -> None:
    assert of("r", "rectangle", BOX) == "#0000ff"
    assert of("e", "ellipse", ROUND) == "#f48a42"
    assert of("l", "rectanglelabels", BOX) == "#666666"


def test_text_on_a_colour_is_black_or_white() -> None:
    inks = {name: getattr(colour(name), "ink", None) for name in ("yellow", "navy", "reddish")}
    assert inks == {"yellow": "#000", "navy": "#fff", "reddish": None}
