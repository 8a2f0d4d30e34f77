"""Reading of regions and answers from results."""

from __future__ import annotations

import pytest
from support.region_configs import HERE, IMAGE, TEXT, item, only

from label_studio_orm.errors import InvalidResult, NotFound
from label_studio_orm.labeling import (
    Box,
    KeyPoint,
    LabelConfig,
)

# -- what is said of a region ----------------------------------------------------------------------


def test_a_region_has_its_own_answers() -> None:
    region = only(IMAGE, {"bbox": Box("cat", answers={"breed": "tabby", "note": "big"}, **HERE)})
    assert region.answers == {"breed": "tabby", "note": ["big"]}
    assert (region["breed"], region["note"]) == ("tabby", ["big"])


def test_a_missing_answer_is_none() -> None:
    assert only(IMAGE, {"bbox": Box("cat", **HERE)})["breed"] is None
    assert only(IMAGE, {"bbox": Box("cat", answers={"breed": None}, **HERE)})["breed"] is None


def test_an_answer_of_no_control_is_reported_with_the_nearest_name() -> None:
    with pytest.raises(NotFound, match="Did you mean 'breed'"):
        _ = only(IMAGE, {"bbox": Box("cat", **HERE)})["bread"]
    with pytest.raises(InvalidResult, match="Did you mean 'breed'"):
        IMAGE.result({"bbox": Box("cat", answers={"bread": "tabby"}, **HERE)})


def test_the_answers_of_all_regions_are_read_by_the_name_of_the_control() -> None:
    boxes = [Box("cat", answers={"breed": "tabby"}, **HERE), Box("dog", **HERE)]
    reading = IMAGE.read(IMAGE.result({"bbox": boxes}))
    assert reading["breed"] == ["tabby"]
    assert [region.label for region in reading["bbox"]] == ["cat", "dog"]


BOX = {"x": 1, "y": 2, "width": 3, "height": 4, "rotation": 0}


# -- reading what others made ----------------------------------------------------------------------


def test_a_region_raises_for_another_shape() -> None:
    region = only(IMAGE, {"bbox": Box("cat", **HERE)})
    with pytest.raises(AttributeError, match=r"\(rectanglelabels\) is a Box, not a Polygon"):
        _ = region.polygon


def test_a_region_that_is_not_understood_is_kept() -> None:
    made = item(
        "vector", "vectorlabels", {"vertices": [{"x": 1, "y": 2}], "vectorlabels": ["road"]}
    )
    reading = IMAGE.read([made])
    (region,) = reading.regions
    assert (region.shape, region.label, region.items) == (None, "road", (made,))
    with pytest.raises(AttributeError, match=r"\(vectorlabels\) has no readable shape"):
        _ = region.box
    assert IMAGE.result(reading) == [made]


def test_a_region_has_the_label_of_its_separate_labels() -> None:
    drawn = item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": []})
    beside = item("kind", "labels", {**BOX, "labels": ["car"]})
    assert IMAGE.read([drawn, beside]).regions[0].label == "car"


def test_regions_without_an_id_are_read_one_by_one() -> None:
    made = item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": ["cat"]})
    del made["id"]
    regions = IMAGE.read([made, made]).regions
    assert [region.box.percent for region in regions] == [(1, 2, 3, 4)] * 2


def test_an_answer_and_a_region_without_ids_are_read_separately() -> None:
    made = item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": ["cat"]})
    rated = item("quality", "rating", {"rating": 4})
    del made["id"], rated["id"]
    assert IMAGE.read([made, rated])["quality"] == 4


def test_invalid_items_are_skipped_in_reading() -> None:
    made = item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": ["cat"]})
    strange = [5, None, {"type": ["x"], "value": {"x": 1}}, {**made, "id": ["x"]}, {"id": {}}]
    assert "cat" in [region.label for region in IMAGE.read([*strange, made]).regions]


def test_offsets_as_texts_are_read() -> None:
    value = {"start": "0", "end": "3", "text": "Ada", "labels": ["PER"]}
    (region,) = TEXT.read([item("ner", "labels", value, to="text")]).regions
    assert (region.span.start, region.span.end) == (0, 3)


def test_the_editors_smart_key_point_is_read() -> None:
    value = {"x": 1, "y": 2, "width": 0.3, "labels": ["eye"], "keypointlabels": ["eye"]}
    made = {**item("point", "keypointlabels", value), "is_positive": True}
    reading = IMAGE.read([made])
    assert reading.regions[0].keypoint.percent == (1, 2)
    assert IMAGE.result(reading) == [made]


def test_a_region_without_an_id_has_a_shape_with_an_empty_one() -> None:
    made = item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": ["cat"]})
    del made["id"]
    assert IMAGE.read([made]).regions[0].box.id == ""


def test_regions_with_an_empty_id_are_read_one_by_one() -> None:
    made = item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": ["cat"]}, id="")
    assert len(IMAGE.read([made, made]).regions) == 2


def test_a_polygon_is_closed_by_default() -> None:
    value = {"points": [[0, 0], [9, 0], [9, 9]], "polygonlabels": ["roof"]}
    assert IMAGE.read([item("outline", "polygonlabels", value)]).regions[0].polygon.closed


def test_labels_that_are_not_a_list_are_not_read() -> None:
    made = item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": "cat"})
    assert IMAGE.read([made]).regions[0].labels == ()


def test_an_answer_without_a_value_is_not_read() -> None:
    assert IMAGE.read([item("quality", "rating", None)]).answers == {}


def test_the_regions_of_a_control_are_its_own() -> None:
    shapes = {"bbox": Box("cat", **HERE), "point": KeyPoint("eye", percent=(1, 2))}
    reading = IMAGE.read(IMAGE.result(shapes))
    assert [region.label for region in reading["bbox"]] == ["cat"]
    assert [region.label for region in reading["point"]] == ["eye"]


@pytest.mark.parametrize("to", ["image", "gone"])
def test_a_region_without_its_drawing_has_the_shape_of_its_answer(to: str) -> None:
    made = item("breed", "choices", {**BOX, "choices": ["tabby"]}, to=to)
    assert IMAGE.read([made]).regions[0].box.percent == (1, 2, 3, 4)


def test_a_labeling_taxonomy_can_also_be_answered() -> None:
    config = LabelConfig.parse("""<View>
      <Text name="text" value="$text"/>
      <Taxonomy name="tags" toName="text" labeling="true"><Choice value="A"/></Taxonomy>
    </View>""")
    answer = item("tags", "taxonomy", {"taxonomy": [["A"]]}, to="text")
    region = item("tags", "taxonomy", {"start": 0, "end": 1, "taxonomy": [["A"]]}, "r2", "text")
    reading = config.read([answer, region])
    assert reading.answers == {"tags": [("A",)]}
    assert [each.id for each in reading.regions] == ["r2"]
