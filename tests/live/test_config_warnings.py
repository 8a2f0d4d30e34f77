"""Configs with problems: what the server refuses is explained, what it takes is warned of."""

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
def test_what_the_server_takes_and_the_editor_does_not_is_warned_of(
    ls: LabelStudio, xml: str
) -> None:
    (problem, *_) = LabelConfig.parse(xml).check()
    with pytest.warns(ConfigWarning) as caught:
        delete(ls.projects.create(title="Configs", label_config=xml))
    assert str(problem) in str(caught[0].message)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("said", REFUSED)
def test_what_the_server_refuses_is_told_in_our_words_as_well(ls: LabelStudio, said: str) -> None:
    with pytest.raises(Rejected) as caught:
        ls.projects.create(title="Configs", label_config=REFUSED[said])
    assert said in str(caught.value)
    assert caught.value.validation_errors


def test_a_config_without_problems_says_nothing(ls: LabelStudio) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        delete(ls.projects.create(title="Configs", label_config=GOOD))


def test_a_changed_config_is_warned_of(project: Project) -> None:
    project.label_config = UNKNOWN
    with pytest.warns(ConfigWarning, match="must not contain 'é'") as caught:
        project.save()
    assert caught[0].filename == __file__


def test_another_change_says_nothing_of_the_config(project: Project) -> None:
    project.label_config = UNKNOWN
    with pytest.warns(ConfigWarning):
        project.save()
    project.title = "Other"
    project.save()


def test_a_changed_config_that_the_server_refuses_is_explained(project: Project) -> None:
    project.label_config = REFUSED["toname="]
    with pytest.raises(Rejected, match="toname= must be toName="):
        project.save()


def test_xml_that_is_broken_is_the_servers_to_refuse(ls: LabelStudio) -> None:
    with pytest.raises(Rejected):
        ls.projects.create(title="Configs", label_config="<View>")
