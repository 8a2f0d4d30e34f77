"""Add predictions to tasks that are there, and turn them into annotations."""

import os

from label_studio_sdk import Client

ls = Client(url=os.environ["LABEL_STUDIO_URL"], api_key=os.environ["LABEL_STUDIO_API_KEY"])
project = ls.start_project(
    title="Sentiment",
    label_config="""<View><Text name="text" value="$text"/>
    <Choices name="sentiment" toName="text"><Choice value="Good"/><Choice value="Bad"/></Choices>
    </View>""",
)
project.import_tasks([{"text": "A fine film."}, {"text": "Dull."}, {"text": "What a cast!"}])


def region(choice):
    names = {"from_name": "sentiment", "to_name": "text", "type": "choices"}
    return [{**names, "value": {"choices": [choice]}}]


for task_id in project.get_tasks_ids()[:2]:
    project.create_prediction(task_id=task_id, result=region("Good"), score=0.8, model_version="1")
project.create_predictions(
    [{"task": task["id"], "result": region("Bad"), "score": 0.1} for task in project.tasks[2:]]
)
print(project.get_predictions_coverage())
project.create_annotations_from_predictions(model_versions="1")
print([len(project.list_annotations(task_id)) for task_id in project.tasks_ids])
