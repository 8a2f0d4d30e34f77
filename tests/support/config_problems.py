"""Problems of made-up configs, as text."""

from __future__ import annotations

from label_studio_orm.labeling import LabelConfig

TEXT = '<Text name="text" value="$text"/>'

IMAGE = '<Image name="image" value="$image"/>'

A = '<Choice value="A"/>'


def found(*parts: str) -> list[str]:
    """Return what is wrong with what stands in a <View>."""
    return [str(each) for each in LabelConfig.parse(f"<View>{''.join(parts)}</View>").check()]


def reported(*parts: str) -> str:
    """Return the only thing that is wrong, without its line."""
    (problem,) = found(*parts)
    return problem.removeprefix("line 1, ")
