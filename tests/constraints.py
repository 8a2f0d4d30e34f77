"""Write the lists of packages with which `install` sets up the default server, with their hashes.

`make constraints` runs it with each supported Python that is there. What to install is for pip to
decide, as it is configured here; of each package the list has the file that pip takes on each of
`PLATFORMS`, and no other.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "label_studio_orm" / "server" / "constraints"
THIS = f"python{sys.version_info.major}.{sys.version_info.minor}"
BUILD = ("setuptools", "wheel")  # by which the few packages without a wheel are built
# The oldest come first: what they can use, newer ones can, too.
LINUX = ("manylinux2014", "manylinux_2_17", "manylinux_2_24", "manylinux_2_27", "manylinux_2_28")
PLATFORMS = (
    [f"{each}_x86_64" for each in LINUX],
    [f"{each}_aarch64" for each in LINUX],
    ["macosx_13_0_arm64"],
)


def main(version: str) -> None:
    pins = resolved([f"label-studio=={version}", *BUILD])
    sources = sorted(name for name, each in pins.items() if not each["url"].endswith(".whl"))
    hashes = {name: {each["hash"]} for name, each in pins.items() if name in sources}
    wheels = [f"{name}=={each['version']}" for name, each in pins.items() if name not in sources]
    for platform in PLATFORMS:
        only = [word for each in platform for word in ("--platform", each)]
        options = ["--no-deps", "--only-binary", ":all:", "--target", "nowhere", *only]
        for name, found in resolved([*options, *wheels]).items():
            hashes.setdefault(name, set()).add(found["hash"])
    lines = [
        f"# Label Studio {version} on {THIS}; written by `make constraints`.",
        "--only-binary :all:",
        f"--no-binary {','.join(sources)}",
    ]
    for name, pin in sorted(pins.items()):
        each = "".join(f" \\\n    --hash=sha256:{one}" for one in sorted(hashes[name]))
        lines.append(f"{name}=={pin['version']}{each}")
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"server-{version}-{THIS}.txt").write_text("\n".join(lines) + "\n")


def resolved(wanted: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the version, file and hash of each package that pip would install."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        pip = [sys.executable, "-I", "-m", "pip", "install", "-q", "--dry-run"]
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
    main(sys.argv[1])
