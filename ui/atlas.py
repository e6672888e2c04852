"""What every map page needs: how a map is put on screen, what was clicked on it, frames and bounds out of rows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import folium
import geopandas as gpd
import streamlit as st
from streamlit_folium import st_folium

from layers import click
from layers.base import Bounds, base_map
from layers.click import Clicked
from layers.style import risk_word
from ui.state import View

if TYPE_CHECKING:
    from ui.parts import Row

SIGNS = {"red": "▲", "orange": "◆", "yellow": "■", "green": "●", "unseen": "○"}
"""The shapes of risk as characters, for where only text can stand."""
MOST_SHAPES = 2000
"""Up to so many houses a page draws one by one; above, they come as tiles."""
PAD = 0.06
_LEAST_DEGREES = 0.002
_PLACE = re.compile(r"(-?\d{1,2}\.\d{1,7}),(-?\d{1,3}\.\d{1,7}),(\d{1,2})")


def tiles_url(colours: Sequence[str] = ()) -> str:
    """The address of the houses' tiles, of some colours only if any are given."""
    asked = urlencode([("colour", colour) for colour in colours])
    return "/tiles/houses/v1/{z}/{x}/{y}.mvt" + (f"?{asked}" if asked else "")


def colour_words(view: View, colour: str, counts: Mapping[str, int]) -> str:
    """Shape, word and number of houses of a risk colour, for a filter that is a legend as well."""
    return f"{SIGNS[colour]} {risk_word(colour, view.lang)} {counts.get(colour, 0):,}"


def points(rows: Iterable["Row"], columns: Sequence[str]) -> gpd.GeoDataFrame:
    """Rows with ``lon`` and ``lat`` as a frame of points, EPSG:4490; rows without a place are left out."""
    placed = [row for row in rows if row["lon"] is not None]
    data = {name: [row[name] for row in placed] for name in columns}
    places = gpd.points_from_xy([row["lon"] for row in placed], [row["lat"] for row in placed])
    return gpd.GeoDataFrame(data, geometry=places, crs=4490)


def bounds_of(*frames: gpd.GeoDataFrame) -> Bounds | None:
    """West, south, east, north around everything in the frames with a margin; None where nothing is placed."""
    boxes = [frame.total_bounds for frame in frames if len(frame) and not frame.geometry.is_empty.all()]
    if not boxes:
        return None
    west, south = (min(float(box[at]) for box in boxes) for at in (0, 1))
    east, north = (max(float(box[at]) for box in boxes) for at in (2, 3))
    dx, dy = (max((high - low) * PAD, _LEAST_DEGREES) for low, high in ((west, east), (south, north)))
    return west - dx, south - dy, east + dx, north + dy


def keep(name: str, bounds: Bounds | None) -> Bounds | None:
    """The bounds a map was first opened at: while it is on screen it must not be made anew with others."""
    kept: Bounds | None = st.session_state.setdefault(f"_bounds_{name}", bounds)
    return kept


def place_in(text: str) -> tuple[float, float, int] | None:
    """Longitude, latitude and zoom out of the address bar's ``lat,lon,zoom``; None for anything else."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    lat, lon, zoom = float(found[1]), float(found[2]), int(found[3])
    return (lon, lat, zoom) if -85 <= lat <= 85 and -180 <= lon <= 180 and 4 <= zoom <= 20 else None


def draw(paper: folium.Map, groups: list[folium.FeatureGroup], *, key: str, height_px: int, **place: Any) -> Any:
    """Put a map on screen with its parts on it; what the browser sent back of clicks."""
    return st_folium(
        paper, key=key, height=height_px, use_container_width=True, returned_objects=list(click.RETURNED),
        feature_group_to_add=groups, **place,
    )  # fmt: skip


def still(
    view: View, bounds: Bounds, groups: list[folium.FeatureGroup], *, key: str, height_px: int, snap: float = 0.25
) -> None:
    """A map whose own cards say all there is: looking around and tapping never run the page again.

    With tiles among the groups ``snap`` must be 1 (see ``layers.base``).
    """
    paper = base_map(bounds, snap=snap, lang=view.lang, locate=True)
    st_folium(
        paper, key=key, height=height_px, use_container_width=True, returned_objects=[], feature_group_to_add=groups
    )


def fresh(returned: Any, *, key: str) -> Clicked | None:
    """A click that was not answered yet: what comes back from a map repeats the last one at every run."""
    hit = click.clicked(returned)
    if hit is None or st.session_state.get(f"_clicked_{key}") == hit.moment:
        return None
    st.session_state[f"_clicked_{key}"] = hit.moment
    return hit
