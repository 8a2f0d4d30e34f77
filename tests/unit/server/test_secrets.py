"""Secrets of LocalServer appear in no error, repr or traceback variable."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from attrs import asdict
from support.leaks import leaks

from label_studio_orm.errors import LabelStudioError, LocalServerError
from label_studio_orm.secret import Secret
from label_studio_orm.server import LocalServer, contents
from label_studio_orm.server.contents import Contents
from label_studio_orm.server.credentials import CREDENTIALS, Credentials
from label_studio_orm.server.databases import PostgreSQL

HUSH = "hush-hush-1234"
URL = f"postgresql://ann:{HUSH}@db.example/labels"


@pytest.mark.parametrize(
    "wrong",
    [
        {"database": f"postgresql://ann:{HUSH}@host:port/labels"},
        {"database": f"mysql://ann:{HUSH}@host/labels"},
        {"database": f"postgresql://ann:{HUSH}@[host/labels"},
        {"database": f"postgresql://ann:{HUSH}@host/labels?sslmod={HUSH}"},
        {"database": f"postgresql://ann:{HUSH}@host"},
        {"database": HUSH},
        {"database": HUSH.encode()},
        {"database": [URL]},
        {"version": "x"},
        {"files": "/not/there"},
        {"environ": {"AWS_SECRET": HUSH, "NUMBER": 5}},
        {"environ": HUSH},
        {"environ": [HUSH]},
        {"databse": URL},
    ],
    ids=lambda wrong: ", ".join(wrong),
)
def test_an_error_about_an_option_shows_no_secret(wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {"database": URL, "environ": {"AWS_SECRET_ACCESS_KEY": HUSH}}
    with pytest.raises((LabelStudioError, TypeError)) as caught:
        LocalServer(**{**given, **wrong})
    assert leaks(caught.value, HUSH) == []


def test_the_repr_of_options_shows_no_secret() -> None:
    server = LocalServer(database=URL, environ={"AWS_SECRET_ACCESS_KEY": HUSH})
    shown = f"{server!r} {vars(server)} {server._environment()!r}"
    own = (server.password, server.api_key)
    assert [secret for secret in (HUSH, *own) if secret in shown] == []
    assert [secret for secret in own if secret in f"{asdict(server._credentials)}"] == []


@pytest.mark.parametrize(
    "content",
    [
        "{",
        '"hush-hush-1234"',
        '{"password": "hush-hush-1234", "more": 1}',
        '{"password": {}}',
        "[]",
    ],
)
def test_an_error_about_damaged_credentials_does_not_show_them(
    content: str, tmp_path: Path
) -> None:
    (tmp_path / CREDENTIALS).write_text(f"{content}")
    with pytest.raises(LocalServerError, match="is damaged") as caught:
        Credentials.of(tmp_path)
    assert leaks(caught.value, HUSH) == []


def test_an_error_about_saving_credentials_does_not_show_them(tmp_path: Path) -> None:
    made = Credentials(password=Secret(HUSH))
    with pytest.raises(LocalServerError) as caught:
        made.save(tmp_path / "not there")
    assert leaks(caught.value, HUSH, made.api_key.reveal()) == []


def test_credentials_are_loaded_as_saved(tmp_path: Path) -> None:
    made = Credentials(password=Secret(HUSH), personal_access_token=Secret("a.b.c"))
    made.save(tmp_path)
    assert Credentials.of(tmp_path) == made
    assert json.loads((tmp_path / CREDENTIALS).read_text())["password"] == HUSH


def looked(**found: Any) -> subprocess.CompletedProcess[str]:
    known = {"tables": ["htx_user"], "may_create": True, "migrations": [], "key": HUSH, **found}
    return subprocess.CompletedProcess([], 0, json.dumps(known), "")


@pytest.mark.parametrize(
    "done",
    [
        subprocess.TimeoutExpired("python", 1),
        subprocess.CompletedProcess([], 1, "", f"FATAL: password {HUSH} is wrong"),
        looked(error=f"FATAL: {HUSH}"),
        looked(tables=["other"]),
        looked(tables=[], may_create=False),
    ],
    ids=["timeout", "crash", "refused", "other", "rights"],
)
def test_an_error_about_an_unusable_database_shows_no_secret(
    done: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*args: Any, **options: Any) -> Any:
        if isinstance(done, Exception):
            raise done
        return done

    monkeypatch.setattr(contents.subprocess, "run", run)
    database = PostgreSQL.at(URL)
    with pytest.raises(LocalServerError) as caught:
        Contents.of_postgresql(database, "1.23.2", database.environment())
    assert leaks(caught.value, HUSH) == []
