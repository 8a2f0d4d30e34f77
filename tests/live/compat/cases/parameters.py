"""A project and its parameters."""

from __future__ import annotations

from typing import Any

from .case import case, failed


@case("Project.get_from_id")
def get_from_id(side: Any) -> Any:
    project = side.sdk.Project.get_from_id(side.client, side.project.id)
    return project.title, failed(side.sdk.Project.get_from_id, side.client, 999999)


@case("Project.start_project")
def start_project(side: Any) -> Any:
    project = side.sdk.Project(url=side.url, api_key=side.key)
    return project.start_project(title="Started"), project.title, project.params


@case("Project.get_params", "Project.update_params", "Project.set_params")
def parameters(side: Any) -> Any:
    project = side.new_project()
    changed = project.set_params(title="Changed", show_skip_button=False)
    read = project.get_params()
    updated = project.update_params()
    refused = failed(project.set_params, label_config="<View>")
    return changed, read, updated, project.title, project.params, refused


@case()
def a_parameter_is_read_when_it_is_used(side: Any) -> Any:
    project = side.sdk.Project._create_from_id(side.client, side.project.id)
    before = dict(project.params)
    return before, project.title, sorted(project.params)


@case()
def a_parameter_that_is_not_there(side: Any) -> Any:
    return failed(lambda: side.project.no_such_parameter)


@case()
def hasattr_of_a_missing_parameter(side: Any) -> Any:
    return failed(hasattr, side.project, "no_such_parameter")


@case("Project.set_sampling", "Project.set_published", "Project.set_model_version")
def settings(side: Any) -> Any:
    project, module = side.new_project(), side.project_module
    done = [
        project.set_sampling(module.ProjectSampling.RANDOM),
        project.set_published(True),
        project.set_model_version(model_version="m0"),
    ]
    project.update_params()
    return done, project.sampling, project.is_published, project.model_version


@case("Project.parsed_label_config")
def parsed_label_config(side: Any) -> Any:
    return side.project.parsed_label_config


@case("Project.get_model_versions", "Project.get_predictions_coverage")
def model_versions(side: Any) -> Any:
    return side.project.get_model_versions(), side.project.get_predictions_coverage()


@case("Project.get_predictions_conflict", "Project.get_predictions_precision")
def what_was_never_written(side: Any) -> Any:
    project = side.project
    return failed(project.get_predictions_conflict), failed(project.get_predictions_precision)


@case()
def names_of_the_modules(side: Any) -> Any:
    module = side.project_module
    return (
        {each.name: each.value for each in module.ProjectSampling},
        {each.name: each.value for each in module.ProjectStorage},
        {each.name: each.value for each in module.AssignmentSamplingMethod},
        {each.name: each.value for each in side.module("users").UserRole},
        side.sdk.__version__,
    )
