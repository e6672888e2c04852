"""The random second look on screen: the draw and how to repeat it, the rate with its interval, the card on a case."""

from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from actions import deed, reinspection
from actions.evidence import Photo
from db import reinspection as record
from db import ticket
from gis.errors import AnjuError
from inspections.deadline import SHANGHAI
from inspections.reinspection import not_held
from layers.escape import html
from ui import parts, upload
from ui.messages import moment
from ui.state import View, flash, reading

DAYS = 90
DRAWS = 12


def last_week(at: datetime) -> tuple[datetime, datetime]:
    """The week before the one a moment lies in: Monday midnight to Monday midnight, Asia/Shanghai."""
    local = at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = local - timedelta(days=local.weekday())
    return monday - timedelta(days=7), monday


def panel(view: View) -> None:
    """Draw the head of the centre's tab: the rate, the button that draws last week, the draws with their seeds."""
    first, last = last_week(view.at)
    with reading() as connection:
        draws = record.draws(connection, view.county, limit=DRAWS)
        rows = record.rates(connection, view.county, from_at=view.at - timedelta(days=DAYS), to_at=view.at)
        drawn = record.drawn(connection, view.county, from_at=first, to_at=last)
    with st.container(border=True, key="again_panel"):
        parts.put(f"<p>{html(_rate(view, rows))}</p>")
        days = {"first": f"{first:%m-%d}", "last": f"{last - timedelta(days=1):%m-%d}"}
        if not drawn and view.actor.may("reinspection.draw"):
            st.button(view.say("again.draw", **days), key="again_draw", type="primary", icon=":material/casino:",
                      on_click=_draw, args=(view, first, last))  # fmt: skip
        if draws:
            with st.expander(view.say("again.draws", n=len(draws))):
                parts.put("".join(_told(view, row) for row in draws) + f"<p>{html(view.say('again.how'))}</p>")


def _rate(view: View, rows: list[parts.Row]) -> str:
    done, failed = (sum(int(row[name]) for row in rows) for name in ("done", "failed"))
    rate = not_held(failed, done)
    if rate.percent is None:
        return view.say("again.rate_none", days=DAYS)
    return view.say("again.rate", days=DAYS, done=done, failed=failed, percent=rate.percent, low=rate.low_percent,
                    high=rate.high_percent)  # fmt: skip


def _told(view: View, row: parts.Row) -> str:
    first, last = row["from_at"].astimezone(SHANGHAI), row["to_at"].astimezone(SHANGHAI) - timedelta(days=1)
    counts = {name: row[name] for name in ("closures", "picked", "done", "failed")}
    said = view.say("again.one", first=f"{first:%Y-%m-%d}", last=f"{last:%m-%d}", **counts)
    with reading() as connection:
        tickets = record.of_draw(connection, view.county, row["id"])
    marks = {None: "·", True: "✓", False: "✗"}
    links = " ".join(
        f"{parts.link(parts.ticket_link(one['number']), one['number'])} {marks[one['held']]}" for one in tickets
    )
    return (
        f"<details><summary>{html(said)}</summary><p><code>{html(view.say('again.seed', seed=row['seed']))}</code></p>"
        f"<p>{links}</p></details>"
    )


def _draw(view: View, first: datetime, last: datetime) -> None:
    try:
        drawn = reinspection.draw_closures(from_at=first, to_at=last, actor=view.actor, at=deed.now())
    except AnjuError as error:
        flash(view.error(error), kind="error")
        return
    flash(view.say("again.drawn", closures=drawn.told.closures, picked=len(drawn.told.picked)))


def card(view: View, row: parts.Row) -> None:
    """Draw what a case says of its second looks, and the two buttons where one is still to be taken."""
    with reading() as connection:
        looks = record.of_ticket(connection, view.county, row["id"])
    waiting = next((one for one in looks if one["done_at"] is None), None)
    said = "".join(f'<div class="anju-line">{html(_history(view, one))}</div>' for one in looks if one["done_at"])
    parts.put(said)
    if waiting is None or not view.actor.may("reinspection.take", ticket.place_of(row)):
        return
    with st.container(border=True, key="again_card"):
        due = moment(waiting["due_at"], now=view.at, lang=view.lang)
        hint = html(view.say("again.card_hint"))
        parts.put(f"<b>{html(view.say('again.card', due=due))}</b><p class='anju-muted'>{hint}</p>")
        note = st.text_area(view.say("again.note"), key=f"again_note_{row['id']}", height=76, max_chars=2000)
        given = upload.photos(view, view.say("again.photo"), key=f"again_photo_{row['id']}", many=True)
        photos = [Photo(one.getvalue()) for one in given]
        with st.container(horizontal=True):
            st.button(view.say("again.held"), key="again_held", type="primary", icon=":material/verified:",
                      on_click=_take, args=(view, row, True, note, photos))  # fmt: skip
            st.button(view.say("again.not_held"), key="again_not_held", icon=":material/replay:",
                      on_click=_take, args=(view, row, False, note, photos))  # fmt: skip


def _history(view: View, one: parts.Row) -> str:
    at = moment(one["done_at"], now=view.at, lang=view.lang)
    what = view.say("again.held" if one["held"] else "again.not_held")
    said = view.say("again.history", at=at, who=one["account_name"] or "—", what=what)
    return f"{said} · {one['note']}" if one["note"] else said


def _take(view: View, row: parts.Row, held: bool, note: str, photos: list[Any]) -> None:
    try:
        reinspection.look_again(row["id"], held=held, actor=view.actor, at=deed.now(), note=note, photos=photos)
    except AnjuError as error:
        flash(view.error(error), kind="error")
        return
    flash(view.say("again.done_held" if held else "again.done_failed"))
