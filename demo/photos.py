"""A few drawn pictures that stand for photographs; each says in its middle that it is made up."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw

from db import evidence

WIDTH, HEIGHT = 640, 480
EACH = 6


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture: its hash, size in bytes and whether it shows the state before or after."""

    sha256: str
    size: int
    kind: str


def pictures(*, seed: int) -> dict[str, list[Picture]]:
    """Draw and store the pictures, ``before`` and ``after``; the same seed draws the same ones."""
    rng = np.random.default_rng([seed, 7])
    return {kind: [_keep(kind, rng) for _ in range(EACH)] for kind in ("before", "after")}


def _keep(kind: str, rng: np.random.Generator) -> Picture:
    content = _draw(kind, rng)
    sha256 = hashlib.sha256(content).hexdigest()
    evidence.put_file(sha256, content)
    return Picture(sha256, len(content), kind)


def _draw(kind: str, rng: np.random.Generator) -> bytes:
    """A room in outline: cluttered before, empty after."""
    wall = tuple(int(value) for value in rng.integers(190, 235, 3))
    image = Image.new("RGB", (WIDTH, HEIGHT), wall)
    pen = ImageDraw.Draw(image)
    pen.polygon([(0, HEIGHT), (140, 330), (500, 330), (WIDTH, HEIGHT)], fill=(150, 140, 125))
    pen.rectangle((230, 90, 420, 240), fill=(205, 225, 240), outline=(90, 90, 90), width=4)
    for _ in range(14 if kind == "before" else 2):
        left, top = int(rng.integers(20, 560)), int(rng.integers(240, 420))
        wide, high = int(rng.integers(30, 120)), int(rng.integers(25, 90))
        fill = tuple(int(value) for value in rng.integers(60, 200, 3))
        pen.rectangle((left, top, left + wide, top + high), fill=fill, outline=(60, 60, 60))
    pen.text((WIDTH // 2, 40), f"SYNTHETIC MODEL PICTURE - {kind.upper()}", fill=(120, 20, 20), anchor="mm")
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
