"""Configs from parts of a view."""

from __future__ import annotations

from label_studio_orm.labeling import LabelConfig

TEXT = '<Text name="text" value="$text"/>'


def view(*parts: str) -> LabelConfig:
    return LabelConfig.parse("<View>" + "".join(parts) + "</View>")


PAGES = """
<Repeater on="$pages" indexFlag="{{i}}">
  <Image name="page_{{i}}" value="$pages[{{i}}].url"/>
  <Choices name="kind_{{i}}" toName="page_{{i}}"><Choice value="Letter"/></Choices>
</Repeater>"""
