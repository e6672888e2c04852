"""How well the county's addresses are matched: by level, town and source, over time; every number opens its rows."""

from collections import Counter
from datetime import timedelta
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from db import workbench as reads
from layers.escape import attribute, html
from layers.style import FONT_STACK, LINE, MUTED
from ui import address, parts
from ui.frame import empty
from ui.parts import Row
from ui.press import mark, press
from ui.state import View, reading
from ui.workbench_case import source_word

GROUPS = {
    "survey": "exact", "manual": "exact", "room": "exact", "suite": "exact", "building": "exact", "door": "exact",
    "neighbour": "near", "crossing": "near", "landmark": "near", "road": "near", "village": "rough", "town": "rough",
    "none": "none", "held": "held",
}  # fmt: skip
"""How sure a level is of the place."""
COLOURS = {"exact": "#0F766E", "near": "#7FB8B0", "rough": "#F0C36D", "none": "#E08A5B", "held": "#C62828"}
BY = ("town", "source")
DAYS, MOST = 180, 200


def draw(view: View) -> None:
    """Draw the board: the shares as they are, by town and source, and how they came about."""
    areas = reads.reach(view.actor)
    with reading() as connection:
        now = reads.quality_now(connection, county=view.county, areas=areas)
        days = reads.quality(connection, county=view.county, areas=areas, since=view.at.date() - timedelta(days=DAYS))
    if not now:
        empty(view.say("workbench.quality_empty"), hint=view.say("workbench.quality_empty_hint"))
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        press(_board(view, now), key="bench_quality", told=_pressed)
        with st.container(border=True, key="bench_days"):
            _over_time(view, _pressed_of(days))
    with right, st.container(key="bench_behind"):
        _behind(view, areas)


def _board(view: View, rows: list[Row]) -> str:
    legend = "".join(
        f'<span><i style="background:{COLOURS[name]}"></i>{html(view.say(f"workbench.group.{name}"))}</span>'
        for name in COLOURS
    )
    whole = _line(view, "", "", view.say("workbench.whole"), rows)
    blocks = "".join(
        f'<section class="card"><h2>{html(view.say(f"workbench.by.{by}"))}</h2>{_lines(view, by, rows)}</section>'
        for by in BY
    )
    levels = _levels(view, rows)
    return f'<section class="card quality"><div class="legend">{legend}</div>{whole}{levels}</section>{blocks}'


def _lines(view: View, by: str, rows: list[Row]) -> str:
    keys = list(dict.fromkeys(row[by] for row in rows))
    found = []
    for key in keys:
        of = [row for row in rows if row[by] == key]
        found.append((sum(row["addresses"] for row in of), key, of))
    found.sort(key=lambda one: (-one[0], one[1]))
    return "".join(_line(view, by, key, _name(view, by, key, of), of) for _, key, of in found)


def _name(view: View, by: str, key: str, of: list[Row]) -> str:
    if by == "source":
        return source_word(view, key)
    return of[0]["town_name"] or (key or view.say("workbench.no_town"))


def _line(view: View, by: str, key: str, name: str, rows: list[Row]) -> str:
    """One bar: its name, how many in all, and the share of each group, pressable."""
    total = sum(row["addresses"] for row in rows)
    counts: Counter[str] = Counter()
    for row in rows:
        counts[GROUPS.get(row["level"], "none")] += row["addresses"]
    pieces = "".join(
        f'<button type="button" data-press={attribute(f"{by}|{key}|{group}")} '
        f"title={attribute(_tip(view, group, counts[group], total))} "
        f'style="flex:{counts[group]} 1 0;background:{colour}"></button>'
        for group, colour in COLOURS.items() if counts[group]
    )  # fmt: skip
    sure = counts["exact"] / total if total else 0
    count = mark(f"{by}|{key}|", f"{total:,}")
    return (
        f'<div class="qline"><span class="name">{html(name)}</span><div class="stack">{pieces}</div>'
        f'<b>{sure * 100:.1f} %</b><span class="of">{count}</span></div>'
    )


def _tip(view: View, group: str, n: int, total: int) -> str:
    return f"{view.say(f'workbench.group.{group}')} {n:,} · {n / total * 100:.1f} %"


def _levels(view: View, rows: list[Row]) -> str:
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row["level"]] += row["addresses"]
    chips = "".join(
        mark(f"level||{level}", f"{html(view.say(f'workbench.level.{level}'))} <b>{n:,}</b>", kind="qchip")
        for level, n in counts.most_common()
    )
    return f'<div class="qchips">{chips}</div>'


def _pressed(sent: str) -> None:
    by, key, what = ([*sent.split("|"), "", "", ""])[:3]
    address.write("by", by if by in (*BY, "level") else None)
    address.write("of", key[:40] or None)
    address.write("level", what[:20] or None)


def _behind(view: View, areas: list[str]) -> None:
    """The rows behind the number that was pressed; those that need somebody first."""
    by, key = address.read("by", (*BY, "level")), str(st.query_params.get("of", ""))[:40]
    what = address.read("level", (*GROUPS, *COLOURS)) or ""
    levels = [level for level, group in GROUPS.items() if what in (level, group)] or None
    with reading() as connection:
        rows = reads.behind(
            connection, county=view.county, areas=areas, town=key if by == "town" and key else None,
            source=key if by == "source" else None, levels=levels, limit=MOST,
        )  # fmt: skip
    title = " · ".join(piece for piece in (
        source_word(view, key) if by == "source" else (rows[0]["town_name"] if rows and by == "town" and key else ""),
        view.say(f"workbench.group.{what}") if what in COLOURS and what != "none" else
        view.say(f"workbench.level.{what}") if what in GROUPS else "",
    ) if piece)  # fmt: skip
    st.html(f'<h2 class="anju-h2">{html(title or view.say("workbench.all_rows"))}</h2>')
    if what == "held":
        st.html(
            f"<p>{html(view.say('workbench.held_rows'))} {parts.link('/imports', view.say('workbench.to_imports'))}</p>"
        )
        return
    if not rows:
        st.caption(view.say("workbench.no_rows"))
    else:
        parts.put('<div class="anju-houses">' + "".join(_row(view, row) for row in rows) + "</div>")
    if len(rows) == MOST:
        st.caption(view.say("workbench.most_rows", n=MOST))


def _row(view: View, row: Row) -> str:
    told = [view.say(f"workbench.level.{row['level']}"), source_word(view, row["source"])]
    if row["uncertainty_m"]:
        told.append(view.say("workbench.within", n=round(row["uncertainty_m"])))
    link = f"/workbench?case={row['case_id']}" if row["case_id"] else parts.house_link(row["code"])
    flag = f'<span class="anju-chip">{html(view.say("workbench.open_case"))}</span>' if row["case_id"] else ""
    return (
        f'<a class="anju-house" target="_self" href={attribute(link)}><div><b>{html(row["text"])}</b>'
        f"<small>{html(' · '.join(told))}</small></div>{flag}</a>"
    )


def _pressed_of(rows: list[Row]) -> list[Row]:
    """The figures of the town or source that was pressed; all of them where none was."""
    by, key = address.read("by", BY), str(st.query_params.get("of", ""))
    return [row for row in rows if row[by] == key] if by and key else rows


def _over_time(view: View, rows: list[Row]) -> None:
    words = view.say("workbench.over_time")
    st.html(f'<h2 class="anju-h2">{html(words)}</h2>')
    if len({row["on_date"] for row in rows}) < 2:
        st.caption(view.say("workbench.over_time_soon"))
        return
    st.altair_chart(_chart(view, rows), key="bench_over_time", alt=words)


def _chart(view: View, rows: list[Row]) -> Any:
    """Shares of each group day by day, stacked to the whole."""
    told = pd.DataFrame(rows)
    told["group"] = [GROUPS.get(level, "none") for level in told["level"]]
    frame: Any = told.groupby(["on_date", "group"], as_index=False)["addresses"].sum()
    total = frame.groupby("on_date")["addresses"].transform("sum")
    frame["share"] = frame["addresses"] / total
    frame["on"] = pd.to_datetime(frame["on_date"])
    frame["said"] = [f"{on:%Y-%m-%d}" for on in frame.pop("on_date")]
    order = list(COLOURS)
    frame["name"] = [view.say(f"workbench.group.{group}") for group in frame["group"]]
    frame["rank"] = [order.index(group) for group in frame["group"]]
    names = [view.say(f"workbench.group.{group}") for group in order]
    tips = [alt.Tooltip("said:N", title=view.say("workbench.day")),
            alt.Tooltip("name:N", title=view.say("workbench.sure")),
            alt.Tooltip("addresses:Q", title=view.say("workbench.addresses")),
            alt.Tooltip("share:Q", title=view.say("workbench.share"), format=".1%")]  # fmt: skip
    chart = alt.Chart(frame).mark_area(interpolate="step-after").encode(
        x=alt.X("on:T", axis=alt.Axis(title=None, grid=False, format="%m-%d")),
        y=alt.Y("share:Q", stack="normalize", axis=alt.Axis(title=None, format="%")),
        color=alt.Color("name:N", scale=alt.Scale(domain=names, range=list(COLOURS.values())),
                        legend=alt.Legend(orient="top", title=None, direction="horizontal")),
        order=alt.Order("rank:Q"), tooltip=tips,
    ).properties(height=220)  # fmt: skip
    dressed = chart.configure(font=FONT_STACK)
    return dressed.configure_axis(labelColor=MUTED, gridColor=LINE, domainColor=LINE, tickColor=LINE).configure_view(
        stroke=None
    )
