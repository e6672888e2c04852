"""The sheet of paper that everything else is laid on."""

import math

import folium

from layers import assets, escape, style
from layers.draw import Beginning
from layers.errors import MapPlaceError

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees of EPSG:4490."""

MAX_ZOOM = 20


def base_map(  # noqa: PLR0913 - each says one thing of the sheet
    bounds: Bounds | None = None,
    *,
    centre: tuple[float, float] | None = None,
    zoom: int = 13,
    snap: float = 1,
    attribution: str = "",
    locate: bool = False,
    remember: bool = False,
    lang: str = "zh",
) -> folium.Map:
    """An empty map whose generated script depends on the arguments alone.

    Make it anew in each run with the same arguments: streamlit_folium adds the groups it is handed to the
    object it is handed, and rebuilds the frame when the object's script has changed.

    Parameters
    ----------
    bounds
        West, south, east, north the map opens at, EPSG:4490.
    centre
        Longitude, latitude to open at instead, with ``zoom``.
    snap
        Steps between zooms. A fraction fits a place more closely, but vector tiles need whole steps: between
        them their pictures are stretched and a click misses.
    attribution
        Whose data is shown; text, escaped here.
    locate
        A button that shows where the reader is; the position stays in the browser.
    remember
        Writes the view into the page's address as ``at=lat,lon,zoom``.

    Raises
    ------
    MapPlaceError
        Without bounds and centre, or with ones that are not on Earth.
    """
    assets.local_assets()
    lon, lat = _middle(bounds, centre)
    made = folium.Map(
        location=[lat, lon],
        zoom_start=zoom,
        tiles=None,
        control_scale=False,
        attribution_control=False,
        max_zoom=MAX_ZOOM,
        min_zoom=4,
        zoom_snap=snap,
        wheel_px_per_zoom_level=90,
        font_size="14px",
    )
    opening = _opening(bounds, attribution, lang) | {"locate": locate, "remember": remember}
    made.add_child(Beginning(opening))
    return made


def _opening(bounds: Bounds | None, attribution: str, lang: str) -> dict[str, object]:
    corners = [[bounds[1], bounds[0]], [bounds[3], bounds[2]]] if bounds else None
    return {"tokens": style.tokens(lang), "bounds": corners, "attribution": escape.html(attribution)}


def _middle(bounds: Bounds | None, centre: tuple[float, float] | None) -> tuple[float, float]:
    if bounds is not None:
        west, south, east, north = bounds
        if not (west <= east and south <= north):
            raise MapPlaceError(reason=f"west {west} to east {east}, south {south} to north {north}")
        centre = ((west + east) / 2, (south + north) / 2)
    if centre is None:
        raise MapPlaceError(reason="neither bounds nor a centre")
    lon, lat = centre
    if not (math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -85 <= lat <= 85):
        raise MapPlaceError(reason=f"longitude {lon}, latitude {lat}")
    return lon, lat


def fitting_zoom(bounds: Bounds, *, width_px: int, height_px: int, most: int = 17) -> int:
    """The closest whole zoom, at most ``most``, at which ``bounds`` fit a frame with a tenth of it left free around."""
    west, south, east, north = bounds
    top, bottom = (math.asinh(math.tan(math.radians(lat))) / math.tau for lat in (north, south))
    shares = ((east - west) / 360 / (0.8 * width_px / 256), (top - bottom) / (0.8 * height_px / 256))
    return min(most, max(0, math.floor(-math.log2(max(*shares, 2.0**-most)))))


def paper() -> str:
    """The map's background colour, for the page around it."""
    return style.PAPER
