"""A folder of the user's, with files that no export may change."""

from __future__ import annotations

from pathlib import Path

PRECIOUS = (
    ".git/config",
    ".bashrc",
    ".env",
    "conftest.py",
    "__init__.py",
    "sitecustomize.py",
    "run.sh",
    "Makefile",
    "package.json",
    "images/logo.txt",
)


def make_home(folder: Path) -> Path:
    """Make a folder with files that must survive."""
    home = folder / "home"
    for name in PRECIOUS:
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"mine: {name}")
        path.chmod(0o755 if name.endswith(".sh") else 0o640)
    return home


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return the content and mode of all files, links followed by none."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.lstat().st_mode)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
