"""Results as Python values: what is sent for them, what is refused, and how they are read."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient
from support.texts import SENTIMENT, sentiment, without_id

from label_studio_orm import Annotation, Draft, LabelConfig, Prediction, Project, Task
from label_studio_orm import choices as choices_of
from label_studio_orm import labels as labels_of
from label_studio_orm.errors import (
    InvalidInput,
    InvalidResult,
    LabelStudioError,
    NotFound,
    UnknownName,
)
from label_studio_orm.labeling import Box, Relation, Span
from label_studio_orm.orm.meta import NOTHING

MIXED = LabelConfig.create(
    {
        "text": "Text",
        "image": "Image",
        "sentiment": choices_of("Positive", "Negative"),
        "ner": labels_of("PER", "ORG", to="text"),
        "bbox": labels_of("cat", "dog", to="image"),
    }
)
DATA = {"text": "Ada joined ACME.", "image": "/data/1.png"}
PROJECT, TASK = "GET /api/projects/1/", "GET /api/tasks/1/"
ANNOTATE, PREDICT = "POST /api/tasks/1/annotations/", "POST /api/predictions/"
GOOD, WRONG = sentiment("Positive"), sentiment("Positiv")
NER = {"from_name": "ner", "to_name": "text", "type": "labels"}


def span(start: int, end: int, label: str, **more: Any) -> dict[str, Any]:
    value = {"start": start, "end": end, "text": DATA["text"][start:end], "labels": [label]}
    return {**NER, "value": value, **more}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Task, Annotation, Prediction, Draft, Project)
    client.answers[PROJECT] = {"id": 1, "title": "Mixed", "label_config": str(MIXED)}
    client.answers[TASK] = {"id": 1, "project": 1, "data": DATA}
    client.answers[ANNOTATE] = lambda options: {"id": 5, "task": 1, "project": 1, **options["json"]}
    client.answers[PREDICT] = lambda options: {"id": 6, "project": 1, **options["json"]}
    return client


@pytest.fixture
def task(client: FakeClient) -> Task:
    """A task with a known project, whose data is not loaded."""
    return Task._from_answer(client, {"id": 1, "project": 1})


def sent(client: FakeClient) -> list[dict[str, Any]]:
    """Return the result of the last request without generated ids."""
    found: list[dict[str, Any]] = client.calls[-1][1]["result"]
    return without_id(found)


# -- sending --------------------------------------------------------------------------------------


def test_python_values_are_sent_in_the_servers_format(task: Task, client: FakeClient) -> None:
    task.annotate({"sentiment": "Positive"}, ground_truth=True)
    assert client.said == [PROJECT, ANNOTATE]
    assert sent(client) == GOOD
    assert client.calls[-1][1]["ground_truth"] is True
    task.predict({"sentiment": "Negative"}, score=0.5)
    assert client.said[-1] == PREDICT
    assert sent(client) == sentiment("Negative")
    assert (client.calls[-1][1]["task"], client.calls[-1][1]["score"]) == (1, 0.5)


def test_each_built_region_has_an_id(task: Task, client: FakeClient) -> None:
    task.annotate({"sentiment": "Positive", "ner": [Span("PER", start=0, end=3)]})
    ids = [region["id"] for region in client.calls[-1][1]["result"]]
    assert len(set(ids)) == 2
    assert all(ids)


def test_quoted_words_are_looked_up_in_the_data_of_the_task(task: Task, client: FakeClient) -> None:
    task.annotate({"ner": [Span("ORG", quote="ACME"), Span("PER", quote="Ada")]})
    assert client.said == [PROJECT, TASK, ANNOTATE]
    assert sent(client) == [span(11, 15, "ORG"), span(0, 3, "PER")]


def test_quoted_words_that_the_data_lacks_are_refused(task: Task, client: FakeClient) -> None:
    with pytest.raises(InvalidResult, match=r"ner: 'acme' is not in.*but 'ACME' is"):
        task.annotate({"ner": [Span("ORG", quote="acme")]})
    assert client.said == [PROJECT, TASK]


@pytest.mark.parametrize("said", [{"sentiment": "Positive"}, GOOD])
def test_the_data_is_loaded_only_if_needed(said: Any, task: Task, client: FakeClient) -> None:
    task.annotate(said)
    assert TASK not in client.said


def test_loaded_data_is_not_loaded_again(task: Task, client: FakeClient) -> None:
    assert task.data == DATA
    task.annotate({"ner": [Span("ORG", quote="ACME")]})
    assert client.said == [TASK, PROJECT, ANNOTATE]


def test_pixels_need_the_size_of_the_image(task: Task, client: FakeClient) -> None:
    box = Box("cat", pixels=(64, 48, 320, 240))
    with pytest.raises(InvalidResult, match=r"bbox: .*size=\(width, height\)"):
        task.annotate({"bbox": [box]})
    task.annotate({"bbox": [box]}, size=(640, 480))
    (region,) = sent(client)
    assert region["value"] == {
        "x": 10,
        "y": 10,
        "width": 50,
        "height": 50,
        "rotation": 0,
        "rectanglelabels": ["cat"],
    }
    assert (region["original_width"], region["original_height"]) == (640, 480)
    assert "size" not in client.calls[-1][1]


def test_relations_are_sent_with_their_regions(task: Task, client: FakeClient) -> None:
    one, other = Span("PER", start=0, end=3, id="a"), Span("ORG", start=11, end=15, id="b")
    task.predict({"ner": [one, other]}, relations=[Relation(one, other)])
    result = client.calls[-1][1]["result"]
    assert [each["type"] for each in result] == ["labels", "labels", "relation"]
    assert (result[2]["from_id"], result[2]["to_id"]) == ("a", "b")
    assert "relations" not in client.calls[-1][1]


def test_a_raw_list_is_sent_unchanged(task: Task, client: FakeClient) -> None:
    result = [{**GOOD[0], "id": "x", "origin": "manual", "of mine": {"kept": True}}]
    task.annotate(result)
    assert client.calls[-1][1] == {"result": result}


def test_a_raw_span_is_checked_against_the_text_of_the_task(task: Task, client: FakeClient) -> None:
    shifted = span(1, 4, "PER")
    shifted["value"]["text"] = "Ada"
    with pytest.raises(InvalidResult, match=r"'Ada' is at 0 to 3: the offsets seem shifted"):
        task.annotate([shifted])
    assert ANNOTATE not in client.said


def test_in_a_batch_no_task_is_loaded_to_check_spans(task: Task, client: FakeClient) -> None:
    with Project(1, client=client).batch():
        task.annotate([span(0, 3, "PER")])
    assert client.said == [PROJECT, ANNOTATE]


def test_integral_floats_in_a_changed_result_are_sent_as_integers(
    task: Task, client: FakeClient
) -> None:
    client.answers["PATCH /api/annotations/5/"] = lambda options: {"id": 5, **options["json"]}
    annotation = task.annotate(GOOD)
    annotation.result = [span(0, 3, "PER")]
    annotation.result[0]["value"]["end"] = 3.0
    annotation.save()
    assert repr(client.calls[-1][1]["result"][0]["value"]["end"]) == "3"


def test_received_regions_are_sent_back_unchanged(task: Task, client: FakeClient) -> None:
    result = [span(0, 3, "PER", id="a", origin="manual")]
    annotation = task.annotate(result)
    task.predict(annotation.regions)
    assert client.calls[-1][1]["result"] == result


def test_an_empty_result_fits_any_config_and_loads_none(task: Task, client: FakeClient) -> None:
    task.annotate([])
    task.predict([])
    assert client.said == [ANNOTATE, PREDICT]


def test_a_task_can_be_given_by_its_id(client: FakeClient) -> None:
    Annotation.create(1, {"sentiment": "Positive"}, client=client)
    assert client.said == [TASK, PROJECT, ANNOTATE]  # the task for its project, then the config
    assert sent(client) == GOOD
    Prediction.create(1, {"ner": [Span("PER", quote="Ada")]}, client=client)
    assert sent(client) == [span(0, 3, "PER")]


# -- validation -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "path", "says"),
    [
        ({"sentimnt": "Positive"}, "sentimnt", "Did you mean 'sentiment'"),
        ({"sentiment": "Positiv"}, "[0].value.choices[0]", "Did you mean 'Positive'"),
        (WRONG, "[0].value.choices[0]", "Did you mean 'Positive'"),
        ([{**GOOD[0], "from_name": "mood"}], "[0].from_name", "has no 'mood'"),
        ([GOOD[0], {**GOOD[0], "to_name": "txt"}], "[1].to_name", "'text'"),
        (
            [{**GOOD[0], "type": "labels"}],
            "[0].type",
            "must be 'choices' for results of 'sentiment', not 'labels'",
        ),
        ({"ner": "PER"}, "ner", "takes regions, such as Box or Span"),
        ([span(0, 3, "LOC")], "[0].value.labels[0]", "'LOC'"),
    ],
)
def test_an_invalid_result_is_refused_before_sending(
    said: Any, path: str, says: str, task: Task, client: FakeClient
) -> None:
    for write in (task.annotate, task.predict):
        with pytest.raises(InvalidResult) as caught:
            write(said)
        (problem,) = caught.value.problems
        assert problem.path == path
        assert says in problem.message
        assert str(problem) in str(caught.value)
    # The config is read again before the second error: it may have changed.
    assert [said for said in client.said if said != TASK] == [PROJECT, PROJECT]


def test_all_problems_are_listed_in_one_error(task: Task, client: FakeClient) -> None:
    with pytest.raises(InvalidResult) as caught:
        task.annotate([*WRONG, span(0, 3, "LOC"), {**GOOD[0], "from_name": "mood"}])
    paths = ["[0].value.choices[0]", "[1].value.labels[0]", "[2].from_name"]
    assert [problem.path for problem in caught.value.problems] == paths
    assert client.said == [PROJECT, TASK]  # the task for the text of the span


@pytest.mark.parametrize("said", ["Positive", 7, None])
def test_a_result_of_another_type_is_refused(said: Any, task: Task, client: FakeClient) -> None:
    for validate in (True, False):
        with pytest.raises(InvalidInput, match="a dict of control names to answers, or a list"):
            task.annotate(said, validate=validate)
    assert ANNOTATE not in client.said


@pytest.mark.parametrize("item", ["Positive", None, 7, [], ["ab"]])
def test_an_invalid_region_is_refused_with_its_index(
    item: Any, task: Task, client: FakeClient
) -> None:
    with pytest.raises(InvalidResult, match=r"\[1\]: must be a region \(a dict\)"):
        task.annotate([*GOOD, item])
    with pytest.raises(InvalidInput, match=r"\[1\] is a "):
        task.annotate([*GOOD, item], validate=False)
    assert ANNOTATE not in client.said


def test_without_validation_a_result_is_sent_without_loading_the_config(
    task: Task, client: FakeClient
) -> None:
    task.annotate(WRONG, validate=False)
    task.predict(WRONG, validate=False)
    assert client.said == [ANNOTATE, PREDICT]
    assert [body["result"] for _, body in client.calls] == [WRONG, WRONG]
    assert all("validate" not in body for _, body in client.calls)


def test_python_values_are_built_even_without_validation(task: Task, client: FakeClient) -> None:
    task.annotate({"sentiment": "Positiv"}, validate=False)
    assert sent(client) == WRONG
    with pytest.raises(InvalidResult, match="sentimnt"):  # it has no control of that name
        task.annotate({"sentimnt": "Positive"}, validate=False)


# -- reading --------------------------------------------------------------------------------------


@pytest.fixture
def annotation(task: Task, client: FakeClient) -> Annotation:
    """Annotation 5, loaded with its task."""
    result = [*GOOD, span(0, 3, "PER", id="a"), span(11, 15, "ORG", id="b")]
    relation = {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"}
    row = {"id": 5, "task": 1, "result": [*result, relation]}
    client.answers[TASK] = {"id": 1, "project": 1, "data": DATA, "annotations": [row]}
    return task.annotations[0]


def test_results_are_read_by_control_name(annotation: Annotation) -> None:
    assert annotation["sentiment"] == "Positive"
    assert annotation["bbox"] == []
    assert [region.label for region in annotation["ner"]] == ["PER", "ORG"]
    assert annotation.answers == {"sentiment": "Positive"}


def test_regions_are_typed_objects(annotation: Annotation) -> None:
    one, other = annotation.regions
    assert (one.label, one.span.text, one.span.start, one.control) == ("PER", "Ada", 0, "ner")
    assert (other.label, other.span.text) == ("ORG", "ACME")
    (relation,) = annotation.relations
    assert (relation.source, relation.target, relation.direction) == ("a", "b", "right")
    with pytest.raises(UnknownName, match="is a Span, not a Box"):
        _ = one.box


def test_predictions_are_read_like_annotations(task: Task) -> None:
    prediction = task.predict({"sentiment": "Negative", "ner": [Span("PER", quote="Ada")]})
    assert prediction["sentiment"] == "Negative"
    assert [region.span.text for region in prediction.regions] == ["Ada"]


def test_an_unknown_control_suggests_the_nearest(annotation: Annotation) -> None:
    with pytest.raises(NotFound, match=r"'sentimnt'.*Did you mean 'sentiment'"):
        _ = annotation["sentimnt"]


def test_reading_loads_the_config_once(annotation: Annotation, client: FakeClient) -> None:
    client.calls.clear()
    for _ in range(3):
        _ = annotation["sentiment"], annotation.regions, annotation.answers, annotation.relations
    assert client.said == [PROJECT]
    assert annotation.config == MIXED


def test_changes_are_visible_at_once(annotation: Annotation) -> None:
    annotation.result[0]["value"]["choices"] = ["Negative"]
    assert annotation["sentiment"] == "Negative"
    annotation.result = []
    assert (annotation["sentiment"], annotation.regions) == (None, ())


# -- saving ---------------------------------------------------------------------------------------

SAVE = "PATCH /api/annotations/5/"


def test_an_invalid_changed_result_is_not_sent(annotation: Annotation, client: FakeClient) -> None:
    client.calls.clear()
    annotation.result[0]["value"]["choices"] = ["Negativ"]
    with pytest.raises(InvalidResult, match=r"\[0\]\.value\.choices\[0\].*'Negative'"):
        annotation.save()
    assert client.said == [PROJECT]
    assert annotation.dirty == {"result"}


def test_a_valid_changed_result_is_sent(annotation: Annotation, client: FakeClient) -> None:
    client.answers[SAVE] = lambda options: {"id": 5, "task": 1, "project": 1, **options["json"]}
    annotation.result = sentiment("Negative")
    annotation.save()
    assert client.calls[-1] == (SAVE, {"result": sentiment("Negative")})
    assert (annotation.dirty, annotation["sentiment"]) == (set(), "Negative")


def test_a_changed_result_is_sent_unchanged_without_validation(
    annotation: Annotation, client: FakeClient
) -> None:
    client.answers[SAVE] = lambda options: {"id": 5, "task": 1, "project": 1, **options["json"]}
    client.calls.clear()
    annotation.result = WRONG
    annotation.save(validate=False)
    assert client.calls == [(SAVE, {"result": WRONG})]


def test_a_result_that_was_spoiled_in_place_is_refused_even_without_validation(
    annotation: Annotation, client: FakeClient
) -> None:
    annotation.result.append("Positive")
    with pytest.raises(InvalidInput, match=r"must be a list of regions \(dicts\), but \[4\]"):
        annotation.save(validate=False)
    assert client.changed == []


def test_an_unchanged_invalid_result_does_not_prevent_a_save(
    annotation: Annotation, client: FakeClient
) -> None:
    row = {"id": 5, "task": 1, "project": 1, "result": WRONG}
    client.answers[SAVE] = lambda options: {**row, **options["json"]}
    old = Annotation._from_answer(client, row)
    client.calls.clear()
    old.ground_truth = True
    old.save()
    assert client.calls == [(SAVE, {"ground_truth": True})]


def test_a_changed_result_of_a_prediction_is_checked_too(task: Task, client: FakeClient) -> None:
    prediction = task.predict({"sentiment": "Positive"})
    client.calls.clear()
    prediction.result = WRONG
    with pytest.raises(InvalidResult):
        prediction.save()
    assert [said for said in client.said if said != PROJECT] == []


# -- the config of a project ----------------------------------------------------------------------


class Reviews(Project):
    config = LabelConfig.parse(SENTIMENT)  # type: ignore[misc]
    defaults = NOTHING


class MoreReviews(Reviews):
    pass


@pytest.fixture
def making(client: FakeClient) -> FakeClient:
    client.answers["POST /api/projects/"] = lambda options: {"id": 7, **options["json"]}
    return client


def test_a_project_has_its_config_as_an_object(client: FakeClient) -> None:
    project = Project(1, client=client)
    assert project.config == MIXED
    assert project.config is Project(1, client=client).config  # parsed once for the same text
    assert client.said == [PROJECT]


def test_a_project_without_a_config_has_one_without_controls(client: FakeClient) -> None:
    client.answers[PROJECT] = {"id": 1, "label_config": ""}
    assert not Project(1, client=client).config.controls


def test_setting_the_config_changes_label_config(client: FakeClient) -> None:
    client.answers["PATCH /api/projects/1/"] = lambda options: {"id": 1, **options["json"]}
    project = Project(1, client=client)
    project.config = LabelConfig.parse(SENTIMENT)
    assert (project.dirty, project.label_config) == ({"label_config"}, SENTIMENT)
    assert list(project.config.controls) == ["sentiment"]
    project.save()
    assert client.calls[-1] == ("PATCH /api/projects/1/", {"label_config": SENTIMENT})


def test_label_config_accepts_a_config_object(client: FakeClient) -> None:
    client.answers["PATCH /api/projects/1/"] = lambda options: {"id": 1, **options["json"]}
    project = Project(1, client=client)
    project.label_config = LabelConfig.parse(SENTIMENT)  # type: ignore[assignment]
    assert list(project.config.controls) == ["sentiment"]
    project.save()
    assert client.calls[-1] == ("PATCH /api/projects/1/", {"label_config": SENTIMENT})


def test_results_are_checked_against_the_config_saved_last(
    client: FakeClient,
) -> None:
    client.answers["PATCH /api/projects/1/"] = lambda options: {"id": 1, **options["json"]}
    project = Project(1, client=client)
    with pytest.raises(InvalidResult, match="mood"):
        project.tasks.get(1).annotate({"mood": "Positive"})
    project.config = SENTIMENT.replace("sentiment", "mood")  # type: ignore[assignment]
    project.save()
    client.answers[PROJECT] = {"id": 1, "label_config": project.label_config}
    project.tasks.get(1).annotate({"mood": "Positive"})
    assert sent(client) == [{**GOOD[0], "from_name": "mood"}]


def test_new_projects_have_the_config_of_their_class(making: FakeClient) -> None:
    assert Project.config is None
    assert MoreReviews.config == Reviews.config == LabelConfig.parse(SENTIMENT)
    for model in (Reviews, MoreReviews):
        project = model.create(title="Reviews", client=making)
        assert making.calls[-1][1] == {"label_config": SENTIMENT, "title": "Reviews"}
        assert project.config == model.config


def test_a_project_of_a_class_reads_its_config_from_the_server(client: FakeClient) -> None:
    assert Reviews(1, client=client).config == MIXED


def test_a_subclass_can_remove_the_config_of_its_parent(making: FakeClient) -> None:
    class Bare(Reviews):
        config = None

    Bare.create(title="Bare", client=making)
    assert making.calls[-1][1] == {"title": "Bare"}
    assert Bare.config is None
    assert Bare(1, client=making).config == MIXED


def test_create_accepts_a_config_object(making: FakeClient) -> None:
    project = Project.create(title="Mixed", label_config=MIXED, client=making)
    assert making.calls[-1][1] == {"title": "Mixed", "label_config": str(MIXED)}
    assert (project.label_config, project.config) == (str(MIXED), MIXED)


def test_a_config_that_is_not_xml_raises_an_error_when_it_is_read(client: FakeClient) -> None:
    client.answers[PROJECT] = {"id": 1, "label_config": "<View>"}
    with pytest.raises(LabelStudioError, match="line 1"):
        _ = Project(1, client=client).config
