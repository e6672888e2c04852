"""The days that were planned at once: what could not be done, people by day, and how evenly minutes and danger lie."""

from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from db import plan
from db.query import Row
from inspections.plan import plan_sentences
from layers.escape import attribute, html, markdown
from ui.press import press
from ui.state import View, reading

MOST_PEOPLE = 40
ROW_PX = 22
ACCENT, WARN, LINE = "#0F766E", "#E65100", "#6B7280"


def draw(view: View, on: date) -> None:
    """Draw the making of plans that a day is part of; nothing where there is none."""
    with reading() as connection:
        batch = plan.last_batch(connection, county=view.county, on=on)
        if batch is None:
            return
        rows = plan.days(connection, county=view.county, first=batch["first_on"], last=batch["last_on"])
    for line in plan_sentences(batch["detail"], view.lang):
        st.warning(markdown(line), icon=":material/priority_high:")
    if batch["first_on"] == batch["last_on"]:
        return
    with st.expander(view.say("plans.week", first=f"{batch['first_on']:%m-%d}", last=f"{batch['last_on']:%m-%d}"),
                     expanded=False, key="plans_week", icon=":material/calendar_view_week:"):  # fmt: skip
        left, right = st.columns([58, 42], gap="medium")
        with left:
            _table(view, rows, _days(batch))
        with right:
            _chart(view, batch["detail"]["shares"])


def _days(batch: Row) -> list[date]:
    count = (batch["last_on"] - batch["first_on"]).days + 1
    return [batch["first_on"] + timedelta(days=step) for step in range(count)]


def _table(view: View, rows: list[Row], days: list[date]) -> None:
    """People by day: stops and minutes, the red doors beside them; a cell opens that round."""
    cells = {(row["account_id"], row["on_date"]): row for row in rows}
    names = {row["account_id"]: row["inspector"] for row in rows}
    heads = "".join(
        f"<th>{html(view.say(f'today.weekday.{day.weekday()}'))}<br><small>{day:%m-%d}</small></th>" for day in days
    )
    body = "".join(
        f'<tr><td class="l"><b>{html(name)}</b></td>'
        + "".join(_cell(view, cells.get((account, day)), day) for day in days) + "</tr>"
        for account, name in names.items()
    )  # fmt: skip
    table = (
        f'<table class="roster"><thead><tr><th class="l">{html(view.say("plans.inspector"))}</th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )
    press(f'<section class="card"><div class="scroll tall" data-scroll>{table}</div></section>', key="plans_week_table",
          told=_pressed)  # fmt: skip


def _cell(view: View, row: Row | None, day: date) -> str:
    if row is None or not row["stops"]:
        return '<td class="muted">—</td>'
    told = view.say("plans.cell", stops=row["stops"], minutes=round(row["minutes"]))
    red = f' <span class="tag bad">{row["red"]}</span>' if row["red"] else ""
    key = f"{day.isoformat()} {row['account_id']}"
    return f"<td data-press={attribute(key)}><small>{html(told)}</small>{red}</td>"


def _pressed(sent: str) -> None:
    day, _, account = sent.partition(" ")
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return
    if account.isascii() and account.isdigit():
        st.query_params.update({"on": on.isoformat(), "plan": account[:18]})
        st.session_state["plans_on"] = on


def _chart(view: View, shares: list[dict[str, Any]]) -> None:
    """Minutes and danger of each person over the mean, the most first; what is above the county's bound stands out."""
    if not shares:
        return
    minutes, danger = view.say("plans.minutes"), view.say("plans.danger")
    kinds = ((minutes, "of_mean_minutes"), (danger, "of_mean_danger"))
    frame = pd.DataFrame(
        [(one["name"], kind, one[key] * 100, one["uneven"]) for one in shares[:MOST_PEOPLE] for kind, key in kinds],
        columns=["name", "kind", "share", "uneven"],
    )
    base = alt.Chart(frame).encode(y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=90)))
    bars = base.mark_bar(size=8).encode(
        x=alt.X("share:Q", title=view.say("plans.of_mean")),
        yOffset="kind:N",
        color=alt.condition("datum.uneven", alt.value(WARN), alt.Color("kind:N", title=None, legend=None,
                            scale=alt.Scale(domain=[minutes, danger], range=[ACCENT, LINE]))),
        tooltip=[alt.Tooltip("name:N", title=view.say("plans.inspector")), alt.Tooltip("kind:N", title=" "),
                 alt.Tooltip("share:Q", format=".0f", title=view.say("plans.of_mean"))],
    )  # fmt: skip
    mean = alt.Chart(pd.DataFrame({"at": [100.0]})).mark_rule(color=LINE, strokeDash=[4, 3]).encode(x="at:Q")
    st.caption(view.say("plans.shares_hint", minutes=minutes, danger=danger))
    st.altair_chart((bars + mean).properties(height=max(120, ROW_PX * len(shares[:MOST_PEOPLE]))), width="stretch")
