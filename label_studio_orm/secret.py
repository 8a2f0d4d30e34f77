"""Keys, passwords and tokens, which no log, traceback or pickle may show."""

from __future__ import annotations

from typing import NoReturn

from attrs import frozen

HIDDEN = "***"


@frozen(repr=False, str=False)
class Secret:
    """A text that does not show itself; `reveal()` is called where it is sent, and nowhere else."""

    _text: str

    @classmethod
    def of(cls, text: str | Secret) -> Secret:
        """Wrap a text; a secret stays what it is."""
        return text if isinstance(text, Secret) else cls(text)

    def reveal(self) -> str:
        """Return the text."""
        return self._text

    def blank_out(self, text: str) -> str:
        """Return a text of others without this secret."""
        return text.replace(self._text, HIDDEN) if self._text else text

    def __repr__(self) -> str:
        return HIDDEN

    def __str__(self) -> str:
        return HIDDEN

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled: give the worker its own environment")
