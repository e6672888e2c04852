"""Open tickets where they are, by their clock."""

from typing import Any

import folium
import geopandas as gpd

from gis.frame import check_frame
from layers import popup, style
from layers.draw import Drawing, group
from layers.errors import UnknownColourError
from layers.frame import at, rows
from words import say

COLUMNS = ("ticket_id", "address", "hazard", "state", "clock")
_SIZE_PX = 28


def tickets(
    frame: gpd.GeoDataFrame,
    *,
    current: str | None = None,
    link: popup.LinkBuilder | None = None,
    lang: str = "zh",
) -> folium.FeatureGroup:
    """Tickets as flags: dark on time, amber with a line due soon, red with a bang overdue.

    Parameters
    ----------
    frame
        ``ticket_id``, ``address``, ``hazard`` and ``state`` in the reader's words, ``clock`` (``normal``,
        ``soon``, ``late``) and ``clock_text`` if known; points, EPSG:4490.
    current
        The number of the ticket being read, drawn larger and on top.

    Raises
    ------
    FrameError, UnknownColourError
    """
    check_frame(frame, columns=COLUMNS, geometry=("Point",))
    drawn = [_flag(row, current, link, lang) for row in rows(frame)]
    return group(say("map.layer.tickets", lang), [Drawing({"draw": "icons", "kind": "ticket", "rows": drawn})])


def _flag(row: dict[str, Any], current: str | None, link: popup.LinkBuilder | None, lang: str) -> dict[str, Any]:
    number, clock = str(row["ticket_id"]), str(row["clock"])
    chosen = number == current
    size = _SIZE_PX + 10 if chosen else _SIZE_PX
    return {
        "at": at(row["shape"]),
        "id": number,
        "icon": ticket_svg(clock, size),
        "size": size,
        "z": 1000 if chosen else {"late": 300, "soon": 200}.get(clock, 100),
        "alt": f"{number} {say(f'map.clocks.{clock}', lang)}",
        "card": popup.ticket(row, link=link, lang=lang),
    }


def ticket_svg(clock: str, size: int = 16) -> str:
    """The sign of a ticket's clock: a slip of paper whose mark differs as well as its colour."""
    if clock not in style.CLOCKS:
        raise UnknownColourError(colour=clock, known=", ".join(style.CLOCKS))
    mark = {
        "normal": '<path d="M-4-2.5h8M-4 2h8" stroke="#fff" stroke-width="1.8"/>',
        "soon": '<circle r="5" fill="none" stroke="#fff" stroke-width="1.8"/><path d="M0-3V0L2.4 1.6" stroke="#fff" '
        'stroke-width="1.8" fill="none"/>',
        "late": '<path d="M0-6V1.5" stroke="#fff" stroke-width="3"/><circle cy="5.2" r="1.7" fill="#fff"/>',
    }[clock]
    return (
        f'<svg width="{size}" height="{size}" viewBox="-12 -12 24 24" aria-hidden="true" focusable="false">'
        f'<rect x="-9.5" y="-10.5" width="19" height="21" rx="3" fill="{style.CLOCKS[clock]}" stroke="#fff" '
        f'stroke-width="1.5"/>{mark}</svg>'
    )
