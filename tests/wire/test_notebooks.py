"""A Jupyter kernel: errors end at the cell, Ctrl-C says what was done, work shows a bar."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from support.kernel import Kernel, running_kernel

from label_studio_orm.testing import FakeServer
from label_studio_orm.testing.requests import Answer, Request

TIMEOUT = 30.0  # seconds
OWN = "label_studio_orm/"  # in the path of each file of the package


class BusyServer(FakeServer):
    """A server that works on a second import until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.busy, self.released = threading.Event(), threading.Event()
        self._imports = 0

    def _answer(self, request: Request) -> Answer:
        self._imports += request.path.endswith("/import")
        if self._imports == 2 and not self.busy.is_set():
            self.busy.set()
            self.released.wait(TIMEOUT)
        return super()._answer(request)


@pytest.fixture(scope="module")
def busy_server() -> Iterator[BusyServer]:
    with BusyServer() as server:
        server.client.projects.create(title="Reviews")
        yield server
        server.released.set()


@pytest.fixture(scope="module")
def kernel(busy_server: BusyServer) -> Iterator[Kernel]:
    with running_kernel() as kernel:
        kernel.run(
            f"""
            import os
            from label_studio_orm import LabelStudio, LabelStudioError, NotFound
            from label_studio_orm.tuning import Tuning
            ls = LabelStudio({busy_server.url!r}, api_key={busy_server.api_key!r})
            project = ls.projects[0]
            LabelStudio._tuning = Tuning(import_tasks=2)
            """
        )
        yield kernel


# -- tracebacks ------------------------------------------------------------------------------------


def test_a_traceback_ends_at_the_cell(kernel: Kernel) -> None:
    output = kernel.run("ls.projects.get(404).title")
    assert OWN not in output.traceback
    assert "ls.projects.get(404).title" in output.traceback
    assert "NotFound: GET /api/projects/404/ → 404" in output.traceback
    assert output.traceback.rstrip().endswith("See docs/errors.md#notfound")


def test_a_traceback_ends_at_the_call_of_a_class(kernel: Kernel) -> None:
    output = kernel.run("from label_studio_orm.labeling import Box\nBox('cat')")
    assert "__init__" not in output.traceback
    assert "InvalidInput: A Box must have one of pixels=" in output.traceback


def test_the_traceback_of_a_missing_index_ends_at_the_cell(kernel: Kernel) -> None:
    output = kernel.run("ls.projects[99]")
    assert OWN not in output.traceback
    assert "IndexError: There is no [99] in <Projects" in output.traceback


def test_a_traceback_shows_the_callbacks_of_the_user(kernel: Kernel) -> None:
    output = kernel.run(
        """
        def rows():
            yield {"text": "A fine film."}
            raise NotFound("There are no more.")
        project.import_tasks(rows())
        """
    )
    assert OWN not in output.traceback
    assert "project.import_tasks(rows())" in output.traceback
    assert output.traceback.index("in rows()") > output.traceback.index("import_tasks(rows())")
    assert "NotFound: There are no more." in output.traceback


def test_a_traceback_shows_the_causes_in_the_code_of_the_user(kernel: Kernel) -> None:
    output = kernel.run(
        """
        try:
            {}["text"]
        except KeyError as error:
            try:
                ls.projects.get(404).title
            except NotFound as gone:
                raise LabelStudioError("No such project.") from gone
        """
    )
    assert OWN not in output.traceback
    assert output.traceback.count("direct cause") == 1
    assert output.traceback.count("NotFound: ") == 1
    assert output.traceback.rstrip().endswith("See docs/errors.md#labelstudioerror")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("%env LABEL_STUDIO_ORM_TRACEBACK=full", "del os.environ['LABEL_STUDIO_ORM_TRACEBACK']"),
        ("%xmode Verbose", "%xmode Context"),
    ],
)
def test_all_frames_are_shown_on_request(before: str, after: str, kernel: Kernel) -> None:
    output = kernel.run(f"{before}\nls.projects.get(404).title")
    kernel.run(after)
    assert output.traceback.count(OWN) > 3
    assert "NotFound: GET /api/projects/404/ → 404" in output.traceback


def test_a_plain_traceback_is_cut_as_well(kernel: Kernel) -> None:
    output = kernel.run("%xmode Plain\nls.projects.get(404).title")
    kernel.run("%xmode Context")
    assert OWN not in output.traceback
    assert "ls.projects.get(404).title" in output.traceback


# -- Ctrl-C ----------------------------------------------------------------------------------------


def test_an_interrupted_import_says_what_was_done(kernel: Kernel, busy_server: BusyServer) -> None:
    def interrupt() -> None:
        assert busy_server.busy.wait(TIMEOUT)
        kernel.interrupt()

    busy_server._imports = 0
    work = "result = project.import_tasks([{'n': n} for n in range(9)], key='n')"
    output = kernel.run(work, interrupt)
    busy_server.released.set()
    assert OWN not in output.traceback
    assert "KeyboardInterrupt: 2 tasks were imported before that" in output.traceback
    assert "A request with 2 tasks was in progress" in output.traceback
    assert "Call it again as it is" in output.traceback
    again = kernel.run(f"{work}; print(result.created + result.skipped)")
    assert again.stdout == "9\n"


# -- progress --------------------------------------------------------------------------------------

BAR = """
import time
from label_studio_orm import progress
progress.BAR_DELAY = 0
def rows():
    for n in range(3):
        time.sleep(.1)
        yield {"text": f"Film {n}"}
"""


def test_a_notebook_with_ipywidgets_shows_a_bar(kernel: Kernel) -> None:
    output = kernel.run(f"{BAR}\nresult = project.import_tasks(rows())")
    (bar,) = output.displayed
    assert "application/vnd.jupyter.widget-view+json" in bar
    assert "Importing" in bar["text/plain"]
    assert output.stdout == output.stderr == ""


def test_a_notebook_without_ipywidgets_shows_a_bar_as_text(kernel: Kernel) -> None:
    hidden = "progress.find_spec = lambda name: None"
    output = kernel.run(f"{BAR}\n{hidden}\nresult = project.import_tasks(rows())")
    assert "Importing: " in output.stdout
    assert output.stderr == ""
    assert output.displayed == []
