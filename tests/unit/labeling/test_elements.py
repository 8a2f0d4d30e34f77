"""Parsing of the XML of a config."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from support.config_views import TEXT, view

from label_studio_orm.errors import InvalidConfig
from label_studio_orm.labeling import LabelConfig

# -- ways to write XML -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "\n\n  {}\n",
        '<?xml version="1.0"?>{}',
        '\n <?xml version="1.0" encoding="UTF-8"?>\n{}',
        '<?xml version="1.0" encoding="utf-16"?>{}',
        "\ufeff{}",
        "<!-- a --><?note b?>{}<!-- c -->",
    ],
)
def test_text_around_the_tags_makes_no_difference(around: str) -> None:
    plain = view(TEXT)
    assert LabelConfig.parse(around.format(plain.xml)) == plain


def test_comments_within_make_no_difference() -> None:
    assert view("<!-- what is shown -->", TEXT) == view(TEXT)


def test_style_can_be_cdata() -> None:
    config = view("<Style><![CDATA[.a > .b { color: red }]]></Style>")
    assert config.root.children[0].text == ".a > .b { color: red }"


def test_a_config_can_be_empty_of_tags() -> None:
    config = LabelConfig.parse("<View/>")
    assert (dict(config.controls), dict(config.objects), config.sample_result()) == ({}, {}, [])


# -- what is no config -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("xml", "line", "column"),
    [
        ("<View>\n  <Text name='t'\n</View>", 3, 0),
        ("<View>\n</Veiw>", 2, 2),
        ("<View/>\n<View/>", 2, 0),
        ("<View>&nbsp;</View>", 1, 6),
        ("<View>\n <Text name='a' name='b'/></View>", 2, 16),
        ("<View a='&#xD800;'/>", 1, 9),
        ("<View>\n\0</View>", 2, 0),
        ("no tags", 1, 0),
        ("<!-- only -->", 1, 13),
    ],
)
def test_invalid_xml_is_refused_with_line_and_column(xml: str, line: int, column: int) -> None:
    with pytest.raises(
        InvalidConfig, match=rf"is not valid XML: .*: line {line}, column {column}\.\n"
    ):
        LabelConfig.parse(xml)


@pytest.mark.parametrize("xml", ["", " \n\t"])
def test_an_empty_config_is_refused(xml: str) -> None:
    with pytest.raises(InvalidConfig, match="must not be empty: the smallest is <View></View>"):
        LabelConfig.parse(xml)


@pytest.mark.parametrize(
    ("given", "name"), [(b"<View/>", "bytes"), (None, "NoneType"), ({}, "dict"), (Path(), "Path")]
)
def test_a_config_must_be_a_string(given: Any, name: str) -> None:
    with pytest.raises(InvalidConfig, match=f"must be XML, a str, not a .*{name}"):
        LabelConfig.parse(given)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(InvalidConfig, match="surrogates not allowed"):
        LabelConfig.parse("<View a='\ud83d'/>")


def test_entities_are_not_expanded() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    with pytest.raises(InvalidConfig, match="entities are not expanded"):
        LabelConfig.parse(f"<!DOCTYPE View [{laughs}]><View>&l9;</View>")


def test_no_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("password")
    uri = (tmp_path / "secret").as_uri()
    xml = f'<!DOCTYPE View [<!ENTITY x SYSTEM "{uri}">]><View><Header>&x;</Header></View>'
    with pytest.raises(InvalidConfig, match="must not declare a DOCTYPE"):
        LabelConfig.parse(xml)


def test_a_doctype_is_refused_with_its_line() -> None:
    with pytest.raises(
        InvalidConfig, match=r"^Line 3: a labeling config must not declare a DOCTYPE"
    ):
        LabelConfig.parse('<?xml version="1.0"?>\n\n<!DOCTYPE View SYSTEM "view.dtd">\n<View/>')


def test_ten_thousand_tags_within_one_another_are_refused() -> None:
    with pytest.raises(InvalidConfig, match="must not nest more than 100 tags"):
        LabelConfig.parse("<View>" * 10_000 + "</View>" * 10_000)


def test_a_hundred_tags_within_one_another_are_fine() -> None:
    config = LabelConfig.parse("<View>" * 100 + "</View>" * 100)
    assert config.check() == []
    assert pickle.loads(pickle.dumps(config)) == config


def test_ten_thousand_labels_are_read() -> None:
    labels = "".join(f'<Label value="{n}"/>' for n in range(10_000))
    config = view(f'<Labels name="n" toName="t">{labels}</Labels>')
    assert len(config.controls["n"].names) == 10_000
