"""`python -m label_studio_orm.server install`."""

import argparse
import sys

from ..errors import LocalServerError
from .install import VERSION, install, is_installed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m label_studio_orm.server", description=__doc__)
    parser.add_argument("command", choices=["install"], help=f"set up Label Studio {VERSION}")
    parser.parse_args()
    if not is_installed():
        sys.stdout.write(f"Installing Label Studio {VERSION} (1 GB): one to three minutes …\n")
        sys.stdout.flush()
    try:
        place = install()
    except LocalServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"Label Studio {VERSION} is ready in {place}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
