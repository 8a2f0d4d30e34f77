"""Redaction of secrets in untrusted texts, for errors, logs and reprs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from weakref import WeakValueDictionary

from .secret import HIDDEN, SHORT, Secret

# Secrets of the clients and servers of this process, by their id. One registry for all, as a repr
# or an error that shows a text of a server often has no client.
_REGISTERED: WeakValueDictionary[int, Secret] = WeakValueDictionary()


def guarded(secret: Secret | str) -> Secret:
    """Register a secret to be blanked out of all texts that the package shows, while it exists.

    Short ones are not registered, as they may be ordinary words.
    """
    secret = Secret.of(secret)
    text: object = secret.reveal()
    if isinstance(text, str) and len(text) >= SHORT:
        _REGISTERED[id(secret)] = secret
    return secret


def without_guarded(text: str) -> str:
    """Blank out the registered secrets."""
    secrets = {secret for ref in _REGISTERED.valuerefs() if (secret := ref()) is not None}
    for secret in sorted(secrets, key=_length, reverse=True):  # one may be a part of another
        text = secret.blank_out(text)
    return text


def _length(secret: Secret) -> int:
    return len(secret.reveal())


def blanked(value: Any, secrets: Iterable[Secret]) -> Any:
    """Return untrusted JSON without these secrets."""
    for secret in secrets:
        value = _blanked(value, secret)
    return value


def _blanked(value: Any, secret: Secret) -> Any:
    if isinstance(value, str):
        return secret.blank_out(value)
    if isinstance(value, list):
        return [_blanked(item, secret) for item in value]
    if isinstance(value, dict):
        return {secret.blank_out(str(key)): _blanked(value[key], secret) for key in value}
    return value


# -- anything that looks like a secret -------------------------------------------------------------

# Compiled by the first error, as that is slow.
SIGNED = (
    r"(?i)([?&;](?:X-(?:Amz|Goog)-(?:Signature|Credential|Security-Token)|Signature|sig|token"
    r"|AWSAccessKeyId|GoogleAccessId)=)[^&#\s\"'<>]+"
)
LOGIN = r"(://[^/?#\s\"'<>:@]*:)(?!password@)[^/?#\s\"'<>]+@"
NAMED = (
    r"(?i)((?:secret|passw(?:or)?d|api_?key|access_?key|account_?key|private_?key"
    r"|(?:session|access|refresh)_?token)\w{0,40}"
    r"(?:[\"']\s{0,3}:\s{0,3}[\"']|[\"']?=[\"']?))[\w/+~.=-]{6,}"
)


def without_secrets(text: str) -> str:
    """Blank out anything that looks like a secret: logins and signatures in URLs, `password=…`.

    >>> without_secrets("https://me:s3cret@host/a.png?X-Amz-Signature=1f2e&x=1")
    'https://me:***@host/a.png?X-Amz-Signature=***&x=1'
    """
    return re.sub(NAMED, rf"\1{HIDDEN}", without_credentials(text))


def without_credentials(text: str) -> str:
    """Blank out logins and signatures in URLs, also in HTML; this is quick for long texts."""
    if "://" in text:
        text = re.sub(LOGIN, rf"\1{HIDDEN}@", text)
    return re.sub(SIGNED, rf"\1{HIDDEN}", text)
