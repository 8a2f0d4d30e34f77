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
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver

from label_studio_orm import Annotation, Prediction, Task
from label_studio_orm.server import LocalServer

CHROMIUM, DRIVER = "chromium", "chromedriver"
WAIT = 60.0  # seconds, where everybody else works on the machine as well
MOVE = 20  # ms that the mouse takes from one point to the next
FLAGS = (
    "--headless",
    "--no-sandbox",  # root has none
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # the page asks for others
    "--autoplay-policy=no-user-gesture-required",
    "--window-size=1600,1200",
    "--force-device-scale-factor=1",
    "--lang=en-US",
)
SCRIPTS = Path(__file__).with_suffix(".js").read_text()

Point = tuple[float, float]  # in percent of the width and height of an element


def missing() -> str:
    """Return what these tests lack on this machine; nothing if they can run."""
    lacking = [name for name in (CHROMIUM, DRIVER) if shutil.which(name) is None]
    if not lacking:
        return ""
    return f"no {' and no '.join(lacking)} here (apt-get install chromium chromium-driver)"


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
        """Open a task, with its annotation or a new one, or with the one that is given."""
        return self._open("open", shown)

    def show_broken(self, shown: Task | Annotation | Prediction, words: str) -> Shown:
        """Open what the editor cannot show, and wait until it says so in these words."""
        return self._open("openBroken", shown, words)

    def _open(self, action: str, shown: Task | Annotation | Prediction, *more: str) -> Shown:
        task = shown if isinstance(shown, Task) else shown.task
        kind = "" if isinstance(shown, Task) else type(shown).__name__.lower()
        id = 0 if isinstance(shown, Task) else shown.id
        self.driver.get(f"{self.server.url}/projects/{task.project.id}/data?task={task.id}")
        page = Shown(self.driver)
        page.run(action, *more, task.id, kind, id)
        return page


class Shown:
    """What the editor shows: one annotation or prediction of a task."""

    def __init__(self, driver: WebDriver) -> None:
        self.driver = driver

    def run(self, action: str, *arguments: Any) -> Any:
        """Run a function of editor.js in the page and return what it returns."""
        answer = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "Promise.resolve(arguments[1]).then((given) => tests[arguments[0]](...given))"
            ".then((found) => done({found}), (error) => done({error: String(error)}));",
            action,
            list(arguments),
        )
        if "error" in answer:
            raise EditorError(f"{action}: {answer['error']} {self.errors}")
        return answer.get("found")

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
    def highlighted(self) -> list[str]:
        """The words that each region of a text lies on, as a reader sees them."""
        found: list[str] = self.run("highlighted")
        return found

    @property
    def text(self) -> str:
        """The words that the editor shows in the middle of the page."""
        found: str = self.run("text")
        return found

    def await_text(self, words: str) -> None:
        """Wait until the editor shows these words in the middle of the page."""
        self.run("awaitText", words)

    def await_regions(self, count: int) -> None:
        """Wait until as many are drawn: some are complete a while after the mouse was let go."""
        self.run("awaitRegions", count)

    def save(self) -> None:
        """Submit or update what is shown, and wait until the server has it."""
        self.run("save")

    # -- what an annotator does --------------------------------------------------------------------

    def click(self, words: str) -> None:
        """Click on a label, a choice, a button: on what has these words, and nothing else."""
        x, y = self.run("find", words)
        self._mouse([(x, y)])

    def select(self, index: int) -> None:
        """Select a region, as by a click on it."""
        self.run("select", index)

    def press(self, element: str, *points: Point) -> None:
        """Click on a point of an element, or drag from the first to the last of several."""
        x, y, width, height = self.run("place", element)
        self._mouse([(x + width * right / 100, y + height * down / 100) for right, down in points])

    def mark(self, start: str, end: str = "", *, tag: str = "shown") -> None:
        """Mark words as with the mouse: from the first to the last that are given."""
        self.run("mark", tag, start, end or start)

    def type(self, element: str, words: str) -> None:
        """Type into an input, and end with Enter."""
        self.press(element, (10, 50))
        ActionChains(self.driver).send_keys(words, Keys.ENTER).perform()

    def _mouse(self, points: list[Point]) -> None:
        chain = ActionChains(self.driver, duration=MOVE)
        mouse = chain.w3c_actions.pointer_action
        mouse.move_to_location(*map(round, points[0]))
        mouse.pointer_down()
        for point in points[1:]:
            mouse.move_to_location(*map(round, point))
        mouse.pointer_up()
        chain.perform()
        self.run("settle")


@contextmanager
def running_browser() -> Iterator[WebDriver]:
    """Start Chromium with an empty profile."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which(CHROMIUM) or CHROMIUM
    with tempfile.TemporaryDirectory(prefix="editor-", ignore_cleanup_errors=True) as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        driver = webdriver.Chrome(options=options, service=Service(shutil.which(DRIVER)))
        try:
            yield driver
        finally:
            driver.quit()


@contextmanager
def running_editor(server: LocalServer) -> Iterator[Editor]:
    """Start Chromium, and log in."""
    with running_browser() as driver:
        yield Editor(driver, server)
