"""The status of an ML backend is not taken for that of the server, which answers it as its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.stub import Answer, Stub

from label_studio_orm import LabelStudio, MLBackend, Webhook
from label_studio_orm.errors import AuthenticationError, BackendFailed, Rejected, ServerError

PATH = "/api/ml/5/versions"


@pytest.fixture
def backend(connect_to: Callable[..., LabelStudio], stub: Stub) -> MLBackend:
    ls = connect_to()
    ls._transport.backoff = ls._transport.backoff.new(total=1, backoff_factor=0)
    return MLBackend.get(5, client=ls)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_an_error_of_a_backend_is_raised_and_not_retried(
    status: int, backend: MLBackend, stub: Stub
) -> None:
    stub.on("GET", PATH, Answer({"error": f"{status} boom"}, status=status))
    with pytest.raises(BackendFailed, match=f"the ML backend failed: {status} boom") as error:
        _ = backend.versions
    assert (error.value.status, error.value.path) == (None, PATH)
    assert stub.said == [f"GET {PATH}"]


@pytest.mark.parametrize(("status", "kind"), [(401, AuthenticationError), (503, ServerError)])
@pytest.mark.parametrize("body", [{"detail": "no"}, {"detail": "no", "error": "x"}, [], "no"])
def test_an_error_of_the_server_stays_one(
    status: int, kind: type[Exception], body: Any, backend: MLBackend, stub: Stub
) -> None:
    stub.on("GET", PATH, Answer(body, status=status))
    with pytest.raises(kind):
        _ = backend.versions
    assert len(stub.said) == (2 if status == 503 else 1)


def test_headers_that_a_server_echoes_are_blanked_out(
    connect_to: Callable[..., LabelStudio], stub: Stub
) -> None:
    headers = {"Authorization": "Bearer open-sesame-1234", "X-Sent-By": "a review of Ann"}
    problems = {"headers": [f"{headers} failed, as did open-sesame-1234"]}
    stub.on("POST", "/api/webhooks/", Answer({"validation_errors": problems}, status=400))
    with pytest.raises(Rejected) as error:
        Webhook._create(
            connect_to(), "/api/webhooks/", {"url": "https://example.org", "headers": headers}
        )
    assert "Authorization" in str(error.value)
    assert "open-sesame-1234" not in f"{error.value}{error.value.validation_errors}"
    assert "Ann" not in f"{error.value}{error.value.validation_errors}"
    assert stub.requests[0].json["headers"] == headers
