"""What a person clicked on the map, read from what the browser sends back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RETURNED = ("last_active_drawing",)
"""All that a map may send back: a click on a thing. Moving and zooming send nothing and rerun nothing."""

KINDS = ("house", "stop", "ticket", "grid", "division", "candidate", "share", "addition")
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


@dataclass(frozen=True)
class Clicked:
    """A thing on the map; ``moment`` (milliseconds) tells a second click on it from the first."""

    kind: str
    id: str
    moment: int


def clicked(returned: Mapping[str, Any] | None, /) -> Clicked | None:
    """The thing last clicked, or ``None``; what does not read as one of ours counts as no click.

    The browser's word is not trusted: whoever uses the id checks that the reader may see the thing.
    """
    drawing = (returned or {}).get("last_active_drawing")
    properties = drawing.get("properties") if isinstance(drawing, Mapping) else None
    if not isinstance(properties, Mapping):
        return None
    kind, found, moment = (properties.get(name) for name in ("kind", "id", "clicked_at"))
    if kind not in KINDS or not isinstance(found, str) or not _ID.fullmatch(found) or not isinstance(moment, int):
        return None
    return Clicked(kind, found, moment)


@dataclass(frozen=True)
class Drawn:
    """Something drawn: ``line`` across grids, or a corner ``moved`` from the first to the last; lon, lat pairs."""

    kind: str
    corners: tuple[tuple[float, float], ...]
    moment: int


MOST_CORNERS = 200


def drawn(returned: Mapping[str, Any] | None, /) -> Drawn | None:
    """What was last drawn with a tool of ``layers.grid_tools``, or ``None``."""
    drawing = (returned or {}).get("last_active_drawing")
    if not isinstance(drawing, Mapping):
        return None
    properties, geometry = drawing.get("properties"), drawing.get("geometry")
    if not isinstance(properties, Mapping) or not isinstance(geometry, Mapping):
        return None
    kind, moment, corners = properties.get("kind"), properties.get("clicked_at"), geometry.get("coordinates")
    if kind not in ("line", "moved") or not isinstance(moment, int) or not isinstance(corners, list):
        return None
    pairs = [_pair(corner) for corner in corners[: MOST_CORNERS + 1]]
    if not 2 <= len(pairs) <= MOST_CORNERS or None in pairs:
        return None
    return Drawn(str(kind), tuple(pair for pair in pairs if pair is not None), moment)


def _pair(corner: Any) -> tuple[float, float] | None:
    if not isinstance(corner, list) or len(corner) != 2 or not all(isinstance(one, int | float) for one in corner):
        return None
    lon, lat = corner
    return (float(lon), float(lat)) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


def spot(returned: Mapping[str, Any] | None, /) -> tuple[float, float] | None:
    """Longitude and latitude of the last click anywhere on the map, where the map was asked for it."""
    place = (returned or {}).get("last_clicked")
    if not isinstance(place, Mapping):
        return None
    lon, lat = place.get("lng"), place.get("lat")
    if not isinstance(lon, int | float) or not isinstance(lat, int | float):
        return None
    return (float(lon), float(lat)) if -180 <= lon <= 180 and -90 <= lat <= 90 else None
