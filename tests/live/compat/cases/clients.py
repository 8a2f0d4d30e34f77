"""The client."""

from __future__ import annotations

import os
from typing import Any

from .case import case, failed


@case("ClientCredentials.either_key_or_email_password")
def credentials_by_key(side: Any) -> Any:
    given = side.client_module.ClientCredentials(api_key="k")
    return given.api_key, given.email, given.password


@case("ClientCredentials.either_key_or_email_password")
def credentials_of_nothing(side: Any) -> Any:
    return failed(side.client_module.ClientCredentials)


@case("ClientCredentials.either_key_or_email_password")
def credentials_without_a_password(side: Any) -> Any:
    return failed(side.client_module.ClientCredentials, email="x@example.com")


@case("Client.get_api_key")
def login_by_email_and_password(side: Any) -> Any:
    credentials = side.client_module.ClientCredentials(email=side.email, password=side.password)
    client = side.sdk.Client(url=side.url, credentials=credentials)
    return client.api_key == side.key, client.check_connection()


@case("Client.get_api_key")
def login_with_a_wrong_password(side: Any) -> Any:
    credentials = side.client_module.ClientCredentials(email=side.email, password="wrong")
    return failed(lambda: side.sdk.Client(side.url, credentials=credentials).get_users())


@case("Client.get_versions")
def versions(side: Any) -> Any:
    client = side.client
    return client.get_versions()["release"], client.versions["release"], client.is_enterprise


@case()
def versions_that_are_given(side: Any) -> Any:
    client = side.sdk.Client(side.url, side.key, versions={"label-studio-enterprise-backend": {}})
    return client.versions, client.is_enterprise


@case()
def a_client_without_a_key(side: Any) -> Any:
    return failed(side.sdk.Client, side.url)


@case()
def a_client_of_the_environment(side: Any) -> Any:
    os.environ.update(LABEL_STUDIO_URL=side.url + "/", LABEL_STUDIO_API_KEY=side.key)
    try:
        client = side.sdk.Client()
        return client.url == side.url, client.api_key == side.key, client.check_connection()
    finally:
        del os.environ["LABEL_STUDIO_URL"], os.environ["LABEL_STUDIO_API_KEY"]


@case()
def a_wrong_key(side: Any) -> Any:
    return failed(lambda: side.sdk.Client(side.url, "0" * 40).get_users())


@case()
def no_server(side: Any) -> Any:
    return failed(lambda: side.sdk.Client("http://127.0.0.1:9", side.key).get_users())


@case()
def headers_cookies_and_a_session_of_ones_own(side: Any) -> Any:
    import requests

    session = requests.Session()
    client = side.sdk.Client(
        url=side.url,
        api_key=side.key,
        session=session,
        extra_headers={"X-Team": "vision"},
        cookies={"theme": "dark"},
        oidc_token="proxy",
    )
    project = client.get_project(side.project.id)
    return client.session is session, sorted(client.headers), client.cookies, project.title


@case("Client.check_connection")
def check_connection(side: Any) -> Any:
    return side.client.check_connection()


@case("Client.get_session")
def get_session(side: Any) -> Any:
    session = side.client.get_session()
    return type(session).__name__, session is side.client.session, dict(session.cookies)


@case("Client.get_url")
def get_url(side: Any) -> Any:
    return [side.client.get_url(path)[len(side.url) :] for path in ("/api/version", "api/version")]


@case("Client.make_request")
def make_request(side: Any) -> Any:
    client, project = side.client, side.project
    by_name = client.make_request(method="GET", url=f"/api/projects/{project.id}/")
    by_place = client.make_request("GET", "api/projects", {"title": "no such project"})
    return by_name.status_code, by_name.json()["title"], by_place.json()


@case("Client.make_request")
def make_request_of_what_is_not_there(side: Any) -> Any:
    return failed(side.client.make_request, "GET", "/api/tasks/999999")


@case("Client.make_request")
def make_request_that_does_not_raise(side: Any) -> Any:
    client = side.client
    answer = client.make_request("GET", "/api/tasks/999999", raise_exceptions=False)
    quiet = side.sdk.Client(side.url, side.key, make_request_raise=False)
    return answer.status_code, answer.json(), quiet.make_request("GET", "/api/tasks/9999").ok


@case("Client.make_request")
def make_request_with_a_body(side: Any) -> Any:
    project = side.new_project()
    path = f"/api/projects/{project.id}/"
    changed = side.client.make_request("PATCH", path, json={"title": "Changed"}, timeout=30)
    return changed.status_code, changed.json()["title"]


@case("Client.log_response_error")
def log_response_error(side: Any) -> Any:
    answer = side.client.make_request("GET", "/api/tasks/999999", raise_exceptions=False)
    return side.client.log_response_error(answer)


@case("Client.start_project", "Client.create_project")
def create_projects(side: Any) -> Any:
    client = side.client
    one = client.start_project(title="Started", label_config=side.config)
    two = client.create_project(title="Created", description="Words", color="#FF8800")
    return (
        [type(each).__name__ for each in (one, two)],
        (one.title, one.label_config, two.description, two.color),
        two.params,
        failed(client.start_project, title="Broken", label_config="<View>"),
    )


@case("Client.list_projects", "Client.get_projects")
def list_projects(side: Any) -> Any:
    for number in range(3):
        side.client.start_project(title=f"Listed {number}")
    everyone = [each.title for each in side.client.list_projects()]
    found = side.client.get_projects(title="Listed")
    one = [each.title for each in side.client.list_projects(title="Listed 1")]
    return everyone, [each.title for each in found], one, found[0].params


@case("Client.get_project")
def get_project(side: Any) -> Any:
    found = side.client.get_project(side.project.id)
    by_name = side.client.get_project(id=side.project.id)
    same = by_name.id == found.id
    return found.title, found.params, same, failed(side.client.get_project, 999999)


@case("Client.delete_project")
def delete_project(side: Any) -> Any:
    project = side.client.start_project(title="To delete")
    answer = side.client.delete_project(project.id)
    again = failed(side.client.delete_project, project_id=project.id)
    return answer.status_code, again, failed(side.client.get_project, project.id)


@case("Client.get_users")
def get_users(side: Any) -> Any:
    users = [each for each in side.client.get_users() if each.email == side.email]
    return [[each.username, each.first_name, each.initials, each.phone] for each in users]


@case("Client.create_user")
def create_user(side: Any) -> Any:
    body = {"email": side.unique("ann@example.com"), "username": side.unique("ann")}
    made = side.client.create_user({**body, "first_name": "Ann", "last_name": "Lee"})
    again = side.client.create_user(user=body, exist_ok=True)
    refused = side.client.create_user(body, exist_ok=False)
    return made.email, made.first_name, again, refused


@case("Client.get_workspaces")
def workspaces_of_community(side: Any) -> Any:
    return failed(side.client.get_workspaces)


@case("Client.get_workspace_by_title")
def a_workspace_of_community(side: Any) -> Any:
    return failed(side.client.get_workspace_by_title, "Vision")


@case("Client.get_organization")
def get_organization(side: Any) -> Any:
    return sorted(side.client.get_organization())


@case("Client.sync_storage")
def sync_storage(side: Any) -> Any:
    project = side.new_project()
    storage = project.connect_local_import_storage(side.folder)
    return side.client.sync_storage("localfiles", storage["id"])["type"]


@case("Client.make_request")
def make_request_with_parameters_as_pairs_or_text(side: Any) -> Any:
    title = "no such project"
    answers = [
        side.client.make_request("GET", "/api/projects", params).json()
        for params in ([("title", title), ("page_size", 1)], "title=no+such+project&page_size=1")
    ]
    return [answer["count"] for answer in answers]


@case("Client.make_request")
def make_request_with_options_of_the_connection(side: Any) -> Any:
    return [
        side.client.make_request("GET", "/health", **options).json()
        for options in ({"verify": False}, {"proxies": {}}, {"cert": None})
    ]


@case("Client.make_request")
def a_header_of_ones_own_replaces_the_key(side: Any) -> Any:
    header = {"Authorization": f"Token {side.key}"}
    client = side.sdk.Client(side.url, "wrong", extra_headers=header, versions={"release": "1"})
    project = client.get_project(side.project.id)
    right = project.title, project.tasks_ids == side.tasks
    client.headers["Authorization"] = "Bearer wrong"
    return right, failed(client.get_projects)


@case("Project.set_params", "Project.update_task", "Project.list_annotations")
def methods_that_raise_in_any_case(side: Any) -> Any:
    quiet = side.sdk.Client(side.url, side.key, make_request_raise=False)
    project = quiet.get_project(side.project.id)
    return [
        "raises" in failed(call, *arguments, **named)
        for call, arguments, named in (
            (project.set_params, (), {"label_config": "<bad"}),
            (project.update_task, (999999,), {"data": {}}),
            (project.list_annotations, (999999,), {}),
            (project.create_annotation, (999999,), {"result": []}),
            (project.get_annotation, (999999,), {}),
            (project.update_annotation, (999999,), {"result": []}),
            (project.delete_annotation, (999999,), {}),
        )
    ]
