"""How long the import takes, beside `import requests`: medians of fresh processes, interleaved."""

from __future__ import annotations

import statistics
import subprocess
import sys

ROUNDS = 25
CODES = {
    "import requests": "import requests",
    "import label_studio_orm": "import label_studio_orm",
    "import label_studio_orm.compat": "import label_studio_orm.compat",
    "… and a client": (
        "import label_studio_orm as o; o.LabelStudio('http://localhost', api_key='x')"
    ),
}


def seconds(code: str) -> float:
    timed = f"import time; a = time.perf_counter(); {code}; print(time.perf_counter() - a)"
    command = [sys.executable, "-c", timed]
    return float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in CODES}
    for _ in range(ROUNDS):
        for name, code in CODES.items():
            times[name].append(seconds(code))
    base = statistics.median(times["import requests"])
    for name, found in times.items():
        median = statistics.median(found)
        print(f"{name:31} {median * 1000:6.1f} ms  {median / base:.2f} of requests")


if __name__ == "__main__":
    main()
