"""Templates of labeling configs that a server has, by title."""

from __future__ import annotations

from .config import LabelConfig
from .template_rows import TemplateRows


class Templates(TemplateRows):
    """Labeling configs by title; a loop yields the titles.

    >>> ls.templates["Text Classification"]
    <LabelConfig: sentiment (Choices)>
    >>> "Image Classification" in ls.templates
    True
    >>> ls.templates.groups["Videos"][0]
    'Video Classification'
    """

    def __getitem__(self, title: str) -> LabelConfig:
        return LabelConfig.parse(self._xml(title))
