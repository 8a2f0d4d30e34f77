"""`python -m label_studio_orm.server install [VERSION]`."""

import argparse
import sys

from ..errors import InvalidInput, LocalServerError
from .installation import install, is_installed
from .versions import VERSION, checked_version


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m label_studio_orm.server", description=__doc__)
    parser.add_argument("command", choices=["install"], help="set up Label Studio")
    parser.add_argument("version", nargs="?", default=VERSION, help=f"default: {VERSION}")
    try:
        _install(checked_version(parser.parse_args().version))
    except (LocalServerError, InvalidInput) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _install(version: str) -> None:
    if not is_installed(version):
        sys.stdout.write(f"Installing Label Studio {version} (1 GB): one to three minutes …\n")
        sys.stdout.flush()
    folder = install(version)
    sys.stdout.write(f"Label Studio {version} is ready in {folder}\n")


if __name__ == "__main__":
    sys.exit(main())
