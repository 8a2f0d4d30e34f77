"""Plain requests: reads the same pages as ours, and does nothing else."""

from __future__ import annotations

import requests
from measuring import Given, count, main


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


main(connect, texts, packages="requests urllib3")
