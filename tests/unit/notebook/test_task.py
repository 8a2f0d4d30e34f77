"""Tasks and their answers in notebooks."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from support.drawing import Node, drawn_task, shown_by
from support.fake import FakeClient

from label_studio_orm import Annotation, Project, Task
from label_studio_orm.data_manager.project_config import last_config
from label_studio_orm.errors import InvalidInput, NotFound
from label_studio_orm.labeling import Box, LabelConfig, Relation, Span

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
CONFIG = """<View>
  <Image name="image" value="$image"/><Text name="text" value="$text"/>
  <RectangleLabels name="bbox" toName="image"><Label value="cat"/><Label value="dog"/>
  </RectangleLabels>
  <Labels name="ner" toName="text"><Label value="PER"/><Label value="ORG"/></Labels>
  <Choices name="quality" toName="image"><Choice value="good"/><Choice value="bad"/></Choices>
  <Taxonomy name="kind" toName="image"><Choice value="Animal"><Choice value="Cat"/></Choice>
  </Taxonomy>
  <TextArea name="note" toName="image" perRegion="true"/></View>"""
DATA = {"image": "https://example.com/cat.png", "text": "Ada joined ACME."}
SIZE = (640, 480)
BOX = Box("cat", pixels=(64, 48, 320, 240), size=SIZE, answers={"note": ["asleep"]})
ANSWER = {"bbox": [BOX], "quality": "good", "kind": [("Animal", "Cat")]}


def columns(task: Task) -> list[Node]:
    return shown_by(task).all(class_="lso-column")


def test_annotations_and_predictions_are_side_by_side() -> None:
    one, other = columns(drawn_task(CONFIG, DATA, ANSWER, predictions=[{"quality": "bad"}]))
    assert one.one(class_="lso-head").text == "Annotation 1ann@example.com2026-11-27 23:26"
    assert other.one(class_="lso-head").text == "Prediction 1m1score 0.912026-11-27 23:26"
    assert len(one.all("rect")) == 1
    assert other.all("rect") == []


def test_answers_for_the_whole_task_are_listed() -> None:
    (column,) = columns(drawn_task(CONFIG, DATA, ANSWER))
    rows = [each.text for each in column.all("tr")]
    assert rows[:2] == ["qualitygood", "kindAnimal / Cat"]


def test_regions_are_in_a_table_with_their_answers_and_relations() -> None:
    ada, acme = Span("PER", quote="Ada"), Span("ORG", quote="ACME")
    config = LabelConfig.parse(CONFIG)
    result = config.result(
        {"bbox": [BOX], "ner": [ada, acme]}, data=DATA, relations=[Relation(ada, acme)]
    )
    shown = shown_by(drawn_task(CONFIG, DATA, result))
    table = next(each for each in shown.all("details") if "3 regions" in each.text)
    assert "64, 48, 320 × 240 px" in table.text
    assert "asleep" in table.text
    assert "Ada → ACME" in table.text


def test_a_task_links_to_the_editor() -> None:
    task = drawn_task(CONFIG, DATA)
    link = shown_by(task).one(class_="lso-heading").one("a")
    assert link.attributes["href"] == task.url == "http://localhost:8080/projects/1/data?task=1"


def test_a_task_without_answers_shows_what_is_to_label() -> None:
    assert len(shown_by(drawn_task(CONFIG, DATA)).all("img")) == 1


def test_long_values_are_folded_and_cut() -> None:
    shown = shown_by(drawn_task("<View/>", {"text": "a" * 50_000}))
    assert shown.one("details").text.endswith("40,000 more characters")


def test_unsaved_changes_are_shown_as_such() -> None:
    task = drawn_task(CONFIG, DATA, ANSWER)
    task.data["text"] = "Grace stayed."
    task.annotations[0]["quality"] = "bad"
    assert "not saved: data" in shown_by(task).one(class_="lso-heading").text
    assert "Grace stayed." in shown_by(task).text
    (column,) = columns(task)
    assert "not saved" in column.one(class_="lso-head").text
    assert "qualitybad" in column.text


# -- what is not loaded ----------------------------------------------------------------------------


def test_nothing_is_sent_and_what_is_not_loaded_is_named() -> None:
    client: Any = FakeClient(Task)
    params = {"id": 1, "data": DATA, "total_annotations": 2, "total_predictions": 0, "project": 1}
    task = Task._from_answer(client, params)
    assert "Not loaded: 2 annotations" in shown_by(task).text
    assert "not loaded" in shown_by(Task(7, client=client)).text
    assert client.calls == []


def test_an_annotation_is_drawn_on_its_task_if_the_cache_has_that() -> None:
    task = drawn_task(CONFIG, DATA, ANSWER)
    annotation = task.annotations[0]
    assert shown_by(annotation).all("img") == []
    task._client._cache.replace(task._identity, task._state.params)
    assert shown_by(annotation).one("img").attributes["src"] == DATA["image"]
    assert task._client.calls == []  # type: ignore[attr-defined]


def test_without_a_config_it_is_inferred_from_results_and_data() -> None:
    answer = {**ANSWER, "ner": Span("PER", quote="Ada")}
    shown = shown_by(drawn_task(CONFIG, DATA, answer, known=False))
    assert len(shown.all("rect")) == 1
    assert [each.text for each in shown.all("mark")] == ["Ada"]
    assert "qualitygood" in shown.text


def test_the_config_that_was_seen_last_is_used_when_the_cache_has_forgotten_it() -> None:
    client = FakeClient()
    client._facts["label_config of project 1"] = CONFIG.replace('"cat"', '"cat" background="red"')
    task = drawn_task(CONFIG, DATA, ANSWER, client=client, known=False)
    assert shown_by(task).one("rect").attributes["stroke"] == "#ff0000"


def test_reading_the_tasks_of_a_project_keeps_its_config_for_drawings() -> None:
    client: Any = FakeClient()
    project = Project._from_answer(client, {"id": 1, "label_config": CONFIG})
    with suppress(NotFound):
        next(iter(project.tasks), None)
    assert last_config(client, 1) == LabelConfig.parse(CONFIG)


# -- data of any form ------------------------------------------------------------------------------


def dangerous(shown: Node) -> list[str]:
    """Return the elements and attributes in HTML that could run a script."""
    scripts = [each.name for each in shown.all() if each.name in ("script", "object", "embed")]
    handlers = [key for each in shown.all() for key in each.attributes if key.startswith("on")]
    urls = [each.attributes.get(key, "") for each in shown.all() for key in ("href", "src")]
    return [*scripts, *handlers, *(url for url in urls if url.startswith("javascript:"))]


def test_scripts_in_data_titles_labels_and_answers_stay_text() -> None:
    where = {"original_width": 640, "original_height": 480}
    region = {"id": EVIL, "from_name": EVIL, "to_name": EVIL, "score": EVIL, **where}
    box = {"x": 1, "y": 2, "width": 3, "height": 4, "rotation": 0}
    result = [
        {**region, "type": "rectanglelabels", "value": {**box, "rectanglelabels": [EVIL]}},
        {**region, "id": "b", "type": "choices", "value": {"choices": [EVIL]}},
        {**region, "id": "c", "type": EVIL, "value": {EVIL: EVIL, "imageDataURL": f"data:{EVIL}"}},
        {
            **region,
            "id": "d",
            "type": "labels",
            "to_name": "text",
            "value": {"start": 0, "end": 9, "text": EVIL, "labels": [EVIL]},
        },
        {**region, "type": "relation", "from_id": EVIL, "to_id": EVIL, "labels": [EVIL]},
    ]
    data = {EVIL: EVIL, "text": f"{EVIL} more words", "image": f"javascript:{EVIL}"}
    for known in (True, False):
        task = drawn_task(CONFIG, data, result, predictions=[result], known=known)
        task.predictions[0].model_version = EVIL
        shown = shown_by(task)
        assert dangerous(shown) == []
        assert EVIL in shown.text


BROKEN: list[Any] = [
    [],
    [{}],
    [{"type": "rectanglelabels"}],
    [{"type": "rectanglelabels", "from_name": "bbox", "to_name": "image", "value": None}],
    [{"type": "rectanglelabels", "from_name": "bbox", "to_name": "image", "value": {"x": "a"}}],
    [{"type": "brushlabels", "from_name": "b", "to_name": "image", "value": {"rle": [1, 2]}}],
    [{"type": "labels", "from_name": "ner", "to_name": "text", "value": {"start": "x", "end": 3}}],
    [{"type": "vectorlabels", "from_name": "v", "to_name": "image", "value": {"vertices": [7]}}],
    [{"type": 5, "from_name": 6, "to_name": [], "value": {"start": {}}}],
    [{"type": "choices", "from_name": "quality", "to_name": "image", "value": {"choices": 5}}],
    [{"type": "relation", "from_id": 1, "to_id": []}],
]


@pytest.mark.parametrize("known", [True, False], ids=["config known", "config unknown"])
@pytest.mark.parametrize("result", BROKEN, ids=str)
def test_a_broken_result_hides_nothing_else(result: list[Any], known: bool) -> None:
    good = LabelConfig.parse(CONFIG).result(ANSWER, data=DATA)
    shown = shown_by(drawn_task(CONFIG, DATA, [*result, *good], ANSWER, known=known))
    assert len(shown.all("rect")) == 2
    assert len(shown.all(class_="lso-column")) == 2


@pytest.mark.parametrize("data", [{}, {"image": 5, "text": None}, {"image": [], "text": {}}])
def test_data_of_other_forms_is_shown_as_it_is(data: dict[str, Any]) -> None:
    shown = shown_by(drawn_task(CONFIG, data, [{}]))
    assert len(shown.all(class_="lso-column")) == 1
    assert [each.text for each in shown.all("th")] == [*data]


def test_of_a_region_with_a_broken_item_the_rest_is_read() -> None:
    good, *_ = LabelConfig.parse(CONFIG).result({"bbox": [Box("cat", percent=(1, 2, 3, 4))]})
    broken = {**good, "type": "unknown", "value": 5}
    shown = shown_by(drawn_task(CONFIG, DATA, [{**good, "value": {"x": 1}}, broken]))
    assert "cannot be drawn" not in shown.text
    assert "(rectanglelabels)" in shown.text


@pytest.mark.parametrize("known", [True, False], ids=["config known", "config unknown"])
def test_sample_results_of_all_templates_are_drawn(known: bool) -> None:
    for title in LabelConfig.templates():
        config = LabelConfig.template(title)
        data = config.sample_task()
        task = drawn_task(str(config), data, config.sample_result(data), known=known)
        assert "cannot be drawn" not in shown_by(task).text, title


def test_a_config_that_cannot_be_parsed_is_as_if_it_were_unknown() -> None:
    client = FakeClient()
    client._facts["label_config of project 1"] = "<View"
    task = drawn_task(CONFIG, DATA, ANSWER, client=client, known=False)
    assert len(shown_by(task).all("rect")) == 1


# -- the editor in a frame -------------------------------------------------------------------------


def test_the_editor_is_shown_in_a_frame_below_a_link() -> None:
    task = drawn_task(CONFIG, DATA)
    shown = shown_by(task.show(height=700))
    assert shown.one("iframe").attributes["src"] == task.url
    assert shown.one("a").attributes["href"] == task.url
    assert "height:700px" in shown.one("iframe").attributes["style"]
    assert repr(task.show()) == f"<Task 1: {task.url}>"


@pytest.mark.parametrize("height", [0, -5, "100%", 1e9, True])
def test_the_height_of_a_frame_is_in_pixels(height: Any) -> None:
    with pytest.raises(InvalidInput, match=r"height must be 100 to 10000 pixels, not"):
        drawn_task(CONFIG, DATA).show(height=height)


def test_a_page_of_no_web_server_is_not_in_a_frame() -> None:
    client = FakeClient(server="javascript:alert(1)")
    shown = shown_by(drawn_task(CONFIG, DATA, client=client).show())
    assert (shown.all("iframe"), shown.all("a")) == ([], [])


def test_the_class_of_annotations_can_be_ones_own() -> None:
    class Review(Annotation):
        pass

    review = Review._from_answer(FakeClient(), {"id": 3, "result": []})  # type: ignore[arg-type]
    assert shown_by(review).one(class_="lso-head").text == "Review 3"


def test_of_very_many_regions_only_the_first_are_drawn() -> None:
    boxes = [Box("cat", percent=(1, 2, 3, 4), size=SIZE) for _ in range(2100)]
    shown = shown_by(drawn_task(CONFIG, DATA, {"bbox": boxes}))
    assert len(shown.all("rect")) == 2000
    assert "100 more regions are not drawn" in shown.text
