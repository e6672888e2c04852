"""The small map of a case: its house among the others, and the open cases near by."""

from typing import TYPE_CHECKING

import geopandas as gpd
from streamlit_folium import st_folium

from db import house
from inspections.access import Place
from layers.base import base_map
from layers.escape import html
from layers.houses import house_tiles
from layers.tickets import COLUMNS, tickets
from ui import parts
from ui.messages import clock, hazard
from ui.state import View

if TYPE_CHECKING:
    from ui.case import Case

TILES = "/tiles/houses/1/{z}/{x}/{y}.mvt"
ZOOM, HEIGHT_PX = 17, 230
KINDS = {"overdue": "late", "soon": "soon"}


def draw(view: View, case: "Case") -> None:
    """Draw the house's surroundings with this case and its neighbours; the frame stays when the case changes."""
    row = case.row
    paper = base_map(centre=(120.75, 31.65), zoom=ZOOM, lang=view.lang)
    paper.add_child(house_tiles(TILES, link_template="/house?code={code}", lang=view.lang))
    shown = gpd.GeoDataFrame(
        [_own(view, case), *(_near(view, one) for one in case.neighbours)],
        columns=[*COLUMNS, "clock_text", "lon", "lat"],
    )
    frame = gpd.GeoDataFrame(shown, geometry=gpd.points_from_xy(shown["lon"], shown["lat"]), crs=4490)
    st_folium(
        paper, key="case_map", height=HEIGHT_PX, use_container_width=True, returned_objects=[],
        center=(row["lat"], row["lon"]), zoom=ZOOM,
        feature_group_to_add=tickets(frame, current=row["number"], link=parts.ticket_link, lang=view.lang),
    )  # fmt: skip
    parts.put(f'<p class="anju-mapnote">{_said(view, case)}</p>')


def _own(view: View, case: "Case") -> tuple[object, ...]:
    row = case.row
    late = {"overdue": "late", "soon": "soon"}.get(row["clock"], "normal")
    words = clock(row["clock_due_at"], now=view.at, lang=view.lang)
    return (*_named(view, row, house.short(row)), late, words, row["lon"], row["lat"])


def _near(view: View, row: parts.Row) -> tuple[object, ...]:
    kind = KINDS.get(row["clock"], "normal")
    words = clock(row["due_at"], now=view.at, lang=view.lang)
    return (*_named(view, row, ""), kind, words, row["lon"], row["lat"])


def _named(view: View, row: parts.Row, address: str) -> tuple[object, ...]:
    return (row["number"], address, hazard(row["hazard"], lang=view.lang), view.say(f"ticket.state.{row['state']}"))


def _said(view: View, case: "Case") -> str:
    mine = [one for one in case.neighbours if view.actor.may("ticket.view", Place(view.county, lead=one["lead"]))]
    links = " · ".join(parts.link(parts.ticket_link(one["number"]), f"{hazard(one['hazard'], lang=view.lang)} "
                                  f"{round(one['metres'])} m") for one in mine[:3])  # fmt: skip
    return html(view.say("ticket_page.near", n=len(case.neighbours))) + (f" {links}" if links else "")
