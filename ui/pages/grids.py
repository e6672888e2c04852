"""Grids and duty: whose ground is whose, where nobody is, putting people on duty, drawing grids anew."""

from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit_folium import st_folium

from db import division, grid, house
from inspections.access import Place
from layers.base import base_map
from layers.boundaries import boundaries
from layers.click import RETURNED, clicked
from layers.escape import attribute, html
from layers.grids import grids
from layers.houses import houses
from ui import grid_balance, grid_card, grid_edit, grid_exchange, grid_health, grid_who
from ui.frame import empty, title
from ui.map_look import look
from ui.parts import house_link
from ui.press import press
from ui.state import View, reading

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MAP_PX, MOST_HOUSES = 600, 1500
VIEWS = ("duty", "balance", "check", "draw", "exchange")


def page(view: View) -> None:
    """Draw the grids of a town; the town and the chosen grid stand in the address bar."""
    view.actor.require("duty.edit", Place(county=view.county))
    with reading() as connection:
        whole = grid.grids_frame(connection, county=view.county, on=view.at.date())
        towns = division.listed(connection, county=view.county, level="town", on=view.at.date())
    title(view.say("grids.title"), hint=_told(view, whole))
    names = {row["code"]: row["name"] for row in towns}
    if not names:
        empty(view.say("grids.no_towns"), hint=view.say("grids.no_towns_hint"))
        return
    shown = _view(view)
    town, vacant = _choose(view, names, whole, duty=shown == "duty")
    frame = whole[whole["village"].str.startswith(town)]
    with reading() as connection:
        found = division.listed(connection, county=view.county, level="village", on=view.at.date(), parent=town)
    villages = {row["code"]: row["name"] for row in found if row["addressable"]}
    if shown == "check":
        grid_health.draw(
            view, town if not st.toggle(view.say("grid_check.whole"), value=True, key="grid_whole") else None
        )
    elif shown == "draw":
        grid_edit.draw(view, villages)
    elif shown == "balance":
        grid_balance.draw(view, town, names[town], villages)
    elif shown == "exchange":
        grid_exchange.draw(view, town, names[town])
    else:
        _duty(view, town, frame, vacant=vacant)


def _view(view: View) -> str:
    """Which of the page's views is looked at; another part of the page may have sent the reader on."""
    sent = st.session_state.pop("grids_view_next", None)
    if sent in VIEWS:
        st.session_state["grids_view"] = sent
    return str(st.segmented_control(view.say("grids.view"), VIEWS, default="duty", required=True, key="grids_view",
                                    format_func=lambda name: view.say(f"grids.views.{name}"),
                                    label_visibility="collapsed"))  # fmt: skip


def _duty(view: View, town: str, frame: "GeoDataFrame", *, vacant: bool) -> None:
    shown = frame[frame["account_id"].isna()] if vacant else frame
    left, right = st.columns([62, 38], gap="medium")
    chosen = frame[frame["code"] == st.query_params.get("grid", "")]
    with left:
        _map(view, town, frame, chosen)
    with right:
        _side(view, shown, frame, chosen)
    grid_who.draw(view)


def _told(view: View, frame: "GeoDataFrame") -> str:
    vacant = int(frame["account_id"].isna().sum()) if len(frame) else 0
    return view.say("grids.told", n=f"{len(frame):,}", vacant=vacant)


def _choose(view: View, names: dict[str, str], whole: "GeoDataFrame", *, duty: bool) -> tuple[str, bool]:
    """The town that is looked at, and whether only what nobody is on duty for."""
    told = st.query_params.get("town", "")
    code = st.query_params.get("grid", "")
    if "grids_town" not in st.session_state:
        first = whole["village"].iloc[0][:9] if len(whole) else next(iter(names))
        wanted = code[:9] if code[:9] in names else told
        st.session_state["grids_town"] = wanted if wanted in names else first
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="grids_top"):
        town = st.selectbox(view.say("grids.town"), list(names), key="grids_town", width=260,
                            format_func=names.__getitem__, label_visibility="collapsed", on_change=_moved)  # fmt: skip
        only = duty and st.toggle(view.say("grids.only_vacant"), key="grids_vacant")
        vacant = int(whole[whole["village"].str.startswith(str(town))]["account_id"].isna().sum()) if len(whole) else 0
        if vacant:
            st.html(f'<span class="anju-late">{html(view.say("grids.town_vacant", n=vacant))}</span>', width="content")
    return str(town), only


def _moved() -> None:
    st.query_params["town"] = st.session_state["grids_town"]
    st.query_params.pop("grid", None)


def _map(view: View, town: str, frame: "GeoDataFrame", chosen: "GeoDataFrame") -> None:
    with reading() as connection:
        villages = division.divisions_frame(connection, county=view.county, level="village", parent=town)
        found = None
        if len(chosen):
            ids = [int(chosen["id"].iloc[0])]
            found = house.houses_frame(connection, county=view.county, grid_ids=ids, limit=MOST_HOUSES)
    ground = villages if len(villages) else frame
    if ground.empty:
        empty(view.say("grids.nothing"), hint=view.say("grids.nothing_hint"))
        return
    west, south, east, north = (float(value) for value in ground.total_bounds)
    mine = str(chosen["code"].iloc[0]) if len(chosen) else None
    bare = villages[~villages["code"].isin(frame["village"])]
    groups = [boundaries(bare, level="village", lang=view.lang)] if len(bare) else []
    groups.append(grids(frame, mine=mine, clickable=True, lang=view.lang))
    if found is not None and len(found):
        groups.append(houses(found[["code", "address", "colour", "geometry"]], link=house_link, lang=view.lang))
    with st.container(key="grids_map"):
        returned = st_folium(
            base_map((west, south, east, north), snap=0.25, lang=view.lang), key=f"grids_map_{town}", height=MAP_PX,
            use_container_width=True, returned_objects=list(RETURNED), feature_group_to_add=groups, **_look(chosen),
        )  # fmt: skip
    hit = clicked(returned)
    if hit is not None and hit.kind == "grid" and hit.moment != st.session_state.get("grids_hit"):
        st.session_state["grids_hit"] = hit.moment
        _pressed(hit.id)
        st.rerun()


def _look(chosen: "GeoDataFrame") -> dict[str, Any]:
    """Where the map looks: at the chosen grid; with none it stays where it is."""
    if chosen.empty:
        return {}
    west, south, east, north = (float(value) for value in chosen.total_bounds)
    return look((west, south, east, north), height_px=MAP_PX)


def _side(view: View, shown: "GeoDataFrame", frame: "GeoDataFrame", chosen: "GeoDataFrame") -> None:
    if len(chosen):
        st.button(view.say("grids.back"), key="grids_back", icon=":material/arrow_back:", on_click=_shut)
        one = chosen.iloc[0]
        with st.container(key="grids_card"):
            along = frame[(frame["village"] == one["village"]) & (frame["code"] != one["code"])]
            grid_card.draw(view, one, dict(zip(along["id"].astype(int), along["name"], strict=True)))
        return
    if shown.empty:
        empty(view.say("grids.nothing"), hint=view.say("grids.nothing_hint"))
        return
    names = ("grid", "inspector", "count")
    heads = "".join(
        f'<th class="{"" if name == "count" else "l"}">{html(view.say(f"grids.{name}"))}</th>' for name in names
    )
    ordered = shown.assign(_held=shown["account_id"].notna()).sort_values(["_held", "code"])
    body = "".join(_row(view, row) for row in ordered.to_dict("records"))
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    press(f'<section class="card"><div class="scroll tall" data-scroll>{table}</div></section>', key="grids_list",
          told=_pressed)  # fmt: skip


def _row(view: View, row: dict[Any, Any]) -> str:
    held = html(row["inspector"]) if row["_held"] else f'<span class="tag bad">{html(view.say("map.vacant"))}</span>'
    return (
        f'<tr data-press={attribute(row["code"])}><td class="l wrap"><b>{html(row["name"])}</b> '
        f'<small class="muted">{html(row["code"][9:])}</small></td><td class="l">{held}</td>'
        f"<td>{row['houses']:,}</td></tr>"
    )


def _pressed(sent: str) -> None:
    if sent.isascii() and sent.isdigit():
        st.query_params["grid"] = sent[:15]


def _shut() -> None:
    st.query_params.pop("grid", None)
