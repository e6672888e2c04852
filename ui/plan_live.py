"""Changing a round that runs: an emergency put in, the rest given to others; what would change is shown first."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from actions import deed, replan
from actions.replan import Rest
from db import house
from db.query import Row
from gis.errors import AnjuError
from gis.replan import Change
from layers.escape import html
from ui import parts
from ui.state import View, flash, reading


def draw(view: View, row: Row, others: list[Row], on: date) -> None:
    """Draw both ways for the round ``row``; ``others`` are the rounds of the same day."""
    if on < view.at.date():
        return
    with st.container(horizontal=True, gap="small", key="plans_live"):
        with st.popover(view.say("plans.emergency"), icon=":material/emergency_home:"):
            _emergency(view, row, on)
        with st.popover(view.say("plans.ill"), icon=":material/sick:"):
            _ill(view, row, others, on)


def _emergency(view: View, row: Row, on: date) -> None:
    code = st.text_input(view.say("roster.house"), help=view.say("roster.house_help"), max_chars=40,
                         key="emergency_code").strip()  # fmt: skip
    if not code:
        return
    try:
        with reading() as connection:
            found = house.one(connection, county=view.county, key=code)
    except AnjuError as error:
        st.error(view.error(error))
        return
    st.html(f"<p>{parts.risk_chip(view, found['colour'])}{html(found['short'])}</p>")

    def work(*, dry_run: bool) -> Rest:
        return replan.insert_emergency(found["id"], row["account_id"], actor=view.actor, on=on, at=deed.now(),
                                       dry_run=dry_run)  # fmt: skip

    _look_then_do(view, work, "emergency")


def _ill(view: View, row: Row, others: list[Row], on: date) -> None:
    names = {one["account_id"]: one["inspector"] for one in others if one["account_id"] != row["account_id"]}
    to = st.multiselect(view.say("plans.ill_to"), list(names), format_func=lambda key: names.get(key, ""),
                        placeholder=view.say("plans.inspectors_pick"), key="ill_to")  # fmt: skip
    st.caption(view.say("plans.ill_hint"))
    if not to:
        return

    def work(*, dry_run: bool) -> Rest:
        return replan.take_over_day(row["account_id"], to, actor=view.actor, on=on, at=deed.now(), dry_run=dry_run)

    _look_then_do(view, work, "ill")


def _look_then_do(view: View, work: Callable[..., Rest], key: str) -> None:
    """Show what would change, and do it once that is asked for."""
    try:
        if st.button(view.say("plans.look"), key=f"{key}_look"):
            _told(view, work(dry_run=True))
        if st.button(view.say("plans.do_it"), key=f"{key}_do", type="primary"):
            rest = work(dry_run=False)
            flash(view.say("plans.replanned", n=len(rest.changes), left=len(rest.unserved)))
            st.rerun()
    except AnjuError as error:
        st.error(view.error(error))


def _told(view: View, rest: Rest) -> None:
    keys = {change.stop for change in rest.changes} | set(rest.unserved)
    with reading() as connection:
        houses = {key: house.one(connection, county=view.county, key=int(key)) for key in keys}
    lines = "".join(f"<li>{html(houses[one.stop]['short'])} <small>{html(_way(view, one))}</small></li>"
                    for one in rest.changes)  # fmt: skip
    told = view.say("plans.would_change", n=len(rest.changes), left=len(rest.unserved))
    st.html(f'<p>{html(told)}</p><ul class="anju-past">{lines}</ul>')


def _way(view: View, change: Change) -> str:
    if change.to_shift is None:
        return view.say("plans.falls_out")
    return view.say("plans.comes_in" if change.from_shift is None else "plans.changes_hands")
