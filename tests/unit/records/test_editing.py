"""Annotations and predictions are edited in the terms of the config, and saved."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from support.fake import FakeClient
from support.texts import sentiment, without_id

from label_studio_orm import Annotation, Draft, LabelConfig, Prediction, Project, Task
from label_studio_orm import choices as choices_of
from label_studio_orm import labels as labels_of
from label_studio_orm.errors import InvalidInput, InvalidResult, NotFound
from label_studio_orm.labeling import Box, Region, Relation, Span

CONFIG = LabelConfig.create(
    {
        "text": "Text",
        "image": "Image",
        "sentiment": choices_of("Positive", "Negative"),
        "ner": labels_of("PER", "ORG", to="text"),
        "bbox": labels_of("cat", "dog", to="image"),
    }
)
DATA = {"text": "Ada joined ACME.", "image": "/data/1.png"}
PROJECT, TASK, SAVE = "GET /api/projects/1/", "GET /api/tasks/1/", "PATCH /api/annotations/5/"
SAVE_PREDICTION = "PATCH /api/predictions/6/"
NER = {"from_name": "ner", "to_name": "text", "type": "labels"}
ADA = {**NER, "id": "a", "value": {"start": 0, "end": 3, "text": "Ada", "labels": ["PER"]}}
ACME = {**NER, "id": "b", "value": {"start": 11, "end": 15, "text": "ACME", "labels": ["ORG"]}}
ARROW = {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"}
RESULT = [*sentiment("Positive"), ADA, ACME, ARROW]


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Task, Annotation, Prediction, Draft, Project)
    client.answers[PROJECT] = {"id": 1, "title": "Mixed", "label_config": str(CONFIG)}
    client.answers[TASK] = {"id": 1, "project": 1, "data": DATA}
    row = {"id": 5, "task": 1, "project": 1}
    client.answers[SAVE] = lambda options: {**row, **options["json"]}
    client.answers["PATCH /api/predictions/6/"] = lambda options: {
        **row,
        "id": 6,
        **options["json"],
    }
    return client


@pytest.fixture
def annotation(client: FakeClient) -> Annotation:
    """An annotation that was read, whose config and task were not."""
    row = {"id": 5, "task": 1, "project": 1, "result": copy.deepcopy(RESULT)}
    return Annotation._from_answer(client, row)


def saved(client: FakeClient) -> Any:
    """Return the result of the last request, which has nothing else."""
    _, body = client.calls[-1]
    assert set(body) == {"result"}
    return body["result"]


def test_an_answer_is_set_and_saved(annotation: Annotation, client: FakeClient) -> None:
    annotation["sentiment"] = "Negative"
    assert (annotation["sentiment"], annotation.dirty) == ("Negative", {"result"})
    assert client.said == [PROJECT]  # the config, and nothing else
    annotation.save()
    assert client.said[-1] == SAVE
    assert saved(client) == [*sentiment("Negative"), *RESULT[1:]]
    assert annotation.dirty == set()


def test_a_control_is_deleted_with_what_refers_to_it(
    annotation: Annotation, client: FakeClient
) -> None:
    del annotation["ner"]
    assert annotation.result == RESULT[:1]
    assert (annotation["ner"], annotation.relations) == ([], ())
    annotation.save()
    assert saved(client) == RESULT[:1]


def test_what_was_read_is_no_change_when_it_is_set(annotation: Annotation) -> None:
    for name in ("sentiment", "ner", "bbox"):
        annotation[name] = annotation[name]
    annotation.regions = annotation.regions
    annotation.relations = annotation.relations
    annotation.answers = annotation.answers
    assert annotation.dirty == set()
    assert annotation.result == RESULT


def test_regions_are_added_to_those_of_a_control(
    annotation: Annotation, client: FakeClient
) -> None:
    annotation["ner"] += [Span("PER", quote="joined")]
    annotation["bbox"] += [Box("cat", percent=(1, 2, 3, 4))]
    annotation["bbox"] += [Box("dog", pixels=(10, 10, 10, 10), size=(100, 100))]
    assert [each.label for each in annotation.regions] == ["PER", "ORG", "PER", "cat", "dog"]
    assert annotation["ner"][2].span.text == "joined"
    assert client.said == [PROJECT, TASK]  # the task for the words
    annotation.save()
    assert saved(client)[:3] == RESULT[:3]


def test_regions_are_changed_and_left_out(annotation: Annotation) -> None:
    annotation.regions = [each.replace(label="ORG") for each in annotation.regions]
    assert [each.label for each in annotation.regions] == ["ORG", "ORG"]
    assert len(annotation.relations) == 1
    annotation.regions = [each for each in annotation.regions if each.id == "b"]
    assert annotation.result == [*RESULT[:1], ACME]


def test_a_moved_region_has_the_words_of_the_task(annotation: Annotation) -> None:
    ada, acme = annotation["ner"]
    annotation["ner"] = [ada.replace(end=10), acme.span.replace(start=10)]
    assert [each.span.text for each in annotation.regions] == ["Ada joined", " ACME"]
    assert [each.id for each in annotation.regions] == ["a", "b"]


def test_relations_are_replaced(annotation: Annotation, client: FakeClient) -> None:
    ada, acme = annotation.regions
    annotation.relations = [Relation(acme, ada)]
    annotation.save()
    assert saved(client)[-1] == {**ARROW, "from_id": "b", "to_id": "a"}
    annotation.relations = [Relation("b", "nobody")]
    with pytest.raises(InvalidResult, match="no region here has the id 'nobody'"):
        annotation.save()


def test_a_result_is_set_as_annotate_takes_it(annotation: Annotation, client: FakeClient) -> None:
    annotation.result = {"sentiment": "Negative", "ner": [Span("ORG", quote="ACME")]}
    assert without_id(annotation.result) == [*sentiment("Negative"), *without_id([ACME])]
    annotation.save()
    assert client.said == [PROJECT, TASK, SAVE]


def test_a_result_is_set_to_the_regions_of_another(
    annotation: Annotation, client: FakeClient
) -> None:
    prediction = Prediction._from_answer(client, {"id": 6, "task": 1, "project": 1, "result": []})
    prediction.result = annotation.regions
    assert prediction.result == [ADA, ACME]
    annotation.result[1]["value"]["labels"] = ["ORG"]
    assert prediction.regions[0].label == "PER"
    prediction["sentiment"] = "Negative"
    prediction.save()
    assert client.said[-1] == SAVE_PREDICTION
    assert saved(client)[:2] == [ADA, ACME]


def test_a_raw_result_is_set_without_the_config(annotation: Annotation, client: FakeClient) -> None:
    annotation.result = sentiment("Whatever")
    annotation.result = []
    assert client.said == []


def test_answers_are_replaced_together(annotation: Annotation) -> None:
    annotation.answers = {"sentiment": "Negative"}
    assert annotation["sentiment"] == "Negative"
    annotation.answers = {}
    assert annotation.result == RESULT[1:]


def test_iterators_are_taken_once(annotation: Annotation, client: FakeClient) -> None:
    def found() -> Iterator[Region]:
        yield from annotation["ner"][:1]

    annotation.regions = found()
    assert [each.id for each in annotation.regions] == ["a"]
    annotation["ner"] = (each for each in [Span("LOC", start=0, end=3)])
    with pytest.raises(InvalidResult, match=r"'ner' has no label 'LOC'"):
        annotation.save()
    assert SAVE not in client.said


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("sentimnt", "Positive", "sentimnt: .*Did you mean 'sentiment'"),
        ("ner", "PER", "ner: a Labels takes regions, such as Box or Span, not 'PER'"),
        ("ner", [Box("PER", percent=(1, 2, 3, 4))], "ner: a Labels takes Span, not Box"),
        ("ner", [Span("PER", quote="nobody")], "ner: 'nobody' is not in the text"),
        ("bbox", [Box("cat", pixels=(1, 2, 3, 4))], r"bbox: .*size=\(width, height\)"),
    ],
)
def test_what_no_control_takes_is_refused_at_once(
    name: str, value: Any, says: str, annotation: Annotation, client: FakeClient
) -> None:
    with pytest.raises(InvalidResult, match=says):
        annotation[name] = value
    with pytest.raises(InvalidResult, match=says):
        annotation.result = {name: value}
    assert annotation.dirty == set()
    assert client.changed == []


def test_a_wrong_label_is_refused_before_anything_is_sent(
    annotation: Annotation, client: FakeClient
) -> None:
    annotation["sentiment"] = "Negativ"
    with pytest.raises(InvalidResult, match=r"\[0\].*'Negativ'. Did you mean 'Negative'"):
        annotation.save()
    assert client.changed == []
    assert annotation.dirty == {"result"}
    annotation.save(validate=False)
    assert saved(client)[0]["value"] == {"choices": ["Negativ"]}


def test_changed_spans_are_compared_with_the_text_if_it_is_known(
    annotation: Annotation, client: FakeClient
) -> None:
    annotation.result[1]["value"]["start"] = 1
    annotation.save()
    assert client.said == [PROJECT, SAVE]  # the task is not read for what is edited by hand
    annotation.result[1]["value"]["end"] = 4
    assert annotation.task.data == DATA
    with pytest.raises(InvalidResult, match=r"'Ada' is at 0 to 3"):
        annotation.save()
    assert client.changed == [SAVE]


def test_labels_of_the_task_are_read_to_check_a_choice(
    annotation: Annotation, client: FakeClient
) -> None:
    choices = '<Choices name="brand" toName="text" value="$brands"/></View>'
    config = str(CONFIG).replace("</View>", choices)
    client.answers[PROJECT] = {"id": 1, "label_config": config}
    client.answers[TASK]["data"] = {**DATA, "brands": [{"value": "ACME"}]}
    annotation["brand"] = "ACNE"
    with pytest.raises(InvalidResult, match=r"'brand' has no label 'ACNE'. Did you mean 'ACME'"):
        annotation.save()
    annotation["brand"] = "ACME"
    annotation.save()
    assert [each for each in client.said if each != PROJECT] == [TASK, SAVE]


def test_an_unknown_control_cannot_be_deleted(annotation: Annotation) -> None:
    with pytest.raises(NotFound, match=r"no control 'sentimnt'.*Did you mean 'sentiment'"):
        del annotation["sentimnt"]
    del annotation["bbox"]
    assert annotation.dirty == set()


@pytest.mark.parametrize("value", ["ner", 7, None, {"ner": []}, [7]])
def test_regions_must_be_a_list_of_regions(value: Any, annotation: Annotation) -> None:
    with pytest.raises(InvalidResult, match="regions: must be"):
        annotation.regions = value
    with pytest.raises(InvalidResult, match="relations: must be"):
        annotation.relations = value
    assert annotation.dirty == set()


@pytest.mark.parametrize("value", ["Positive", 7, None, ["Positive"]])
def test_a_result_of_another_type_is_refused(value: Any, annotation: Annotation) -> None:
    with pytest.raises(InvalidInput, match="result must be a list of regions"):
        annotation.result = value
    with pytest.raises(InvalidInput, match="answers must be a dict"):
        annotation.answers = value


def test_the_config_is_read_again_before_a_value_is_refused(
    annotation: Annotation, client: FakeClient
) -> None:
    assert annotation["sentiment"] == "Positive"
    changed = str(CONFIG).replace('name="sentiment"', 'name="mood"')
    client.answers[PROJECT] = {"id": 1, "label_config": changed}
    annotation["mood"] = "Negative"
    assert client.said == [PROJECT, PROJECT]
    del annotation["sentiment"]  # which the config no longer has
    assert [each.get("from_name") for each in annotation.result] == ["ner", "ner", None, "mood"]
