"""Accounts: who may sign in, with which role over which area, and what they did."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from actions import accounts as deeds
from db import account, audit
from gis.errors import AnjuError
from inspections.role import AreaKind, Role
from ui import division_codes
from ui.frame import title
from ui.messages import moment
from ui.state import View, flash, reading

AREAS = {
    Role.INSPECTOR: AreaKind.GRID, Role.DEPARTMENT: AreaKind.DEPARTMENT, Role.CENTRE: AreaKind.COUNTY,
    Role.LEADER: AreaKind.COUNTY, Role.ADMIN: AreaKind.COUNTY,
}  # fmt: skip


def page(view: View) -> None:
    """Draw the page."""
    title(view.say("nav.accounts"), hint=view.say("accounts.hint"))
    names = ("accounts.people", "accounts.audit", "accounts.new", "division.title")
    people, doings, new, codes = st.tabs([view.say(name) for name in names])
    with people:
        _people(view)
    with doings:
        _audit(view)
    with new:
        _new(view)
    with codes:
        division_codes.section(view)


def _people(view: View) -> None:
    with reading() as connection:
        rows = account.accounts(connection, county=view.county, on_date=view.at)
    wanted = st.text_input(view.say("accounts.search"), key="accounts_search").strip().lower()
    shown = [row for row in rows if wanted in row["login"] or wanted in row["name"].lower()]
    frame = pd.DataFrame(
        {
            view.say("accounts.login"): [row["login"] for row in shown],
            view.say("accounts.name"): [row["name"] for row in shown],
            view.say("accounts.roles"): [_roles(view, row["roles"], row["grids"]) for row in shown],
            view.say("accounts.grids"): [row["grids"] for row in shown],
            view.say("accounts.seen"): [moment(row["last_seen_at"], now=view.at, lang=view.lang) for row in shown],
            view.say("accounts.state"): [view.say(f"accounts.{'open' if row['active'] else 'shut'}") for row in shown],
        }
    )
    picked = st.dataframe(frame, hide_index=True, on_select="rerun", selection_mode="single-row", key="accounts_table")
    chosen = picked["selection"]["rows"]
    if chosen and chosen[0] < len(shown):
        _one(view, shown[chosen[0]])


def _roles(view: View, roles: list[str], grids: int) -> str:
    held = set(roles) | ({Role.INSPECTOR.value} if grids else set())
    return "、".join(view.say(f"role.{role}") for role in Role if role in held)


def _one(view: View, row: dict[str, object]) -> None:
    with st.container(border=True):
        st.markdown(f"**{row['login']}**")
        active = bool(row["active"])
        act = view.say("accounts.shut_it" if active else "accounts.open_it", login=row["login"])
        if st.button(act, disabled=row["id"] == view.actor.account_id):
            deeds.set_active(int(str(row["id"])), not active, actor=view.actor)
            flash(view.say("accounts.done"))
            st.rerun()
        fresh = st.text_input(view.say("accounts.new_password"), type="password", key=f"password_{row['id']}")
        if st.button(view.say("accounts.set_password"), disabled=not fresh):
            _try(view, lambda: deeds.set_password(int(str(row["id"])), fresh, actor=view.actor))


def _try(view: View, deed: Callable[[], object]) -> None:
    try:
        deed()
    except AnjuError as error:
        st.error(view.error(error))
        return
    flash(view.say("accounts.done"))
    st.rerun()


def _audit(view: View) -> None:
    with reading() as connection:
        rows = audit.deeds(connection, county=view.county, limit=500)
    st.dataframe(
        pd.DataFrame(
            {
                view.say("accounts.when"): [moment(row["at"], now=view.at, lang=view.lang) for row in rows],
                view.say("accounts.who"): [row["who"] or "—" for row in rows],
                view.say("accounts.deed"): [row["name"] for row in rows],
                view.say("accounts.object"): [f"{row['object_kind'] or ''} {row['object_id'] or ''}" for row in rows],
            }
        ),
        hide_index=True,
    )


def _new(view: View) -> None:
    with st.form("new_account", clear_on_submit=False, border=False, width=560):
        login = st.text_input(view.say("accounts.login"))
        name = st.text_input(view.say("accounts.name"))
        role = Role(st.selectbox(view.say("accounts.role"), [str(r) for r in Role],
                                 format_func=lambda r: view.say(f"role.{r}")))  # fmt: skip
        area = st.text_input(view.say("accounts.area"), value=view.county, help=view.say("accounts.area_help"))
        password = st.text_input(view.say("sign_in.password"), type="password")
        if st.form_submit_button(view.say("accounts.create"), type="primary"):
            made = partial(deeds.add_account, login=login, name=name, password=password, role=role,
                           area=(AREAS[role], area.strip()))  # fmt: skip
            _try(view, lambda: made(actor=view.actor, at=view.at))
