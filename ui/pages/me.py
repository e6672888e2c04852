"""An inspector's own week: what was done, what was begun, what comes back, what became of what they raised."""

from collections import Counter
from datetime import datetime, timedelta

import streamlit as st

from actions import sign_in
from db import atlas as reads
from db import grid, reinspection, ticket, visit
from db.house import short
from gis.division import short_name
from inspections.timesheet import LONGEST
from layers.escape import html
from layers.style import chip
from ui import parts
from ui.frame import title
from ui.messages import SHANGHAI, hazard, span
from ui.state import View, reading
from words import LANGUAGES

Row = parts.Row


def page(view: View) -> None:
    """Draw the week of whoever is there."""
    monday = week_start(view.at)
    on = view.at.astimezone(SHANGHAI).date()
    with reading() as connection:
        rows = visit.of_inspector(connection, view.county, view.actor.account_id, from_at=monday, to_at=view.at)
        mine = grid.grids_of(connection, county=view.county, account_id=view.actor.account_id, on=on)
        checks = ticket.rechecks(connection, view.county, [row["id"] for row in mine], now=view.at)
        looks = reinspection.in_grids(connection, view.county, [row["id"] for row in mine], now=view.at)
        raised = reads.raised_by(connection, county=view.county, account_id=view.actor.account_id, now=view.at)
    drafts = [row for row in rows if row["state"] == "draft"]
    done = [row for row in rows if row["state"] != "draft"]
    title(view.actor.name, hint=_ground(view, mine))
    _figures(view, done, drafts, checks)
    left, right = st.columns(2, gap="medium")
    with left:
        _drafts(view, drafts)
        _tickets(view, "me.rechecks", "me.no_rechecks", checks)
        _tickets(view, "again.mine", "again.none", looks)
        _tickets(view, "me.raised", "me.no_raised", raised)
    with right:
        _week(view, done, monday)
        _account(view)


def _ground(view: View, mine: list[Row]) -> str:
    villages = list(dict.fromkeys(short_name(row["village_name"]) for row in mine if row["kind"] == "main"))
    if not villages:
        return view.say("me.no_grid")
    return villages[0] if len(villages) == 1 else view.say("me.villages", first=villages[0], n=len(villages))


def week_start(at: datetime) -> datetime:
    """Monday midnight in Shanghai of the week a moment lies in."""
    local = at.astimezone(SHANGHAI)
    return (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def worked(rows: list[Row]) -> timedelta:
    """Time spent on visits from first tap to handing in, each counted as two hours at most."""
    return sum((min(row["submitted_at"] - row["started_at"], LONGEST) for row in rows), timedelta())


def _figures(view: View, done: list[Row], drafts: list[Row], checks: list[Row]) -> None:
    figures = [
        (str(len(done)), view.say("me.figure.visits")),
        (span(worked(done), lang=view.lang), view.say("me.figure.time")),
        (str(len(drafts)), view.say("me.figure.drafts")), (str(len(checks)), view.say("me.figure.rechecks")),
    ]  # fmt: skip
    told = "".join(f"<div><b>{html(n)}</b><span>{html(words)}</span></div>" for n, words in figures)
    st.html(f'<div class="anju-figures">{told}</div>')


def _drafts(view: View, drafts: list[Row]) -> None:
    if not drafts:
        return
    st.html(f'<h2 class="anju-h2">{html(view.say("me.drafts", n=len(drafts)))}</h2>')
    for row in drafts:
        with st.container(horizontal=True, vertical_alignment="center", key=f"draft_{row['id']}"):
            st.html(f'<div class="anju-stop"><div><b>{html(row["address"])}</b>'
                    f"<span>{parts.when(view, row['started_at'])}</span></div></div>")  # fmt: skip
            if st.button(view.say("me.resume"), key=f"resume_{row['id']}", type="primary"):
                st.switch_page(st.session_state["_pages"]["visit"], query_params={"code": row["code"]})


def _tickets(view: View, head: str, none: str, rows: list[Row]) -> None:
    st.html(f'<h2 class="anju-h2">{html(view.say(head, n=len(rows)))}</h2>')
    if not rows:
        st.caption(view.say(none))
        return
    st.html("".join(_ticket(view, row) for row in rows))


def _ticket(view: View, row: Row) -> str:
    where = row.get("short") or short(row)
    return (
        f'<a class="anju-card anju-row" target="_self" href="{html(parts.ticket_link(row["number"]))}">'
        f"<b>{html(hazard(row['hazard'], lang=view.lang))}</b>{chip('plain', view.say('ticket.state.' + row['state']))}"
        f"{parts.clock_chip(view, row['clock_due_at'], soon=row['clock'] == 'soon')}"
        f"<small>{html(where)} · {html(row['number'])} · {html(view.say('department.' + row['lead']))}</small></a>"
    )


def _week(view: View, done: list[Row], monday: datetime) -> None:
    st.html(f'<h2 class="anju-h2">{html(view.say("me.week"))}</h2>')
    days = (view.at.astimezone(SHANGHAI).date() - monday.date()).days + 1
    lines = [_day(view, done, monday + timedelta(days=n)) for n in range(days)]
    heads = "".join(f"<th>{html(view.say(f'me.column.{name}'))}</th>" for name in ("day", "visits", "outcomes", "time"))
    hint = view.say("me.week_hint", hours=LONGEST // timedelta(hours=1))
    st.html(f'<table class="anju-table"><thead><tr>{heads}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
            f'<p class="anju-muted">{html(hint)}</p>')  # fmt: skip
    if done:
        with st.expander(view.say("me.done", n=len(done))):
            st.html("".join(_visit(view, row) for row in done))


def _day(view: View, done: list[Row], morning: datetime) -> str:
    rows = [row for row in done if row["submitted_at"].astimezone(SHANGHAI).date() == morning.date()]
    tally = Counter(row["outcome"] for row in rows)
    told = " · ".join(f"{view.say(f'visit.outcome.{outcome}')} {n}" for outcome, n in sorted(tally.items()))
    cells = (view.say(f"today.weekday.{morning.weekday()}"), len(rows), told or "—", span(worked(rows), lang=view.lang))
    return "<tr>" + "".join(f"<td>{html(cell)}</td>" for cell in cells) + "</tr>"


def _visit(view: View, row: Row) -> str:
    where, became = (
        parts.link(parts.house_link(row["code"]), row["address"]),
        view.say("visit.outcome." + row["outcome"]),
    )
    return f'<div class="anju-line">{parts.when(view, row["submitted_at"])} · {where} · {html(became)}</div>'


def _account(view: View) -> None:
    st.html(f'<h2 class="anju-h2">{html(view.say("me.account"))}</h2>')
    other = next(lang for lang in LANGUAGES if lang != view.lang)
    st.button(view.say("me.language"), key="my_language", width="stretch", icon=":material/translate:",
              on_click=sign_in.speak, args=(view.actor, other))  # fmt: skip
    st.html(f'<a class="anju-button plain" href="/sign-out" target="_self">{html(view.say("nav.sign_out"))}</a>')
