"""What the browser's keys ask for, done one by one for whoever holds the session."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from actions import deed, workbench, workbench_undo
from db import workbench as reads
from gis.errors import AnjuError
from ui.parts import Row
from ui.state import View, current, reading
from words import say_error

OPEN, CHOICE, PANEL, ACKED, FAILED, LIMIT, PIN, NOTE = (
    f"bench_{name}" for name in ("open", "choice", "panel", "acked", "failed", "limit", "pin", "note")
)
PANELS = ("pin", "alias", "codes", "dismiss")
PAGE_ROWS = 60
MOST_AT_ONCE = 60
FILTERS = ("chip", "town", "source")


def heard(view: View, sent: Mapping[str, Any]) -> None:
    """Take in what a person did: where they are, what they narrowed down, what they decided."""
    here = current()
    if here is None or here.actor.account_id != view.actor.account_id:
        return
    _where(sent)
    deeds = sent.get("deeds")
    for one in deeds[:MOST_AT_ONCE] if isinstance(deeds, list) else ():
        if isinstance(one, dict):
            _do(here, one)


def _where(sent: Mapping[str, Any]) -> None:
    is_open, choice, panel = sent.get("open"), sent.get("choice"), sent.get("panel")
    before = st.session_state.get(OPEN)
    if isinstance(is_open, int):
        st.session_state[OPEN] = is_open
    if isinstance(choice, int):
        st.session_state[CHOICE] = choice
    if isinstance(panel, str):
        st.session_state[PANEL] = (is_open, panel) if panel in PANELS else None
    elif before != is_open:
        st.session_state[PANEL] = None
    if sent.get("more"):
        st.session_state[LIMIT] = int(st.session_state.get(LIMIT, PAGE_ROWS)) + PAGE_ROWS
    for name in FILTERS:
        if isinstance(sent.get(name), str):
            _narrow(name, sent[name])


def _narrow(name: str, value: str) -> None:
    st.session_state.pop(LIMIT, None)
    if value and len(value) < 40:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def _do(view: View, one: Mapping[str, Any]) -> None:
    """Do a deed once: whatever was done before comes again with every word until the browser knows."""
    number, case_id = one.get("seq"), one.get("case")
    if not isinstance(number, int) or not isinstance(case_id, int) or number <= st.session_state.get(ACKED, 0):
        return
    st.session_state[ACKED] = number
    failed: dict[int, tuple[int, str]] = st.session_state.setdefault(FAILED, {})
    failed.pop(case_id, None)
    try:
        _by_key(view, str(one.get("deed")), case_id, one)
    except AnjuError as error:
        failed[case_id] = (number, say_error(error, view.lang))


def _by_key(view: View, name: str, case_id: int, one: Mapping[str, Any]) -> None:
    choice, expect = one.get("choice"), one.get("expect")
    number = choice if isinstance(choice, int) and choice >= 0 else None
    if name == "accept" and number is not None:
        text = expect if isinstance(expect, str) else None
        workbench.accept(case_id, number, actor=view.actor, at=deed.now(), expect=text)
    elif name == "on_site":
        workbench.ask_on_site(case_id, actor=view.actor, at=deed.now(), choice=number)
    elif name == "undo":
        undo_last(view)


def tell(words: str, *, kind: str = "done") -> None:
    """Leave a word for the person beside the case; plain text, which the browser sets as text."""
    st.session_state[NOTE] = {"kind": kind, "text": words}


def note() -> dict[str, str] | None:
    """The word that was left, once."""
    left: dict[str, str] | None = st.session_state.pop(NOTE, None)
    return left


def last(view: View) -> Row | None:
    """The person's latest decision that stands."""
    with reading() as connection:
        found = reads.decisions(
            connection, county=view.county, areas=reads.reach(view.actor), account_id=view.actor.account_id, limit=20
        )
    return next((row for row in found if row["undone_at"] is None), None)


def undo_last(view: View) -> None:
    """Take this person's latest decision back and open its case again."""
    row = last(view)
    if row is None:
        tell(view.say("workbench.nothing_to_undo"))
        return
    undo(view, row["id"])


def undo(view: View, decision_id: int) -> None:
    """Take a decision back and open its case again; what stands against it is said."""
    try:
        cases = workbench_undo.undo(
            decision_id, actor=view.actor, at=deed.now(), reason=view.say("workbench.undo_reason")
        )
    except AnjuError as error:
        tell(say_error(error, view.lang), kind="error")
        return
    st.session_state[OPEN], st.session_state[CHOICE], st.session_state[PANEL] = cases[-1], 0, None
    tell(view.say("workbench.undone", n=len(cases)))
