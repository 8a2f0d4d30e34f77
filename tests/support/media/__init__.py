"""Pictures, a sound and a video, small and made up, as bytes."""

from __future__ import annotations

import io
import math
import struct
import wave
from pathlib import Path

from PIL import Image

SIZE = (64, 48)  # of a picture, in pixels
SECONDS = 4  # of the sound
FRAMES, RATE = 20, 10  # of the video, and how many of them a second


def picture(size: tuple[int, int] = SIZE) -> bytes:
    """A PNG of noise."""
    file = io.BytesIO()
    Image.effect_noise(size, 50).save(file, "PNG")
    return file.getvalue()


def sound(seconds: int = SECONDS, rate: int = 8000) -> bytes:
    """A WAV of one tone."""
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(rate)
        tone = (int(9000 * math.sin(at / 9)) for at in range(seconds * rate))
        made.writeframes(b"".join(struct.pack("<h", each) for each in tone))
    return file.getvalue()


def video() -> bytes:
    """A WebM (VP8, 640 × 360) of 2 s, in ever lighter grey.

    OpenCV made it: `VideoWriter("clip.webm", VideoWriter_fourcc(*"VP80"), 10, (640, 360))`.
    """
    return Path(__file__).with_name("clip.webm").read_bytes()
