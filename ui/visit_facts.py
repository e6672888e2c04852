"""The facts of a visit on a phone: what is in order is confirmed together, only what is not is touched."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from actions import visits
from actions.evidence import keep_photo
from actions.visit_known import Known
from db import evidence, visit
from gis.errors import AnjuError
from inspections.facts import FACTS, ROOM_KEY, Fact
from inspections.visit import Problem
from layers.escape import html
from ui import parts, upload, visit_rooms
from ui.state import View, reading

COUNTED = {"floor", "stair", "extinguisher"}
"""Units of which a house has few: counted by one tap."""


def draw(view: View, card: parts.Row, draft: parts.Row) -> None:
    """Step two: rooms, then the questions this house needs, each saved as it is answered."""
    told = visits.form(draft["id"], actor=view.actor, at=view.at)
    with reading() as connection:
        last = visit.last_answers(connection, view.county, card["id"])
        pictures = evidence.of_visit(connection, view.county, draft["id"])
    st.html(f'<h2 class="anju-h2 anju-step">{html(view.say("visit.step_facts"))}</h2>')
    if last is not None and not draft["facts"]:
        words = view.say("visit.unchanged", when=f"{last['submitted_at']:%Y-%m-%d}")
        if st.button(words, width="stretch", key="unchanged"):
            _repeat(view, draft, last)
    visit_rooms.draw(view, card, draft, told)
    _look_over(view, draft, told, last, usual=False)
    _look_over(view, draft, told, last, usual=True)
    _singles(view, draft, told, last, pictures)
    _answered(view, draft, told)
    _carried(view, draft, told)
    parts.put(parts.photos(pictures, view.say("visit.photos", n=len(pictures))))


def _repeat(view: View, draft: parts.Row, last: parts.Row) -> None:
    facts = {name: value for name, value in last["facts"].items() if name in FACTS}
    rooms = {int(room[ROOM_KEY]): {k: v for k, v in room.items() if k in FACTS} for room in last["room_facts"]}
    if visit_rooms.saved(view, lambda: visits.save_visit(draft["id"], actor=view.actor, facts=facts, rooms=rooms)):
        visit_rooms.forget(draft["id"], *FACTS)
        st.rerun()


def _look_over(view: View, draft: parts.Row, told: Known, last: parts.Row | None, *, usual: bool) -> None:
    """Draw one card for all that should (or should not) be there: touch the exceptions, confirm the rest at once."""
    facts = [fact for fact in _together(draft["id"], told) if bool(fact.usual is True) is usual]
    if not facts:
        return
    kind, before = "kept" if usual else "seen", (last or {}).get("facts", {})
    with st.container(border=True, key=f"over_{kind}"):
        st.html(f"<h3 class='anju-over'>{html(view.say(f'visit.over.{kind}'))}</h3>")
        chosen = st.pills(
            view.say(f"visit.over.{kind}"), [fact.name for fact in facts], selection_mode="multi",
            label_visibility="collapsed", key=f"over_{kind}_{draft['id']}",
            format_func=lambda name: _exception(view, FACTS[name], before.get(name)),
        )  # fmt: skip
        rest = "rest" if chosen else "all"
        if st.button(view.say(f"visit.over.{kind}_{rest}"), type="primary", width="stretch", key=f"confirm_{kind}"):
            _confirm(view, draft, facts, set(chosen))


def _together(visit_id: int, told: Known) -> list[Fact]:
    single = st.session_state.get(f"single_{visit_id}", set())
    return [
        one.fact for one in told.questions
        if one.room_key is None and one.fact.usual is not None and one.fact.name not in single
    ]  # fmt: skip


def _exception(view: View, fact: Fact, before: Any) -> str:
    if before is None or before == fact.usual:
        return view.say(fact.label_key)
    kind = "kept" if fact.usual is True else "seen"
    return f"{view.say(fact.label_key)} · {view.say(f'visit.over.before_{kind}')}"


def _confirm(view: View, draft: parts.Row, facts: Sequence[Fact], chosen: set[str]) -> None:
    told: dict[str, Any] = {fact.name: fact.usual for fact in facts if fact.name not in chosen}
    told |= {fact.name: not fact.usual for fact in facts if fact.name in chosen and fact.kind == "bool"}
    key = f"single_{draft['id']}"
    st.session_state[key] = st.session_state.get(key, set()) | {
        fact.name for fact in facts if fact.name in chosen and fact.kind != "bool"
    }
    if visit_rooms.saved(view, lambda: visits.save_visit(draft["id"], actor=view.actor, facts=told)):
        st.rerun()


def _singles(view: View, draft: parts.Row, told: Known, last: parts.Row | None, pictures: Sequence[parts.Row]) -> None:
    """Draw what has to be counted or said by itself, and what is not in order, with its photo."""
    together = {fact.name for fact in _together(draft["id"], told)}
    open_ones = {one.fact.name for one in told.questions if one.room_key is None} - together
    noticed = {one.fact.name for one in told.answered if one.room_key is None and not _in_order(draft, one.fact)}
    shot = {row["fact"] for row in pictures}
    for fact in FACTS.values():
        if fact.name in open_ones | noticed:
            question(view, draft, fact, draft["facts"].get(fact.name), before=(last or {}).get("facts", {}))
            if fact.proof and draft["facts"].get(fact.name) is fact.proof_when:
                _photo(view, draft, fact, taken=fact.name in shot)


def _in_order(draft: parts.Row, fact: Fact) -> bool:
    return fact.usual is not None and draft["facts"].get(fact.name) == fact.usual


def _answered(view: View, draft: parts.Row, told: Known) -> None:
    """Draw, folded, what was confirmed to be in order, so that a slip can be put right."""
    facts = [one.fact for one in told.answered if one.room_key is None and _in_order(draft, one.fact)]
    if facts:
        with st.expander(view.say("visit.answered", n=len(facts))):
            for fact in facts:
                question(view, draft, fact, draft["facts"].get(fact.name), before={})


def _carried(view: View, draft: parts.Row, told: Known) -> None:
    """Draw, folded, what still holds from earlier visits; answering it again puts it right."""
    held = [one for one in told.earlier if one.room_key is None and draft["facts"].get(one.fact) is None]
    if held:
        with st.expander(view.say("visit.carried", n=len(held))):
            for one in held:
                fact = FACTS[one.fact]
                question(view, draft, fact, None, before={})
                st.caption(view.say("visit.carried_on", day=f"{one.on:%Y-%m-%d}", answer=_told(view, fact, one.value)))


def question(view: View, draft: parts.Row, fact: Fact, value: Any, *, before: dict[str, Any]) -> None:
    """Draw one question about the house; the last visit's answer stands below while there is none."""
    key, args = f"fact_{fact.name}_{draft['id']}", (view, draft["id"], fact.name)
    words = view.say(fact.question_key)
    if fact.kind == "bool":
        visit_rooms.yes_no(view, fact, value, key=key, save=_save_fact, args=args)
    elif fact.kind == "enum":
        visit_rooms.begin(key, value)
        st.segmented_control(words, fact.values, key=key, width="stretch", on_change=_save_fact, args=args,
                             format_func=lambda v: view.say(fact.value_key(v)))  # fmt: skip
    elif fact.unit in COUNTED:
        visit_rooms.count(view, fact, value, key=key, keep=partial(_keep, view, draft["id"], fact.name))
    else:
        step: Any = 1 if fact.kind == "int" else 0.5
        low, high = (0, int(fact.high)) if fact.kind == "int" else (0.0, float(fact.high))
        visit_rooms.begin(key, value)
        st.number_input(words, min_value=low, max_value=high, value=None, step=step, key=key, on_change=_save_fact,
                        args=args)  # fmt: skip
    if value is None and before.get(fact.name) is not None:
        st.caption(view.say("visit.last_time", answer=_told(view, fact, before[fact.name])))


def _save_fact(view: View, visit_id: int, fact: str) -> None:
    _keep(view, visit_id, fact, st.session_state.get(f"fact_{fact}_{visit_id}"))


def _keep(view: View, visit_id: int, fact: str, value: Any) -> None:
    visit_rooms.saved(view, lambda: visits.save_visit(visit_id, actor=view.actor, facts={fact: value}))


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
