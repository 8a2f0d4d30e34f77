"""Make a snapshot, wait for it, download it, delete it."""

import os
import time

from label_studio_sdk import Client

ls = Client(url=os.environ["LABEL_STUDIO_URL"], api_key=os.environ["LABEL_STUDIO_API_KEY"])
project = ls.start_project(
    title="Snapshots", label_config="<View><Text name='t' value='$t'/></View>"
)
project.import_tasks([{"t": "One"}, {"t": "Two"}])
export_id = project.export_snapshot_create(title="First")["id"]
while project.export_snapshot_status(export_id).is_in_progress():
    time.sleep(0.1)
assert project.export_snapshot_status(export_id).is_completed()
status, filename = project.export_snapshot_download(export_id, export_type="JSON", path=".")
print(status, filename.endswith(".json"), len(project.export_snapshot_list()))
project.export_snapshot_delete(export_id)
print(project.export_snapshot_list())
