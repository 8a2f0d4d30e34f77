"""The templates of labeling configs that the package ships."""

from __future__ import annotations

from typing import Any

import pytest

from label_studio_orm import LabelConfig
from label_studio_orm.errors import NotFound
from label_studio_orm.labeling.templates import Templates

ROWS = [
    {"title": "Image Classification", "group": "Vision", "config": "<View/>"},
    {"title": "Chat", "group": "Chat", "type": "enterprise", "config": "<View/>"},
    {"title": "Image Captioning", "group": "Vision", "type": "community", "config": "<View/>"},
]


@pytest.fixture
def templates() -> Templates:
    return Templates(ROWS)


def test_a_template_is_found_by_its_title(templates: Templates) -> None:
    assert templates["Chat"] == LabelConfig.parse("<View/>")
    assert list(templates) == ["Image Classification", "Chat", "Image Captioning"]
    assert "Chat" in templates
    assert "chat" not in templates
    assert repr(templates) == "<Templates: 3 in 2 groups>"


def test_templates_have_groups(templates: Templates) -> None:
    assert templates.groups == {
        "Vision": ["Image Classification", "Image Captioning"],
        "Chat": ["Chat"],
    }
    assert templates.enterprise == ["Chat"]


@pytest.mark.parametrize(
    ("title", "hint"),
    [
        ("Image Clasification", "Did you mean 'Image Classification'?"),
        ("captioning", "Did you mean 'Image Captioning'?"),
        ("image", "Did you mean 'Image Classification' or 'Image Captioning'?"),
        ("nothing like it", r"LabelConfig.templates\(\) has the titles."),
        ("", r"LabelConfig.templates\(\) has the titles."),
    ],
)
def test_an_unknown_title_suggests_the_near_ones(
    title: str, hint: str, templates: Templates
) -> None:
    with pytest.raises(NotFound, match=f"There is no template '{title}'. {hint}"):
        templates[title]


def test_every_shipped_template_is_a_config() -> None:
    titles = LabelConfig.templates()
    assert len(titles) == len({*titles}) > 60
    assert all(LabelConfig.template(title).objects for title in titles)


def test_a_subclass_is_made_from_a_template() -> None:
    class Own(LabelConfig):
        pass

    assert type(Own.template("Text Classification")) is Own


def test_the_words_of_a_title_lead_to_it() -> None:
    with pytest.raises(NotFound, match="or 'Object Detection with Bounding Boxes'"):
        LabelConfig.template("Bounding boxes")


@pytest.mark.parametrize("title", [None, 7, [], {}])
def test_what_is_no_title_is_no_template(title: Any, templates: Templates) -> None:
    assert title not in templates
    with pytest.raises(NotFound, match="There is no template"):
        templates[title]
