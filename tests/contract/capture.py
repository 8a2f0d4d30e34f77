"""Write down what label-studio-sdk sends: `make contract`.

It runs in an environment of its own, which has that SDK. Each method is called with the arguments
of its table, against a server that captures the request and answers what the method's return type
describes, with made-up values. Both are written to `facts/`.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
import typing
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

import httpx
from label_studio_sdk import LabelStudio

from contract.call import FACTS, Call, tables
from contract.coverage import LIVE
from contract.made_up import Maker

CONVENIENCES = "projects.exports.as_"  # these send what other methods do


class Capture(httpx.BaseTransport):
    """A server that remembers the last request."""

    def __init__(self) -> None:
        self.request: httpx.Request | None = None
        self.answer: Any = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.request = request
        return httpx.Response(200, json=self.answer)


def main(only: list[str]) -> None:
    """Capture the calls of all tables, or of those that are named."""
    server = Capture()
    client = httpx.Client(transport=server)
    sdk = LabelStudio(base_url="http://enterprise", api_key="key", httpx_client=client)
    methods = dict(methods_of(sdk))
    named = sorted(name for name in methods if not name.startswith(CONVENIENCES))
    routes = {name: route_of(methods[name], live.sdk, server) for name, live in LIVE.items()}
    listed = {"sdk": version("label-studio-sdk"), "operations": named, "live": routes}
    write("operations", listed)
    for table, calls in tables().items():
        if not only or table in only:
            write(table, {call.name: captured(call, methods[call.name], server) for call in calls})


def methods_of(part: Any, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the public methods of the SDK's client and of the clients in it, by their names."""
    for name in dir(part):
        if name.startswith("_") or name == "with_raw_response":
            continue
        found = getattr(part, name)
        if inspect.ismethod(found):
            yield f"{prefix}{name}", found
        elif "Client" in type(found).__name__:
            yield from methods_of(found, f"{prefix}{name}.")


def captured(call: Call, method: Callable[..., Any], server: Capture) -> dict[str, Any]:
    """Call a method, and return its request with an answer."""
    returns = answer_of(method)
    made = Maker().value(returns, call.name)
    server.answer = with_answer(made, call)
    request = sent_by(method, call.sdk, server)
    return {**request_facts(request, call.sdk), "answer": server.answer}


def route_of(method: Callable[..., Any], arguments: Mapping[str, Any], server: Capture) -> str:
    """Return the request of a method that live tests show: "PATCH /api/organizations/{}"."""
    returns = typing.get_type_hints(method).get("return")
    server.answer = Maker().value(returns, "answer")
    facts = request_facts(sent_by(method, arguments, server), arguments)
    return f"{facts['method']} {facts['route']}"


def sent_by(
    method: Callable[..., Any], arguments: Mapping[str, Any], server: Capture
) -> httpx.Request:
    """Call a method, and return its request."""
    server.request = None
    result = method(**arguments)
    if isinstance(result, Iterator):
        next(result, None)  # a download, or pages
    request: Any = server.request
    return request  # type: ignore[no-any-return]


def answer_of(method: Callable[..., Any]) -> Any:
    """Return the type of an answer; an extended method may name it only in the class it extends."""
    name, kind = method.__name__, type(getattr(method, "__self__", None))
    bases = [vars(base)[name] for base in kind.__mro__ if name in vars(base)]
    found = (typing.get_type_hints(each).get("return") for each in bases or [method])
    return next(each for each in found if not getattr(each, "__parameters__", ()))


def with_answer(made: Any, call: Call) -> Any:
    """Return a made-up answer, or the rows of a list, with the values that the call gives."""
    if isinstance(made, list):
        return [with_answer(each, call) for each in made]
    if not isinstance(made, dict):
        return made
    if {"count", "results"} <= made.keys() and "results" not in call.answer:  # a page
        return {**made, "results": with_answer(made["results"], call)}
    return {**made, **call.answer}


def request_facts(request: httpx.Request, arguments: Mapping[str, Any]) -> dict[str, Any]:
    path = request.url.path
    ids = {str(value) for value in arguments.values() if isinstance(value, (int, str))}
    return {
        "method": request.method,
        "path": path,
        "route": "/".join("{}" if part in ids else part for part in path.split("/")),
        "query": dict(request.url.params),
        "body": body_of(request),
    }


def body_of(request: httpx.Request) -> Any:
    """Return a JSON body, the names of the parts of a form, or None."""
    if "multipart" in request.headers.get("Content-Type", ""):
        return sorted(re.findall(r'name="(\w+)"', request.content.decode(errors="replace")))
    return json.loads(request.content) if request.content else None


def write(name: str, facts: Any) -> None:
    text = json.dumps(facts, indent=1, sort_keys=True, default=str, ensure_ascii=False)
    (FACTS / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
