"""What a change of the routing rules would have done: counts by pair of departments, the tickets, where they are."""

from collections import Counter

import geopandas as gpd
from streamlit_folium import st_folium

from actions.routing import MONTH, Trial
from db import house
from db.query import Row
from inspections.routing import Elsewhere
from layers.base import base_map
from layers.escape import html
from layers.tickets import COLUMNS, tickets
from ui import parts
from ui.messages import hazard
from ui.state import View

MOST = 200
HEIGHT_PX = 360


def draw(view: View, trial: Trial, without: str, names: dict[str, Row]) -> None:
    """Draw the trial; every ticket opens."""
    days, total, number = MONTH.days, trial.tickets, len(trial.elsewhere)
    key = "routing.trial" if number else "routing.trial_none"
    said = f"{view.say('routing.trial_without')}{without} · " if without else ""
    said += view.say(key, days=days, total=total, n=number)
    rows = "".join(_pair(view, pair, found, trial, names) for pair, found in _by_pair(trial))
    parts.put(f'<section class="anju-card routing-trial"><h2>{html(said)}</h2>{rows}</section>')
    if number:
        _map(view, trial)


def _by_pair(trial: Trial) -> list[tuple[tuple[str, str], list[Elsewhere]]]:
    counts = Counter((one.was.lead, one.becomes.lead) for one in trial.elsewhere)
    return [
        (pair, [one for one in trial.elsewhere if (one.was.lead, one.becomes.lead) == pair])
        for pair, _ in counts.most_common()
    ]


def _pair(view: View, pair: tuple[str, str], found: list[Elsewhere], trial: Trial, names: dict[str, Row]) -> str:
    was, becomes = (parts.department_name(view, code, names) for code in pair)
    key = "routing.same_lead" if pair[0] == pair[1] else "routing.moved"
    head = view.say(key, was=was, becomes=becomes, lead=was)
    listed = "".join(_ticket(view, trial.rows[one.ticket_id]) for one in found[:MOST])
    more = f"<li>{html(view.say('routing.more', n=len(found) - MOST))}</li>" if len(found) > MOST else ""
    return (
        f"<details {'open' if len(found) <= 10 else ''}><summary><b>{html(head)}</b> {len(found)}</summary>"
        f'<ul class="anju-list">{listed}{more}</ul></details>'
    )


def _ticket(view: View, row: Row) -> str:
    return (
        f"<li>{parts.link(parts.ticket_link(row['number']), row['number'])} "
        f"{html(hazard(row['rule_code'], lang=view.lang))} <small>{html(house.short(row))} · "
        f"{parts.when(view, row['opened_at'])}</small></li>"
    )


def _map(view: View, trial: Trial) -> None:
    rows = [row for row in trial.rows.values() if row["lon"] is not None]
    if not rows:
        return
    told = [
        (
            row["number"],
            house.short(row),
            hazard(row["rule_code"], lang=view.lang),
            "",
            "normal",
            row["lon"],
            row["lat"],
        )
        for row in rows
    ]
    shown = gpd.GeoDataFrame(told, columns=[*COLUMNS, "lon", "lat"])
    frame = gpd.GeoDataFrame(shown, geometry=gpd.points_from_xy(shown["lon"], shown["lat"]), crs=4490)
    west, south, east, north = frame.total_bounds
    paper = base_map(centre=((west + east) / 2, (south + north) / 2), zoom=11, lang=view.lang)
    st_folium(
        paper, key="routing_map", height=HEIGHT_PX, use_container_width=True, returned_objects=[],
        center=((south + north) / 2, (west + east) / 2), zoom=11,
        feature_group_to_add=tickets(frame, link=parts.ticket_link, lang=view.lang),
    )  # fmt: skip
