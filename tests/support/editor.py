"""The real editor, in headless Chromium: what it makes of our results, and results of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webdriver import WebDriver

from label_studio_orm import Annotation, Prediction, Task
from label_studio_orm.server import LocalServer

CHROMIUM, DRIVER = "chromium", "chromedriver"
WAIT = 30.0  # seconds, where everybody else works on the machine as well
FLAGS = (
    "--headless",
    "--no-sandbox",  # of root there is none
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # nobody outside is asked
    "--autoplay-policy=no-user-gesture-required",
    "--window-size=1600,1200",
    "--force-device-scale-factor=1",
)
SCRIPTS = Path(__file__).with_suffix(".js").read_text()


def missing() -> str:
    """Return what these tests lack on this machine; nothing if they can run."""
    lacking = [name for name in (CHROMIUM, DRIVER) if shutil.which(name) is None]
    if not lacking:
        return ""
    return f"no {' and no '.join(lacking)}: apt-get install chromium chromium-driver"


class EditorError(Exception):
    """The editor did not do what the test wanted of it."""


class Editor:
    """A browser that is logged in to a server."""

    def __init__(self, driver: WebDriver, server: LocalServer) -> None:
        self.driver = driver
        self.server = server
        driver.set_script_timeout(WAIT)
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": SCRIPTS})
        self._log_in()

    def _log_in(self) -> None:
        page = f"{self.server.url}/user/login/"
        with requests.Session() as session:
            session.trust_env = False
            session.get(page, timeout=WAIT)
            form = {
                "email": self.server.username,
                "password": self.server.password,
                "csrfmiddlewaretoken": session.cookies["csrftoken"],
            }
            session.post(page, data=form, timeout=WAIT, allow_redirects=False)
            for name, value in session.cookies.items():
                cookie = {"name": name, "value": value, "url": self.server.url}
                self.driver.execute_cdp_cmd("Network.setCookie", cookie)

    def show(self, shown: Task | Annotation | Prediction) -> Shown:
        """Open a task, with an annotation or prediction of it, or with an empty new annotation."""
        task = shown if isinstance(shown, Task) else shown.task
        kind = "" if isinstance(shown, Task) else type(shown).__name__.lower()
        id = 0 if isinstance(shown, Task) else shown.id
        self.driver.get(f"{self.server.url}/projects/{task.project.id}/data?task={task.id}")
        page = Shown(self.driver)
        page.run("open", task.id, kind, id)
        return page


class Shown:
    """What the editor shows: one annotation or prediction of a task."""

    def __init__(self, driver: WebDriver) -> None:
        self.driver = driver

    def run(self, action: str, *arguments: Any) -> Any:
        """Run a function of editor.js in the page and return what it returns."""
        answer = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "Promise.resolve(tests[arguments[0]](...arguments[1]))"
            ".then(found => done({found}), error => done({error: String(error)}));",
            action,
            list(arguments),
        )
        if "error" in answer:
            raise EditorError(f"{action}: {answer['error']} {self.errors}")
        return answer["found"]

    @property
    def result(self) -> list[dict[str, Any]]:
        """What the editor would send to the server, were it saved now."""
        found: list[dict[str, Any]] = self.run("result")
        return found

    @property
    def errors(self) -> list[str]:
        """What went wrong: exceptions, and what the editor tells its user instead of the task."""
        found: list[str] = self.driver.execute_script("return tests.errors()")
        return found

    @property
    def text(self) -> str:
        """The words that the page shows."""
        found: str = self.driver.execute_script("return document.body.innerText")
        return found

    def save(self) -> None:
        """Click on Submit or Update, and wait until the server has it."""
        self.run("save")


@contextmanager
def running_editor(server: LocalServer) -> Iterator[Editor]:
    """Start Chromium with an empty profile, and log in."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which(CHROMIUM) or CHROMIUM
    with tempfile.TemporaryDirectory(prefix="editor-", ignore_cleanup_errors=True) as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        driver = webdriver.Chrome(options=options, service=Service(shutil.which(DRIVER)))
        try:
            yield Editor(driver, server)
        finally:
            driver.quit()
