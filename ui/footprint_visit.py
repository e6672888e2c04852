"""What two surveys ask of whoever visits a house: to look at what seems to have been built on."""

import geopandas as gpd

from db import footprint
from db.query import Row
from layers.escape import html
from layers.footprints import additions
from ui import atlas, parts
from ui.state import View, reading

MAP_PX = 260


def asked(view: View, house_id: int) -> None:
    """Show the added part on a small map with its square metres, if somebody waits for it."""
    with reading() as connection:
        waiting = footprint.asked_at(connection, view.county, house_id)
    if not waiting:
        return
    lines = "".join(f"<li>{html(_line(view, row))}</li>" for row in waiting)
    parts.put(f'<div class="anju-benchasks"><b>{html(view.say("footprints.asked_title"))}</b><ul>{lines}</ul>'
              f"<span>{html(view.say('footprints.asked_how'))}</span></div>")  # fmt: skip
    frame = _frame(waiting, "part")
    old = gpd.GeoSeries([row["old_outline"] for row in waiting if row["old_outline"] is not None], crs=4490)
    new = gpd.GeoSeries([row["new_outline"] for row in waiting], crs=4490)
    west, south, east, north = (float(value) for value in new.total_bounds)
    drawn = additions(frame, old=old, new=new, dots=False, lang=view.lang)
    atlas.still(view, (west, south, east, north), [drawn], key=f"addition_{house_id}", height_px=MAP_PX)


def _line(view: View, row: Row) -> str:
    return view.say("footprints.asked_one", kind=view.say(f"footprints.kind.{row['kind']}"),
                    m2=f"{row['added_m2']:.0f}", old_on=f"{row['old_on']:%Y-%m}",
                    new_on=f"{row['new_on']:%Y-%m}")  # fmt: skip


def _frame(waiting: list[Row], name: str) -> gpd.GeoDataFrame:
    told = {key: [row[key] for row in waiting] for key in ("id", "kind", "added_m2")}
    return gpd.GeoDataFrame(told | {"state": "visit_asked"}, geometry=[row[name] for row in waiting], crs=4490)
