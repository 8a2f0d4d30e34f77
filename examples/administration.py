"""A newcomer's admin script: set up a team on a server, and list what there is.

Three users, an invitation, a project with a webhook and an ML backend, and a new API key:
`python examples/administration.py`. It starts a server, and what the server calls, on this machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from label_studio_orm import LabelConfig, LabelStudio, LocalServer, Project, choices

CONFIG = LabelConfig.create({"text": "Text", "sentiment": choices("Positive", "Negative")})
TEAM = {"ann@example.com": "Ann", "bob@example.com": "Bob", "cem@example.com": "Cem"}
# A server refuses to call private addresses unless its environment says otherwise.
PRIVATE_ADDRESSES = {"SSRF_PROTECTION_ENABLED": "false", "ML_BLOCK_LOCAL_IP": "false"}
MODEL = {"/health": {"status": "UP"}, "/setup": {"model_version": "m1"}}


class Service(ThreadingHTTPServer):
    """A model, and a receiver of webhooks that keeps the names of the events."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.events: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        body = json.dumps(MODEL.get(self.path, {})).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/hook":
            self.server.events.append(sent["action"])
        self.do_GET()

    def log_message(self, *message: object) -> None:
        """Print nothing for a request."""


@contextmanager
def running_service() -> Iterator[Service]:
    with Service() as service:
        thread = Thread(target=service.serve_forever)
        thread.start()
        try:
            yield service
        finally:
            service.shutdown()
            thread.join()


def create_project(ls: LabelStudio, service: str) -> Project:
    """Create a project with a task, a webhook and an ML backend."""
    project = ls.projects.create(title="Reviews", label_config=CONFIG)
    project.import_tasks([{"text": "Rarely seen a worse film."}])
    project.webhooks.create(f"{service}/hook", events=["ANNOTATION_CREATED"])
    project.ml_backends.create(service, title="Tone")
    return project


def rows(ls: LabelStudio) -> Iterator[tuple[object, ...]]:
    """List everything that an administrator looks after."""
    for member in ls.organization.members:
        yield "member", member.email, f"{member.annotations_count} annotations"
    for project in ls.projects:
        for hook in project.webhooks:
            yield "webhook", hook.url, ", ".join(hook.events) or "every event"
        for backend in project.ml_backends:
            yield "ML backend", backend.url, f"{backend.title}, {backend.state}"
    for token in ls.tokens:
        yield "token", token.id, "in use" if token.in_use else "not in use"


def main() -> None:
    with running_service() as service, LocalServer(environ=PRIVATE_ADDRESSES) as server:
        ls = server.client(api_key=server.personal_access_token)
        team = [ls.users.get_or_create(email=at, first_name=name) for at, name in TEAM.items()]
        invitation = ls.organization.reset_invite()
        project = create_project(ls, service.url)
        project.tasks[0].annotate({"sentiment": "Negative"}, completed_by=team[0])
        new_key = ls.tokens.rotate()  # ls goes on with it

        print(f"Sign up at {invitation.reveal()}")
        print(f"The new API key has {len(new_key.reveal())} characters: store it now.")
        print(f"The webhook has received {', '.join(service.events)}.\n")
        for kind, name, about in rows(ls):
            print(f"{kind:12} {name:40} {about}")


if __name__ == "__main__":
    main()
