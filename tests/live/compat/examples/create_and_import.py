"""Create a project and import tasks, some with predictions."""

import os

from label_studio_sdk import Client

ls = Client(url=os.environ["LABEL_STUDIO_URL"], api_key=os.environ["LABEL_STUDIO_API_KEY"])
ls.check_connection()

project = ls.start_project(
    title="Image Classification Project",
    label_config="""
    <View>
      <Image name="image" value="$image"/>
      <Choices name="image_class" toName="image">
        <Choice value="Cat"/>
        <Choice value="Dog"/>
      </Choices>
    </View>
    """,
)
project.import_tasks(
    [
        {"image": "https://example.com/cat.jpg", "pet": "Cat"},
        {"image": "https://example.com/dog.jpg", "pet": "Dog"},
    ]
)
project.import_tasks(
    [{"image": "https://example.com/other.jpg", "image_class": "Dog"}],
    preannotated_from_fields=["image_class"],
)
project.import_tasks(
    {
        "data": {"image": "https://example.com/third.jpg"},
        "predictions": [
            {
                "model_version": "v1",
                "score": 0.99,
                "result": [
                    {
                        "from_name": "image_class",
                        "to_name": "image",
                        "type": "choices",
                        "value": {"choices": ["Cat"]},
                    }
                ],
            }
        ],
    }
)
print(project.get_params()["task_number"], sorted(project.get_model_versions().values()))
print([task["data"] for task in project.get_tasks()])
print(project.parsed_label_config["image_class"]["labels"])
