"""A round as a workbook for a desk and as GPX 1.1 for a navigation device."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any
from xml.etree import ElementTree as Tree

from exchange.repair import ILLEGAL
from exchange.sheets import Table, workbook
from inspections.deadline import SHANGHAI
from inspections.round_sheet import RoundSheet, SheetStop, clock_of
from words import say

GPX = "http://www.topografix.com/GPX/1/1"
COLUMNS = {
    "number": 6, "code": 30, "address": 34, "risk": 8, "why": 34, "arrival": 9, "window": 14, "inside": 9, "leg": 9,
    "state": 11, "lon": 13, "lat": 12, "link": 64,
}  # fmt: skip
_DECIMALS = 7


def round_xlsx(sheet: RoundSheet, *, lang: str = "zh") -> bytes:
    """Return the round as a workbook: the stops in order, and a second sheet that says whose round it is."""
    heads = [say(f"round_out.field.{name}", lang) for name in COLUMNS]
    stops = Table(say("round_out.title", lang), heads, list(COLUMNS.values()), _rows(sheet, lang))
    names = [say("round_out.field.what", lang), say("round_out.field.value", lang)]
    about = Table(say("round_out.about", lang), names, [22, 60], _about(sheet, lang))
    return workbook([stops, about])


def _rows(sheet: RoundSheet, lang: str) -> Iterator[list[Any]]:
    for stop in sheet.stops:
        window = "" if stop.window is None else "–".join(clock_of(minute) for minute in stop.window)
        yield [
            stop.number, stop.code, stop.address, say(f"risk.colour.{stop.colour}", lang), stop.why,
            f"{stop.eta_at.astimezone(SHANGHAI):%H:%M}", window, round(stop.service_minutes), round(stop.travel_m),
            say(f"plans.states.{stop.state}", lang), stop.lon, stop.lat, sheet.link(stop),
        ]  # fmt: skip


def _about(sheet: RoundSheet, lang: str) -> Iterator[list[Any]]:
    start = sheet.start or (None, None)
    told = {
        "inspector": sheet.inspector, "on": sheet.on, "grids": ", ".join(sheet.grids), "stops": len(sheet.stops),
        "minutes": round(sheet.minutes), "metres": round(sheet.metres), "mode": say(f"plans.mode.{sheet.mode}", lang),
        "start_lon": start[0], "start_lat": start[1], "crs": "EPSG:4490",
        "made_at": sheet.made_at.astimezone(SHANGHAI), "taken_by": sheet.taken_by,
        "taken_at": sheet.taken_at.astimezone(SHANGHAI),
    }  # fmt: skip
    for name, value in told.items():
        yield [say(f"round_out.head.{name}", lang), value]


def round_gpx(sheet: RoundSheet, *, lang: str = "zh") -> bytes:
    """Return the round as GPX 1.1: a waypoint a stop, one route through them from the start, and the way along
    streets as a track.

    Degrees are CGCS2000 as stored, within decimetres of the WGS84 that GPX demands. A stop without a point is left out.
    """
    Tree.register_namespace("", GPX)
    root = Tree.Element(f"{{{GPX}}}gpx", {"version": "1.1", "creator": "Anju Grid"})
    about = Tree.SubElement(root, f"{{{GPX}}}metadata")
    _text(about, "name", f"{say('round_out.title', lang)} {sheet.on} {sheet.inspector}")
    _text(about, "time", f"{sheet.made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    placed = [stop for stop in sheet.stops if stop.lon is not None and stop.lat is not None]
    for stop in placed:
        _point(root, "wpt", stop, sheet, lang)
    route = Tree.SubElement(root, f"{{{GPX}}}rte")
    _text(route, "name", f"{sheet.on} {sheet.inspector}")
    if sheet.start is not None:
        begin = Tree.SubElement(route, f"{{{GPX}}}rtept", _degrees(*sheet.start))
        _text(begin, "name", say("round_out.start", lang))
    for stop in placed:
        _point(route, "rtept", stop, sheet, lang)
    _track(root, sheet)
    Tree.indent(root)
    return bytes(Tree.tostring(root, encoding="utf-8", xml_declaration=True))


def _track(root: Tree.Element, sheet: RoundSheet) -> None:
    line = sheet.line()
    if len(line) < 2:
        return
    track = Tree.SubElement(root, f"{{{GPX}}}trk")
    _text(track, "name", f"{sheet.on} {sheet.inspector}")
    segment = Tree.SubElement(track, f"{{{GPX}}}trkseg")
    for place in line:
        Tree.SubElement(segment, f"{{{GPX}}}trkpt", _degrees(*place))


def _point(parent: Tree.Element, kind: str, stop: SheetStop, sheet: RoundSheet, lang: str) -> None:
    """A stop; the order of the elements is that of the schema."""
    point = Tree.SubElement(parent, f"{{{GPX}}}{kind}", _degrees(stop.lon or 0.0, stop.lat or 0.0))
    colour = say(f"risk.colour.{stop.colour}", lang)
    eta = say("today.eta", lang, clock=f"{stop.eta_at.astimezone(SHANGHAI):%H:%M}")
    _text(point, "name", f"{stop.number} {stop.address}")
    _text(point, "cmt", f"{eta} · {colour} · {stop.why}")
    _text(point, "desc", stop.code)
    link = Tree.SubElement(point, f"{{{GPX}}}link", {"href": ILLEGAL.sub("", sheet.link(stop))})
    _text(link, "text", stop.code)
    _text(point, "type", stop.colour)


def _degrees(lon: float, lat: float) -> dict[str, str]:
    return {"lat": f"{lat:.{_DECIMALS}f}", "lon": f"{lon:.{_DECIMALS}f}"}


def _text(parent: Tree.Element, name: str, text: str) -> None:
    Tree.SubElement(parent, f"{{{GPX}}}{name}").text = ILLEGAL.sub("", text)
