"""Write the list of packages with which `install` sets up the default server, with their hashes.

`make constraints` runs it for all supported Pythons. What to install is for pip to decide, as it is
configured here; of each package the list has the files that pip takes with each of these Pythons on
each of `PLATFORMS`, and no other.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from label_studio_orm.server.installation import LOCKED_PYTHONS
from label_studio_orm.server.versions import VERSION

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "label_studio_orm" / "server" / "constraints"
BUILD = ("setuptools", "wheel")  # by which the few packages without a wheel are built
# The oldest come first: what they can use, newer ones can, too.
LINUX = ("manylinux2014", "manylinux_2_17", "manylinux_2_24", "manylinux_2_27", "manylinux_2_28")
PLATFORMS = (
    [f"{each}_x86_64" for each in LINUX],
    [f"{each}_aarch64" for each in LINUX],
    ["macosx_13_0_arm64"],
)
Pins = dict[str, set[str]]  # the hashes of each name==version


def main() -> None:
    found = {python: pins(python) for python in LOCKED_PYTHONS}
    sources = sorted(set().union(*(without_wheel for _, without_wheel in found.values())))
    text = written({python: each for python, (each, _) in found.items()}, sources)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"server-{VERSION}.txt").write_text(text)


def pins(python: str) -> tuple[Pins, set[str]]:
    """Return what a Python needs, and the names of packages that have no wheel."""
    files = resolved(python, [f"label-studio=={VERSION}", *BUILD])
    sources = {name for name, each in files.items() if not each["url"].endswith(".whl")}
    versions = {name: f"{name}=={each['version']}" for name, each in files.items()}
    hashes = {versions[name]: {files[name]["hash"]} for name in sources}
    wheels = [pin for name, pin in versions.items() if name not in sources]
    for platform in PLATFORMS:
        only = [word for each in platform for word in ("--platform", each)]
        options = ["--no-deps", "--only-binary", ":all:", "--target", "nowhere", *only]
        for name, each in resolved(python, [*options, *wheels]).items():
            hashes.setdefault(versions[name], set()).add(each["hash"])
    return hashes, sources


def written(found: Mapping[str, Pins], sources: Sequence[str]) -> str:
    """Return the list: each package once, with a marker where it is not for all Pythons."""
    hashes, users = defaultdict(set), defaultdict(list)
    for python, each in found.items():
        for pin, some in each.items():
            hashes[pin] |= some
            users[pin].append(python.removeprefix("python"))
    lines = [
        f"# Label Studio {VERSION} on {', '.join(found)}; written by `make constraints`.",
        "--only-binary :all:",
        f"--no-binary {','.join(sources)}",
    ]
    for pin in sorted(hashes):
        some_only = f' ; python_version in "{" ".join(users[pin])}"'
        marker = "" if len(users[pin]) == len(found) else some_only
        all_hashes = "".join(f" \\\n    --hash=sha256:{one}" for one in sorted(hashes[pin]))
        lines.append(f"{pin}{marker}{all_hashes}")
    return "\n".join(lines) + "\n"


def resolved(python: str, wanted: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the version, file and hash of each package that pip would install."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        pip = [python, "-I", "-m", "pip", "install", "-q", "--dry-run"]
        more = ["--ignore-installed", "--report", str(report)]
        subprocess.run([*pip, *more, *wanted], check=True)
        found: list[dict[str, Any]] = json.loads(report.read_text())["install"]
    return {name_of(each): file_of(each) for each in found}


def name_of(installed: dict[str, Any]) -> str:
    return str(installed["metadata"]["name"]).lower().replace("_", "-").replace(".", "-")


def file_of(installed: dict[str, Any]) -> dict[str, str]:
    file = installed["download_info"]
    return {
        "version": installed["metadata"]["version"],
        "url": file["url"],
        "hash": file["archive_info"]["hashes"]["sha256"],
    }


if __name__ == "__main__":
    main()
