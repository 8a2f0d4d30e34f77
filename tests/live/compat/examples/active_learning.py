"""Train on what is labeled, predict the rest, and show uncertain tasks first."""

import os

from label_studio_sdk import Client
from label_studio_sdk.project import LabelStudioException, ProjectSampling

ls = Client(url=os.environ["LABEL_STUDIO_URL"], api_key=os.environ["LABEL_STUDIO_API_KEY"])
project = ls.start_project(
    title="AL Project Created from SDK",
    label_config="""<View><Text name="text" value="$text"/>
    <Choices name="sentiment" toName="text" choice="single">
    <Choice value="Positive"/><Choice value="Negative"/></Choices></View>""",
)
texts = ["good film", "bad film", "good cast", "bad plot", "good good", "bad bad"]
project.import_tasks([{"text": text} for text in texts])


def region(choice):
    names = {"from_name": "sentiment", "to_name": "text", "type": "choices"}
    return [{**names, "value": {"choices": [choice]}}]


for task in project.get_unlabeled_tasks()[:2]:
    choice = "Positive" if "good" in task["data"]["text"] else "Negative"
    project.create_annotation(task["id"], result=region(choice))

words = {}
for task in project.get_labeled_tasks():
    choice = task["annotations"][0]["result"][0]["value"]["choices"][0]
    for word in task["data"]["text"].split():
        words.setdefault(word, []).append(choice)
for task in project.get_unlabeled_tasks():
    votes = [vote for word in task["data"]["text"].split() for vote in words.get(word, [])]
    best = max(sorted(set(votes)), key=votes.count)
    score = votes.count(best) / len(votes)
    project.create_prediction(task["id"], region(best), score=score, model_version="words")

project.set_model_version("words")
try:
    project.set_sampling(ProjectSampling.SEQUENCE)
except LabelStudioException as error:
    print(error)
project.update_params()
print(project.model_version, project.sampling)
print(sorted((t["data"]["text"], t["predictions_score"]) for t in project.get_unlabeled_tasks()))
