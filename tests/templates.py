"""Write the templates that the package ships: those of the default server, without its pictures.

`make templates` runs it. Label Studio's templates are licensed under the Apache License 2.0.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from label_studio_orm.server import LocalServer
from label_studio_orm.server.versions import VERSION

FILE = Path(__file__).parents[1] / "label_studio_orm" / "labeling" / "templates.json.gz"
KEPT = ("title", "group", "type", "config")
NOTICE = {
    "source": f"Label Studio {VERSION}, annotation_templates, unchanged but for what is left out",
    "copyright": "Copyright (c) 2019-2021 Heartex, Inc. All Rights Reserved.",
    "license": "Apache License 2.0, https://www.apache.org/licenses/LICENSE-2.0",
}


def main() -> None:
    with LocalServer() as server:
        answer = server.client().json("GET", "/api/templates/")
    rows = [{key: row[key] for key in KEPT} for row in answer["templates"]]
    rows.sort(key=lambda row: (answer["groups"].index(row["group"]), row["title"]))
    text = json.dumps({**NOTICE, "templates": rows}, indent=1, ensure_ascii=False)
    FILE.write_bytes(gzip.compress(f"{text}\n".encode(), mtime=0))


if __name__ == "__main__":
    main()
