"""The rooms of a visit on a phone: heads by one tap, the rest only where a rule waits for it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from actions import register, visits
from actions.visit_known import Known, by_key
from db.room import NewRoom
from gis.errors import AnjuError
from inspections.facts import FACTS, Fact
from layers.escape import html
from ui import parts
from ui.state import View, flash

MOST_BY_TAP = 5
MORE = "＋"


def draw(view: View, card: parts.Row, draft: parts.Row, told: Known) -> None:
    """Draw every room with what is asked of it now, a way to say that the heads are as registered, a way to add one."""
    held = by_key(told.rooms)
    asked = {(one.room_key, one.fact.name) for one in told.questions}
    _same_heads(view, card, draft, held)
    for room in card["rooms"]:
        _room(view, draft, room, held[str(room["id"])], {fact for key, fact in asked if key == str(room["id"])})
    with st.popover(view.say("visit.add_room"), width="stretch"):
        _add_room(view, card)


def _same_heads(view: View, card: parts.Row, draft: parts.Row, held: Mapping[str, Mapping[str, Any]]) -> None:
    open_ones = [room for room in card["rooms"] if held[str(room["id"])].get("persons") is None]
    known = {room["id"]: room["headcount"] for room in open_ones if room["headcount"] is not None}
    if not open_ones or len(known) < len(open_ones):
        return
    if st.button(view.say("visit.same_heads", n=sum(known.values())), width="stretch", key="same_heads"):
        rooms = {key: {"persons": n} for key, n in known.items()}
        if saved(view, lambda: visits.save_visit(draft["id"], actor=view.actor, rooms=rooms)):
            forget(draft["id"], "persons")
            st.rerun()


def _room(view: View, draft: parts.Row, room: parts.Row, held: Mapping[str, Any], asked: set[str]) -> None:
    key = f"{draft['id']}_{room['id']}"
    shown = f"open_{key}"
    with st.container(border=True, key=f"room_{key}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.html(_summary(view, room, held))
            if st.button(view.say("visit.room_edit"), key=f"edit_{key}", type="tertiary"):
                st.session_state[shown] = not st.session_state.get(shown, False)
        count(view, FACTS["persons"], held.get("persons"), key=f"persons_{key}",
              keep=partial(_keep, view, draft["id"], room["id"], "persons"))  # fmt: skip
        whole = st.session_state.get(shown, False)
        for name in ("family", "use_m2", "room_kind", "window"):
            if whole or name in asked or (name == "family" and held.get("family") is not None):
                _ask(view, draft, room["id"], FACTS[name], held.get(name))


def _summary(view: View, room: parts.Row, held: Mapping[str, Any]) -> str:
    kind = view.say(FACTS["room_kind"].value_key(held["room_kind"])) if held.get("room_kind") else "—"
    area = f"{held['use_m2']:g} m²" if held.get("use_m2") else "— m²"
    window = {True: "", None: "", False: f" · {view.say('visit.no_window')}"}[held.get("window")]
    return (
        f'<div class="anju-roomhead"><b>{html(room["label"])}</b><span>{html(kind)} · {html(area)}{html(window)}</span>'
        "</div>"
    )


def count(view: View, fact: Fact, value: int | None, *, key: str, keep: Callable[[int | None], Any]) -> None:
    """Draw a count: nought to five by one tap, a number to type for more."""
    many = st.session_state.get(f"many_{key}", value is not None and value > MOST_BY_TAP)
    begin(key, MORE if many else value)
    st.segmented_control(
        view.say(fact.question_key), [*range(MOST_BY_TAP + 1), MORE], key=key, format_func=str, width="stretch",
        on_change=_tapped, args=(key, keep),
    )  # fmt: skip
    if many:
        begin(f"number_{key}", value)
        st.number_input(
            view.say(fact.label_key), min_value=0, max_value=int(fact.high), value=None, step=1, key=f"number_{key}",
            on_change=_typed, args=(key, keep),
        )  # fmt: skip


def _tapped(key: str, keep: Callable[[int | None], Any]) -> None:
    value = st.session_state.get(key)
    st.session_state[f"many_{key}"] = value == MORE
    if value != MORE:
        keep(value)


def _typed(key: str, keep: Callable[[int | None], Any]) -> None:
    keep(st.session_state.get(f"number_{key}"))


def _keep(view: View, visit_id: int, room_id: int, fact: str, value: Any) -> None:
    saved(view, lambda: visits.save_visit(visit_id, actor=view.actor, rooms={room_id: {fact: value}}))


def _ask(view: View, draft: parts.Row, room_id: int, fact: Fact, value: Any) -> None:
    key = f"{fact.name}_{draft['id']}_{room_id}"
    args = (view, draft["id"], room_id, fact.name)
    if fact.kind == "bool":
        yes_no(view, fact, value, key=key, save=_save, args=args)
    elif fact.kind == "enum":
        begin(key, value)
        st.selectbox(
            view.say(fact.label_key), fact.values, key=key, on_change=_save, args=args, index=None,
            format_func=lambda v: view.say(fact.value_key(v)),
        )  # fmt: skip
    else:
        begin(key, value)
        st.number_input(view.say(fact.label_key), min_value=0.0, max_value=float(fact.high), value=None, step=0.5,
                        format="%.1f", key=key, on_change=_save, args=args)  # fmt: skip


def _save(view: View, visit_id: int, room_id: int, fact: str) -> None:
    _keep(view, visit_id, room_id, fact, st.session_state.get(f"{fact}_{visit_id}_{room_id}"))


def yes_no(view: View, fact: Fact, value: Any, *, key: str, save: Any, args: tuple[Any, ...]) -> None:
    """Draw one question as two large buttons."""
    begin(key, value)
    st.segmented_control(
        view.say(fact.question_key), [True, False], key=key,
        format_func=lambda v: view.say("facts.yes" if v else "facts.no"), width="stretch", on_change=save, args=args,
    )  # fmt: skip


def begin(key: str, value: Any) -> None:
    """Let a widget begin with what was saved; once it is drawn it holds what the person last chose."""
    if key not in st.session_state:
        st.session_state[key] = value


def saved(view: View, save: Any) -> bool:
    """Whether a tap was saved; what kept it from being saved is shown."""
    try:
        save()
    except AnjuError as error:
        flash(view.error(error), kind="error")
        return False
    return True


def forget(visit_id: int, *facts: str) -> None:
    """Let the widgets of these facts show what was saved; a widget keeps what it last showed under its key."""
    for key in [str(key) for key in st.session_state]:
        if f"_{visit_id}" in key and any(fact in key for fact in facts):
            del st.session_state[key]


def _add_room(view: View, card: Mapping[str, Any]) -> None:
    left, right = st.columns(2)
    floor = left.number_input(view.say("visit.room_floor"), min_value=1, max_value=89, value=1, key="new_room_floor")
    door = right.number_input(view.say("visit.room_door"), min_value=1, max_value=99, value=1, key="new_room_door")
    if st.button(view.say("visit.room_create"), width="stretch", key="new_room_create"):
        new: Sequence[NewRoom] = [NewRoom(suite=f"{floor:02d}{door:02d}", room=1, label=f"{floor}{door:02d}")]
        if saved(view, lambda: register.add_rooms(card["id"], new, actor=view.actor, at=view.at)):
            st.rerun()
