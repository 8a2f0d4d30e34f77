"""Configs with regions of each kind, and a reader of single regions."""

from __future__ import annotations

from typing import Any

from label_studio_orm.labeling import (
    LabelConfig,
    Region,
)

IMAGE = LabelConfig.parse("""<View>
  <Image name="image" value="$image"/>
  <RectangleLabels name="bbox" toName="image">
    <Label value="cat"/><Label value="dog"/>
  </RectangleLabels>
  <Rectangle name="frame" toName="image"/>
  <Labels name="kind" toName="image"><Label value="car"/></Labels>
  <KeyPointLabels name="point" toName="image"><Label value="eye"/></KeyPointLabels>
  <PolygonLabels name="outline" toName="image"><Label value="roof"/></PolygonLabels>
  <BrushLabels name="brush" toName="image"><Label value="sky"/></BrushLabels>
  <VectorLabels name="vector" toName="image"><Label value="road"/></VectorLabels>
  <Choices name="breed" toName="image" perRegion="true"><Choice value="tabby"/></Choices>
  <TextArea name="note" toName="image" perRegion="true"/>
  <Rating name="quality" toName="image"/>
</View>""")

TEXT = LabelConfig.parse("""<View>
  <Text name="text" value="$text"/>
  <Labels name="ner" toName="text"><Label value="PER"/><Label value="ORG"/></Labels>
  <TextArea name="note" toName="text" perRegion="true"/>
  <Relations><Relation value="works for"/></Relations>
</View>""")

VIDEO = LabelConfig.parse("""<View>
  <Video name="video" value="$video"/>
  <VideoRectangle name="box" toName="video"/>
  <Labels name="kind" toName="video"><Label value="car"/></Labels>
  <TimelineLabels name="scene" toName="video"><Label value="night"/></TimelineLabels>
</View>""")

SIZE = (640, 480)

HERE = {"percent": (10, 20, 30, 40)}


def only(config: LabelConfig, *args: Any, **options: Any) -> Region:
    """Build a result and return the one region that is read from it."""
    (region,) = config.read(config.result(*args, **options)).regions
    return region


def item(name: str, type: str, value: Any, id: str = "r1", to: str = "image") -> dict[str, Any]:
    return {"id": id, "from_name": name, "to_name": to, "type": type, "value": value}
