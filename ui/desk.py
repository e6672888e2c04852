"""A desk of two panes: what is to be done on the left, the open case on the right; the address bar says which."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from actions import tickets
from db import division, house
from gis.errors import AnjuError
from inspections.ticket import Event
from layers.escape import html
from ui import again, bell, case_steps, desk_map, parts
from ui import case as cases
from ui.frame import empty
from ui.live import live
from ui.messages import exact, hazard
from ui.state import View, current, reading
from ui.worklist import Chip, Deeds, Sheet, worklist
from words import catalogue

PAGE_ROWS = 60
"""Rows fetched at first, and again for each touch of 更多."""
LOOK_EVERY = "60s"
"""For what moves without a deed: the clocks."""
TAGS = ("bounces", "reworks", "extensions")
BATCH = (Event.ACCEPT, Event.SIGN)


@dataclass(frozen=True)
class Filters:
    """What the person narrowed the list down to."""

    town: str | None
    hazard: str | None
    words: str
    limit: int


@dataclass(frozen=True)
class Desk:
    """One person's desk: its name (the catalogue's section), chips, the chip taken, how the rows under it are read.

    ``rows`` is asked for one row more than the filters' limit, so that the list knows whether there are more.
    """

    name: str
    chips: Sequence[Chip]
    chip: str
    rows: Callable[[Filters], list[parts.Row]]
    batch: Callable[[list[str]], None] | None = None
    keys: Sequence[str] = ()
    filtered: bool = True


def filters(view: View) -> Filters:
    """Draw the filters over the list and read them."""
    with st.container(key="desk_filters", horizontal=True, gap="small"):
        words = st.text_input(view.say("inbox.search"), key="desk_words", placeholder=view.say("inbox.search"),
                              label_visibility="collapsed", max_chars=80)  # fmt: skip
        names = _towns(view)
        town = st.selectbox(view.say("inbox.town"), list(names), index=None, key="desk_town",
                            format_func=lambda code: names[code],
                            placeholder=view.say("inbox.town"), label_visibility="collapsed")  # fmt: skip
        kind = st.selectbox(view.say("inbox.hazard"), _hazards(), index=None, key="desk_hazard",
                            format_func=lambda code: hazard(code, lang=view.lang),
                            placeholder=view.say("inbox.hazard"), label_visibility="collapsed")  # fmt: skip
    return Filters(town, kind, words, _limit())


def _limit() -> int:
    return int(st.session_state.get("desk_limit", PAGE_ROWS))


def _towns(view: View) -> dict[str, str]:
    with reading() as connection:
        rows = division.listed(connection, county=view.county, level="town", on=view.at.date())
    return {row["code"]: row["name"] for row in rows}


def _hazards() -> list[str]:
    head = "hazard.name."
    return sorted(key.removeprefix(head) for key in catalogue("zh") if key.startswith(head))


def chosen_chip(known: Sequence[str], first: str) -> str:
    """The chip that the address bar names, or the first."""
    named = str(st.query_params.get("chip", ""))
    return named if named in known else first


def draw(view: View, desk: Desk) -> None:
    """Draw both panes."""
    asked = str(st.query_params.get("number", "")).strip()
    with st.container(key="desk_case_open" if asked else "desk_list_open"):
        left, right = st.columns([5, 9], gap="medium")
        with left, st.container(key="desk_left", gap="small"):
            told = filters(view) if desk.filtered else Filters(None, None, "", _limit())
            rows = desk.rows(told)
            number = asked or (rows[0]["number"] if rows else "")
            desk_map.draw(view, rows[: told.limit], number)
            _list(view, desk, rows, told.limit, number)
        with right, st.container(key="desk_right"):
            if asked:
                st.button(view.say("inbox.back"), key="desk_back", icon=":material/arrow_back:", on_click=_close)
            show(view, number, nothing=f"{desk.name}.nothing")


def show(view: View, number: str, *, nothing: str) -> None:
    """The open case and its bar, or what would fill the place."""
    if not number:
        empty(view.say(nothing), hint=view.say(f"{nothing}_hint"))
        return
    try:
        case = cases.load(view, number)
    except AnjuError as error:
        parts.put(f'<div class="anju-said error">{html(case_steps.words(view, error))}</div>')
        return
    bell.seen(view, case.row["id"])
    with st.container(key="case_pane"):
        with st.container(key="case_body"):
            again.card(view, case.row)
            cases.draw(view, case)
        case_steps.bar(view, case)


def _list(view: View, desk: Desk, found: list[parts.Row], limit: int, number: str) -> None:
    rows = found[:limit]
    can = {row["number"] for row in rows if desk.batch is not None and takes_batch(view, row)}
    words = {name: view.say(f"inbox.list.{name}") for name in ("more", "clear", "choose")}
    words |= {name: view.say(f"inbox.list.{name}", n="{n}") for name in ("chosen", "batch")}
    words |= {"empty": view.say(f"{desk.name}.empty.{desk.chip}"), "empty_hint": view.say(f"{desk.name}.empty_hint")}
    sheet = Sheet(
        rows=[line(view, row, can=row["number"] in can) for row in rows], chips=desk.chips, chip=desk.chip,
        open=number or None, words=words, keys=[(_cap(key), view.say(f"{desk.name}.key.{key}")) for key in desk.keys],
        more=len(found) > limit,
    )  # fmt: skip
    worklist(sheet, Deeds(open=_open, chip=_take_chip, more=_more, batch=desk.batch or (lambda _: None)),
             key=f"list_{desk.name}")  # fmt: skip


def _cap(key: str) -> str:
    return "/" if key == "slash" else key


def takes_batch(view: View, row: parts.Row) -> bool:
    """Whether this person could accept or sign for the ticket as it stands."""
    return any(step.event in BATCH for step in tickets.steps_for(row, view.actor))


def line(view: View, row: parts.Row, *, can: bool) -> dict[str, Any]:
    """A ticket as the list shows it; plain text throughout, which the list sets as text."""
    kind, words = cases.clock_words(view, row)
    return {
        "number": row["number"], "hazard": hazard(row["hazard"], lang=view.lang), "severity": row["severity"],
        "grave": view.say(f"ticket.severity.{row['severity']}"), "where": house.short(row), "address": row["address"],
        "kind": kind, "clock": words, "exact": exact(row["clock_due_at"]),
        "state": view.say(f"ticket.state.{row['state']}"), "can": can,
        "tags": [view.say(f"ticket_page.tag.{name}", n=row[name]) for name in TAGS if row[name]],
    }  # fmt: skip


def _open(number: str) -> None:
    st.query_params["number"] = number
    for name in (case_steps.STEP, case_steps.SAID):
        st.session_state.pop(name, None)


def _close() -> None:
    st.query_params.pop("number", None)


def _take_chip(chip: str) -> None:
    st.query_params["chip"] = chip
    st.session_state["desk_limit"] = PAGE_ROWS
    _close()


def _more() -> None:
    st.session_state["desk_limit"] = _limit() + PAGE_ROWS


def watch(shown: object, count: Callable[[View], object]) -> None:
    """Draw the page anew when something on the desk has moved, and now and then for the clocks."""
    live()
    _look(shown, count)


@st.fragment(run_every=LOOK_EVERY)
def _look(shown: object, count: Callable[[View], object]) -> None:
    """Look now and then whether the counts are still those that were drawn; draw the page anew if not."""
    here = current()
    if here is None or count(here) != shown:
        st.rerun(scope="app")
