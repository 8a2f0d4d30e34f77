"""<Taxonomy labeling="true">: regions of a text whose labels are paths."""

from __future__ import annotations

from typing import Any

import pytest

from label_studio_orm.errors import InvalidResult
from label_studio_orm.labeling import LabelConfig, Span


def config(options: str = "") -> LabelConfig:
    return LabelConfig.parse(f"""<View>
      <Text name="text" value="$text"/>
      <Taxonomy name="tags" toName="text" labeling="true" {options}>
        <Choice value="Animal"><Choice value="Cat"/><Choice value="Orange"/></Choice>
        <Choice value="Plant"><Choice value="Orange"/></Choice>
      </Taxonomy>
      <Choices name="sure" toName="text" perRegion="true"><Choice value="yes"/></Choices>
    </View>""")


CONFIG, DATA = config(), {"text": "Ada joined ACME."}
CAT = {"start": 0, "end": 3, "text": "Ada", "taxonomy": [["Animal", "Cat"]]}


@pytest.mark.parametrize(
    "label", ["Cat", "Animal / Cat", [("Animal", "Cat")], [["Animal", "Cat"]], ["Cat"]]
)
def test_a_region_has_its_path_as_label(label: Any) -> None:
    result = CONFIG.result({"tags": Span(label, quote="Ada")}, data=DATA)
    assert [(item["type"], item["value"]) for item in result] == [("taxonomy", CAT)]
    (region,) = CONFIG.read(result).regions
    assert (region.label, region.labels, region.answers) == ("Animal / Cat", ("Animal / Cat",), {})
    assert (region.span.start, region.span.text) == (0, "Ada")


def test_a_region_may_have_several_paths() -> None:
    span = Span([("Animal",), ("Plant", "Orange")], start=0, end=3)
    result = CONFIG.result({"tags": [span]}, data=DATA)
    assert result[0]["value"]["taxonomy"] == [["Animal"], ["Plant", "Orange"]]
    assert CONFIG.read(result).regions[0].labels == ("Animal", "Plant / Orange")


def test_a_result_that_was_read_is_built_again() -> None:
    result = CONFIG.result({"tags": [Span("Cat", quote="Ada", answers={"sure": "yes"})]}, data=DATA)
    reading = CONFIG.read(result)
    assert reading["tags"] == list(reading.regions)
    assert reading.answers == {}
    shape = reading.regions[0].shape
    assert CONFIG.result({"tags": [shape]}, data=DATA) == result
    assert reading.regions[0]["sure"] == "yes"


def test_a_dict_is_accepted() -> None:
    given = {"start": 0, "end": 3, "taxonomy": [["Animal", "Cat"]]}
    assert CONFIG.result({"tags": [given]}, data=DATA)[0]["value"] == CAT


def test_a_sample_has_a_region() -> None:
    assert CONFIG.read(CONFIG.sample_result()).regions[0].label == "Plant / Orange"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (Span("Orange", quote="Ada"), "'Orange' is in 'tags' more than once: pass the whole path"),
        (Span("Dog", quote="Ada"), "has no 'Dog'"),
        ([("Animal", "Cat")], "a Taxonomy takes regions, such as Box or Span, not ('Animal'"),
        (Span("Cat", start=0, end=90), "end must be at most 16"),
    ],
)
def test_invalid_values_are_reported(given: Any, message: str) -> None:
    with pytest.raises(InvalidResult) as caught:
        CONFIG.result({"tags": given}, data=DATA)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("changed", "path"),
    [({"end": 3.5}, ".end"), ({"taxonomy": [["Dog"]]}, ".taxonomy[0]"), ({"text": "xyz"}, ".text")],
)
def test_a_wrong_raw_region_is_reported(changed: Any, path: str) -> None:
    names = {"id": "r", "from_name": "tags", "to_name": "text", "type": "taxonomy"}
    problems = CONFIG.problems([{**names, "value": {**CAT, **changed}}], data=DATA)
    assert [problem.path for problem in problems] == [f"[0].value{path}"]
