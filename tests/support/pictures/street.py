"""A street to label, drawn: photos of real ones have licenses, and show people."""

from __future__ import annotations

from random import Random

import numpy
from PIL import Image, ImageDraw

SIZE = WIDTH, HEIGHT = 420, 280
LARGER = 3  # it is drawn larger, and made smaller at the end: edges become smooth
HORIZON = 168

CARS = {"#b8402f": (40, 172, 120, 52), "#3d5f8a": (292, 160, 76, 36)}
BUS = (196, 118, 86, 78)
CROSSING = [(150, 222), (366, 222), (404, 262), (110, 262)]
TREE = [(368, 78, 48), (396, 96, 40), (346, 104, 34)]  # x, y and radius of its leaves
FACADES = ["#c9b79c", "#b5866a", "#d8cdb8", "#a7a9a0", "#c49a7c", "#b9b2a2"]


def draw(name: str, *, seed: int = 1) -> None:
    """Draw the street into a file of the current folder; a seed has its own houses and tree."""
    pen = Pen(Random(seed))
    pen.sky()
    pen.houses()
    pen.road()
    pen.tree()
    pen.bus(*BUS)
    for color, box in CARS.items():
        pen.car(color, *box)
    pen.image.resize(SIZE, Image.Resampling.LANCZOS).save(name)


def tree_mask() -> numpy.ndarray:
    """Return the leaves of the tree as a mask."""
    mask = Image.new("1", SIZE)
    for x, y, radius in TREE:
        ImageDraw.Draw(mask).ellipse((x - radius, y - radius, x + radius, y + radius), fill=1)
    return numpy.asarray(mask)


class Pen:
    """Draws in pixels of the image that is wanted."""

    def __init__(self, random: Random) -> None:
        self.image = Image.new("RGB", (WIDTH * LARGER, HEIGHT * LARGER))
        self.pen = ImageDraw.Draw(self.image)
        self.random = random

    def box(self, x: float, y: float, width: float, height: float, color: str, r: int = 0) -> None:
        place = [each * LARGER for each in (x, y, x + width, y + height)]
        self.pen.rounded_rectangle(place, r * LARGER, fill=color)

    def disk(self, x: float, y: float, radius: float, color: str) -> None:
        self.box(x - radius, y - radius, 2 * radius, 2 * radius, color, int(radius))

    def shape(self, points: list[tuple[float, float]], color: str) -> None:
        self.pen.polygon([(x * LARGER, y * LARGER) for x, y in points], fill=color)

    def sky(self) -> None:
        for y in range(HEIGHT):
            light = y / HEIGHT
            color = f"rgb({int(150 + 80 * light)},{int(190 + 45 * light)},{int(225 + 15 * light)})"
            self.box(0, y, WIDTH, 1, color)

    def houses(self) -> None:
        left = 0
        for color in FACADES:
            width, top = self.random.randint(78, 96), self.random.randint(22, 62)
            self.box(left, top, width - 2, HORIZON - top + 10, color)
            self.box(left, top, width - 2, 5, "#6d5f55")
            for x in range(left + 10, left + width - 18, 22):
                for y in range(top + 18, HORIZON - 26, 30):
                    self.box(x, y, 12, 18, self.random.choice(["#58677a", "#46525f", "#7d8a96"]))
            left += width

    def road(self) -> None:
        self.box(0, HORIZON, WIDTH, 14, "#a9a59d")
        self.box(0, HORIZON + 14, WIDTH, HEIGHT, "#5b5d61")
        (left, top), (right, _), (far, bottom), (near, _) = CROSSING
        for stripe in range(0, 14, 2):
            ends = [(stripe + 0.2) / 13, (stripe + 1) / 13]
            above = [(left + (right - left) * end, top + 2) for end in ends]
            below = [(near + (far - near) * end, bottom - 2) for end in ends]
            self.shape([*above, *reversed(below)], "#dcdcd6")

    def tree(self) -> None:
        x, y, _ = TREE[0]
        self.box(x + 2, y, 9, HORIZON - y + 8, "#5e4a3a")
        for x, y, radius in TREE:
            self.disk(x, y, radius, "#4f7a43")
            for _ in range(60):
                dx, dy = (self.random.gauss(0, radius / 2.6) for _ in "xy")
                if dx * dx + dy * dy < (radius - 6) ** 2:
                    self.disk(x + dx, y + dy, 4, self.random.choice(["#446b3a", "#5f8d50"]))

    def bus(self, x: int, y: int, width: int, height: int) -> None:
        self.box(x, y, width, height - 8, "#d9a62e", 6)
        self.box(x + 6, y + 10, width - 12, 28, "#384553", 3)
        self.box(x + 12, y + 3, width - 24, 5, "#2c3036", 2)
        self.box(x + 6, y + height - 24, 10, 6, "#f4e6b0", 2)
        self.box(x + width - 16, y + height - 24, 10, 6, "#f4e6b0", 2)
        self.box(x + 8, y + height - 9, 14, 9, "#22252a", 2)
        self.box(x + width - 22, y + height - 9, 14, 9, "#22252a", 2)

    def car(self, color: str, x: int, y: int, width: int, height: int) -> None:
        roof = [(0.2, 0.42), (0.32, 0.02), (0.68, 0.02), (0.84, 0.42)]
        self.shape([(x + width * dx, y + height * dy) for dx, dy in roof], color)
        glass = [(0.26, 0.4), (0.35, 0.1), (0.66, 0.1), (0.78, 0.4)]
        self.shape([(x + width * dx, y + height * dy) for dx, dy in glass], "#33414e")
        self.box(x, y + height * 0.38, width, height * 0.42, color, 5)
        for place in (0.22, 0.78):
            self.disk(x + width * place, y + height * 0.8, height * 0.2, "#1d1f22")
            self.disk(x + width * place, y + height * 0.8, height * 0.09, "#8d9196")
