"""Building outlines of two surveys and what was added between them: hatched, in the colour of where it stands."""

from typing import Any

import folium
import geopandas as gpd

from gis.frame import check_frame
from layers import escape, style
from layers.draw import Drawing, group
from layers.frame import at, rings, rows
from words import say

COLUMNS = ("id", "kind", "added_m2", "state")
LABEL_ZOOM = 17
STATES = {
    "open": style.CLOCK_AMBER, "visit_asked": style.ACCENT, "confirmed": style.CLOCK_RED, "dismissed": style.MUTED,
}  # fmt: skip
"""The colour of an addition by where its decision stands."""


def additions(
    frame: gpd.GeoDataFrame,
    *,
    chosen: int | None = None,
    old: gpd.GeoSeries | None = None,
    new: gpd.GeoSeries | None = None,
    dots: bool = True,
    lang: str = "zh",
) -> folium.FeatureGroup:
    """Added parts hatched in the colour of their state; both outlines of the one in hand.

    Parameters
    ----------
    frame
        ``id``, ``kind``, ``added_m2``, ``state``; the added parts as polygons, EPSG:4490.
    chosen
        The id in hand, with a strong edge.
    old, new
        Outlines of the earlier (grey) and the later survey (ink), EPSG:4490.
    dots
        Marks each but the one in hand, so that it shows from afar.

    Raises
    ------
    FrameError
    """
    check_frame(frame, columns=COLUMNS, geometry=("Polygon", "MultiPolygon"))
    parts = [_outline(old, {"color": style.MUTED, "weight": 3, "fillColor": style.MUTED, "fillOpacity": 0.22})]
    parts.append(_outline(new, {"color": style.INK, "weight": 2, "fill": False}))
    marked = sorted(rows(frame), key=lambda row: row["id"] == chosen)
    parts.append(_drawn("addition", [_area(row, chosen, lang) for row in marked], {"weight": 1.5}, clickable=True))
    signs = [_sign(row) for row in marked if dots and row["id"] != chosen]
    parts.append(Drawing({"draw": "icons", "kind": "addition", "rows": signs}) if signs else None)
    return group(say("map.layer.additions", lang), [part for part in parts if part is not None])


def legend_rows(lang: str = "zh") -> list[tuple[str, str]]:
    """What the lines mean: a swatch (HTML) and its words."""
    swatch = '<span class="anju-swatch" style="{}"></span>'
    looks = (
        ("old", f"background:rgba(107,114,128,.25);border:2px solid {style.MUTED}"),
        ("new", f"background:none;border:2px solid {style.INK}"),
        ("added", f"background:repeating-linear-gradient(45deg,{style.CLOCK_AMBER} 0 2px,transparent 2px 5px);"
                  f"border:1.5px solid {style.CLOCK_AMBER}"),
    )  # fmt: skip
    return [(swatch.format(look), say(f"footprints.legend_{name}", lang)) for name, look in looks]


def _sign(row: dict[str, Any]) -> dict[str, Any]:
    """A dot that shows from afar where something was added."""
    size, colour = 16, STATES[row["state"]]
    svg = (
        f'<svg width="{size}" height="{size}" viewBox="-8 -8 16 16" aria-hidden="true" focusable="false">'
        f'<rect x="-5" y="-5" width="10" height="10" rx="2" fill="{colour}" stroke="{style.CARD}" '
        'stroke-width="1.5"/></svg>'
    )
    return {"id": str(row["id"]), "at": at(row["shape"].representative_point()), "icon": svg, "size": size,
            "z": round(float(row["added_m2"])), "alt": f"{float(row['added_m2']):,.0f} m²"}  # fmt: skip


def _outline(shapes: gpd.GeoSeries | None, look: dict[str, Any]) -> Drawing | None:
    if shapes is None or not len(shapes):
        return None
    drawn = [{"rings": rings(shape), "at": at(shape.representative_point()), "style": {}} for shape in shapes]
    return _drawn("outline", drawn, look, clickable=False)


def _drawn(kind: str, drawn: list[dict[str, Any]], look: dict[str, Any], *, clickable: bool) -> Drawing:
    return Drawing({"draw": "areas", "kind": kind, "pane": "anju-footprints", "order": 440, "clickable": clickable,
                    "label_class": "anju-grid", "label_zoom": LABEL_ZOOM, "style": look, "rows": drawn})  # fmt: skip


def _area(row: dict[str, Any], chosen: int | None, lang: str) -> dict[str, Any]:
    shape, colour = row["shape"], STATES[row["state"]]
    own = {"weight": 3.5} if row["id"] == chosen else {}
    words = " · ".join(say(f"footprints.{name}.{row[name]}", lang) for name in ("kind", "state"))
    size = say("footprints.m2", lang, m2=f"{float(row['added_m2']):,.0f}")
    return {
        "id": str(row["id"]),
        "rings": rings(shape),
        "at": at(shape.representative_point()),
        "label": "" if row["id"] == chosen else f"{escape.html(size)}<small>{escape.html(words)}</small>",
        "hatch": colour,
        "style": {"color": colour, "fillColor": colour, "fillOpacity": 1} | own,
    }  # fmt: skip
