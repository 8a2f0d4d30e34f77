"""Plain requests: reads and sends the same as ours, and does nothing else."""

from __future__ import annotations

import json
from itertools import islice

import requests
from measuring import Given, count, main, rows

CHUNK_TASKS = 1_000


def connect(given: Given) -> requests.Session:
    session = requests.Session()
    session.headers["Authorization"] = f"Token {given.key}"
    count(session, "request")
    return session


def texts(session: requests.Session, given: Given) -> int:
    done = 0
    for path in given.paths:
        page = session.get(given.url + path).json()
        done += sum(1 for task in page["tasks"] if task["data"]["text"])
    return done


def load(session: requests.Session, given: Given) -> int:
    """Send chunks of as many tasks as ours has in one, and trust every answer."""
    left, done = rows(given.count), 0
    while chunk := list(islice(left, CHUNK_TASKS)):
        url = f"{given.url}/api/projects/{given.project}/import"
        done += session.post(url, json=chunk).json()["task_count"]
    return done


def stream(session: requests.Session, given: Given) -> int:
    """Download a snapshot that is there, and decode it at once."""
    snapshot = f"{given.url}/api/projects/{given.project}/exports/1/download?exportType=JSON"
    tasks = json.loads(session.get(snapshot).content)
    return sum(1 for task in tasks if task["data"]["text"])


main(connect, texts, load, stream, packages="requests urllib3")
