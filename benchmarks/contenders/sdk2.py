"""label-studio-sdk 2, as its users type it."""

from __future__ import annotations

from label_studio_sdk import LabelStudio
from measuring import RESULT, Given, count, main, own_result


def connect(given: Given) -> LabelStudio:
    client = LabelStudio(base_url=given.url, api_key=given.key)
    count(client._client_wrapper.httpx_client.httpx_client, "send")
    return client


def texts(client: LabelStudio, given: Given) -> int:
    return sum(1 for task in client.tasks.list(project=given.project) if task.data["text"])


def annotated(client: LabelStudio, given: Given) -> int:
    """Read all there is, which is what `list` asks for unless told: counts and annotations."""
    tasks = client.tasks.list(project=given.project)
    return sum(len(task.annotations) for task in tasks if task.id and task.data["text"])


def lean(client: LabelStudio, given: Given) -> int:
    """Read three columns, which who knows the server well can ask for."""
    include = "id,data,total_annotations"
    tasks = client.tasks.list(project=given.project, fields="task_only", include=include)
    return sum(task.total_annotations for task in tasks if task.id and task.data["text"])


def predict(client: LabelStudio, given: Given) -> int:
    for id in given.ids:
        client.predictions.create(task=id, result=RESULT, score=0.9, model_version="m1")
    return len(given.ids)


def annotate(client: LabelStudio, given: Given) -> int:
    for id in given.ids:
        client.annotations.create(id, result=RESULT)
    return len(given.ids)


def annotate_each(client: LabelStudio, given: Given) -> int:
    for id in given.ids:
        client.annotations.create(id, result=own_result(id))
    return len(given.ids)


main(
    connect,
    *(texts, annotated, lean, predict, annotate, annotate_each),
    packages="label-studio-sdk httpx pydantic",
)
