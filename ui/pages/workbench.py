"""The address workbench: what could not be matched, the worst first, cleared at a keyboard's speed."""

from datetime import datetime, time
from typing import Any

import streamlit as st

from db import division
from db import workbench as reads
from db.workbench import NoSuchCaseError
from gis.division import short_name
from inspections.access import Place
from layers.escape import html
from ui import address, workbench_case, workbench_deeds, workbench_map, workbench_panel, workbench_quality
from ui.frame import empty
from ui.messages import SHANGHAI
from ui.parts import Row
from ui.state import View, reading
from ui.workbench_deeds import ACKED, CHOICE, FAILED, LIMIT, OPEN, PAGE_ROWS, PANEL
from ui.workbench_list import workbench_list

TABS = ("queue", "quality")
CHIPS = ("all", *reads.KINDS, "on_site")
KEYS = ("jk", "19", "esc")
CAPS = {"jk": "j k", "19": "1-9", "esc": "Esc"}


def page(view: View) -> None:
    """Draw the queue with the case in hand, or the board of quality."""
    view.actor.require("address.decide")
    address.start("bench_tab", address.read("tab", TABS) or "queue")
    tab = st.segmented_control(
        view.say("workbench.tab"), TABS, key="bench_tab", required=True, label_visibility="collapsed",
        format_func=lambda name: view.say(f"workbench.tabs.{name}"),
    )  # fmt: skip
    address.write("tab", None if tab == "queue" else tab)
    if tab == "quality":
        workbench_quality.draw(view)
        return
    _queue(view)


def _queue(view: View) -> None:
    areas = reads.reach(view.actor)
    chip = address.read("chip", CHIPS) or "all"
    town = str(st.query_params.get("town", "")) or None
    source = str(st.query_params.get("source", "")) or None
    limit = int(st.session_state.get(LIMIT, PAGE_ROWS))
    narrowed: dict[str, Any] = {"county": view.county, "areas": areas, "town": town, "source": source}
    with reading() as connection:
        counts = reads.counts(connection, **narrowed)
        rows = reads.queue(connection, kind=None if chip == "all" else chip, limit=limit + 1, **narrowed)
        day = reads.progress(connection, county=view.county, areas=areas, since=_midnight(view))
        sources = reads.sources(connection, county=view.county, areas=areas)
        towns = division.listed(connection, county=view.county, level="town", on=view.at.date())
    is_open = _in_hand(rows[:limit])
    data = {
        "rows": [workbench_case.shown(view, row) for row in rows[:limit]], "more": len(rows) > limit, "open": is_open,
        "choice": int(st.session_state.get(CHOICE, 0)), "acked": st.session_state.get(ACKED, 0),
        "failed": [
            {"case": case, "at": number, "message": words}
            for case, (number, words) in st.session_state.get(FAILED, {}).items()
        ],
        "day": {"done": day["done"], "left": day["left"]}, "chip": chip, "chips": _chips(view, counts),
        "town": town, "towns": [(row["code"], short_name(row["name"])) for row in towns],
        "source": source, "sources": [(name, workbench_case.source_word(view, name)) for name in sources],
        "note": workbench_deeds.note(), "words": _words(view),
        "keys": [(CAPS.get(key, key), view.say(f"workbench.key.{key}")) for key in KEYS],
    }  # fmt: skip
    with st.container(key="bench"):
        left, right = st.columns([13, 6], gap="medium")
        with left:
            workbench_list(data, key="bench_list", told=lambda sent: workbench_deeds.heard(view, sent))
        with right, st.container(key="bench_side", gap="small"):
            _side(view, is_open)


def _midnight(view: View) -> datetime:
    return datetime.combine(view.at.astimezone(SHANGHAI).date(), time(), SHANGHAI)


def _in_hand(rows: list[Row]) -> int | None:
    """The case in hand: the one the browser shows, the one the address names, or the worst."""
    ids = [row["id"] for row in rows]
    named = str(st.query_params.get("case", ""))
    if OPEN not in st.session_state and named.isascii() and named.isdigit():
        st.session_state[OPEN] = int(named[:15])
    held = st.session_state.get(OPEN)
    if held not in ids:
        held = st.session_state[OPEN] = ids[0] if ids else None
        st.session_state[CHOICE], st.session_state[PANEL] = 0, None
    address.write("case", None if held is None else str(held))
    return held


def _chips(view: View, counts: dict[str, int]) -> list[dict[str, object]]:
    whole = sum(n for name, n in counts.items() if name != "on_site")
    return [
        {"key": name, "label": view.say(f"workbench.chip.{name}"), "n": whole if name == "all" else counts.get(name, 0),
         "hint": view.say(f"workbench.chip_hint.{name}")}
        for name in CHIPS
    ]  # fmt: skip


WORDS = (
    "accept", "merge", "pin", "on_site", "alias", "codes", "dismiss", "undo", "back", "more", "empty", "empty_hint",
    "working", "no_candidate", "legend", "all_towns", "all_sources", "badness", "only_here_text", "only_there_text",
)  # fmt: skip


def _words(view: View) -> dict[str, str]:
    told = {name: view.say(f"workbench.list.{name}") for name in WORDS}
    told |= {name: view.say(f"workbench.list.{name}", n="{n}") for name in ("done", "left", "candidates")}
    return told | {"only_here": told.pop("only_here_text"), "only_there": told.pop("only_there_text")}


def _side(view: View, case_id: int | None) -> None:
    """The map of the case in hand, what the chosen deed asks for, what was decided last."""
    case = _case(view, case_id)
    if case is not None:
        about, name = st.session_state.get(PANEL) or (None, "")
        wanted = name if about == case["id"] else ""
        workbench_map.draw(view, case, pinning=wanted == "pin", small=wanted not in ("", "pin"))
        if wanted:
            workbench_panel.panel(view, case, wanted)
        elif case["file_name"]:
            row = view.say("workbench.row_of", row=case["row_no"], file=case["file_name"])
            st.html(f'<p class="anju-mapnote">{html(row)}</p>')
    elif case_id is None:
        empty(view.say("workbench.list.empty"), hint=view.say("workbench.list.empty_hint"))
    workbench_panel.latest(view)


def _case(view: View, case_id: int | None) -> Row | None:
    if case_id is None:
        return None
    try:
        with reading() as connection:
            case = reads.case(connection, county=view.county, case_id=case_id)
    except NoSuchCaseError:
        return None
    place: Place = reads.place_of(case)
    view.actor.require("address.decide", place)
    return case
