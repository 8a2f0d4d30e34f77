"""A user's script: a type checker finds no mistake and no Any in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reviews import BookReviews, Review, Reviews, Shelf
from typing_extensions import assert_type

from label_studio_orm import (
    Annotation,
    Draft,
    Drafts,
    ExportedPath,
    ExportedTasks,
    Files,
    GCSExportStorage,
    ImportResult,
    LabelStudio,
    LocalImportStorage,
    MLBackend,
    Prediction,
    Project,
    ProviderStorages,
    Records,
    Region,
    S3ImportStorage,
    Span,
    StorageFile,
    StorageFiles,
    Task,
    Tasks,
    UploadedFile,
    User,
    View,
    Views,
    Webhook,
)
from label_studio_orm.orm.expressions import Order


def data_fields(reviews: Reviews, books: BookReviews, shelf: Shelf) -> None:
    assert_type(reviews.tasks[0].text, str)
    assert_type(reviews.tasks[0].stars, int | None)
    assert_type(reviews.praised, list[Review])
    assert_type(books.tasks[0].pages, int)
    assert_type(shelf.tasks[0].pages, int)
    assert_type(shelf.texts(), list[str])


def queries(reviews: Reviews, project: Project) -> None:
    assert_type(project.tasks, Tasks[Task])
    assert_type(reviews.tasks, Tasks[Review])
    assert_type(reviews.tasks.filter(Review.text.contains("a")), Tasks[Review])
    assert_type(reviews.tasks.filter(stars=5).exclude(text="").order_by("-id"), Tasks[Review])
    assert_type(reviews.tasks.first(), Review | None)
    assert_type(reviews.tasks[1:3], Records[Review])
    assert_type([task.praises for task in reviews.tasks], list[bool])
    assert_type(reviews.tasks.create({"text": "b"}, stars=5), Review)
    assert_type(reviews.tasks.create(text="b"), Review)
    annotation = reviews.annotations[0]
    assert_type(annotation, Annotation)
    annotation["ner"] += [Span("PER", quote="Ada")]
    annotation.result = {"sentiment": "Positive"}
    annotation.regions = [region.replace(label="ORG") for region in annotation.regions]
    assert_type(annotation.regions[0].span.replace(end=7), Span)
    assert_type(annotation.regions, tuple[Region, ...])
    assert_type(annotation.result, list[dict[str, Any]])
    del annotation["ner"]
    assert_type(reviews.predictions.one(), Prediction)
    assert_type(reviews.tasks.filter(stars=5).accept_predictions("m1"), int)
    assert_type(reviews.tasks.actions(), dict[str, str])
    assert_type(reviews.model_versions["m1"], int)
    s3: ProviderStorages[S3ImportStorage] = reviews.import_storages.s3
    assert_type(s3[0], S3ImportStorage)
    assert_type(reviews.import_storages.s3.create(bucket="b").presign, bool)
    assert_type(reviews.import_storages.s3.preview(bucket="b"), StorageFiles)
    assert_type(reviews.import_storages.s3.preview(bucket="b")[0], StorageFile)
    assert_type(reviews.files, Files)
    assert_type(reviews.files.filter(size=7)[0], UploadedFile)
    assert_type(reviews.tasks[0].all_drafts, Drafts)


def views(reviews: Reviews) -> None:
    view = reviews.views.create("Done", Review.text == "a", order_by=-Task.id, columns=["text"])
    assert_type(reviews.views, Views)
    assert_type(view, View)
    assert_type(view.title, str)
    assert_type(view.order_by, Order | None)
    assert_type(view.columns, list[str])
    view.filters = Review.text.contains("a")
    view.order_by = "-id"
    view.columns = [Task.id, "text"]


def rerun_cells(ls: LabelStudio, reviews: Reviews) -> None:
    assert_type(ls.projects.get_or_create(title="Reviews", sampling=None), Project)
    assert_type(Reviews.get_or_create(title="Reviews", client=ls), Reviews)
    assert_type(Reviews.get(title="Reviews", client=ls).tasks[0].text, str)
    assert_type(ls.users.get_or_create(email="ann@example.com", phone="1"), User)
    assert_type(User.get(email="ann@example.com", client=ls), User)
    assert_type(reviews.views.get_or_create("Done", Review.text == "a", order_by="-id"), View)
    assert_type(reviews.webhooks.get_or_create("https://example.org", events=["A"]), Webhook)
    assert_type(reviews.ml_backends.get_or_create("https://example.org", title="m"), MLBackend)
    storages = reviews.import_storages
    assert_type(storages.local.get_or_create(path=Path("/data")), LocalImportStorage)
    assert_type(storages.s3.get_or_create(bucket="b", prefix="p", presign=True), S3ImportStorage)
    assert_type(
        reviews.export_storages.gcs.create(bucket="b", can_delete_objects=True), GCSExportStorage
    )


def transfers(reviews: Reviews, project: Project) -> None:
    assert_type(reviews.import_tasks([{"text": "b"}], key="text"), ImportResult)
    assert_type(project.upload_files("photos/"), ImportResult)
    assert_type(reviews.export(), ExportedTasks)
    assert_type(reviews.export("JSON_MIN", only_finished=True)[0], dict[str, Any])
    assert_type(reviews.export("YOLO", "out/", media=True), ExportedPath)
    assert_type(reviews.tasks.filter(stars=5).export(), ExportedTasks)
    assert_type(reviews.tasks.export("CSV", "out/", predictions=True), ExportedPath)
    assert_type(reviews.iter_export(), Iterator[dict[str, Any]])


def answers(reviews: Reviews) -> None:
    task = reviews.tasks[0]
    assert_type(task.annotate({"sentiment": "Positive"}, ground_truth=True), Annotation)
    assert_type(task.predict({"sentiment": "Positive"}, score=0.5), Prediction)
    assert_type(task.draft({"sentiment": "Positive"}), Draft)
    assert_type(task.draft({"sentiment": "Positive"}).submit(ground_truth=True), Annotation)
    assert_type(task.annotations[0].to_draft(), Draft)


def files(reviews: Reviews) -> None:
    task, file = reviews.tasks[0], reviews.files[0]
    assert_type(task.path("image"), Path)
    assert_type(task.size("image"), tuple[int, int])
    with task.open("image") as opened:
        assert_type(opened.read(), bytes)
    assert_type(file.name, str)
    assert_type(file.size, int | None)
    assert_type(file.download("out/"), Path)
    assert_type(file.replace("a.png"), UploadedFile)


def any_project(project: Project) -> int:
    return len(project.tasks)


def main() -> None:
    ls = LabelStudio()
    reviews = Reviews.create(title="Reviews", maximum_annotations=2, client=ls)
    assert_type(reviews, Reviews)
    assert_type(any_project(reviews), int)  # a Reviews is a Project
    assert_type(ls.projects.create(title="Other"), Project)
    assert_type(Reviews.get(7, client=ls).tasks.get(3), Review)
    assert_type(ls.register(Reviews), type[Reviews])
