"""The server's templates of labeling configs are parsed, checked and sampled."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest
import yaml
from label_studio_sdk._extensions.label_studio_tools.core.label_config import parse_config
from support.cleaning import delete
from support.edits import check_edits

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import ConfigWarning
from label_studio_orm.labeling import LabelConfig
from label_studio_orm.server.installation import home

SERVER = home() / "venv" / "lib"
TEMPLATES = {
    str(path.relative_to(folder)): path
    for folder in SERVER.glob("python*/site-packages/label_studio/annotation_templates")
    for path in sorted((*folder.rglob("config.yml"), *folder.rglob("config.xml")))
}
LEAST = 100  # the server ships 102; without it there would be none to try

# Mistakes of templates that the server accepts. A Rating without toName has no object:
# parse_config does not list it as a control either. The editor selects both of two choices
# with the same name when it loads an answer.
MISTAKEN = {
    "generative-ai/chatbot-assessment/config.yml": "must have a toName=",
    "ranking-and-scoring/document-retrieval/config.yml": "the choice 'Two' is used twice.",
}

# Controls without results in a sample: a Chat and controls of its messages (only the
# Enterprise editor creates messages), and the <Labels> of a video, whose labels are in the
# results of its VideoRectangle.
CHATS = {
    "chat/chat_eval/config.yml": {"chat"},
    "chat/chat_red_team/config.yml": {
        "assistant_outcome",
        "assistant_refusal_quality",
        "user_jailbreak_tactic",
        "user_risk",
    },
    "chat/chat_rlhf/config.yml": {
        "assistant_response_accuracy",
        "correctness",
        "message_comment",
        "relevance",
        "tone",
    },
    "chat/chatbot/config.yml": {"accuracy", "documentation", "questions_answered", "style"},
}
UNSAID = {**CHATS, "videos/video-object-tracking/config.yml": {"videoLabels"}}


@pytest.fixture(params=TEMPLATES)
def template(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def xml(template: str) -> str:
    text = TEMPLATES[template].read_text(encoding="utf-8")
    return text if template.endswith(".xml") else str(yaml.safe_load(text)["config"])


@pytest.fixture
def filled(ls: LabelStudio, xml: str) -> Iterator[Project]:
    """A project with the template's config, which the server accepts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConfigWarning)  # of Enterprise's tags, and of mistakes
        project = ls.projects.create(title="Template", label_config=xml)
    yield project
    delete(project)


def test_the_server_ships_templates() -> None:
    assert len(TEMPLATES) >= LEAST, f"Is the server installed? There are too few in {SERVER}."


def test_as_dict_equals_the_dict_of_the_sdk(xml: str) -> None:
    assert LabelConfig.parse(xml).as_dict() == parse_config(xml)


def test_check_finds_no_problem_in_a_template(template: str, xml: str) -> None:
    config = LabelConfig.parse(xml)
    problems = [str(problem) for problem in config.check() if not problem.edition]
    mistakes = [MISTAKEN[template]] if template in MISTAKEN else []
    assert len(problems) == len(mistakes)
    assert all(said in problem for said, problem in zip(mistakes, problems, strict=True))
    enterprise = {each.path for each in config.check() if each.edition}
    assert bool(enterprise) == any(tag in xml for tag in ("<Chat", "<ReactCode", "<OcrLabels"))


def test_a_sample_has_every_variable_and_every_control(template: str, xml: str) -> None:
    config = LabelConfig.parse(xml)
    task = config.sample_task()
    assert set(task) == {variable.key for variable in config.variables.values()}
    result = config.sample_result(task)
    config.validate(result, data=task)
    said = {item["from_name"] for item in result}
    assert set(config.controls) - said == UNSAID.get(template, set())


def test_edits_of_a_sample_change_nothing_else(xml: str) -> None:
    config = LabelConfig.parse(xml)
    task = config.sample_task()
    check_edits(config, config.sample_result(task), task)


def test_a_sample_is_stored_unchanged_by_the_server(xml: str, filled: Project) -> None:
    config = LabelConfig.parse(xml)
    data = config.sample_task()
    result = config.sample_result(data)
    row = {
        "data": data,
        "annotations": [{"result": result}],
        "predictions": [{"result": result, "score": 0.5, "model_version": "m"}],
    }
    task = filled.tasks.get(filled.import_tasks([row]).ids[0])
    assert task.data == data
    (annotation,), (prediction,) = task.annotations, task.predictions
    assert annotation.result == result
    assert prediction.result == result
    assert config.result(config.read(annotation.result), data=data) == result
    assert LabelConfig.parse(filled.label_config) == config
