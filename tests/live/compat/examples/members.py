"""Share the tasks of a project among people: Enterprise."""

import os

from label_studio_sdk import Client
from label_studio_sdk.users import UserRole

ls = Client(url=os.environ["LABEL_STUDIO_URL"], api_key=os.environ["LABEL_STUDIO_API_KEY"])
workspace = ls.get_workspace_by_title("Vision")
project = workspace.get_projects()[0]
for user in ls.get_users():
    user.set_role(UserRole.ANNOTATOR)
    workspace.add_user(user)
    project.add_member(user)
members = project.get_members()
print([member.email for member in members])
print(project.assign_annotators(members[:1], [101, 102]))
print(project.assign_reviewers(members[1:], [101]))
print(sum(each["assignments"] for each in project.assign_annotators_by_sampling(members)))
project.delete_annotators_assignment([101])
