"""How fast configs are parsed and results checked, built and read; masks beside label-studio-sdk.

`make bench-labels` measures it; what was measured last is in `labels.md`. All in one process, the
contenders in turns, and each number is the median of the rounds.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from label_studio_sdk._extensions.label_studio_tools.core.label_config import parse_config
from label_studio_sdk.converter import brush

from label_studio_orm.labeling import (
    Box,
    LabelConfig,
    choices,
    decode_mask,
    encode_mask,
    labels,
)

RESULTS = Path(__file__).parent / "labels.md"
LABELS = 2_000
CHOICES = LabelConfig.create({"text": "Text", "mood": choices("Good", "Bad", "So-so")})
BOXES = LabelConfig.create({"image": "Image", "bbox": labels("cat", "dog")})
SIZE = (640, 480)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="try it all with little; keep nothing")
    quick = parser.parse_args().quick
    rounds, results = (2, 500) if quick else (11, 20_000)
    page = "\n".join(
        [*_head(rounds), *_configs(rounds), *_results(rounds, results), *_masks(rounds)]
    )
    print(page)
    if not quick:
        RESULTS.write_text(page + "\n", encoding="utf-8")


def _head(rounds: int) -> Iterator[str]:
    yield "# Configs, results and masks\n"
    where = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    today = datetime.date.today()
    yield f"Measured on {today} by `make bench-labels`: {where}; medians of {rounds} rounds.\n"


def _configs(rounds: int) -> Iterator[str]:
    xml = str(LabelConfig.create({"text": "Text", "ner": labels(*map(str, range(LABELS)))}))
    parsed = json.dumps(LabelConfig.parse(xml).as_dict())
    took = _in_turns(
        rounds,
        ours=lambda: LabelConfig.parse(xml).controls,
        as_dict=lambda: LabelConfig.parse(xml).as_dict(),
        sdk=lambda: parse_config(xml),
        loads=lambda: json.loads(parsed),
    )
    yield f"## A config of {LABELS:,} labels\n"
    yield "| | ms | times `json.loads` |\n| --- | ---: | ---: |"
    yield _row("`LabelConfig.parse`, with its controls and labels", took["ours"], took["loads"])
    yield _row("`LabelConfig.parse(…).as_dict()`", took["as_dict"], took["loads"])
    yield _row("label-studio-sdk's `parse_config`", took["sdk"], took["loads"])
    yield _row("`json.loads` of the same as JSON", took["loads"], took["loads"])
    yield f"\nTarget: less than 20 ms; measured: {took['ours'] * 1e3:.3g} ms.\n"


def _results(rounds: int, count: int) -> Iterator[str]:
    yield f"## {count:,} results, one region each\n"
    yield "| | results a second | times `json.loads` |\n| --- | ---: | ---: |"
    for what, config, said, size in (
        ("choices", CHOICES, {"mood": "Good"}, None),
        ("boxes", BOXES, {"bbox": Box("cat", pixels=(64, 48, 320, 240))}, SIZE),
    ):
        made = [config.result(said, size=size) for _ in range(count)]
        texts = [json.dumps(each) for each in made]
        took = _in_turns(
            rounds,
            check=lambda config=config, made=made: [config.validate(each) for each in made],
            build=lambda config=config, said=said, size=size: [
                config.result(said, size=size) for _ in range(count)
            ],
            read=lambda config=config, made=made: [
                (reading.answers, [region.shape for region in reading.regions])
                for reading in map(config.read, made)
            ],
            loads=lambda texts=texts: [json.loads(each) for each in texts],
        )
        for verb in ("check", "build", "read", "loads"):
            name = "`json.loads`" if verb == "loads" else verb
            pace, ratio = count / took[verb], took[verb] / took["loads"]
            yield f"| {what}: {name} | {pace:,.0f} | {ratio:.3g} |"
    yield "\nTarget: 50,000 choices checked a second. To build is to check as well.\n"


def _masks(rounds: int) -> Iterator[str]:
    yield "## Masks, beside `label_studio_sdk.converter.brush`\n"
    yield "| | encode, ms | SDK | times faster | decode, ms | SDK | times faster |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for name, mask in _made_up():
        height, width = mask.shape
        rle = encode_mask(mask)
        took = _in_turns(
            min(rounds, 5),
            encode=lambda mask=mask: encode_mask(mask),
            encode_sdk=lambda mask=mask: brush.mask2rle(mask),
            decode=lambda rle=rle, w=width, h=height: decode_mask(rle, width=w, height=h),
            decode_sdk=lambda rle=rle: brush.decode_rle(rle),
        )
        cells = [name]
        for verb in ("encode", "decode"):
            own, sdk = took[verb], took[f"{verb}_sdk"]
            cells += [f"{own * 1e3:.3g}", f"{sdk * 1e3:.3g}", f"{sdk / own:.3g}×"]
        yield f"| {' | '.join(cells)} |"
    yield "\nTarget: 5 times faster. An empty mask leaves next to nothing to decode."


def _made_up() -> Iterator[tuple[str, np.ndarray]]:
    """Yield masks as people and models make them, and the worst there are."""
    random = np.random.default_rng(0)
    for side in (200, 500, 1_000):
        y, x = np.mgrid[:side, :side]
        mask = np.zeros((side, side), dtype=np.uint8)
        for center_y, center_x, radius in random.integers(3, side // 4, (20, 3)):
            mask[(y - 2 * center_y) ** 2 + (x - 2 * center_x) ** 2 < radius**2] = 255
        yield f"blobs {side} × {side}", mask
    yield "noise 200 × 200", random.integers(0, 2, (200, 200), dtype=np.uint8) * 255
    yield "grey noise 200 × 200", random.integers(0, 256, (200, 200), dtype=np.uint8)
    yield "empty 1,000 × 1,000", np.zeros((1_000, 1_000), dtype=np.uint8)


def _in_turns(rounds: int, **contenders: Callable[[], object]) -> dict[str, float]:
    """Return the median of the seconds that each takes."""
    took: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            started = time.perf_counter()
            run()
            took[name].append(time.perf_counter() - started)
    return {name: statistics.median(each) for name, each in took.items()}


def _row(name: str, seconds: float, unit: float) -> str:
    return f"| {name} | {seconds * 1e3:.3g} | {seconds / unit:.3g} |"


if __name__ == "__main__":
    main()
