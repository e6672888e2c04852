"""A round on paper: A4, a sketch of the stops, one row a stop with its code to scan and room to write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from exchange.sheet_canvas import ACCENT, INK, LINE, MUTED, PAPER, Mark, Sheet, Spot, one_line
from exchange.sheet_font import font_for
from gis.code import AddressCode, CodeError
from gis.sketch import Frame, Sketch, sketch
from inspections.deadline import SHANGHAI
from inspections.round_sheet import RoundSheet, SheetStop, clock_of
from words import catalogue, say

A4 = (210.0, 297.0)
EDGE, WIDTH = 12.0, 186.0
MAP_TOP, MAP_HEIGHT = 31.0, 70.0
HEAD_TOP, HEAD, ROW = 22.0, 6.0, 21.5
BOTTOM = 283.0
COLUMNS = {"stop": 0.0, "house": 15.0, "arrival": 92.0, "result": 117.0, "scan": 165.0}
RESULTS = ("granted", "nobody", "refused")
_PLAIN = "".join(chr(code) for code in range(32, 127)) + "…·"


@dataclass(frozen=True, slots=True)
class Looks:
    """What a sheet cannot know by itself: the shapes of risk by colour, and a font file of the deployment's own."""

    marks: Mapping[str, Mark]
    font: Path | None = None


def round_pdf(sheet: RoundSheet, looks: Looks, *, lang: str = "zh") -> bytes:
    """Return the sheet as a PDF; ``looks.marks`` must know every colour of its stops."""
    written = BytesIO()
    with font_for(_letters(sheet, lang), own=looks.font) as font:
        canvas = Canvas(
            written, pagesize=(A4[0] * mm, A4[1] * mm), pageCompression=1, lang="zh-CN" if lang == "zh" else "en"
        )
        canvas.setTitle(_title(sheet, lang))
        canvas.setCreator("Anju Grid")
        _Round(sheet, looks, Sheet(canvas, font, A4), lang).draw()
        canvas.save()
    return written.getvalue()


def _title(sheet: RoundSheet, lang: str) -> str:
    return one_line(f"{say('round_out.title', lang)} {sheet.on} {sheet.inspector}")


def _letters(sheet: RoundSheet, lang: str) -> str:
    """Every letter that may come on the sheet."""
    words = [
        text
        for key, text in catalogue(lang).items()
        if key.startswith(("round_out.", "risk.colour.", "today.", "plans.", "visit.outcome."))
    ]
    told = [sheet.inspector, sheet.taken_by, sheet.site, *sheet.grids]
    told += [stop.address + stop.why for stop in sheet.stops]
    return one_line(" ".join([_PLAIN, *words, *told])) + " "


class _Round:
    """One sheet being drawn, page by page."""

    def __init__(self, sheet: RoundSheet, looks: Looks, paper: Sheet, lang: str) -> None:
        self.sheet, self.looks, self.paper, self.lang = sheet, looks, paper, lang
        self.pages = _pages(len(sheet.stops), bool(self._placed()))

    def _said(self, key: str, /, **fields: object) -> str:
        return say(f"round_out.{key}", self.lang, **fields)

    def _placed(self) -> list[SheetStop]:
        return [stop for stop in self.sheet.stops if stop.lon is not None and stop.lat is not None]

    def draw(self) -> None:
        """Draw all pages."""
        left = list(self.sheet.stops)
        for number, count in enumerate(self.pages, 1):
            top = HEAD_TOP - 4.0
            if number == 1:
                top = self._head()
            else:
                self._running_head()
            if count:
                self._table(left[:count], top)
            elif not left:
                self.paper.write((EDGE, top + 8), self._said("no_stops"), 10, ink=MUTED)
            left = left[count:]
            self._foot(number)
            self.paper.canvas.showPage()

    def _head(self) -> float:
        """Who, when, how much, and where; returns where the table begins."""
        sheet, paper = self.sheet, self.paper
        paper.write((EDGE, 17.5), self._said("title"), 18, bold=True)
        right = f"{sheet.on} {say(f'today.weekday.{sheet.on.weekday()}', self.lang)}"
        paper.write((EDGE + WIDTH, 14.5), right, 11, bold=True, align="r")
        paper.write((EDGE + WIDTH, 20), sheet.inspector, 10, align="r")
        for at, line in enumerate(paper.lines(self._facts(), 8.5, WIDTH, most=2)):
            paper.write((EDGE, 24.2 + 4 * at), line, 8.5, ink=MUTED)
        placed = self._placed()
        if not placed:
            return MAP_TOP
        self._map(placed)
        return MAP_TOP + MAP_HEIGHT + 3.0

    def _facts(self) -> str:
        sheet = self.sheet
        start = sheet.start_at
        told = [
            self._said("grids", names="、".join(sheet.grids) if self.lang == "zh" else ", ".join(sheet.grids)),
            self._said("sums", stops=len(sheet.stops), minutes=round(sheet.minutes), km=f"{sheet.metres / 1000:.1f}"),
            say(f"plans.mode.{sheet.mode}", self.lang),
        ]  # fmt: skip
        if start is not None:
            told.append(self._said("first_door", clock=f"{start.astimezone(SHANGHAI):%H:%M}"))
        return " · ".join(told if sheet.grids else told[1:])

    def _running_head(self) -> None:
        paper = self.paper
        paper.write((EDGE, 14), _title(self.sheet, self.lang), 9, ink=MUTED)

    def _map(self, placed: Sequence[SheetStop]) -> None:
        paper = self.paper
        frame = Frame(WIDTH, MAP_HEIGHT)
        doors = [(stop.lon or 0.0, stop.lat or 0.0) for stop in placed]
        drawn = sketch(doors, frame, start=self.sheet.start, line=self.sheet.line(), outlines=self.sheet.outlines)
        paper.box((EDGE, MAP_TOP), (WIDTH, MAP_HEIGHT), fill=PAPER, edge=None)
        paper.clip((EDGE, MAP_TOP), (WIDTH, MAP_HEIGHT))
        for ring in drawn.rings:
            paper.polyline([_down(spot) for spot in ring], ink=MUTED, pt=0.7, fill="#FFFFFF")
        paper.polyline([_down(spot) for spot in drawn.line], ink=ACCENT, pt=1.1)
        self._stops_on_map(placed, drawn)
        paper.unclip()
        paper.box((EDGE, MAP_TOP), (WIDTH, MAP_HEIGHT))
        self._scale(drawn)

    def _stops_on_map(self, placed: Sequence[SheetStop], drawn: Sketch) -> None:
        paper = self.paper
        for door, number in zip(drawn.doors, drawn.numbers, strict=True):
            paper.polyline([_down(door), _down(number)], ink=MUTED, pt=0.4)
            paper.dot(_down(door), 0.6, fill=INK)
        for stop, number in reversed(list(zip(placed, drawn.numbers, strict=True))):
            paper.mark(_down(number), 2.7, self.looks.marks[stop.colour], str(stop.number))
        if drawn.start:
            x, y = _down(drawn.start)
            paper.dot((x, y), 1.6, fill="#FFFFFF", edge=ACCENT, pt=1.6)
            paper.write((x + 2.6, y + 1.1), self._said("start"), 7.5, ink=ACCENT, bold=True)

    def _scale(self, drawn: Sketch) -> None:
        """How long so many metres are, and where north is."""
        paper = self.paper
        left, low = EDGE + 4, MAP_TOP + MAP_HEIGHT - 3.5
        ends = (left, left + drawn.scale_mm)
        paper.polyline([(ends[0], low - 1.2), (ends[0], low), (ends[1], low), (ends[1], low - 1.2)], ink=INK, pt=0.8)
        metres = drawn.scale_m
        said = say("time.metres", self.lang, n=metres) if metres < 1000 else say("time.km", self.lang, n=metres // 1000)
        paper.write((left + 1, low - 1.8), said, 7, ink=INK)
        x, y = EDGE + WIDTH - 5, MAP_TOP + 4
        paper.polyline([(x, y), (x + 1.6, y + 5), (x, y + 3.9), (x - 1.6, y + 5), (x, y)], ink=INK, pt=0.5, fill=INK)
        paper.write((x, y + 8), self._said("north"), 7, align="c")

    def _table(self, stops: Sequence[SheetStop], top: float) -> None:
        paper = self.paper
        paper.box((EDGE, top), (WIDTH, HEAD), fill=PAPER, edge=None)
        for name, x in COLUMNS.items():
            paper.write((EDGE + x + 1.5, top + 4.2), self._said(f"column.{name}"), 7.5, ink=MUTED)
        for at, stop in enumerate(stops):
            self._row(stop, top + HEAD + at * ROW)

    def _row(self, stop: SheetStop, top: float) -> None:
        paper = self.paper
        paper.polyline([(EDGE, top + ROW), (EDGE + WIDTH, top + ROW)], ink=LINE)
        paper.mark((EDGE + 6.5, top + 8.2), 4.3, self.looks.marks[stop.colour], str(stop.number))
        paper.write((EDGE + 6.5, top + 18), say(f"risk.colour.{stop.colour}", self.lang), 8, align="c", bold=True)
        self._house(stop, (EDGE + COLUMNS["house"] + 1.5, top))
        self._arrival(stop, (EDGE + COLUMNS["arrival"] + 1.5, top))
        self._result(stop, (EDGE + COLUMNS["result"] + 1.5, top))
        paper.qr((EDGE + COLUMNS["scan"] + 0.5, top + 0.5), ROW - 1.0, self.sheet.link(stop))

    def _house(self, stop: SheetStop, at: Spot) -> None:
        paper, width = self.paper, COLUMNS["arrival"] - COLUMNS["house"] - 3
        address = paper.lines(stop.address, 10.5, width, most=2)
        y = at[1] + 5.4
        for line in address:
            paper.write((at[0], y), line, 10.5, bold=True)
            y += 4.6
        paper.write((at[0], y), _grouped(stop.code), 7.5, ink=MUTED)
        for line in paper.lines(stop.why, 8.5, width, most=1 if len(address) > 1 else 2):
            y += 3.9
            paper.write((at[0], y), line, 8.5)

    def _arrival(self, stop: SheetStop, at: Spot) -> None:
        paper, (x, y) = self.paper, at
        paper.write((x, y + 5.4), f"{stop.eta_at.astimezone(SHANGHAI):%H:%M}", 10.5, bold=True)
        told = [self._said("leg", m=round(stop.travel_m)), self._said("inside", n=round(stop.service_minutes))]
        if stop.window is not None:
            told.insert(0, self._said("window", first=clock_of(stop.window[0]), last=clock_of(stop.window[1])))
        for step, line in enumerate(told, 1):
            paper.write((x, y + 5.6 + 4 * step), line, 7.5, ink=MUTED if "–" not in line else INK)

    def _result(self, stop: SheetStop, at: Spot) -> None:
        """Boxes to tick and lines to write on; what is settled already is said instead."""
        paper, (x, y) = self.paper, at
        width = COLUMNS["scan"] - COLUMNS["result"] - 4
        if stop.state != "todo":
            paper.write((x, y + 5.2), say(f"plans.states.{stop.state}", self.lang), 8.5, ink=MUTED, bold=True)
        else:
            for step, name in enumerate(RESULTS):
                left = x + step * width / 3
                paper.box((left, y + 2.4), (3.2, 3.2), edge=INK, pt=0.7)
                paper.write((left + 4, y + 5.1), self._said(f"result.{name}"), 7.5)
        for line in (12.0, 18.2):
            paper.polyline([(x, y + line), (x + width, y + line)], ink=LINE, pt=0.5)

    def _foot(self, number: int) -> None:
        paper, sheet = self.paper, self.sheet
        at = f"{sheet.taken_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        left = self._said("taken", who=sheet.taken_by, at=at)
        line = paper.lines(f"{self._said('scan_hint')} · {left} · {self._said('no_people')}", 7, WIDTH - 16)
        paper.write((EDGE, 289), line[0], 7, ink=MUTED)
        paper.write((EDGE + WIDTH, 289), f"{number} / {len(self.pages)}", 7, ink=MUTED, align="r")


def _down(spot: Spot) -> Spot:
    """A place on the sketch, whose y grows upwards, on the page."""
    return EDGE + spot[0], MAP_TOP + MAP_HEIGHT - spot[1]


def _pages(stops: int, mapped: bool) -> list[int]:
    """How many rows come on each page; at least one page."""
    first = int((BOTTOM - (MAP_TOP + (MAP_HEIGHT + 3.0 if mapped else 0)) - HEAD) // ROW)
    other = int((BOTTOM - (HEAD_TOP - 4.0) - HEAD) // ROW)
    pages = [min(stops, first)]
    while sum(pages) < stops:
        pages.append(min(stops - sum(pages), other))
    return pages


def _grouped(code: str) -> str:
    try:
        return AddressCode.parse(code).grouped
    except CodeError:
        return code
