"""Results that were edited in the terms of the config are stored as they were edited."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from support.cleaning import delete
from support.editor_results import CONFIG as ALL_CONTROLS
from support.editor_results import WRITTEN
from support.edits import names_of

from label_studio_orm import Annotation, LabelConfig, LabelStudio, Prediction, Project, Task
from label_studio_orm import labels as labels_of
from label_studio_orm.errors import InvalidResult
from label_studio_orm.labeling import Box, Relation, Span, choices, tag

CONFIG = LabelConfig.create(
    {
        "text": "Text",
        "image": "Image",
        "sentiment": choices("Positive", "Negative"),
        "ner": labels_of("PER", "ORG", to="text"),
        "bbox": labels_of("cat", "dog", to="image"),
        "breed": tag("TextArea", perRegion=True, maxSubmissions=1, to="image"),
        "brand": tag("Choices", value="$brands", to="text"),
    }
)
DATA = {
    "text": "Ada joined ACME.",
    "image": "/static/images/favicon.ico",
    "brands": [{"value": "ACME"}, {"value": "Emca"}],
}
ADA, ACME = Span("PER", quote="Ada", id="ada"), Span("ORG", quote="ACME", id="acme")
CAT = Box("cat", pixels=(8, 8, 16, 16), size=(32, 32), id="cat", answers={"breed": "Siamese"})
SAID = {"sentiment": "Positive", "ner": [ADA, ACME], "bbox": [CAT]}
RELATED = [Relation(ADA, ACME)]
TWO = r'<Choice value="\1"/><Choice value="other"/>'  # choices: the server wants two of any
KINDS = ("box", "answers of a region", "rectangle and labels", "wand", "span", "html", "audio")


@pytest.fixture(scope="module")
def edited(local_server: Any) -> Iterator[Project]:
    project = local_server.client().projects.create(title="Edits", label_config=CONFIG)
    yield project
    delete(project)


@pytest.fixture
def task(edited: Project) -> Task:
    """A new task with an annotation and a prediction."""
    task = edited.tasks.create(DATA)
    task.annotate(SAID, relations=RELATED, ground_truth=True, lead_time=2.5)
    task.predict(SAID, relations=RELATED, score=0.5, model_version="m1")
    return task


def read_back(ls: LabelStudio, record: Annotation | Prediction) -> Any:
    """Return a record as another client reads it."""
    return type(record)(record.id, client=ls)


@pytest.mark.operations("annotations.update", "annotations.get")
def test_an_edited_annotation_is_stored(task: Task, ls: LabelStudio) -> None:
    (annotation,) = task.annotations
    before = copy.deepcopy(annotation.result)
    annotation["sentiment"] = "Negative"
    annotation["bbox"] += [Box("dog", pixels=(0, 0, 16, 16))]
    annotation.regions = [
        each.replace(label="dog", answers={"breed": "Beagle"}) if each.id == "cat" else each
        for each in annotation.regions
    ]
    annotation.save()
    read = read_back(ls, annotation)
    assert read.result == annotation.result
    assert (read["sentiment"], read["breed"]) == ("Negative", ["Beagle"])
    assert [each.label for each in read["bbox"]] == ["dog", "dog"]
    assert read["bbox"][1].box.percent == (0, 0, 50, 50)
    assert [each for each in read.result if each in before] == [*before[1:3], before[-1]]
    assert (read.ground_truth, read.lead_time) == (True, 2.5)


@pytest.mark.operations("predictions.update", "predictions.get")
def test_an_edited_prediction_is_stored(task: Task, ls: LabelStudio) -> None:
    (prediction,) = task.predictions
    del prediction["bbox"]
    prediction["ner"] = [each for each in prediction["ner"] if each.label == "ORG"]
    prediction.save()
    read = read_back(ls, prediction)
    assert [each.span.text for each in read.regions] == ["ACME"]
    assert (read["sentiment"], read.relations) == ("Positive", ())
    assert (read.score, read.model_version) == (0.5, "m1")


@pytest.mark.operations("annotations.update")
def test_a_result_that_was_set_in_the_configs_terms_is_stored(task: Task, ls: LabelStudio) -> None:
    (annotation,) = task.annotations
    annotation.result = {"sentiment": "Negative", "ner": [Span("ORG", quote="joined")]}
    annotation.save()
    read = read_back(ls, annotation)
    assert (read["sentiment"], [each.span.text for each in read.regions]) == (
        "Negative",
        ["joined"],
    )


@pytest.mark.operations("annotations.update", "predictions.update")
def test_edits_in_a_batch_are_stored(task: Task, ls: LabelStudio, edited: Project) -> None:
    (annotation,), (prediction,) = task.annotations, task.predictions
    with edited.batch():
        annotation["sentiment"] = "Negative"
        annotation.save()
        prediction["sentiment"] = "Negative"
        prediction.save()
    assert read_back(ls, annotation)["sentiment"] == "Negative"
    assert read_back(ls, prediction)["sentiment"] == "Negative"


def test_what_does_not_fit_is_refused_and_nothing_is_stored(task: Task, ls: LabelStudio) -> None:
    (annotation,) = task.annotations
    before = copy.deepcopy(annotation.result)
    for name, answer, says in (
        ("sentiment", "Negativ", "'Negative'"),
        ("brand", "ACNE", "Did you mean 'ACME'"),  # the task has the labels
        ("ner", [Span("LOC", quote="Ada")], "no label 'LOC'"),
    ):
        annotation[name] = answer
        with pytest.raises(InvalidResult, match=says):
            annotation.save()
        annotation.refresh(discard_changes=True)
    with pytest.raises(InvalidResult, match="Did you mean 'sentiment'"):
        annotation["sentimnt"] = "Negative"
    assert read_back(ls, annotation).result == before


@pytest.mark.operations("annotations.update")
def test_edits_of_all_kinds_of_regions_are_stored_exactly(ls: LabelStudio) -> None:
    config = LabelConfig.parse(re.sub(r'<Choice value="(tabby|calm)"/>', TWO, ALL_CONTROLS.xml))
    project = ls.projects.create(title="All controls", label_config=config)
    results, data = [WRITTEN[kind] for kind in KINDS], config.sample_task()
    rows = [{"data": data, "annotations": [{"result": each}]} for each in results]
    project.import_tasks(rows, validate=False)
    try:
        for annotation, result in zip(project.annotations.order_by("id"), results, strict=True):
            annotation.regions = [each.replace(score=0.25) for each in annotation.regions]
            annotation.save(validate=False)
            read = read_back(ls, annotation)
            assert read.result == [{**each, "score": 0.25} for each in result]
            for name in names_of(result):
                read[name] = read[name]
            assert read.dirty == set()
    finally:
        delete(project)
