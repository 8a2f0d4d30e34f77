"""Filter tasks, save the filter as a view, and export what it shows."""

import json
import os
from pathlib import Path

from label_studio_sdk import Client
from label_studio_sdk.data_manager import Column, Filters, Operator, Type

ls = Client(url=os.environ["LABEL_STUDIO_URL"], api_key=os.environ["LABEL_STUDIO_API_KEY"])
project = ls.start_project(
    title="Reviews",
    label_config="""<View><Text name="text" value="$text"/>
    <Choices name="c" toName="text"><Choice value="A"/></Choices></View>""",
)
ids = project.import_tasks([{"text": f"Review {number}", "stars": number} for number in range(6)])
result = [{"from_name": "c", "to_name": "text", "type": "choices", "value": {"choices": ["A"]}}]
for task_id in ids[:3]:
    project.create_annotation(task_id, result=result)

filters = Filters.create(
    Filters.AND,
    [
        Filters.item(Column.id, Operator.GREATER, Type.Number, Filters.value(ids[0])),
        Filters.item(Column.total_annotations, Operator.GREATER, Type.Number, Filters.value(0)),
    ],
)
print([task["data"]["stars"] for task in project.get_tasks(filters=filters)])
stars = Filters.item(Column.data("stars"), Operator.EQUAL, Type.Number, Filters.value(5))
print([task["data"]["text"] for task in project.get_tasks(Filters.create("or", [stars]))])
view = project.create_view(title="Done", filters=filters)
print(len(project.get_tasks(view_id=view["id"])), len(project.get_labeled_tasks()))

export = project.export(filters=filters, title="Some", output_dir="exported")
with Path("exported", export["filename"]).open() as file:
    print(export["status"], [task["data"]["stars"] for task in json.load(file)])
print(len(project.export_tasks()), len(project.export_tasks(download_all_tasks=True)))
