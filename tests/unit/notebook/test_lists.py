"""Tables of records and queries."""

from __future__ import annotations

import pytest
from support.displays import EVIL, Page, client, record, task
from support.tasks import TaskServer

from label_studio_orm import Project, Records, Task
from label_studio_orm.notebook import body_of


def text_of(shown: object) -> str:
    return Page(body_of(shown) or "").text


def test_a_query_that_has_read_nothing_tells_how_to() -> None:
    text = text_of(TaskServer(3).tasks)
    assert text.startswith("Tasks of project 1 · Open in Label Studio")
    assert text.endswith("Nothing has been read: .head() reads the first rows.")


def test_a_part_of_a_list_is_a_table_with_the_same_title() -> None:
    found = TaskServer(5).tasks.head()
    part = found[1:3]
    assert isinstance(part, Records)
    assert [each.id for each in part] == [2, 3]
    assert (part.title, part.total) == (found.title, 5)
    assert "t3" in text_of(part)
    assert found[-1].id == 5


def test_a_query_that_was_counted_tells_the_number() -> None:
    tasks = TaskServer(3).tasks
    assert len(tasks) == 3
    assert "3 in all" in text_of(tasks)


def test_a_query_shows_the_first_rows_of_its_last_reading() -> None:
    server = TaskServer(12)
    tasks = server.tasks
    assert len(list(tasks)) == 12
    pages = len(server.pages)
    text = text_of(tasks)
    assert "10 of 12" in text
    assert "t10" in text
    assert "t11" not in text
    assert len(server.pages) == pages


def test_a_reading_that_stopped_early_tells_what_the_server_has_counted() -> None:
    tasks = TaskServer(25).tasks
    assert next(iter(tasks)).id == 1
    assert "1 of 25" in text_of(tasks)


def test_a_number_that_is_not_known_is_not_guessed() -> None:
    tasks = TaskServer(25).tasks.order_by(-Task.data["n"])
    assert "the first 4" in text_of(tasks.head(4))


def test_the_conditions_of_a_query_stand_above_its_rows() -> None:
    tasks = TaskServer(5).tasks.filter(Task.data["n"] > 2)
    assert "Tasks of project 1 where data['n'] > 2" in text_of(tasks)


def test_rows_link_to_label_studio() -> None:
    page = Page(body_of(TaskServer(2).tasks.head()) or "")
    assert page.urls == {
        "http://fake/projects/1/data",
        "http://fake/projects/1/data?task=1",
        "http://fake/projects/1/data?task=2",
    }


def test_the_data_comes_before_counters_and_flags() -> None:
    body = body_of(TaskServer(1).tasks.head()) or ""
    names = [name for name in ("id", "text", "total_<wbr>annotations") if f">{name}</th>" in body]
    assert names == ["id", "text", "total_<wbr>annotations"]
    assert sorted(names, key=body.index) == names


def test_a_table_has_few_columns() -> None:
    server = TaskServer()
    server.add(data={f"key{number}": number for number in range(50)})
    assert (body_of(server.tasks.head()) or "").count("<th") <= 8


def test_columns_that_were_asked_for_are_shown() -> None:
    assert "inner_id" in text_of(Records([record_of_two_fields()]))


def record_of_two_fields() -> object:
    return type(task())._from_answer(client(), {"id": 1, "inner_id": 4, "overlap": 1})


def test_a_long_text_is_cut_and_whole_in_the_tooltip() -> None:
    text = "word " * 60
    body = body_of(Records([task(data={"text": text})])) or ""
    assert f'title="{text}"' in body
    assert text not in Page(body).text


def test_addresses_are_links_under_the_name_of_the_file() -> None:
    data = {"image": "https://example.org/a/my%20cat.jpg?x=1", "file": "/data/upload/1/b.png"}
    page = Page(body_of(Records([task(data=data)])) or "")
    assert "my cat.jpg" in page.text
    assert {data["image"], f"http://fake{data['file']}"} <= page.urls


@pytest.mark.parametrize(
    "url", ["https://me:s3cret99@host/a", "https://host/a?X-Amz-Signature=s3cret99", "s3cret99"]
)
def test_an_address_with_a_secret_is_no_link(url: str) -> None:
    body = body_of(Records([task(data={"image": url})])) or ""
    assert ("s3cret99" in body) is (url == "s3cret99")


def test_secrets_of_records_are_not_shown() -> None:
    hook = record("webhook", None, url="https://host/s3cret", headers={"X-Key": "s3cret"})
    project = record("project", None, title="A", task_data_password="s3cret")
    for shown in (hook, Records([hook]), project, Records([project])):
        assert "s3cret" not in (body_of(shown) or "")
    assert "***" in (body_of(hook) or "")


def test_results_are_shown_by_their_answers() -> None:
    text = text_of(task().annotations)
    assert f"{EVIL[:40]}" in text
    assert "(1)" in text


def test_a_change_that_is_not_saved_is_marked() -> None:
    project = record("project", None, title="Reviews")
    project.title = "Films"
    for shown in (project, Records([project])):
        assert "not saved: title" in (body_of(shown) or "")
        assert "Films" in text_of(shown)


def test_an_empty_list_says_so() -> None:
    assert "There are none." in text_of(TaskServer().tasks.head())
    assert "There are none." in text_of(Records())


def test_no_rows_of_many_records_do_not_mean_that_there_are_none() -> None:
    tasks = TaskServer(3).tasks
    assert len(tasks) == 3
    assert text_of(tasks.head(0)) == "Tasks of project 1 · 0 of 3"


def test_views_show_their_filter_without_a_request() -> None:
    item = {"filter": "filter:tasks:id", "operator": "greater", "type": "Number", "value": 7}
    filters = {"conjunction": "and", "items": [item, item]}
    data = {"title": "Late", "filters": filters, "ordering": ["-tasks:data.n"]}
    view = record("view", None, data=data)
    assert "id greater 7 and id greater 7" in text_of(Records([view]))
    assert "-data.n" in text_of(view)
    assert view.url == "http://fake/projects/1/data?tab=1"


def test_what_the_cache_has_of_a_record_is_shown() -> None:
    known = client()
    project = Project(1, client=known)
    assert "Nothing has been loaded" in text_of(project)
    known._cache.fill(project._identity, {"id": 1, "title": "Reviews"}, known._cache.stamp())
    assert "Reviews" in text_of(project)
