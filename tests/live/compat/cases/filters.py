"""Views, filters, and the helpers for configs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .case import case, failed


@case("Project.get_views", "Project.create_view", "Project.delete_view")
def views(side: Any) -> Any:
    project, dm = side.new_project(), side.module("data_manager")
    filters = dm.Filters.create(
        dm.Filters.OR,
        [dm.Filters.item(dm.Column.id, dm.Operator.GREATER, dm.Type.Number, dm.Filters.value(0))],
    )
    made = project.create_view(filters, ordering=["tasks:id"], title="Some")
    plain = project.create_view(filters=filters)
    listed = project.get_views()
    gone = project.delete_view(plain["id"])
    missing = failed(project.delete_view, view_id=plain["id"])
    return made, plain, listed, gone, project.get_views(), missing


@case("Filters.datetime", "Filters.value")
def values_of_filters(side: Any) -> Any:
    filters, moment = side.module("data_manager").Filters, datetime(2024, 5, 1, 12, 30, 0, 7)
    return (
        filters.datetime(moment) == "2024-05-01T12:30:00.000007Z",
        [filters.value("x"), filters.value(1, 9), filters.value(value=False)],
        filters.value(moment, maximum=moment)["max"] == filters.datetime(moment),
        failed(filters.datetime, "2024-05-01"),
        side.module("data_manager").DATETIME_FORMAT,
    )


@case()
def columns_operators_and_types(side: Any) -> Any:
    dm = side.module("data_manager")
    return [
        {
            name: value
            for name, value in vars(each).items()
            if name[0] != "_" and isinstance(value, str)
        }
        for each in (dm.Column, dm.Operator, dm.Type, dm.Filters)
    ]


@case()
def utilities(side: Any) -> Any:
    utils = side.module("utils")
    config = """<View>
      <Image name="img" value="$image"/><Text name="txt" value="$text"/>
      <Header value="Not a tag of data"/>
      <RectangleLabels name="box" toName="img">
        <Label value="cat" alias="c"/><Label value="dog"/>
      </RectangleLabels>
      <Choices name="mood" toName="txt,img" perRegion="true" whenTagName="box">
        <View><Choice value="Good" hint="!"/></View><Choice value="Bad"/>
      </Choices>
      <TextArea name="words" toName="txt"/>
    </View>"""
    return (
        utils.parse_config(config),
        side.sdk.parse_config(config) == utils.parse_config(config),
        utils.parse_config(""),
        [list(each) for each in utils.chunk([1, 2, 3], 2)],
        [list(each) for each in utils.chunk(lst="abc", n=1)],
    )
