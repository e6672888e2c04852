"""The named views of the map: what each draws, what its legend counts, what its table holds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

import folium
import geopandas as gpd
import streamlit as st

from db import atlas as reads
from db import division, grid, house, kpi, plan
from inspections.kpi import Count
from layers.boundaries import boundaries, closure_rates
from layers.escape import html
from layers.grids import grids
from layers.houses import house_tiles
from layers.legend import clock_legend, on_map, rate_legend, risk_legend
from layers.route import route
from layers.tickets import tickets
from ui import atlas, parts
from ui.messages import SHANGHAI, clock, hazard, percent
from ui.state import View, reading

Row = parts.Row
PERIOD = timedelta(days=30)


def period_start(at: datetime) -> datetime:
    """The midnight of Shanghai from which the closure rates of the map are counted."""
    return datetime.combine((at.astimezone(SHANGHAI) - PERIOD).date(), time(), SHANGHAI)


ROWS = 100
CLOCKS = {"overdue": "late", "soon": "soon"}


@dataclass(frozen=True)
class Asked:
    """What the map is asked to show: a view, a town or the whole county, colours or all, an inspector's day."""

    view: str
    town: str | None = None
    colours: tuple[str, ...] = ()
    inspector: int | None = None


@dataclass
class Shown:
    """What a view draws and says: parts of the map, its headline, its table (heads, rows of HTML), filters' counts."""

    groups: list[folium.FeatureGroup] = field(default_factory=list)
    said: str = ""
    heads: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)
    more: str = ""


def ground(view: View, asked: Asked, towns: gpd.GeoDataFrame, county: gpd.GeoDataFrame) -> list[folium.FeatureGroup]:
    """What lies under every view: the county's outline, and the towns' with names unless the view names them."""
    outline = boundaries(county.assign(name=""), level="county", lang=view.lang)
    return [outline] if asked.view == "rates" else [outline, boundaries(towns, level="town", lang=view.lang)]


def of(view: View) -> dict[str, Callable[[View, Asked], Shown]]:
    """The views this person may choose, in the order they are offered."""
    every = {"today": today, "risk": risk, "hazards": hazards, "overdue": overdue, "duty": duty, "rates": rates}
    closed = set() if view.actor.may("kpi.view") else {"rates"}
    closed |= set() if view.actor.may("plan.view") else {"today"}
    return {name: drawn for name, drawn in every.items() if name not in closed}


def risk(view: View, asked: Asked) -> Shown:
    """Every house by its risk: in one's own areas one by one, elsewhere as counts."""
    with reading() as connection:
        counts = reads.colours(connection, county=view.county, town=asked.town)
        own = grid.grids_frame(connection, county=view.county, on=_on(view), account_id=view.actor.account_id)
    layer = house_tiles(atlas.tiles_url(asked.colours), lang=view.lang)
    layer.add_child(on_map(risk_legend(counts, lang=view.lang)))
    groups = [grids(own, lang=view.lang)] if len(own) else []
    return Shown([*groups, layer], view.say("atlas.said.risk", n=f"{sum(counts.values()):,}"))


def risk_table(view: View, asked: Asked, shown: Shown) -> Shown:
    """The houses of the risk view as rows, as far as the person may see them one by one."""
    with reading() as connection:
        rows = house.search(connection, actor=view.actor, town=asked.town, colours=list(asked.colours) or None,
                            page=(ROWS, 0))  # fmt: skip
    shown.heads = _heads(view, "house", "risk", "town", "last", "due")
    shown.rows = [
        (
            parts.link(parts.house_link(row["code"]), row["short"]), parts.risk_chip(view, row["colour"]),
            html(row["town_name"] or ""), parts.when(view, row["last_visit_at"]), html(parts.due_words(view, row)),
        )
        for row in rows
    ]  # fmt: skip
    shown.more = _more(view, len(rows), rows[0]["found"] if rows else 0)
    return shown


def hazards(view: View, asked: Asked, *, late: bool = False) -> Shown:
    """Open tickets where they are, by their clock."""
    with reading() as connection:
        rows = reads.open_tickets(connection, actor=view.actor, now=view.at, town=asked.town, late=late)
    told = [row | _ticket_words(view, row) for row in rows]
    frame = atlas.points(told, ("ticket_id", "address", "hazard", "state", "clock", "clock_text"))
    layer = tickets(frame, link=parts.ticket_link, lang=view.lang)
    counts = {kind: sum(row["clock"] == kind for row in told) for kind in ("late", "soon", "normal")}
    layer.add_child(on_map(clock_legend(counts, lang=view.lang)))
    found = rows[0]["found"] if rows else 0
    said = view.say("atlas.said.overdue" if late else "atlas.said.hazards", n=f"{found:,}")
    shown = Shown([layer], said, _heads(view, "ticket", "hazard", "state", "clock", "house"))
    shown.rows = [_ticket_row(view, row, one) for row, one in zip(rows[:ROWS], told[:ROWS], strict=True)]
    shown.more = _more(view, len(rows), found) if found > len(rows) else ""
    return shown


def overdue(view: View, asked: Asked) -> Shown:
    """Open tickets whose clock has run out."""
    return hazards(view, asked, late=True)


def _ticket_words(view: View, row: Row) -> dict[str, Any]:
    return {
        "ticket_id": row["number"], "address": row["short"], "hazard": hazard(row["hazard"], lang=view.lang),
        "state": view.say("ticket.state." + row["state"]), "clock": CLOCKS.get(row["clock"], "normal"),
        "clock_text": clock(row["clock_due_at"], now=view.at, lang=view.lang),
    }  # fmt: skip


def _ticket_row(view: View, row: Row, told: Row) -> tuple[str, ...]:
    return (
        parts.link(parts.ticket_link(row["number"]), row["number"]), html(told["hazard"]), html(told["state"]),
        parts.clock_chip(view, row["clock_due_at"], soon=row["clock"] == "soon"),
        parts.link(parts.house_link(row["code"]), row["short"]),
    )  # fmt: skip


def duty(view: View, asked: Asked) -> Shown:
    """Whose ground is whose; what nobody is on duty for stands out."""
    with reading() as connection:
        frame = grid.grids_frame(connection, county=view.county, on=_on(view))
    if asked.town is not None:
        frame = frame[frame["village"].str.startswith(asked.town)]
    frame = frame.assign(inspector=frame["inspector"].astype(object).fillna(""))
    vacant = int((frame["inspector"] == "").sum())
    said = view.say("atlas.said.duty", n=f"{len(frame):,}", vacant=f"{vacant:,}")
    shown = Shown([grids(frame, clickable=True, label_zoom=11, lang=view.lang)] if len(frame) else [], said,
                  _heads(view, "grid", "inspector", "houses"))  # fmt: skip
    ordered = frame.sort_values("inspector", kind="stable")
    shown.rows = [_grid_row(view, row) for row in ordered.drop(columns="geometry").head(ROWS).to_dict("records")]
    shown.more = _more(view, min(len(frame), ROWS), len(frame))
    return shown


def _grid_row(view: View, row: Row) -> tuple[str, ...]:
    who = html(row["inspector"]) if row["inspector"] else f'<b class="anju-soon">{html(view.say("map.vacant"))}</b>'
    return (f"{html(row['name'])} <small>{html(row['code'])}</small>", who, f"{int(row['houses']):,}")


def rates(view: View, asked: Asked) -> Shown:
    """The share of due cases closed in the last thirty days, town by town."""
    with reading() as connection:
        towns = division.divisions_frame(connection, county=view.county, level="town")
        groups = {one.key: one for one in kpi.indicators(connection, county=view.county, from_at=period_start(view.at),
                                                         to_at=view.at, by="town")}  # fmt: skip
    towns["closed"] = [_counted(groups.get(code), "closed_in") for code in towns["code"]]
    towns["due"] = [_counted(groups.get(code), "should_close") for code in towns["code"]]
    layer = closure_rates(towns, lang=view.lang)
    layer.add_child(on_map(rate_legend(lang=view.lang)))
    closed, due = int(towns["closed"].sum()), int(towns["due"].sum())
    rate = percent(closed / due if due else None)
    said = view.say("atlas.said.rates", days=PERIOD.days, closed=closed, due=due, rate=rate)
    shown = Shown([layer], said, _heads(view, "town", "closed", "due", "rate"))
    ordered = sorted(towns.drop(columns="geometry").to_dict("records"), key=_rate)
    shown.rows = [_rate_row(row) for row in ordered]
    return shown


def _rate_row(row: Row) -> tuple[str, ...]:
    rate = percent(row["closed"] / row["due"] if row["due"] else None)
    return html(row["name"]), str(row["closed"]), str(row["due"]), rate


def _counted(group: kpi.Group | None, name: str) -> int:
    return 0 if group is None else group.counts[Count(name)]


def _rate(row: Row) -> tuple[bool, float]:
    return (row["due"] == 0, row["closed"] / row["due"] if row["due"] else 0.0)


def today(view: View, asked: Asked) -> Shown:
    """One inspector's published round of today, in order."""
    with reading() as connection:
        day = None
        if asked.inspector is not None:
            day = plan.of_day(connection, county=view.county, account_id=asked.inspector, on=_on(view))
        stops = plan.stops(connection, county=view.county, plan_id=day["id"]) if day else []
        own = grid.grids_frame(connection, county=view.county, on=_on(view), account_id=asked.inspector or -1)
    shown = Shown(heads=_heads(view, "stop", "house", "risk", "why", "state"))
    if day is None:
        return Shown(said=view.say("atlas.said.no_plan"), heads=shown.heads)
    told = [row | {"address": row["short"], "done": row["state"] == "done", "why": plan.why(row["reason"], view.lang)}
            for row in stops if row["state"] != "skipped"]  # fmt: skip
    frame = atlas.points(told, ("seq", "code", "address", "colour", "done", "why", "way"))
    start = (day["start_lon"], day["start_lat"])
    main = own[own["account_id"] == asked.inspector]
    shown.groups = [grids(main, lang=view.lang), route(frame, start=start, lang=view.lang)]
    shown.said = view.say("atlas.said.today", name=day["inspector"], done=sum(row["done"] for row in told), n=len(told))
    shown.rows = [
        (str(row["seq"]), parts.link(parts.house_link(row["code"]), row["short"]), parts.risk_chip(view, row["colour"]),
         html(plan.why(row["reason"], view.lang)), html(view.say(f"atlas.stop.{row['state']}")))
        for row in stops
    ]  # fmt: skip
    return shown


def planned(view: View) -> dict[int, str]:
    """Whose published round of today this person may look at: names by account, their own first."""
    if view.actor.may("plan.make") or view.actor.may("kpi.view"):
        with reading() as connection:
            rows = plan.days(connection, county=view.county, first=_on(view), last=_on(view))
        return {row["account_id"]: row["inspector"] for row in rows}
    return {view.actor.account_id: view.actor.name}


def table(shown: Shown, *, empty: str) -> None:
    """The same facts as rows; every cell was escaped where it was made."""
    if not shown.rows:
        st.html(f'<div class="anju-empty"><p>{html(empty)}</p></div>')
        return
    heads = "".join(f'<th scope="col">{html(head)}</th>' for head in shown.heads)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in shown.rows)
    parts.put(f'<table class="anju-table"><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>'
              + (f'<p class="anju-muted">{html(shown.more)}</p>' if shown.more else ""))  # fmt: skip


def _heads(view: View, *names: str) -> tuple[str, ...]:
    return tuple(view.say(f"atlas.column.{name}") for name in names)


def _more(view: View, shown: int, found: int) -> str:
    return view.say("atlas.more", shown=f"{shown:,}", n=f"{found:,}") if found > shown else ""


def _on(view: View) -> Any:
    return view.at.astimezone(SHANGHAI).date()
