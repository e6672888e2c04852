"""Messages outside: the channels of the county, what each carried, and what was not delivered."""

from collections.abc import Callable
from datetime import time

import altair as alt
import pandas as pd
import streamlit as st

from actions import outgoing as deeds
from db import account, department, outgoing
from db.outgoing import NewChannel
from db.query import Row
from gis.errors import AnjuError
from inspections import routing
from inspections.outgoing import Hours, most_tries, usual_hours
from inspections.role import Role
from layers.escape import attribute, html
from layers.style import chip
from ui import parts
from ui.frame import empty, title
from ui.messages import exact, hazard, moment
from ui.parts import ticket_link
from ui.state import View, flash, reading
from words import LANGUAGES

CENTRE = ("centre", "")
DIGEST_AT = time(8, 30)
CHART_PX = 160
SPOKEN = {"zh": "中文", "en": "English"}
MADE = "channels_made"
"""How many were opened in this session: with each the fields of name and address are new ones, and empty."""

STATES = ("dead", "waiting", "sent")
INK = {"sent": "#2f6f8f", "dead": "#b3402a"}


def page(view: View) -> None:
    """Draw the channels, the form of a new one, and what was not delivered."""
    view.actor.require("channel.manage")
    title(view.say("channels.title"), hint=view.say("channels.hint"))
    with reading() as connection:
        rows = outgoing.channels(connection, view.county, now=view.at)
        counts = outgoing.counts(connection, view.county, now=view.at)
        days = outgoing.by_day(connection, view.county, now=view.at)
        names = department.names(connection, county=view.county)
        people = account.accounts(connection, county=view.county, on_date=view.at)
    left, right = st.columns([58, 42], gap="medium")
    with left:
        _channels(view, rows)
        _days(view, days)
        _messages(view, counts)
    with right:
        _form(view, names, [row for row in people if row["active"]])


def _channels(view: View, rows: list[Row]) -> None:
    parts.put(f'<h2 class="anju-h2">{html(view.say("channels.open_now"))}</h2>')
    if not rows:
        empty(view.say("channels.none"), hint=view.say("channels.none_hint"))
    for row in rows:
        with st.container(border=True, key=f"channel_card_{row['id']}"):
            parts.put(_card(view, row))
            with st.container(horizontal=True, gap="small"):
                st.button(view.say("channels.trying"), key=f"try_{row['id']}", icon=":material/send:",
                          on_click=_try_out, args=(view, row["id"]))  # fmt: skip
                with st.popover(view.say("channels.shut")):
                    st.button(view.say("channels.shut_sure"), key=f"shut_{row['id']}", type="primary",
                              on_click=_shut, args=(view, row["id"]))  # fmt: skip


def _card(view: View, row: Row) -> str:
    kind = view.say(f"channels.kind.{row['kind']}")
    last = (
        view.say("channels.last_sent", when=moment(row["sent_at"], now=view.at, lang=view.lang))
        if row["sent_at"] else view.say("channels.never_sent")
    )  # fmt: skip
    counts = [view.say("channels.sent", n=row["sent_lately"]), last, view.say("channels.waiting", n=row["waiting"])]
    dead = chip("clock_late", view.say("channels.dead_n", n=row["dead"])) if row["dead"] else ""
    error = view.say("channels.last_error", error=row["error"]) if row["error"] else ""
    return (
        f"<div><b>{html(row['name'])}</b> {chip('plain', kind)} {dead}</div>"
        f'<p class="anju-muted">{html(_owner(view, row))} · {html(row["shown"])} · {html(_hours(view, row))}</p>'
        f'<p class="anju-muted">{html(" · ".join(counts))}</p>'
        + (f'<p class="anju-muted" title={attribute(row["error"])}>{html(error[:200])}</p>' if error else "")
    )


def _owner(view: View, row: Row) -> str:
    if row["owner"] == "centre":
        return view.say("channels.centre")
    name = row["department_name_en"] if view.lang == "en" and row["department_name_en"] else row["department_name"]
    return str(name if row["owner"] == "department" else row["account_name"])


def _hours(view: View, row: Row) -> str:
    told = []
    if row["digest_at"] is not None:
        told.append(view.say("channels.hours_digest", at=f"{row['digest_at']:%H:%M}"))
    if row["quiet_from"] is not None:
        told.append(view.say("channels.hours_quiet", a=f"{row['quiet_from']:%H:%M}", b=f"{row['quiet_until']:%H:%M}"))
    if not told:
        return view.say("channels.hours_always")
    return " · ".join([*told, view.say("channels.hours_wakes")] if row["wakes"] else told)


def _try_out(view: View, channel_id: int) -> None:
    _say(view, lambda: deeds.try_channel(channel_id, actor=view.actor), view.say("channels.tried"))


def _shut(view: View, channel_id: int) -> None:
    try:
        n = deeds.shut_channel(channel_id, actor=view.actor, at=view.at)
    except AnjuError as error:
        flash(view.error(error), kind="error")
        return
    flash(view.say("channels.shut_done", n=n))


def _say(view: View, act: Callable[[], object], done: str) -> None:
    try:
        act()
    except AnjuError as error:
        flash(view.error(error), kind="error")
        return
    flash(done)


def _form(view: View, names: dict[str, Row], people: list[Row]) -> None:
    parts.put(f'<h2 class="anju-h2">{html(view.say("channels.new"))}</h2>')
    owners, made = _owners(view, names, people), int(st.session_state.get(MADE, 0))
    with st.container(border=True, key="channel_new"):
        name = st.text_input(
            view.say("channels.name"), key=f"channel_name_{made}", placeholder=view.say("channels.name_hint")
        )
        kind, key = st.selectbox(view.say("channels.owner"), list(owners), key="channel_owner",
                                 format_func=lambda one: owners[one], help=view.say("channels.owner_hint"))  # fmt: skip
        address = st.text_input(view.say("channels.address"), key=f"channel_address_{made}", type="password",
                                autocomplete="off", help=view.say("channels.address_help"))  # fmt: skip
        hours = _chosen_hours(view)
        lang = st.segmented_control(view.say("channels.lang"), LANGUAGES, default=LANGUAGES[0], required=True,
                                    key="channel_lang", format_func=lambda one: SPOKEN[one])  # fmt: skip
        if st.button(view.say("channels.open"), key="channel_open", type="primary"):
            new = NewChannel(
                name, address, "", "", kind, department=str(key) if kind == "department" else None,
                account_id=int(key) if kind == "account" else None, hours=hours, lang=str(lang),
            )  # fmt: skip
            _open(view, new)


def _chosen_hours(view: View) -> Hours:
    usual, quiet_from, quiet_until, digest_at = usual_hours(), None, None, None
    if st.toggle(view.say("channels.quiet"), value=True, key="channel_quiet"):
        first, second = st.columns(2)
        quiet_from = first.time_input(view.say("channels.quiet_from"), usual.quiet_from, key="channel_quiet_from")
        quiet_until = second.time_input(view.say("channels.quiet_until"), usual.quiet_until, key="channel_quiet_until")
    if st.toggle(view.say("channels.digest"), key="channel_digest"):
        digest_at = st.time_input(view.say("channels.digest_at"), DIGEST_AT, key="channel_digest_at")
    wakes = st.toggle(view.say("channels.wakes"), value=True, key="channel_wakes",
                      help=view.say("channels.wakes_help"))  # fmt: skip
    return Hours(quiet_from, quiet_until, digest_at, wakes)


def _owners(view: View, names: dict[str, Row], people: list[Row]) -> dict[tuple[str, str | int], str]:
    english = view.lang == "en"
    desks: dict[tuple[str, str | int], str] = {CENTRE: view.say("channels.centre")}
    for code, row in names.items():
        if code == routing.CENTRE:
            continue
        desks["department", code] = str(row["name_en"] if english and row["name_en"] else row["name"])
    handlers = [row for row in people if set(row["roles"]) & {Role.DEPARTMENT, Role.CENTRE}]
    return desks | {("account", row["id"]): f"{row['name']} · {row['login']}" for row in handlers}


def _open(view: View, new: NewChannel) -> None:
    try:
        deeds.open_channel(new, actor=view.actor, at=view.at)
    except AnjuError as error:
        st.error(view.error(error))
        return
    st.session_state[MADE] = int(st.session_state.get(MADE, 0)) + 1
    flash(view.say("channels.opened", name=new.name.strip()))
    st.rerun()


def _days(view: View, rows: list[Row]) -> None:
    if not rows:
        return
    words = {state: view.say(f"channels.state_{state}") for state in INK}
    frame = pd.DataFrame({"day": [f"{row['on_date']:%m-%d}" for row in rows], "n": [row["n"] for row in rows],
                          "state": [words[row["state"]] for row in rows]})  # fmt: skip
    bars = alt.Chart(frame).mark_bar().encode(
        x=alt.X("day:O", title=None), y=alt.Y("n:Q", title=None, axis=alt.Axis(tickMinStep=1)),
        color=alt.Color("state:N", title=None, legend=alt.Legend(orient="top"),
                        scale=alt.Scale(domain=list(words.values()), range=list(INK.values()))),
    )  # fmt: skip
    parts.put(f'<h2 class="anju-h2">{html(view.say("channels.drawn"))}</h2>')
    st.altair_chart(bars.properties(height=CHART_PX), width="stretch", key="channels_days")


def _messages(view: View, counts: dict[str, int]) -> None:
    parts.put(f'<h2 class="anju-h2">{html(view.say("channels.one_by_one"))}</h2>')
    state = st.segmented_control(view.say("channels.one_by_one"), STATES, default=STATES[0], required=True,
                                 key="channels_state", label_visibility="collapsed",
                                 format_func=lambda one: view.say(f"channels.n_{one}", n=counts[one]))  # fmt: skip
    with reading() as connection:
        rows = outgoing.listed(connection, view.county, str(state))
    with st.container(key="channels_messages"):
        if state == "dead":
            parts.put(f'<p class="anju-muted">{html(view.say("channels.dead_hint", n=most_tries() - 1))}</p>')
            st.button(view.say("channels.again"), key="channels_again", icon=":material/replay:", disabled=not rows,
                      on_click=_again, args=(view, [row["id"] for row in rows]))  # fmt: skip
        lines = "".join(_message(view, row) for row in rows)
        none = f'<p class="anju-muted">{html(view.say("channels.list_none"))}</p>'
        parts.put(f'<div class="anju-houses">{lines}</div>' if rows else none)


def _message(view: View, row: Row) -> str:
    due = exact(row["due_at"])[:16] or "—"
    by_name = "_handler" if row["recipient"] == "handler" else ""
    words = view.say(f"messages.event.{row['event']}{by_name}", due=due)
    about = f"{hazard(row['hazard'], lang=view.lang)} · {row['number']} · {row['channel_name']}"
    when = moment(row["changed_at"], now=view.at, lang=view.lang)
    why = html(row["error"] or "")
    return (
        f'<a class="anju-house anju-message" target="_self" href={attribute(ticket_link(row["number"]))}>'
        f"<div><b>{html(words)}</b><span>{html(about)}</span><small><span>{why}</span></small></div>"
        f"<em title={attribute(exact(row['changed_at']))}>{html(when)}</em></a>"
    )


def _again(view: View, ids: list[int]) -> None:
    n = deeds.send_again(ids, actor=view.actor, at=view.at)
    flash(view.say("channels.again_done", n=n))
