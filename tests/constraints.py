"""Write the lists of packages with which `install` sets up the default server, with their hashes.

`make constraints` runs it with each supported Python that is there. What to install is for pip to
decide, as it is configured here; the hashes are those of all files that this Python can use on
Linux or macOS, so that an index can give out no other ones.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pip._internal.commands import create_command  # a tool of ours: pip offers no other way
from pip._internal.index.collector import LinkCollector, parse_links
from pip._internal.models.link import Link
from pip._vendor.packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "label_studio_orm" / "server" / "constraints"
THIS = f"python{sys.version_info.major}.{sys.version_info.minor}"
CP = f"cp{sys.version_info.major}{sys.version_info.minor}"
BUILD = ("setuptools", "wheel")  # by which the few packages without a wheel are built
PLATFORMS = ("any", "manylinux", "musllinux", "linux", "macosx")
MACHINES = ("any", "x86_64", "aarch64", "arm64", "universal2", "intel")


def main(version: str) -> None:
    pins = resolved([f"label-studio=={version}", *BUILD])
    collector = link_collector()
    lines = [f"# Label Studio {version} on {THIS}; written by `make constraints`."]
    sources = []
    for name, pin in sorted(pins.items()):
        links = list(of_release(collector, name, pin))
        wheels = [link for link in links if link.is_wheel and is_usable(link.filename)]
        if not wheels:
            sources.append(name)
        lines.append(f"{name}=={pin}")
        hashes = sorted({str(link.hash) for link in wheels or links})
        lines[-1] += "".join(f" \\\n    --hash=sha256:{each}" for each in hashes)
    lines.insert(1, "--only-binary :all:")
    lines.insert(2, f"--no-binary {','.join(sources)}")
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"server-{version}-{THIS}.txt").write_text("\n".join(lines) + "\n")


def resolved(wanted: list[str]) -> dict[str, str]:
    """Return what pip would install."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        pip = [sys.executable, "-I", "-m", "pip", "install", "-q", "--dry-run"]
        more = ["--ignore-installed", "--report", str(report)]
        subprocess.run([*pip, *more, *wanted], check=True)
        found = json.loads(report.read_text())["install"]
    return {
        canonicalize_name(each["metadata"]["name"]): each["metadata"]["version"] for each in found
    }


def link_collector() -> LinkCollector:
    """Return pip's own way to its indexes."""
    command = create_command("download")
    options, _ = command.parse_args(["x"])
    session = command._build_session(options)  # type: ignore[attr-defined]
    return LinkCollector.create(session, options=options)


def of_release(collector: LinkCollector, name: str, version: str) -> Iterator[Link]:
    """Yield the files of a release, of the first index, which has them all."""
    page = f"{collector.search_scope.index_urls[0].rstrip('/')}/{name}/"
    for link in parse_links(collector.fetch_response(Link(page))):
        stem = link.filename.lower().replace("-", "_").replace(".", "_")
        release = f"{name}_{version}".replace("-", "_").replace(".", "_")
        if stem.startswith(
            (f"{release}_py", f"{release}_cp", f"{release}_tar_gz", f"{release}_pp")
        ):
            yield link


def is_usable(wheel: str) -> bool:
    """Tell whether this Python can use a wheel on a machine that the server runs on."""
    return any(
        (tag.interpreter in (CP, f"py{CP[2]}") or tag.abi == "abi3")
        and tag.abi in (CP, "abi3", "none")
        and tag.platform.startswith(PLATFORMS)
        and tag.platform.endswith(MACHINES)
        for tag in parse_wheel_filename(wheel)[3]
    )


if __name__ == "__main__":
    main(sys.argv[1])
