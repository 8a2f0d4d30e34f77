"""Limits on what a client reads, to protect its memory, disk and time."""

from __future__ import annotations

from attrs import Attribute, field, frozen

from .errors import InvalidInput


def _above_zero(limits: object, attribute: Attribute[float], value: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
        raise InvalidInput(f"{attribute.name} must be a number above 0, not {value!r}.")


@frozen(kw_only=True)
class Limits:
    """Limits of one response; a client raises `LimitExceeded` beyond them.

    >>> from label_studio_orm import LabelStudio
    >>> LabelStudio("http://localhost:8080", api_key="0123", limits=Limits(file_bytes=50e9))
    <LabelStudio http://localhost:8080>
    """

    answer_bytes: float = field(default=1e9, validator=_above_zero)  # of JSON, unpacked
    error_bytes: float = field(default=1e6, validator=_above_zero)  # of an error or a redirect
    file_bytes: float = field(default=10e9, validator=_above_zero)  # of a media file
    export_bytes: float = field(default=1e12, validator=_above_zero)  # of an export
    answer_seconds: float = field(default=1800.0, validator=_above_zero)  # until JSON is complete
    bytes_per_second: float = field(default=100.0, validator=_above_zero)  # at least, over a minute
    levels: float = field(default=1000.0, validator=_above_zero)  # of nested JSON
