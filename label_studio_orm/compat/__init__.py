"""The classes of label-studio-sdk below 1, on top of this package.

Replace `label_studio_sdk` by `label_studio_orm.compat` in the imports of a script, and it runs on
today's servers, with timeouts, retries and complete lists. Move method by method: each docstring
says after "Now:" how to write it with this package; `project.orm` is the record behind a project,
and `record.compat` leads back.

Modules, names, arguments and results are those of version 0.0.34, except where those were broken.
The same `Client` is in 1.x and 2.x, as `label_studio_sdk._legacy`. What differs:

- `Client(…)` sends nothing: the versions, and the key for an email and password, are read when they
  are needed. A wrong password raises an error then.
- `list_projects()` returns all projects that the server has, page by page.
- `get_tasks()` returns all tasks or raises; the old one returned what it had when a page failed.
  Filters and ids narrow down a view, and an order takes the place of the view's.
- An order puts tasks that have no value there last.
- `get_tasks()` of a project that does not exist raises instead of returning nothing.
- `import_tasks()` sends each task once, however often a connection is lost. Without tasks it
  returns an empty list.
- `export()` raises when the snapshot fails or takes more than an hour, and always deletes its view;
  formats other than JSON are converted first. Files get their names when they are complete.
- `set_params()` updates the attributes of the project, too.
- `copy`, `pickle` and `hasattr()` work with projects: a missing parameter is an `AttributeError`.
- Projects from `start_project()`, `create_project()` and `list_projects()` keep the headers, the
  cookies and `make_request_raise` of their client.
- `create_user()` and `get_users()` accept the users of today's servers, which have more and fewer
  fields than the old class required. `User.set_role()` stores the new role.
- `connect_google_export_storage()` works without a file of credentials.
- `get_files_from_tasks()` returns copies in a cache folder, also of files that are on this machine.
- Errors of requests are those of `requests`, and each is a `LabelStudioException` as well. Their
  text has what the server said; the old ones only logged it.

Enterprise methods are checked against the old SDK's requests, not against a server.
"""

from .client import Client
from .project import Project
from .utils import parse_config

__all__ = ["Client", "Project", "parse_config"]
__version__ = "0.0.34"
