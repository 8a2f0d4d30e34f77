"""Local servers and API keys: where they are, without their secrets."""

from __future__ import annotations

from ..records.tokens import Token, Tokens
from ..secret import HIDDEN
from ..server.local import LocalServer
from . import body_of
from .cells import cell, cut, heading, note, pairs
from .markup import Html, joined, link


@body_of.register(LocalServer)
def _(server: LocalServer) -> Html:
    if not server.running:
        return heading("LocalServer", "not running", cut(f"Label Studio {server.version}"))
    head = heading("LocalServer", link(cut(server.url), server.url), cut(server.version))
    folder = "temporary" if server.folder is None else cut(str(server.folder))
    named = {"username": cut(server.username), "password": HIDDEN, "folder": folder}
    return joined([head, pairs(named.items())])


@body_of.register(Tokens)
def _(tokens: Tokens) -> Html:
    head = heading("Tokens", f"of the key's user at {tokens.client.server}")
    return joined([head, note("They are read when you look: list(ls.tokens).")])


@body_of.register(Token)
def _(token: Token) -> Html:
    used = "in use by this client" if token.in_use else None
    named = {"created": cell(token.created), "expires": cell(token.expires)}
    return joined([heading("Token", cut(token.id), used), pairs(named.items())])
