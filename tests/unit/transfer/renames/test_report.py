"""The report of a rename."""

from __future__ import annotations

from support.fake import FakeClient

from label_studio_orm import Annotation, Task
from label_studio_orm.transfer.renames.report import MAX_EXAMPLES, RenameReport


def test_a_report_counts_changed_records_by_kind() -> None:
    client = FakeClient()
    report = RenameReport("'Bad' → 'Poor'", config_changed=True)
    for number in (1, 2):
        report.add(Annotation(number, client=client), [], [{}])
    report.add(Task(3, client=client), {}, {"text": "Dull."})
    assert len(report) == 3
    assert repr(report) == (
        "<RenameReport 'Bad' → 'Poor': changed 2 annotations, 1 task, the labeling config>"
    )


def test_a_report_keeps_the_first_few_changes_as_examples() -> None:
    report = RenameReport("'a' → 'b'", dry_run=True)
    tasks = [Task(number, client=FakeClient()) for number in range(1, MAX_EXAMPLES + 3)]
    for task in tasks:
        report.add(task, {"url": "a"}, {"url": "b"})
    assert [task for task, _, _ in report.examples] == tasks[:MAX_EXAMPLES]
    assert repr(report) == f"<RenameReport 'a' → 'b': would change {MAX_EXAMPLES + 2} tasks>"


def test_a_report_of_nothing_is_false() -> None:
    assert not RenameReport("'a' → 'b'")
    assert repr(RenameReport("'a' → 'b'")) == "<RenameReport 'a' → 'b': changed nothing>"
