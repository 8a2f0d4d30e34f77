"""The installed package is small and loads lazily."""

from __future__ import annotations

import platform
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_PACKAGES = 12
MOST_BYTES = 12_000_000


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "-w", str(folder), str(ROOT))
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package and all that it needs."""
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--target", str(folder), str(wheel))
    return folder


def pip(*command: str) -> None:
    given = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *command]
    subprocess.run(given, check=True, capture_output=True)


def python(code: str, installed: Path) -> str:
    # -I: none of our own environment; the paths are put in by hand.
    code = f"import sys; sys.path.insert(0, {str(installed)!r})\n{code}"
    command = [sys.executable, "-I", "-S", "-c", code]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def test_a_base_install_is_small(installed: Path) -> None:
    packages = sorted(path.name for path in installed.glob("*.dist-info"))
    assert len(packages) <= MOST_PACKAGES, packages
    files = [path for path in installed.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES


def test_the_package_includes_its_types_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "label_studio_orm/py.typed" in names
    assert "label_studio_orm/server/watchdog.py" in names
    assert "label_studio_orm/labeling/templates.json.gz" in names
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"label_studio_orm"}


def test_the_import_loads_no_heavy_module(installed: Path) -> None:
    code = "import label_studio_orm; print(*sys.modules)"
    loaded = {name.partition(".")[0] for name in python(code, installed).split()}
    late = {"requests", "urllib3", "pandas", "polars", "pyarrow", "numpy", "tqdm", "ijson"}
    assert loaded & late == set()


def test_the_import_loads_labeling_and_transfer_lazily(installed: Path) -> None:
    loaded = python("import label_studio_orm; print(*sys.modules)", installed).split()
    late = {
        "labeling.attributes",
        "labeling.config",
        "labeling.variables",
        "transfer.imports.parts",
    }
    assert {f"label_studio_orm.{name}" for name in late} & {*loaded} == set()


def test_the_import_loads_no_record_that_only_enterprise_has(installed: Path) -> None:
    code = "import sys; from label_studio_orm import Project, Task, Annotation, Organization\n"
    code += "from label_studio_orm.records.registry import RECORDS\n"
    code += "names = {each.partition(':')[0] for each in RECORDS.values()}\n"
    code += "names = {f'label_studio_orm.records.{n}' for n in names if n[:11] == 'enterprise.'}\n"
    code += "print(len(names) > 0, *(names & {*sys.modules}))"
    assert python(code, installed) == "True"


def test_the_import_prints_nothing_and_starts_nothing(installed: Path) -> None:
    code = "import threading, label_studio_orm; print(threading.active_count())"
    assert python(code, installed) == "1"


def test_the_package_includes_the_constraints_of_the_server(wheel: Path, installed: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if "/constraints/" in name]
    assert len(names) == 1
    code = "from label_studio_orm.server import VERSION, installation\n"
    code += "print(installation.lock_file(VERSION))"
    if sys.platform == "linux" and platform.libc_ver()[0]:
        assert python(code, installed) == str(installed / names[0])
