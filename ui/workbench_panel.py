"""What a decision needs besides a key: a point, a name, a reason; and what was decided last, each to be taken back."""

from typing import Any

import streamlit as st

from actions import deed, workbench, workbench_names
from actions.workbench_names import Meaning
from db import division
from db import workbench as reads
from gis.address.fold import fold
from gis.address.learnt import is_division
from gis.address.parse import parse
from gis.address.parts import Label
from gis.division import short_name
from gis.errors import AnjuError
from layers.escape import html
from ui import parts, workbench_deeds, workbench_map
from ui.messages import SHANGHAI
from ui.parts import Row
from ui.state import View, current, reading
from ui.workbench_case import difference, part_of
from ui.workbench_codes import draw as codes
from ui.workbench_deeds import CHOICE, OPEN, PANEL

CRS = ("EPSG:4490", "WGS84", "GCJ-02", "BD-09", "EPSG:4549", "EPSG:4528")
REASONS = ("right", "no_house", "two_houses", "too_vague", "other")
AREAS = frozenset((Label.TOWN, Label.COMMUNITY, Label.HAMLET))
NAMES = AREAS | {Label.POI}
ROADS = frozenset((Label.ROAD, Label.SUBROAD))
ALIASES = ("division", "road", "estate")
SAMPLES, LATEST = 5, 8


def panel(view: View, case: Row, name: str) -> None:
    """Draw the panel that was asked for, for the case in hand."""
    with st.container(border=True, key=f"bench_panel_{name}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(f'<h2 class="anju-h2 anju-grow">{html(view.say(f"workbench.panel.{name}"))}</h2>')
            st.button(view.say("workbench.close"), key="bench_close", type="tertiary", icon=":material/close:",
                      on_click=shut)  # fmt: skip
        {"pin": _pin, "alias": _alias, "codes": codes, "dismiss": _dismiss}[name](view, case)


def shut() -> None:
    """Put the panel away."""
    st.session_state[PANEL] = None


def _done(view: View, words: str) -> None:
    shut()
    st.session_state[CHOICE] = 0
    workbench_deeds.tell(words)
    st.rerun()


def _here(view: View) -> View:
    here = current()
    return here if here is not None and here.actor.account_id == view.actor.account_id else view


# --- a point ---------------------------------------------------------------------------------------------------


def _pin(view: View, case: Row) -> None:
    with st.form(f"bench_pin_{case['id']}", border=False):
        left, right = st.columns([3, 2])
        typed = left.text_input(view.say("workbench.point"), key=f"bench_xy_{case['id']}", max_chars=60,
                                placeholder=view.say("workbench.point_example"))  # fmt: skip
        crs = right.selectbox(view.say("workbench.crs"), CRS, key="bench_crs")
        go = st.form_submit_button(view.say("workbench.pin_typed"))
    if go:
        _put(view, case, typed, crs)
    found = workbench_map.pinned(case)
    if found is not None:
        st.caption(view.say("workbench.pinned", lon=f"{found[0]:.6f}", lat=f"{found[1]:.6f}"))
    if st.button(view.say("workbench.pin_here"), key="bench_pin_do", type="primary", width="stretch",
                 disabled=found is None, icon=":material/location_on:") and found is not None:  # fmt: skip
        _put(view, case, f"{found[0]} {found[1]}", "EPSG:4490")


def _put(view: View, case: Row, typed: str, crs: str) -> None:
    numbers = _numbers(typed)
    if numbers is None:
        st.error(view.say("workbench.point_unread"))
        return
    try:
        workbench.pin(case["id"], *numbers, crs=crs, actor=_here(view).actor, at=deed.now())
    except AnjuError as error:
        st.error(view.error(error))
        return
    _done(view, view.say("workbench.did.pin"))


def _numbers(typed: str) -> tuple[float, float] | None:
    """Two numbers out of what was typed: longitude first, or easting; the other order is told by its size."""
    try:
        one, two = (float(piece) for piece in fold(typed).replace(",", " ").replace(";", " ").split())
    except ValueError:
        return None
    return (two, one) if abs(one) <= 90 < abs(two) <= 180 else (one, two)


# --- a name ----------------------------------------------------------------------------------------------------


def _alias(view: View, case: Row) -> None:
    written, means, kind = guess(view, case)
    key = f"bench_alias_{case['id']}"
    told = st.text_input(view.say("workbench.written"), written, key=f"{key}_written", max_chars=60)
    picked = st.segmented_control(
        view.say("workbench.alias_kind"), ALIASES, default=kind, key=f"{key}_kind", required=True,
        format_func=lambda name: view.say(f"workbench.alias_of.{name}"),
    )  # fmt: skip
    standard = _standard(view, case, key, means, picked or kind)
    town = case["town"]
    only_here = bool(town) and st.checkbox(
        view.marked("workbench.only_here", town=short_name(case["town_name"] or "")), key=f"{key}_within"
    )
    meaning = Meaning(told.strip(), picked or kind, (standard or "").strip(), town if only_here else "")
    if not meaning.written or not meaning.means:
        st.caption(view.say("workbench.alias_hint"))
        return
    _offer_alias(view, case, meaning)


def _standard(view: View, case: Row, key: str, means: str, kind: str) -> str | None:
    if kind != "division":
        first = "" if is_division(means) else means
        return st.text_input(view.say("workbench.means"), first, key=f"{key}_means_{kind}", max_chars=60)
    names = _villages(view, case)
    at = list(names).index(means) if means in names else None
    return st.selectbox(view.say("workbench.means_division"), list(names), index=at, key=f"{key}_division",
                        format_func=lambda code: names.get(code, code),
                        placeholder=view.say("workbench.pick_division"))  # fmt: skip


def _villages(view: View, case: Row) -> dict[str, str]:
    """Villages and towns a name may mean, those of the case's town first."""
    with reading() as connection:
        rows = [
            row for level in ("village", "town")
            for row in division.listed(connection, county=view.county, level=level, on=view.at.date())
        ]  # fmt: skip
    rows.sort(key=lambda row: not row["code"].startswith(case["town"] or "#"))
    return {row["code"]: f"{short_name(row['name'])} {row['code']}" for row in rows}


def guess(view: View, case: Row) -> tuple[str, str, str]:
    """What is probably written for what: the part in which the text first differs from the candidate in hand.

    The written part, what it means (a division's code, or a name), and the kind of name.
    """
    candidates = case["candidates"]
    if not candidates:
        named = [case["text"][start:end] for start, end, label in parse(case["text"]).spans if label in NAMES]
        return (named or [""])[-1], "", "division"
    chosen = candidates[min(int(st.session_state.get(CHOICE, 0)), len(candidates) - 1)]
    here, there = _first_difference(case["text"], chosen["text"])
    one, two = part_of(case["text"], here), part_of(chosen["text"], there)
    if one is None or two is None:
        return (one or ("", Label.OTHER))[0], "", "estate"
    if two[1] in AREAS:
        return one[0], _code_of(view, two[0], chosen), "division"
    return one[0], two[0], "road" if two[1] in ROADS else "estate"


def _first_difference(text: str, other: str) -> tuple[int, int]:
    here = there = 0
    for op, piece in difference(text, other):
        if op in ("del", "ins"):
            break
        here, there = here + len(piece) * (op == "same"), there + len(piece)
    return here, there


def _code_of(view: View, name: str, chosen: dict[str, Any]) -> str:
    village = chosen.get("village") or (chosen.get("code") or "")[:12]
    for code in (village, village[:9]):
        if is_division(code):
            with reading() as connection:
                known = division.listed(connection, county=view.county, level="village" if len(code) == 12 else "town",
                                        on=view.at.date())  # fmt: skip
            if any(row["code"] == code and short_name(row["name"]) in (name, short_name(name)) for row in known):
                return code
    return village if is_division(village) else ""


def _offer_alias(view: View, case: Row, meaning: Meaning) -> None:
    """Say what the name would settle, and offer to learn it."""
    try:
        settled, left = workbench_names.preview_alias(meaning, actor=_here(view).actor, at=deed.now())
    except AnjuError as error:
        st.error(view.error(error))
        return
    key = "workbench.alias_settles" if settled else "workbench.alias_settles_none"
    lines = "".join(f"<li>{html(one.case['text'])} → {html(one.rewritten)}</li>" for one in settled[:SAMPLES])
    more = (
        f"<li>{html(view.say('workbench.and_more', n=len(settled) - SAMPLES))}</li>" if len(settled) > SAMPLES else ""
    )
    tail = f"<p>{html(view.say('workbench.alias_left', n=len(left)))}</p>" if left else ""
    parts.put(
        f'<div class="anju-benchsays"><b>{html(view.say(key, n=len(settled)))}</b><ul>{lines}{more}</ul>{tail}</div>'
    )
    if st.button(view.say("workbench.alias_do", n=len(settled)), key="bench_alias_do", type="primary", width="stretch"):
        try:
            with st.spinner(view.say("workbench.list.working")):
                told = workbench_names.learn_alias(case["id"], meaning, actor=_here(view).actor, at=deed.now())
        except AnjuError as error:
            st.error(view.error(error))
            return
        _done(view, view.say("workbench.did.alias", written=meaning.written, n=max(len(settled), told.others)))


# --- no case ----------------------------------------------------------------------------------------------------


def _dismiss(view: View, case: Row) -> None:
    chosen = st.pills(view.say("workbench.why_dismiss"), REASONS, key=f"bench_why_{case['id']}", default="right",
                      format_func=lambda name: view.say(f"workbench.dismiss.{name}"))  # fmt: skip
    more = st.text_input(view.say("workbench.more_words"), key=f"bench_words_{case['id']}", max_chars=200)
    known = "" if chosen in (None, "other") else view.say(f"workbench.dismiss.{chosen}")
    reason = " ".join(piece for piece in (known, more.strip()) if piece)
    if st.button(view.say("workbench.dismiss_do"), key="bench_dismiss_do", type="primary", width="stretch",
                 disabled=not reason):  # fmt: skip
        try:
            workbench.dismiss(case["id"], reason, actor=_here(view).actor, at=deed.now())
        except AnjuError as error:
            st.error(view.error(error))
            return
        _done(view, view.say("workbench.did.dismiss"))


# --- what was decided -------------------------------------------------------------------------------------------


def latest(view: View) -> None:
    """The latest decisions of the area, each to be taken back."""
    with reading() as connection:
        rows = reads.decisions(connection, county=view.county, areas=reads.reach(view.actor), limit=LATEST)
    if not rows:
        return
    st.html(f'<h2 class="anju-h2">{html(view.say("workbench.latest"))}</h2>')
    with st.container(key="bench_latest", gap="small"):
        for row in rows:
            _line(view, row)


def _line(view: View, row: Row) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"bench_line_{row['id']}"):
        words = view.say(f"workbench.decision.{row['kind']}")
        others = view.say("workbench.with_others", n=row["others"]) if row["others"] else ""
        who = f"{row['who'] or view.say('workbench.nobody')} {row['at'].astimezone(SHANGHAI):%H:%M}"
        undone = f" · {view.say('workbench.undone_by', who=row['undone_by_name'] or '')}" if row["undone_at"] else ""
        kind = " undone" if row["undone_at"] else ""
        told = f"<small>{html(who)} {html(_said(row))}{html(others)}{html(undone)}</small>"
        st.html(
            f'<div class="anju-benchline{kind}"><b>{html(words)}</b> {html(row["text"])}{told}</div>', width="stretch"
        )
        if not row["undone_at"]:
            st.button(view.say("workbench.undo"), key=f"bench_undo_{row['id']}", type="tertiary",
                      on_click=workbench_deeds.undo, args=(view, row["id"]))  # fmt: skip


def _said(row: Row) -> str:
    after = row["after"]
    if row["kind"] == "alias":
        return f"{after.get('written', '')} → {after.get('name', '')} "
    told = after.get("reason") or (after.get("candidate") or {}).get("text") or after.get("asked_at") or ""
    return f"{told} " if told else ""


def opened() -> int | None:
    """The case in hand."""
    found: int | None = st.session_state.get(OPEN)
    return found
