"""Copies, pickles and subclasses."""

from __future__ import annotations

import copy
import pickle
from typing import Any

from .case import case, failed


@case()
def a_client_in_a_worker(side: Any) -> Any:
    client = pickle.loads(pickle.dumps(side.client))
    return client.url == side.url, client.check_connection(), client.api_key == side.key


@case()
def a_project_in_a_worker(side: Any) -> Any:
    return failed(lambda: pickle.loads(pickle.dumps(side.project)).get_tasks_ids())


@case()
def copies(side: Any) -> Any:
    return copy.copy(side.client).check_connection(), copy.deepcopy(side.client).check_connection()


@case()
def copies_of_a_project(side: Any) -> Any:
    return [
        failed(lambda: copy.copy(side.project).title),
        failed(lambda: copy.deepcopy(side.project).get_tasks_ids()),
    ]


@case()
def a_project_class_of_ones_own(side: Any) -> Any:
    class Reviews(side.sdk.Project):  # type: ignore[misc]
        color_of_reviews = "red"

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.seen = 0

        def texts(self) -> list[str]:
            self.seen += 1
            return [task["data"]["text"] for task in self.get_tasks()]

        @property
        def shout(self) -> str:
            return f"{self.title}!"

    project = Reviews.get_from_id(side.client, side.project.id)
    return project.texts(), project.seen, project.shout, project.color_of_reviews


@case("Project.get_from_id")
def a_project_class_that_names_its_arguments(side: Any) -> Any:
    class Reviews(side.sdk.Project):  # type: ignore[misc, name-defined]
        def __init__(
            self, url: Any, api_key: Any, session: Any, extra_headers: Any, **named: Any
        ) -> None:
            names = {"session": session, "extra_headers": extra_headers}
            super().__init__(url, api_key, **names, **named)
            self.named = sorted(named)

    project = Reviews.get_from_id(side.client, side.project.id)
    return project.title, project.named


@case("Client.delete_all_projects")
def delete_all_projects(side: Any) -> Any:
    answers = side.client.delete_all_projects()
    return {answer.status_code for answer in answers} == {204}, side.client.list_projects()
