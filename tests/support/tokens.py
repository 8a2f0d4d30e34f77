"""JSON Web Tokens as the server makes them, without a signature that means anything."""

from __future__ import annotations

import base64
import json
from typing import Any


def jwt(**claims: Any) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}.c2lnbmF0dXJl"


def refresh_token(**claims: Any) -> str:
    return jwt(token_type="refresh", exp=8_100_000_000, iat=1_790_000_000, **claims)


def access_token(number: int, lifetime: float = 300) -> str:
    return jwt(token_type="access", iat=1000, exp=1000 + lifetime, jti=str(number))
