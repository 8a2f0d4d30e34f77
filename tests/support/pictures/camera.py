"""Pictures of pages, taken by headless Chromium."""

from __future__ import annotations

import base64
import io
from contextlib import ExitStack

from PIL import Image, ImageChops

from ..editor import running_browser
from .page import WIDTH

MARGIN = 12  # around an output, in pixels of the page
COLORS = 255  # of a picture: as good as all, in a third of the size


class Camera:
    """A browser that shows pages as on a screen with more pixels.

    >>> with Camera(scale=2) as camera:
    ...     png = camera.take("<div class=output>…</div>", "dark")
    """

    def __init__(self, scale: float) -> None:
        self.scale = scale
        self.open = ExitStack()

    def __enter__(self) -> Camera:
        self.driver = self.open.enter_context(running_browser())
        return self

    def __exit__(self, *error: object) -> None:
        self.open.close()

    def take(self, page: str, theme: str) -> bytes:
        """Return a PNG of the output in a page, with few colors."""
        features = [{"name": "prefers-color-scheme", "value": theme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        screen = {"width": WIDTH, "height": 1200, "deviceScaleFactor": self.scale, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        self.driver.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
        self.driver.get(f"data:text/html;base64,{base64.b64encode(page.encode()).decode()}")
        image = Image.open(io.BytesIO(base64.b64decode(self._screenshot()))).convert("RGB")
        return _png(_cropped(image, margin=int(MARGIN * self.scale)))

    def _screenshot(self) -> str:
        place = self.driver.execute_script(
            "const place = document.querySelector('.output').getBoundingClientRect();"
            "return {x: place.x, y: place.y, width: Math.ceil(place.width),"
            "height: Math.ceil(place.height)};"
        )
        given = {"clip": {**place, "scale": 1}, "captureBeyondViewport": True}
        taken: str = self.driver.execute_cdp_cmd("Page.captureScreenshot", given)["data"]
        return taken


def _cropped(image: Image.Image, *, margin: int) -> Image.Image:
    """Return what differs from the background, with a margin."""
    background = Image.new("RGB", image.size, image.getpixel((0, 0)))
    left, top, right, bottom = ImageChops.difference(image, background).getbbox()
    return image.crop((left - margin, top - margin, right + margin, bottom + margin))


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    few = image.quantize(COLORS, kmeans=1, dither=Image.Dither.NONE)
    few.save(file, "PNG", optimize=True)
    return file.getvalue()
