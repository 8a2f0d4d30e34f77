"""Made-up tasks and results, for configs with each tag."""

from __future__ import annotations

import json
from typing import Any

import pytest

from label_studio_orm.errors import InvalidInput
from label_studio_orm.labeling import LabelConfig, labels

TEXT = '<Text name="text" value="$text"/>'
LABELS = '<Label value="A"/><Label value="B"/>'
CHOICES = '<Choice value="A"/><Choice value="B"/>'


def view(*parts: str) -> LabelConfig:
    return LabelConfig.parse("<View>" + "".join(parts) + "</View>")


def answered(config: LabelConfig) -> dict[str, Any]:
    """Return the values of a sample result, by control, having checked it."""
    data, result = config.sample_task(), config.sample_result()
    config.validate(result, data=data)
    assert json.loads(json.dumps([data, result])) == [data, result]
    return {item["from_name"]: item["value"] for item in result}


# -- tasks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "end"),
    [
        ("Audio", ".wav"),
        ("AudioPlus", ".wav"),
        ("Image", ".jpg"),
        ("Pdf", ".pdf"),
        ("TimeSeries", ".csv"),
        ("Video", ".mp4"),
    ],
)
def test_objects_with_files_have_urls(tag: str, end: str) -> None:
    data = view(f'<{tag} name="it" value="$file"/>').sample_task()
    assert data["file"].startswith("https://example.com/")
    assert data["file"].endswith(end)


@pytest.mark.parametrize("tag", ["Text", "HyperText", "Paragraphs"])
def test_a_text_can_have_an_address(tag: str) -> None:
    data = view(f'<{tag} name="it" value="$file" valueType="url"/>').sample_task()
    assert data["file"].startswith("https://")


def test_a_text_is_a_sentence() -> None:
    assert " " in view(TEXT).sample_task()["text"]


def test_a_hypertext_has_tags() -> None:
    assert view('<HyperText name="h" value="$h"/>').sample_task()["h"].startswith("<p>")


def test_a_dialogue_has_the_keys_that_the_config_names() -> None:
    config = view('<Paragraphs name="p" value="$p" nameKey="who" textKey="said"/>')
    assert [set(each) for each in config.sample_task()["p"]] == [{"who", "said"}] * 2


def test_a_dialogue_has_an_author_and_a_text() -> None:
    data = view('<Paragraphs name="p" value="$p"/>').sample_task()
    assert set(data["p"][0]) == {"author", "text"}


def test_a_list_has_items_with_ids() -> None:
    data = view('<List name="l" value="$l"/>').sample_task()
    assert {"id", "title"} <= set(data["l"][0])


def test_a_table_has_fields() -> None:
    assert isinstance(view('<Table name="t" value="$t"/>').sample_task()["t"], dict)


def test_a_chat_has_messages() -> None:
    (message,) = view('<Chat name="c" value="$c"/>').sample_task()["c"]
    assert set(message) == {"role", "content"}


def test_several_images_are_a_list() -> None:
    data = view('<Image name="i" valueList="$pages"/>').sample_task()
    assert [each[-4:] for each in data["pages"]] == [".jpg"]


def test_a_time_series_has_its_columns() -> None:
    config = view(
        '<TimeSeries name="ts" value="$ts" valueType="json" timeColumn="when">',
        '<Channel column="x"/><MultiChannel><Channel column="y"/></MultiChannel></TimeSeries>',
    )
    series = config.sample_task()["ts"]
    assert set(series) == {"when", "x", "y"}
    assert len({len(column) for column in series.values()}) == 1


def test_labels_of_the_task_are_objects_with_a_value() -> None:
    data = view(TEXT, '<Choices name="c" toName="text" value="$all"/>').sample_task()
    assert [set(each) for each in data["all"]] == [{"value"}] * 2


def test_an_answer_without_a_region_is_text() -> None:
    data = view('<Header value="Dear $who of $where"/>').sample_task()
    assert data == {"who": "A header", "where": "A header"}


def test_a_config_without_variables_has_an_empty_task() -> None:
    assert view('<Text name="t" value="Always the same"/>').sample_task() == {}


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        (["$user.name"], {"user": {"name": str}}),
        (["$user.name", "$user.city"], {"user": {"name": str, "city": str}}),
        (["$a.b.c", "$a.b.d", "$a.e"], {"a": {"b": {"c": str, "d": str}, "e": str}}),
        (["$list[0]"], {"list": [str]}),
        (["$list[0]", "$list[1]"], {"list": [str, str]}),
        (["$list[0].a.b"], {"list": [{"a": {"b": str}}]}),
        (["$list[0].a", "$list[0].b"], {"list": [{"a": str, "b": str}]}),
        (["$a.list[0].b"], {"a": {"list": [{"b": str}]}}),
        (["$a.a", "$aa"], {"a": {"a": str}, "aa": str}),
    ],
)
def test_data_lies_where_the_variables_lead(values: list[str], shape: Any) -> None:
    tags = (f'<Text name="t{n}" value="{value}"/>' for n, value in enumerate(values))
    assert shape_of(view(*tags).sample_task()) == shape


def shape_of(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: shape_of(value) for key, value in data.items()}
    return [shape_of(each) for each in data] if isinstance(data, list) else type(data)


def test_a_repeater_has_a_list_of_items() -> None:
    config = view(
        '<Repeater on="$pages" indexFlag="{{i}}"><Image name="p{{i}}" value="$pages[{{i}}].url"/>',
        '<Header value="$pages[{{i}}].title"/></Repeater>',
    )
    (page,) = config.sample_task()["pages"]
    assert page["url"].endswith(".jpg")
    assert page["title"] == "A header"


def test_a_repeater_can_be_on_a_list_within() -> None:
    config = view(
        '<Repeater on="$book.pages"><Text name="t{{idx}}" value="$book.pages[{{idx}}].text"/>',
        "</Repeater>",
    )
    assert shape_of(config.sample_task()) == {"book": {"pages": [{"text": str}]}}


# -- answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        (f'<Choices name="it" toName="text">{CHOICES}</Choices>', {"choices": ["B"]}),
        (
            f'<Choices name="it" toName="text" choice="multiple">{CHOICES}</Choices>',
            {"choices": ["B"]},
        ),
        (
            '<Choices name="it" toName="text" allowNested="true"><Choice value="X">'
            f"{CHOICES}</Choice></Choices>",
            {"choices": [["X", "B"]]},
        ),
        (
            '<Choices name="it" toName="text"><Choice value="Yes" alias="y"/></Choices>',
            {"choices": ["y"]},
        ),
        ('<Choices name="it" toName="text" value="$all"/>', {"choices": ["One"]}),
        ('<Choices name="it" toName="text" value="$all.of.them"/>', {"choices": ["One"]}),
        (
            f'<Taxonomy name="it" toName="text"><Choice value="X">{CHOICES}</Choice></Taxonomy>',
            {"taxonomy": [["X", "B"]]},
        ),
        ('<Taxonomy name="it" toName="text" value="$all"/>', {"taxonomy": [["One"]]}),
        ('<Taxonomy name="it" toName="text" apiUrl="https://x.org"/>', {"taxonomy": [["One"]]}),
        ('<Rating name="it" toName="text"/>', {"rating": 1}),
        ('<Number name="it" toName="text"/>', {"number": 0}),
        ('<Number name="it" toName="text" min="3" max="5"/>', {"number": 3}),
        ('<DateTime name="it" toName="text"/>', {"datetime": "1843-09-01T12:30"}),
        ('<DateTime name="it" toName="text" only="date"/>', {"datetime": "1843-09-01"}),
        ('<DateTime name="it" toName="text" only="time"/>', {"datetime": "12:30"}),
        ('<DateTime name="it" toName="text" format="%d.%m.%Y"/>', {"datetime": "01.09.1843"}),
    ],
)
def test_each_kind_of_question_has_an_answer(xml: str, value: Any) -> None:
    assert answered(view(TEXT, xml)) == {"it": value}


def test_a_text_area_has_a_list_of_texts() -> None:
    value = answered(view(TEXT, '<TextArea name="it" toName="text" value="$before"/>'))["it"]
    assert [type(each) for each in value["text"]] == [str]


def test_one_of_a_pair_is_chosen() -> None:
    config = view(
        TEXT, '<Text name="other" value="$other"/><Pairwise name="it" toName="text,other"/>'
    )
    assert answered(config) == {"it": {"selected": "left"}}


@pytest.mark.parametrize(
    ("buckets", "ranking"),
    [
        ("", {"it": ["1", "2", "3"]}),
        ('<Bucket name="good"/><Bucket name="bad"/>', {"good": ["1", "2"]}),
        ('<bucket NAME="good"/>', {"good": ["1", "2"]}),
    ],
)
def test_items_are_ranked(buckets: str, ranking: Any) -> None:
    config = view(f'<List name="l" value="$l"/><Ranker name="it" toName="l">{buckets}</Ranker>')
    assert answered(config) == {"it": {"ranker": ranking}}


@pytest.mark.parametrize(
    "bounds", ['max="-5"', 'min="-9" max="-5"', 'min="few"', 'min="1" step="2"']
)
def test_a_number_keeps_to_its_bounds(bounds: str) -> None:
    assert "it" in answered(view(TEXT, f'<Number name="it" toName="text" {bounds}/>'))


@pytest.mark.parametrize(
    "xml", ['<Choices name="it" toName="text"/>', '<Labels name="it" toName="text"/>']
)
def test_where_nothing_can_be_chosen_nothing_is(xml: str) -> None:
    assert answered(view(TEXT, xml)) == {}


# -- regions -------------------------------------------------------------------------------------

IMAGE = '<Image name="it" value="$it"/>'


@pytest.mark.parametrize(
    ("tag", "keys"),
    [
        ("BrushLabels", {"format", "rle"}),
        ("EllipseLabels", {"x", "y", "radiusX", "radiusY", "rotation"}),
        ("KeyPointLabels", {"x", "y", "width"}),
        ("PolygonLabels", {"points", "closed"}),
        ("RectangleLabels", {"x", "y", "width", "height", "rotation"}),
    ],
)
def test_each_kind_of_labels_is_drawn(tag: str, keys: set[str]) -> None:
    value = answered(view(IMAGE, f'<{tag} name="l" toName="it">{LABELS}</{tag}>'))["l"]
    assert value.pop(tag.lower()) == ["B"]
    assert set(value) == keys


@pytest.mark.parametrize(
    "tag", ["Brush", "Ellipse", "KeyPoint", "MagicWand", "Polygon", "Rectangle"]
)
def test_each_shape_is_drawn(tag: str) -> None:
    assert set(answered(view(IMAGE, f'<{tag} name="s" toName="it"/>'))) == {"s"}


@pytest.mark.parametrize("tag", ["Brush", "Ellipse", "KeyPoint", "Polygon", "Rectangle"])
def test_a_shape_has_its_separate_label(tag: str) -> None:
    config = view(
        IMAGE, f'<{tag} name="s" toName="it"/><Labels name="l" toName="it">{LABELS}</Labels>'
    )
    values = answered(config)
    assert {**values["s"], "labels": ["B"]} == values["l"]


@pytest.mark.parametrize(
    ("shown", "tag", "keys"),
    [
        ("Text", "Labels", {"start", "end", "text"}),
        ("Audio", "Labels", {"start", "end", "channel"}),
        ("TimeSeries", "TimeSeriesLabels", {"start", "end", "instant"}),
        ("Video", "TimelineLabels", {"ranges"}),
        ("Paragraphs", "ParagraphLabels", {"start", "end", "startOffset", "endOffset", "text"}),
        (
            "HyperText",
            "HyperTextLabels",
            {"start", "end", "startOffset", "endOffset", "globalOffsets", "text"},
        ),
    ],
)
@pytest.mark.parametrize("labels", [f">{LABELS}", ' value="$all">'])
def test_each_interval_is_labelled(shown: str, tag: str, keys: set[str], labels: str) -> None:
    config = view(f'<{shown} name="it" value="$it"/><{tag} name="l" toName="it"{labels}</{tag}>')
    value = answered(config)["l"]
    assert value.pop(tag.lower()) in (["B"], ["One"])
    assert set(value) == keys


def test_a_span_of_a_text_at_an_address_is_without_its_words() -> None:
    config = view(
        '<Text name="it" value="$it" valueType="url"/>',
        f'<Labels name="l" toName="it">{LABELS}</Labels>',
    )
    assert "text" not in answered(config)["l"]


def test_a_video_has_a_track() -> None:
    config = view(
        '<Video name="v" value="$v"/><VideoRectangle name="box" toName="v"/>',
        f'<Labels name="l" toName="v">{LABELS}</Labels>',
    )
    track = answered(config)["box"]
    assert [each["frame"] for each in track["sequence"]] == [1, 25]
    assert track["labels"] == ["B"]


def test_questions_about_regions_are_answered_with_a_region() -> None:
    config = view(
        TEXT,
        f'<Labels name="l" toName="text">{LABELS}</Labels>',
        f'<Choices name="c" toName="text" perRegion="true">{CHOICES}</Choices>',
        '<Rating name="r" toName="text" perRegion="true"/>',
    )
    assert list(answered(config)) == ["l", "c", "r"]
    assert len({item["id"] for item in config.sample_result()}) == 1


def test_questions_about_regions_are_answered_once() -> None:
    config = view(
        IMAGE,
        f'<RectangleLabels name="b" toName="it">{LABELS}</RectangleLabels>',
        f'<EllipseLabels name="e" toName="it">{LABELS}</EllipseLabels>',
        '<Rating name="r" toName="it" perRegion="true"/>',
    )
    names = [item["from_name"] for item in config.sample_result()]
    assert names == ["b", "r", "e"]


def test_a_question_about_regions_is_left_out_where_none_are_drawn() -> None:
    config = view(TEXT, f'<Choices name="c" toName="text" perRegion="true">{CHOICES}</Choices>')
    assert answered(config) == {}


def test_controls_in_a_repeater_are_skipped() -> None:
    config = view(
        '<Repeater on="$a"><Text name="t{{idx}}" value="$a[{{idx}}]"/>',
        '<Rating name="r{{idx}}" toName="t{{idx}}"/></Repeater>',
        TEXT,
        '<Rating name="r" toName="text"/>',
    )
    assert list(answered(config)) == ["r"]


def test_a_task_of_your_own_gives_its_labels() -> None:
    config = view(TEXT, '<Choices name="c" toName="text" value="$all"/>')
    (item,) = config.sample_result({"text": "Hi", "all": [{"value": "Mine"}]})
    assert item["value"] == {"choices": ["Mine"]}


def test_an_alias_from_task_data_is_the_label() -> None:
    config = view(TEXT, '<Choices name="c" toName="text" value="$all"/>')
    data = {"text": "Hi", "all": [{"value": "Mine", "alias": "m"}]}
    assert config.sample_result(data)[0]["value"] == {"choices": ["m"]}


def test_a_text_that_is_shorter_than_the_sample_is_labelled_within() -> None:
    config = view(TEXT, f'<Labels name="l" toName="text">{LABELS}</Labels>')
    result = config.sample_result({"text": "Hi"})
    config.validate(result, data={"text": "Hi"})


def test_answers_are_read_and_built_again() -> None:
    config = view(
        TEXT,
        IMAGE,
        f'<Labels name="l" toName="text">{LABELS}</Labels>',
        f'<RectangleLabels name="b" toName="it">{LABELS}</RectangleLabels>',
        f'<Choices name="c" toName="text">{CHOICES}</Choices>',
    )
    result = config.sample_result()
    assert config.result(result) == result
    assert config.read(result)["c"] == "B"
    assert [region.label for region in config.read(result).regions] == ["B", "B"]


def test_the_sample_of_a_mask_is_one() -> None:
    config = LabelConfig.create({"image": "Image", "it": labels("road", tag_type="BrushLabels")})
    (region,) = config.read(config.sample_result()).regions
    assert region.mask.tolist() == [[255, 255], [255, 255]]


def test_a_variable_that_nests_without_end_has_no_sample() -> None:
    config = LabelConfig.parse(f'<View><Text name="t" value="${"a." * 5_000}a"/></View>')
    with pytest.raises(InvalidInput, match=r"The variable \$a\.a.* deeper than 100"):
        config.sample_task()


@pytest.mark.parametrize("year", ["0000-00-00", "0000"])
def test_a_sample_date_is_within_the_range_of_datetime(year: str) -> None:
    config = view(TEXT, f'<DateTime name="when" toName="text" only="date" min="{year}"/>')
    assert config.sample_result()


@pytest.mark.parametrize("most", ["1e999", "nan", "-1e999", "9" * 5_000])
def test_a_rating_without_a_finite_end_has_the_usual_one(most: str) -> None:
    config = view(TEXT, f'<Rating name="stars" toName="text" maxRating="{most}"/>')
    (item,) = config.sample_result()
    assert config.problems([item]) == []
    assert config.problems([{**item, "value": {"rating": 6}}])
