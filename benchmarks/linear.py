"""Time our regexes and parsers on their worst inputs of 1, 2, 4 and 8 MB: it must double.

python benchmarks/linear.py [--quick]
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable

from linear_cases import CASES

MEGABYTE = 1_000_000


def seconds(run: Callable[[str], object], text: str) -> float:
    """Return the time of this process alone: others may share the machine."""
    gc.collect()
    began = time.process_time()
    run(text)
    return time.process_time() - began


def main() -> None:
    sizes = (0.1, 0.2, 0.4, 0.8) if "--quick" in sys.argv else (1, 2, 4, 8)
    gc.disable()
    print(f"| input | {' | '.join(f'{size} MB' for size in sizes)} | last to first, 8 is linear |")
    print("|---|" + "---|" * (len(sizes) + 1))
    for name, run, made in CASES:
        run(made(1_000))  # what is made once
        inputs = [made(int(size * MEGABYTE)) for size in sizes]
        took = [min(seconds(run, each) for _ in range(2)) for each in inputs]
        shown_ = " | ".join(f"{each:.3f} s" for each in took)
        print(f"| {name} | {shown_} | {took[-1] / max(took[0], 1e-3):.1f} |", flush=True)


if __name__ == "__main__":
    main()
