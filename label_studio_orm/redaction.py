"""Redaction of secrets in the texts of others that errors, logs and reprs show."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from weakref import WeakValueDictionary

from .secret import HIDDEN, SHORT, Secret

# Secrets of the clients and servers of this process, by their place in memory. One for all: what
# shows a text that a server sent, such as a repr or an error, often knows no client.
_IN_USE: WeakValueDictionary[int, Secret] = WeakValueDictionary()


def guarded(secret: Secret | str) -> Secret:
    """Have a secret blanked out of all that the package shows, for as long as it is there.

    Short ones are not, as they may be words of any text.
    """
    secret = Secret.of(secret)
    text: object = secret.reveal()
    if isinstance(text, str) and len(text) >= SHORT:
        _IN_USE[id(secret)] = secret
    return secret


def without_guarded(text: str) -> str:
    """Blank out the secrets that are in use."""
    found = {secret for ref in _IN_USE.valuerefs() if (secret := ref()) is not None}
    for secret in sorted(found, key=_length, reverse=True):  # one may be a part of another
        text = secret.blank_out(text)
    return text


def _length(secret: Secret) -> int:
    return len(secret.reveal())


def blanked(value: Any, secrets: Iterable[Secret]) -> Any:
    """Return JSON of others without these secrets."""
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


# -- what looks like a secret, whoever's it is -----------------------------------------------------

# Compiled with the first error, as that takes a while.
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
    """Blank out what looks like a secret: logins and signatures in URLs, `password=…`.

    >>> without_secrets("https://me:s3cret@host/a.png?X-Amz-Signature=1f2e&x=1")
    'https://me:***@host/a.png?X-Amz-Signature=***&x=1'
    """
    if "://" in text:
        text = re.sub(LOGIN, rf"\1{HIDDEN}@", text)
    for pattern in (SIGNED, NAMED):
        text = re.sub(pattern, rf"\1{HIDDEN}", text)
    return text
