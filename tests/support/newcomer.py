"""People who sign up with an invitation link, as in a browser, and go again."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from label_studio_orm import LabelStudio

NUMBERS = itertools.count(1)


def newcomer(ls: LabelStudio) -> LabelStudio:
    """Sign up by the invitation of a client's organization; return the newcomer's own client."""
    with requests.Session() as browser:
        browser.trust_env = False  # no proxy
        invite = ls.organization.invite_url.reveal()
        browser.get(invite, timeout=20)
        email = f"newcomer{next(NUMBERS)}@example.com"
        form = {"email": email, "password": "correct horse battery"}
        form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"]
        signed_up = browser.post(invite, data=form, headers={"Referer": invite}, timeout=20)
        assert signed_up.status_code == 200, signed_up.text[:500]
        token = browser.get(f"{ls.server}/api/current-user/token", timeout=20).json()["token"]
    return LabelStudio(ls.server, api_key=token, proxies={"no_proxy": "127.0.0.1"})


@contextmanager
def temporary_users(ls: LabelStudio) -> Iterator[None]:
    """Delete all users that come meanwhile: other tests share the server."""
    before = {*ls.users.ids()}
    yield
    for id in {*ls.users.ids()} - before:
        ls.request("DELETE", f"/api/users/{id}/")
