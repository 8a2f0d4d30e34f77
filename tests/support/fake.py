"""A client without a wire, for the record machine: canned answers, counted calls."""

from __future__ import annotations

import copy
from typing import Any

from label_studio_orm.errors import NotFound
from label_studio_orm.features import CHILD_FILTERS, POSTGRESQL, STORAGE_FILENAME
from label_studio_orm.http.auth import ApiKey, api_key
from label_studio_orm.limits import Limits
from label_studio_orm.orm.cache import ParamsCache
from label_studio_orm.orm.record import Record
from label_studio_orm.records.registry import Registry
from label_studio_orm.secret import Secret
from label_studio_orm.server_version import described, version_of
from label_studio_orm.tuning import Tuning


class FakeClasses(Registry):
    """Our classes, but for those that a test brings."""

    def __init__(self, own: dict[str, type[Record]]) -> None:
        super().__init__()
        self._own = own


class FakeClient:
    """Stands for a client of one server; `answers` maps "GET /path" to what comes back."""

    _tuning = Tuning()

    def __init__(self, *models: type[Record], server: str = "http://fake") -> None:
        self.server = server
        self._cache = ParamsCache()
        self._api_key: ApiKey = api_key(Secret("0123456789abcdef"))
        self._facts: dict[str, Any] = {}
        self._registry = FakeClasses({model._meta.key: model for model in models})
        # Imports look at the config; this one shows nothing.
        project = {"id": 1, "label_config": "<View></View>", "parsed_label_config": {}}
        self.answers: dict[str, Any] = {"GET /api/projects/1/": project}
        self.is_of_version("1.23.2")
        known = {CHILD_FILTERS: True, STORAGE_FILENAME: True, POSTGRESQL: False}
        self._facts |= {feature.action: there for feature, there in known.items()}
        self.calls: list[tuple[str, Any]] = []

    def json(self, method: str, path: str, **options: Any) -> Any:
        call = f"{method} {path}"
        options["json"] = _as_sent(copy.deepcopy(options.get("json")))
        self.calls.append((call, options["json"]))
        answer = self.answers.get(call, NotFound(f"nothing for {call}", detail="Not found."))
        answer = answer(options) if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    def request(self, method: str, path: str, **options: Any) -> Any:
        raise AssertionError(f"unexpected {method} {path}")

    def is_of_version(self, release: str) -> None:
        self._facts.clear()
        self.answers["GET /api/version"] = {"release": release, "edition": "Community"}

    @property
    def limits(self) -> Limits:
        return Limits()

    @property
    def version(self) -> tuple[int, ...]:
        return version_of(self)

    def _described(self) -> str:
        return described(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> FakeClient:
        return self

    @property
    def said(self) -> list[str]:
        return [call for call, _ in self.calls]

    @property
    def changed(self) -> list[str]:
        """The calls that change something."""
        return [call for call in self.said if not call.startswith("GET ")]


def _as_sent(body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    return {name: v.reveal() if isinstance(v, Secret) else v for name, v in body.items()}
