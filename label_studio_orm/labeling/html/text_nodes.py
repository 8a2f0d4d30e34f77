"""Text nodes of HTML, with the offsets and XPaths that the editor uses."""

from __future__ import annotations

from collections import Counter

from attrs import define, field, frozen

from ...errors import InvalidInput

DEEPEST = 511  # nested elements in <body>; browsers flatten deeper ones


@frozen
class TextNode:
    """A text between tags, and its offset in the whole text."""

    path: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@define(eq=False)
class Collector:
    """Collects text nodes while a tree is walked."""

    nodes: list[TextNode] = field(factory=list)
    _steps: list[str] = field(factory=list)
    _counts: list[Counter[str]] = field(factory=lambda: [Counter()])
    _at: int = 0
    _open_text: bool = False

    def enter(self, name: str) -> None:
        """Enter an element; a <br> counts as one character."""
        if len(self._steps) >= DEEPEST:
            raise InvalidInput(
                f"The HTML nests more than {DEEPEST} elements, which browsers flatten: its offsets "
                "cannot be counted."
            )
        self._steps.append(self._next(name))
        self._counts.append(Counter())
        self._at += name == "br"
        self._open_text = False

    def leave(self) -> None:
        """Return to the parent of an element."""
        self._steps.pop()
        self._counts.pop()
        self._open_text = False

    def add(self, text: str) -> None:
        """Add text; adjacent texts form one node."""
        if self._open_text:
            last = self.nodes.pop()
            self._at = last.start
            path, text = last.path, last.text + text
        else:
            path = "/".join(["", *self._steps, self._next("text()")])
        self.nodes.append(TextNode(path, text, self._at))
        self._at += len(text)
        self._open_text = True

    def _next(self, name: str) -> str:
        self._counts[-1][name] += 1
        return f"{name}[{self._counts[-1][name]}]"
