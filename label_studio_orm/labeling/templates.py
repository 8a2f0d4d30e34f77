"""Templates of labeling configs that a server has, by title."""

from __future__ import annotations

from .config import LabelConfig
from .template_rows import TemplateRows


class Templates(TemplateRows):
    """Labeling configs by title; a loop yields the titles.

    >>> ls.templates["Text Classification"]
    <LabelConfig: sentiment (Choices)>
    >>> "Video Classification" in ls.templates.groups["Videos"]
    True
    """

    def __getitem__(self, title: str) -> LabelConfig:
        return LabelConfig.parse(self._xml(title))
