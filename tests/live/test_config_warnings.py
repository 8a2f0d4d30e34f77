"""Invalid configs: the error explains those that the server refuses, a warning the others."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest
from support.cleaning import delete

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import ConfigWarning, Rejected
from label_studio_orm.labeling import LabelConfig

TEXT = '<Text name="t" value="$t"/>'
CHOICES = '<Choices name="c" toName="t"><Choice value="A"/></Choices>'
INSIDE = '<Choices name="c" toName="t"><Choice>A</Choice></Choices>'
GOOD = f"<View>{TEXT}{CHOICES}</View>"
UNKNOWN = '<View><Text name="t" value="$étiquette"/></View>'
TAKEN = {
    "an unknown variable": UNKNOWN,
    "no colour": f'<View>{TEXT}<Labels name="l" toName="t"><Label value="A" background="redd"/>'
    "</Labels></View>",
    "lower case": f'<View>{TEXT}<choices name="c" toName="t"><Choice value="A"/></choices></View>',
    "Enterprise tag": '<View><Chat name="t" value="$t"/></View>',
    "labels on a text": f'<View>{TEXT}<EllipseLabels name="e" toName="t"><Label value="A"/>'
    "</EllipseLabels></View>",
}
REFUSED = {
    "toname=": f'<View>{TEXT}<choices name="c" toname="t"><choice value="A"/></choices></View>',
    "ToName=": f"<View>{TEXT}{CHOICES.replace('toName', 'ToName')}</View>",
    "Value=": f"<View>{TEXT.replace('value', 'Value')}{CHOICES}</View>",
    "classname='x'": f'<View><View classname="x">{TEXT}</View><View classname="x">{CHOICES}</View>'
    "</View>",
    "must not be a number": f"<View>{TEXT}{CHOICES}</View>".replace('"c"', '"1"'),
    "ignores the content of the tag": f"<View>{TEXT}{INSIDE}</View>",
    "minPlaybackSpeed": '<View><Video name="v" value="$v" minPlaybackSpeed="99"/></View>',
}


@pytest.fixture
def project(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Configs", label_config=GOOD)
    yield project
    delete(project)


@pytest.mark.parametrize("xml", TAKEN.values(), ids=[*TAKEN])
def test_a_config_that_only_the_editor_rejects_raises_a_warning(ls: LabelStudio, xml: str) -> None:
    (problem, *_) = LabelConfig.parse(xml).check()
    with pytest.warns(ConfigWarning) as caught:
        delete(ls.projects.create(title="Configs", label_config=xml))
    assert str(problem) in str(caught[0].message)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("said", REFUSED)
def test_the_error_for_a_refused_config_lists_our_problems(ls: LabelStudio, said: str) -> None:
    with pytest.raises(Rejected) as caught:
        ls.projects.create(title="Configs", label_config=REFUSED[said])
    assert said in str(caught.value)
    assert caught.value.validation_errors


def test_a_valid_config_raises_no_warning(ls: LabelStudio) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        delete(ls.projects.create(title="Configs", label_config=GOOD))


def test_saving_a_changed_config_raises_a_warning(project: Project) -> None:
    project.label_config = UNKNOWN
    with pytest.warns(ConfigWarning, match="must not contain 'é'") as caught:
        project.save()
    assert caught[0].filename == __file__


def test_saving_another_field_raises_no_warning_about_the_config(project: Project) -> None:
    project.label_config = UNKNOWN
    with pytest.warns(ConfigWarning):
        project.save()
    project.title = "Other"
    project.save()


def test_the_error_for_a_refused_change_of_the_config_lists_our_problems(project: Project) -> None:
    project.label_config = REFUSED["toname="]
    with pytest.raises(Rejected, match="toname= must be toName="):
        project.save()


def test_the_server_refuses_broken_xml(ls: LabelStudio) -> None:
    with pytest.raises(Rejected):
        ls.projects.create(title="Configs", label_config="<View>")
