"""The map is the page: named views, panels that float over it, everything it shows also as a table."""

from typing import Any

import geopandas as gpd
import streamlit as st

from db import atlas as reads
from db import division, grid, house, kpi, ticket
from db.house import NoSuchHouseError
from db.ticket import NoSuchTicketError
from gis.errors import AnjuError
from inspections.access import RefusedError
from inspections.kpi import Count
from layers.base import base_map
from layers.escape import html, markdown
from layers.style import RISK_ORDER
from ui import address, atlas, map_views, parts
from ui.frame import empty
from ui.map_views import Asked, Shown
from ui.messages import SHANGHAI, hazard, percent
from ui.state import View, reading

Row = parts.Row
HEIGHT_PX, HOUSE_ZOOM, FOUND = 720, 17, 8
PICKED = ("house", "ticket", "grid", "division")


def page(view: View) -> None:
    """Draw the view the address names, or the first this person has."""
    with reading() as connection:
        county = division.divisions_frame(connection, county=view.county, level="county")
        towns = division.divisions_frame(connection, county=view.county, level="town")
    with st.container(key="atlas"):
        with st.container(key="atlas_panel"):
            asked, as_table, said = _panel(view, towns)
        shown = map_views.of(view)[asked.view](view, asked)
        said.html(f'<p class="anju-mapsaid">{html(shown.said)}</p>')
        if as_table:
            with st.container(key="atlas_table"):
                full = map_views.risk_table(view, asked, shown) if asked.view == "risk" else shown
                map_views.table(full, empty=view.say("atlas.nothing"))
            return
        _map(view, asked, shown, towns, county)
        _card(view)


def _panel(view: View, towns: gpd.GeoDataFrame) -> tuple[Asked, bool, Any]:
    views = list(map_views.of(view))
    usual = "today" if views[0] == "today" and not view.actor.may("kpi.view") else "risk"
    address.start("atlas_view", address.read("view", views) or usual)
    chosen = st.pills(view.say("atlas.view"), views, key="atlas_view", required=True, label_visibility="collapsed",
                      format_func=lambda key: view.say(f"atlas.named.{key}")) or usual  # fmt: skip
    address.write("view", None if chosen == usual else chosen)
    said = st.empty()
    with st.expander(view.say("atlas.filters"), expanded=not _on_phone(), key="atlas_filters"):
        town = _town(view, towns)
        colours = _colours(view, town) if chosen == "risk" else ()
        inspector = _inspector(view) if chosen == "today" else None
        _search(view)
        address.start("atlas_table_on", address.read("as", {"table"}) is not None)
        as_table = st.toggle(view.say("atlas.as_table"), key="atlas_table_on")
        address.write("as", "table" if as_table else None)
    return Asked(chosen, town, colours, inspector), as_table, said


def _on_phone() -> bool:
    return "Mobi" in (st.context.headers.get("User-Agent") or "")


def _town(view: View, towns: gpd.GeoDataFrame) -> str | None:
    names = dict(zip(towns["code"], towns["name"], strict=True))
    address.start("atlas_town", address.read("town", names))
    town: str | None = st.selectbox(
        view.say("atlas.town"), list(names), index=None, key="atlas_town", format_func=lambda code: names[code],
        placeholder=view.say("atlas.whole_county"), label_visibility="collapsed",
    )  # fmt: skip
    address.write("town", town)
    return town


def _colours(view: View, town: str | None) -> tuple[str, ...]:
    with reading() as connection:
        counts = reads.colours(connection, county=view.county, town=town)
    address.start("atlas_colours", address.read_all("colour", RISK_ORDER))
    chosen = st.pills(
        view.say("atlas.colours"), RISK_ORDER, selection_mode="multi", key="atlas_colours",
        label_visibility="collapsed", format_func=lambda key: atlas.colour_words(view, key, counts),
    )  # fmt: skip
    address.write("colour", chosen)
    return tuple(chosen)


def _inspector(view: View) -> int | None:
    people = map_views.planned(view)
    if len(people) < 2:
        return next(iter(people), None)
    first = address.read("who", [str(key) for key in people])
    address.start("atlas_who", int(first) if first else next(iter(people)))
    who = st.selectbox(view.say("atlas.whose"), list(people), key="atlas_who", format_func=lambda key: people[key],
                       label_visibility="collapsed")  # fmt: skip
    address.write("who", str(who))
    return int(who)


def _search(view: View) -> None:
    """Houses by code or address; what was typed stays out of the address bar."""
    text = st.text_input(view.say("atlas.search"), key="atlas_find", label_visibility="collapsed", max_chars=80,
                         placeholder=view.say("atlas.search_example"), icon=":material/search:")  # fmt: skip
    if not text.strip():
        return
    with reading() as connection:
        rows = house.search(connection, actor=view.actor, text=text, page=(FOUND, 0))
    if not rows:
        st.caption(view.say("atlas.not_found"))
    for row in rows:
        st.button(f"{atlas.SIGNS[row['colour']]} {markdown(row['short'])}", key=f"found_{row['id']}", type="tertiary",
                  width="stretch", on_click=_go, args=(row["code"], (row["lat"], row["lon"])))  # fmt: skip


def _go(code: str, at: tuple[float, float] | tuple[None, None]) -> None:
    _pick("house", code)
    st.session_state["atlas_find"] = ""
    if at[0] is not None:
        st.session_state["_atlas_go"] = (at, HOUSE_ZOOM)


def _pick(kind: str | None, key: str | None = None) -> None:
    for name in PICKED:
        address.write(name, key if name == kind else None)


def _map(view: View, asked: Asked, shown: Shown, towns: gpd.GeoDataFrame, county: gpd.GeoDataFrame) -> None:
    opening = _opening(view, asked, towns, county)
    if opening is None:
        empty(view.say("atlas.no_ground"), hint=view.say("atlas.no_ground_hint"))
        return
    paper = base_map(**opening, lang=view.lang, locate=True, remember=True)
    groups = [*map_views.ground(view, asked, towns, county), *shown.groups]
    place = st.session_state.get("_atlas_go")
    moved = {} if place is None else {"center": place[0], "zoom": place[1]}
    with st.container(key="atlas_map"):
        returned = atlas.draw(paper, groups, key="atlas_frame", height_px=HEIGHT_PX, **moved)
    hit = atlas.fresh(returned, key="atlas")
    if hit is not None:
        _pick("house" if hit.kind == "stop" else hit.kind, hit.id)


def _opening(view: View, asked: Asked, towns: gpd.GeoDataFrame, county: gpd.GeoDataFrame) -> dict[str, Any] | None:
    """Where the map opens: where the address says, at the town, at one's own grids, else at the whole county.

    It stays what it was while the same place is asked for, or the map would be built anew under the reader's hand.
    """
    kept: dict[str, dict[str, Any] | None] = st.session_state.setdefault("_atlas_opening", {})
    name = asked.town or view.county
    if name not in kept:
        found = atlas.place_in(str(st.query_params.get("at", ""))) if not kept else None
        if found is not None:
            kept[name] = {"centre": found[:2], "zoom": found[2]}
        else:
            frame = towns[towns["code"] == asked.town] if asked.town else _own_ground(view)
            bounds = atlas.bounds_of(frame) or atlas.bounds_of(county) or atlas.bounds_of(towns)
            kept[name] = None if bounds is None else {"bounds": bounds}
    return kept[name]


def _own_ground(view: View) -> gpd.GeoDataFrame:
    on = view.at.astimezone(SHANGHAI).date()
    with reading() as connection:
        own = grid.grids_frame(connection, county=view.county, on=on, account_id=view.actor.account_id)
    return own[own["account_id"] == view.actor.account_id]


def _card(view: View) -> None:
    """The card of what was chosen, on the map's edge; what may not be seen is refused as on its own page."""
    for kind in PICKED:
        key = str(st.query_params.get(kind, ""))
        if not key:
            continue
        with st.container(key="atlas_card"):
            with st.container(horizontal=True, horizontal_alignment="right", key="atlas_close"):
                st.button(view.say("atlas.close"), key="close_card", type="tertiary", icon=":material/close:",
                          on_click=_pick, args=(None,))  # fmt: skip
            try:
                {"house": _house, "ticket": _ticket, "grid": _grid, "division": _division}[kind](view, key)
            except (RefusedError, NoSuchHouseError, NoSuchTicketError) as error:
                st.caption(view.say("atlas.not_yours") if isinstance(error, RefusedError) else view.error(error))
            except AnjuError as error:
                st.caption(view.error(error))
        return


def _house(view: View, code: str) -> None:
    on = view.at.astimezone(SHANGHAI).date()
    with reading() as connection:
        card = house.card(connection, county=view.county, key=code, on=on, actor=view.actor)
    last = card["visits"][0]["submitted_at"] if card["visits"] else None
    told = [
        (view.say("house.kind_label"), view.say("house.kind." + card["kind"])),
        (view.say("house.duty"), card["duty"][0]["name"] if card["duty"] else view.say("house.vacant")),
        (view.say("house.due"), parts.due_words(view, card)),
    ]
    seen = parts.when(view, last) if last else html(view.say("house.never"))
    st.html(f"{parts.house_head(view, card)}{parts.facts(told)}<p>{html(view.say('house.visits'))} {seen}</p>")
    for row in card["tickets"][:3]:
        name, chip = hazard(row["hazard"], lang=view.lang), parts.clock_chip(view, row["due_at"])
        st.html(f'<a class="anju-row" target="_self" href="{html(parts.ticket_link(row["number"]))}">'
                f"<b>{html(name)}</b>{chip}</a>")  # fmt: skip
    with st.container(horizontal=True, key="card_deeds"):
        if view.actor.may("visit.record", card["place"]) and st.button(view.say("house.visit"), key="card_visit",
                                                                      type="primary", width="stretch"):  # fmt: skip
            st.switch_page(st.session_state["_pages"]["visit"], query_params={"code": card["code"]})
        if st.button(view.say("atlas.open"), key="card_open", width="stretch"):
            st.switch_page(st.session_state["_pages"]["house"], query_params={"code": card["code"]})


def _ticket(view: View, number: str) -> None:
    with reading() as connection:
        row = ticket.by_number(connection, view.county, number, now=view.at)
    view.actor.require("ticket.view", ticket.place_of(row))
    st.html(
        f'<h2 class="anju-h2">{html(hazard(row["hazard"], lang=view.lang))}</h2>'
        f"<p>{html(house.short(row))}</p>{parts.clock_chip(view, row['clock_due_at'], soon=row['clock'] == 'soon')}"
        + parts.facts([
            (view.say("atlas.column.state"), view.say("ticket.state." + row["state"])),
            (view.say("atlas.lead"), row["lead_name_en"] if view.lang == "en" else row["lead_name"]),
            (view.say("atlas.column.ticket"), row["number"]),
        ])
    )  # fmt: skip
    if st.button(view.say("atlas.open"), key="card_open", type="primary", width="stretch"):
        st.switch_page(st.session_state["_pages"]["ticket"], query_params={"number": row["number"]})


def _grid(view: View, code: str) -> None:
    on = view.at.astimezone(SHANGHAI).date()
    with reading() as connection:
        frame = grid.grids_frame(connection, county=view.county, on=on, village=code[:12])
        named = frame.assign(inspector=frame["inspector"].astype(object).fillna(""))
        rows = named[named["code"] == code].drop(columns="geometry").to_dict("records")
        ids = [int(row["id"]) for row in rows]
        found = reads.health(connection, county=view.county, grid_ids=ids, on=on, now=view.at)
    if not rows:
        st.caption(view.say("atlas.no_grid"))
        return
    figures = "".join(
        f"<div><b>{found[0][name]:,}</b><span>{html(view.say(f'my_grid.figure.{name}'))}</span></div>"
        for name in ("houses", "never", "overdue", "open", "late")
    )
    who = parts.facts([(view.say("atlas.column.inspector"), rows[0]["inspector"] or view.say("map.vacant"))])
    st.html(f'<h2 class="anju-h2">{html(rows[0]["name"])}</h2>{who}'
            f'<p><code class="anju-code">{html(code)}</code></p><div class="anju-figures">{figures}</div>')  # fmt: skip


def _division(view: View, code: str) -> None:
    view.actor.require("kpi.view")
    with reading() as connection:
        named = division.one(connection, county=view.county, code=code)
    closed, due = _rate_of(view, code)
    share = percent(closed / due if due else None)
    formula = view.say("atlas.rate_formula", closed=closed, due=due, days=map_views.PERIOD.days)
    st.html(f'<h2 class="anju-h2">{html(named["name"])}</h2><p class="anju-rate">{html(share)}</p>'
            f"<p>{html(formula)}</p>")  # fmt: skip
    if view.actor.may_open("leader") and st.button(view.say("atlas.cases"), key="card_open", width="stretch"):
        st.switch_page(st.session_state["_pages"]["leader"])


def _rate_of(view: View, code: str) -> tuple[int, int]:
    with reading() as connection:
        groups = kpi.indicators(connection, county=view.county, from_at=map_views.period_start(view.at), to_at=view.at,
                                by="town")  # fmt: skip
    one = next((group for group in groups if group.key == code), None)
    return (0, 0) if one is None else (one.counts[Count.CLOSED_IN], one.counts[Count.SHOULD_CLOSE])
