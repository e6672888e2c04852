"""The facts of a visit on a phone: rooms as cards, yes and no as large buttons, last visit's answers one tap away."""

from typing import Any

import streamlit as st

from actions import register, visits
from actions.evidence import keep_photo
from db import evidence, visit
from db.room import NewRoom
from gis.errors import AnjuError
from inspections.facts import FACTS, ROOM_KEY, Fact, is_asked
from inspections.rules import needed_facts
from inspections.visit import Problem, with_totals
from layers.escape import html
from ui import parts, upload
from ui.state import View, reading


def draw(view: View, card: parts.Row, draft: parts.Row) -> None:
    """Step two: rooms, then the questions this house needs, each saved as it is answered."""
    with reading() as connection:
        last = visit.last_answers(connection, view.county, card["id"])
        known = visit.register_facts(connection, view.county, card["id"])
        pictures = evidence.of_visit(connection, view.county, draft["id"])
    st.html(f'<h2 class="anju-h2 anju-step">{html(view.say("visit.step_facts"))}</h2>')
    if (
        last is not None
        and not draft["facts"]
        and st.button(
            view.say("visit.unchanged", when=f"{last['submitted_at']:%Y-%m-%d}"), width="stretch", key="unchanged"
        )
    ):
        _repeat(view, draft, last)
    rooms = _rooms(view, card, draft)
    _questions(view, draft, with_totals(known | draft["facts"], rooms), last, pictures)


def _repeat(view: View, draft: parts.Row, last: parts.Row) -> None:
    facts = {name: value for name, value in last["facts"].items() if name in FACTS}
    rooms = {int(room[ROOM_KEY]): {k: v for k, v in room.items() if k in FACTS} for room in last["room_facts"]}
    try:
        visits.save_visit(draft["id"], actor=view.actor, facts=facts, rooms=rooms)
    except AnjuError as error:
        st.error(view.error(error))
    else:
        # A widget keeps what it last showed under its key; without it, it shows what was saved.
        for key in [key for key in st.session_state if f"_{draft['id']}" in str(key)]:
            del st.session_state[key]
        st.rerun()


def _rooms(view: View, card: parts.Row, draft: parts.Row) -> list[dict[str, Any]]:
    """Draw the rooms; what is known of each, the draft's answers first."""
    known = []
    answered = {str(room[ROOM_KEY]): room for room in draft["room_facts"]}
    for room in card["rooms"]:
        held = {fact: room[column] for fact, column in visit.ROOM_COLUMNS.items()}
        held |= {k: v for k, v in answered.get(str(room["id"]), {}).items() if v is not None}
        _room(view, draft, room, held)
        known.append(held)
    with st.popover(view.say("visit.add_room"), width="stretch"):
        _add_room(view, card)
    return known


def _room(view: View, draft: parts.Row, room: parts.Row, held: dict[str, Any]) -> None:
    key = f"{draft['id']}_{room['id']}"
    whole = all(held.get(fact) is not None for fact in ("persons", "use_m2", "window"))
    shown = f"open_{key}"
    with st.container(border=True, key=f"room_{key}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.html(_summary(view, room, held))
            if whole and st.button(view.say("visit.room_edit"), key=f"edit_{key}", type="tertiary"):
                st.session_state[shown] = not st.session_state.get(shown, False)
        if st.session_state.setdefault(shown, not whole):
            _room_form(view, draft, room, held)


def _summary(view: View, room: parts.Row, held: dict[str, Any]) -> str:
    people = view.say("house.persons", n=held["persons"]) if held.get("persons") is not None else "—"
    area = f"{held['use_m2']:g} m²" if held.get("use_m2") else "— m²"
    return f'<div class="anju-roomhead"><b>{html(room["label"])}</b><span>{html(people)} · {html(area)}</span></div>'


def _room_form(view: View, draft: parts.Row, room: parts.Row, held: dict[str, Any]) -> None:
    key = f"{draft['id']}_{room['id']}"
    _number(view, draft, room["id"], FACTS["persons"], held.get("persons"), key=key)
    if is_asked(FACTS["family"], held):
        _yes_no(view, FACTS["family"], held.get("family"), key=f"family_{key}",
                save=_save_room, args=(view, draft["id"], room["id"], "family"))  # fmt: skip
    _number(view, draft, room["id"], FACTS["use_m2"], held.get("use_m2"), key=key)
    kinds = FACTS["room_kind"]
    st.selectbox(
        view.say(kinds.label_key), kinds.values, key=f"room_kind_{key}", on_change=_save_room,
        index=kinds.values.index(held["room_kind"]) if held.get("room_kind") in kinds.values else None,
        format_func=lambda v: view.say(kinds.value_key(v)), args=(view, draft["id"], room["id"], "room_kind"),
    )  # fmt: skip
    _yes_no(view, FACTS["window"], held.get("window"), key=f"window_{key}",
            save=_save_room, args=(view, draft["id"], room["id"], "window"))  # fmt: skip


def _number(view: View, draft: parts.Row, room_id: int, fact: Fact, value: Any, *, key: str) -> None:
    saving: dict[str, Any] = {
        "on_change": _save_room,
        "args": (view, draft["id"], room_id, fact.name),
        "key": f"{fact.name}_{key}",
    }
    label = view.say(fact.label_key)
    if fact.kind == "int":
        st.number_input(label, min_value=0, max_value=int(fact.high), value=value, step=1, **saving)
    else:
        st.number_input(
            label, min_value=0.0, max_value=float(fact.high), value=value, step=0.5, format="%.1f", **saving
        )


def _yes_no(view: View, fact: Fact, value: Any, *, key: str, save: Any, args: tuple[Any, ...]) -> None:
    st.segmented_control(
        view.say(fact.question_key), [True, False], default=value if isinstance(value, bool) else None, key=key,
        format_func=lambda v: view.say("facts.yes" if v else "facts.no"), width="stretch", on_change=save, args=args,
    )  # fmt: skip


def _save_room(view: View, visit_id: int, room_id: int, fact: str) -> None:
    value = st.session_state.get(f"{fact}_{visit_id}_{room_id}")
    _keep(view, lambda: visits.save_visit(visit_id, actor=view.actor, rooms={room_id: {fact: value}}))


def _save_fact(view: View, visit_id: int, fact: str) -> None:
    value = st.session_state.get(f"fact_{fact}_{visit_id}")
    _keep(view, lambda: visits.save_visit(visit_id, actor=view.actor, facts={fact: value}))


def _keep(view: View, save: Any) -> None:
    try:
        save()
    except AnjuError as error:
        st.session_state.setdefault("_flash", []).append(("error", view.error(error)))


def _add_room(view: View, card: parts.Row) -> None:
    left, right = st.columns(2)
    floor = left.number_input(view.say("visit.room_floor"), min_value=1, max_value=89, value=1, key="new_room_floor")
    door = right.number_input(view.say("visit.room_door"), min_value=1, max_value=99, value=1, key="new_room_door")
    if st.button(view.say("visit.room_create"), width="stretch", key="new_room_create"):
        new = NewRoom(suite=f"{floor:02d}{door:02d}", room=1, label=f"{floor}{door:02d}")
        try:
            register.add_rooms(card["id"], [new], actor=view.actor, at=view.at)
        except AnjuError as error:
            st.error(view.error(error))
        else:
            st.rerun()


def _questions(
    view: View, draft: parts.Row, answers: dict[str, Any], last: parts.Row | None, pictures: list[parts.Row]
) -> None:
    shot = {row["fact"] for row in pictures}
    for fact in needed_facts(view.county, view.at.date(), answers.get("house_kind")):
        if fact.scope == "house" and is_asked(fact, answers):
            _question(view, draft, fact, last)
            value = draft["facts"].get(fact.name)
            if fact.proof and value is fact.proof_when:
                _photo(view, draft, fact, taken=fact.name in shot)
    parts.put(parts.photos(pictures, view.say("visit.photos", n=len(pictures))))


def _question(view: View, draft: parts.Row, fact: Fact, last: parts.Row | None) -> None:
    value = draft["facts"].get(fact.name)
    key = f"fact_{fact.name}_{draft['id']}"
    args = (view, draft["id"], fact.name)
    if fact.kind == "bool":
        _yes_no(view, fact, value, key=key, save=_save_fact, args=args)
    elif fact.kind == "enum":
        st.segmented_control(
            view.say(fact.question_key), fact.values, default=value, key=key, width="stretch", on_change=_save_fact,
            args=args, format_func=lambda v: view.say(fact.value_key(v)),
        )  # fmt: skip
    else:
        st.number_input(view.say(fact.question_key), min_value=0, max_value=int(fact.high), value=value, step=1,
                        key=key, on_change=_save_fact, args=args)  # fmt: skip
    before = (last or {}).get("facts", {}).get(fact.name)
    if value is None and before is not None:
        st.caption(view.say("visit.last_time", answer=_told(view, fact, before)))


def _told(view: View, fact: Fact, value: Any) -> str:
    if fact.kind == "bool":
        return view.say("facts.yes" if value else "facts.no")
    return view.say(fact.value_key(value)) if fact.kind == "enum" else f"{value:g}"


def _photo(view: View, draft: parts.Row, fact: Fact, *, taken: bool) -> None:
    if taken:
        st.caption(view.say("visit.photo_taken"))
    words = view.say("visit.photo_of", fact=view.say(fact.label_key))
    given = next(iter(upload.photos(view, words, key=f"photo_{fact.name}_{draft['id']}")), None)
    if given is None or st.session_state.get(f"kept_{given.file_id}"):
        return
    try:
        keep_photo(given.getvalue(), kind="before", actor=view.actor, at=view.at, visit_id=draft["id"], fact=fact.name)
    except AnjuError as error:
        st.error(view.error(error))
        return
    st.session_state[f"kept_{given.file_id}"] = True
    st.rerun()


def problem_words(view: View, problem: Problem, rooms: list[parts.Row]) -> str:
    """What a visit lacks, in the reader's language, the room by its label."""
    labels = {str(room["id"]): room["label"] for room in rooms}
    room = str(problem.params.get("room") or "")
    return Problem(problem.key, {**problem.params, "room": labels.get(room, room)}).words(view.lang)
