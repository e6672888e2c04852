"""A page to print on, measured in millimetres from its upper left corner: text, shapes of risk, QR codes."""

from collections.abc import Sequence
from typing import Protocol

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

Spot = tuple[float, float]
INK, MUTED, LINE, PAPER, ACCENT = "#1F2937", "#6B7280", "#D1D5DB", "#F7F8FA", "#0F766E"
BOLD_SHARE = 0.026
QUIET_MODULES = 2


class Mark(Protocol):
    """How a risk looks: ``corners`` in units of its radius, y downwards; none means a circle."""

    @property
    def fill(self) -> str:
        """The colour inside."""

    @property
    def stroke(self) -> str:
        """The colour of the edge."""

    @property
    def text(self) -> str:
        """The colour of what is written on it."""

    @property
    def corners(self) -> tuple[Spot, ...]:
        """The corners of the shape."""

    @property
    def hollow(self) -> bool:
        """Whether the edge is all there is."""


def one_line(text: object) -> str:
    """Text without anything that steers: no control, no direction mark, single spaces."""
    return " ".join("".join(char if char.isprintable() else " " for char in str(text)).split())


class Sheet:
    """A canvas with the sheet's own font; every position and size in millimetres, type sizes in points."""

    def __init__(self, canvas: Canvas, font: str, size_mm: Spot) -> None:
        self.canvas, self.font = canvas, font
        self.width, self.height = size_mm

    def _up(self, y: float) -> float:
        return (self.height - y) * mm

    def width_of(self, text: str, size: float) -> float:
        """How wide a text is in millimetres."""
        return float(pdfmetrics.stringWidth(text, self.font, size)) / mm

    def lines(self, text: object, size: float, width: float, most: int = 1) -> list[str]:
        """A text in at most so many lines of a width, cut with an ellipsis where it is longer."""
        left, found = one_line(text), list[str]()
        while left and len(found) < most:
            count = self._fitting(left, size, width)
            found.append(left[:count].rstrip())
            left = left[count:].lstrip()
        if left and found:
            found[-1] = self._cut(found[-1], size, width)
        return found

    def _fitting(self, text: str, size: float, width: float) -> int:
        count = len(text)
        while count > 1 and self.width_of(text[:count], size) > width:
            count -= 1
        blank = text.rfind(" ", 0, count)
        inside = count < len(text) and text[count - 1 : count + 1].isascii() and text[count] != " "
        return blank if inside and blank > count // 2 else count

    def _cut(self, text: str, size: float, width: float) -> str:
        while text and self.width_of(text + "…", size) > width:
            text = text[:-1]
        return text + "…"

    def write(
        self, at: Spot, text: object, size: float, *, ink: str = INK, bold: bool = False, align: str = "l"
    ) -> None:
        """Write one line with its baseline at a place; ``align`` is l, c or r."""
        said = one_line(text)
        shift = {"l": 0.0, "c": 0.5, "r": 1.0}[align] * self.width_of(said, size)
        line = self.canvas.beginText((at[0] - shift) * mm, self._up(at[1]))
        line.setFont(self.font, size)
        line.setFillColor(HexColor(ink))
        line.setStrokeColor(HexColor(ink))
        self.canvas.setLineWidth(size * BOLD_SHARE)
        line.setTextRenderMode(2 if bold else 0)
        line.textOut(said)
        line.setTextRenderMode(0)
        self.canvas.drawText(line)

    def box(self, at: Spot, size: Spot, *, fill: str | None = None, edge: str | None = LINE, pt: float = 0.6) -> None:
        """Draw a rectangle from its upper left corner."""
        self._paint(fill, edge, pt)
        paint = {"stroke": int(edge is not None), "fill": int(fill is not None)}
        self.canvas.rect(at[0] * mm, self._up(at[1] + size[1]), size[0] * mm, size[1] * mm, **paint)

    def polyline(self, spots: Sequence[Spot], *, ink: str = LINE, pt: float = 0.6, fill: str | None = None) -> None:
        """Draw a line through places, closed and filled where ``fill`` is given."""
        if len(spots) < 2:
            return
        self._paint(fill, ink, pt)
        path = self.canvas.beginPath()
        path.moveTo(spots[0][0] * mm, self._up(spots[0][1]))
        for x, y in spots[1:]:
            path.lineTo(x * mm, self._up(y))
        if fill is not None:
            path.close()
        self.canvas.drawPath(path, stroke=1, fill=int(fill is not None))

    def dot(self, at: Spot, radius: float, *, fill: str | None = INK, edge: str | None = None, pt: float = 0.6) -> None:
        """Draw a circle."""
        self._paint(fill, edge, pt)
        self.canvas.circle(at[0] * mm, self._up(at[1]), radius * mm, stroke=int(edge is not None),
                           fill=int(fill is not None))  # fmt: skip

    def mark(self, at: Spot, radius: float, look: Mark, label: str = "") -> None:
        """Draw the shape of a risk, with a short text on it."""
        pt = radius * (0.55 if look.hollow else 0.2)
        edge = look.stroke if look.hollow else look.fill
        if look.corners:
            spots = [(at[0] + x * radius, at[1] + y * radius) for x, y in look.corners]
            self.polyline([*spots, spots[0]], ink=edge, pt=pt, fill=look.fill)
        else:
            self.dot(at, radius * (0.95 if look.hollow else 1.05), fill=look.fill, edge=edge, pt=pt)
        size = radius * (2.9 if len(label) < 3 else 2.2)
        # The middle of a triangle's body lies below the middle of its box.
        drop = radius * (0.62 if len(look.corners) == 3 else 0.36)
        self.write((at[0], at[1] + drop), label, size, ink=look.text, bold=True, align="c")

    def qr(self, at: Spot, side: float, link: str) -> None:
        """Draw a link as a QR code of level M, its quiet edge within ``side``."""
        rows = [list(row) for row in segno.make(link, error="m", micro=False).matrix]
        cell = side / (len(rows) + 2 * QUIET_MODULES)
        left, top = at[0] + QUIET_MODULES * cell, at[1] + QUIET_MODULES * cell
        path = self.canvas.beginPath()
        for down, row in enumerate(rows):
            for begin, end in _runs(row):
                path.rect((left + begin * cell) * mm, self._up(top + (down + 1) * cell), (end - begin) * cell * mm,
                          cell * mm)  # fmt: skip
        self.canvas.setFillColor(HexColor("#000000"))
        self.canvas.drawPath(path, stroke=0, fill=1)

    def clip(self, at: Spot, size: Spot) -> None:
        """Keep what is drawn from now on within a rectangle, until ``unclip``."""
        self.canvas.saveState()
        path = self.canvas.beginPath()
        path.rect(at[0] * mm, self._up(at[1] + size[1]), size[0] * mm, size[1] * mm)
        self.canvas.clipPath(path, stroke=0, fill=0)

    def unclip(self) -> None:
        """Draw everywhere again."""
        self.canvas.restoreState()

    def _paint(self, fill: str | None, edge: str | None, pt: float) -> None:
        self.canvas.setLineWidth(pt)
        self.canvas.setLineJoin(1)
        self.canvas.setLineCap(1)
        if fill is not None:
            self.canvas.setFillColor(HexColor(fill))
        if edge is not None:
            self.canvas.setStrokeColor(HexColor(edge))


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """Dark modules side by side, as (first, one behind the last)."""
    edges = [at for at in range(len(row) + 1)
             if (row[at] if at < len(row) else 0) != (row[at - 1] if at else 0)]  # fmt: skip
    return list(zip(edges[::2], edges[1::2], strict=True))
