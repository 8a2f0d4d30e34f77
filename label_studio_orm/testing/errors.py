"""Errors as the server answers them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from .requests import Answer, Request

VERSION = "1.23.2"


class ApiError(Exception):
    """Raised by an endpoint to answer with an error."""

    def __init__(
        self, status: int, detail: str, fields: Mapping[str, Sequence[Any]] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.fields = fields

    def answer(self) -> Answer:
        body: dict[str, Any] = {
            "id": str(uuid.uuid4()),
            "status_code": self.status,
            "version": VERSION,
            "detail": self.detail,
            "exc_info": None,
        }
        if self.fields is not None:
            body["validation_errors"] = self.fields
        return Answer(body, self.status)


def not_found(kind: str) -> ApiError:
    return ApiError(404, f"No {kind} matches the given query.")


def invalid(**fields: str) -> ApiError:
    """Return the error that names a problem of each field."""
    return ApiError(400, "Validation error", {name: [text] for name, text in fields.items()})


def unknown(what: str) -> ApiError:
    """Return the error for what the real server can do and the fake cannot."""
    return ApiError(501, f"The fake server has no {what}; see label_studio_orm.testing.")


def no_endpoint(request: Request) -> ApiError:
    return unknown(str(request))
