"""A visit in three steps by thumb: at the door, the facts, what follows. Every tap is saved."""

from typing import Any

import streamlit as st

from actions import replan, visits
from actions.visit_outcome import SubmittedVisit
from db import house
from gis.errors import AnjuError
from inspections.visit import MAX_ACCURACY_M, NextTry, Outcome
from layers.escape import html, markdown
from ui import footprint_visit, parts, visit_facts, workbench_visit
from ui.frame import empty, title
from ui.messages import day, moment
from ui.position import position
from ui.state import View, flash, reading

FEW = 4
"""So many missing things are shown at once, more are folded."""


def page(view: View) -> None:
    """Draw the step the draft stands at."""
    code = str(st.query_params.get("code", "")).strip()
    if not code:
        empty(view.say("visit.none"), hint=view.say("visit.none_hint"))
        return
    with reading() as connection:
        card = house.card(connection, county=view.county, key=code, on=view.at.date(), actor=view.actor)
    done = st.session_state.get("visit_done")
    if done is not None and done[0] == card["code"]:
        _followed(view, card, done[1])
        return
    draft = visits.start_visit(card["id"], actor=view.actor, at=view.at)
    title(card["short"], hint=view.say("visit.hint"))
    st.html(f'<div class="anju-visithead">{parts.risk_chip(view, card["colour"])}'
            f"<span>{html(parts.reasons(view, card))}</span></div>")  # fmt: skip
    workbench_visit.asked(view, card["id"])
    footprint_visit.asked(view, card["id"])
    _door(view, draft)
    if draft["outcome"] == Outcome.GRANTED:
        visit_facts.draw(view, card, draft)
        _result(view, card, draft)
    elif draft["outcome"] is not None:
        _shut(view, card, draft)


def _door(view: View, draft: parts.Row) -> None:
    words = {name: view.say(f"visit.position.{name}") for name in ("asking", "found", "refused", "again")}
    fix = position(words, key=f"position_{draft['id']}")
    if fix is not None and (draft["lon"], draft["lat"]) != (fix.lon, fix.lat):
        visits.save_visit(draft["id"], actor=view.actor, position=(fix.lon, fix.lat, fix.accuracy_m))
    if fix is not None and (fix.accuracy_m or 0) > MAX_ACCURACY_M:
        st.caption(view.say("visit.position.coarse", m=round(fix.accuracy_m or 0)))
    st.segmented_control(
        view.say("visit.door"), [str(o) for o in Outcome], key=f"outcome_{draft['id']}", width="stretch",
        default=draft["outcome"], format_func=lambda o: view.say(f"visit.outcome.{o}"), required=False,
        on_change=_save_outcome, args=(view, draft["id"]),
    )  # fmt: skip


def _save_outcome(view: View, visit_id: int) -> None:
    chosen = st.session_state.get(f"outcome_{visit_id}")
    if chosen is not None:
        visits.save_visit(visit_id, actor=view.actor, outcome=Outcome(chosen))


def _shut(view: View, card: parts.Row, draft: parts.Row) -> None:
    """Nobody there or refused: when to come again, and done."""
    refused = draft["outcome"] == Outcome.REFUSED
    if refused:
        note = st.text_area(view.say("visit.refused_how"), value=draft["note"] or "", key=f"note_{draft['id']}")
        if note != (draft["note"] or ""):
            visits.save_visit(draft["id"], actor=view.actor, note=note)
    st.html(f"<p>{html(view.say('visit.when_again'))}</p>")
    with st.container(key="again", horizontal=True):
        for choice in NextTry:
            if st.button(view.say(f"visit.next_try.{choice}"), key=f"again_{choice}", type="primary", width="stretch"):
                _submit(view, card, draft, Outcome(draft["outcome"]), choice)


def _result(view: View, card: parts.Row, draft: parts.Row) -> None:
    """What would follow from the facts so far, in words, and the button that hands the visit in."""
    told = visits.preview(draft["id"], actor=view.actor, at=view.at)
    st.html(f'<h2 class="anju-h2 anju-step">{html(view.say("visit.step_result"))}</h2>')
    for hazard in told.hazards:
        st.html(_hazard(view, hazard))
    if told.problems:
        lacking = "".join(
            f"<li>{html(visit_facts.problem_words(view, problem, card['rooms']))}</li>" for problem in told.problems
        )
        is_open, head = "open" if len(told.problems) <= FEW else "", view.say("visit.lacking", n=len(told.problems))
        st.html(f'<details class="anju-lacking" {is_open}><summary>{html(head)}</summary>'
                f"<ul>{lacking}</ul></details>")  # fmt: skip
    elif not told.hazards:
        st.html(f'<p class="anju-fine">{html(view.say("visit.no_hazard"))}</p>')
    label = view.say("visit.submit", n=len(told.hazards)) if told.hazards else view.say("visit.submit_clean")
    if st.button(label, type="primary", width="stretch", disabled=bool(told.problems), key="submit_visit"):
        _submit(view, card, draft, Outcome.GRANTED, None)


def _hazard(view: View, hazard: Any) -> str:
    english = view.lang == "en"
    words = hazard.words_en if english else hazard.words_zh
    basis = hazard.basis_en if english else hazard.basis_zh
    where = f"{hazard.room} · " if hazard.room else ""
    lead = view.say(f"department.{hazard.lead}")
    due = moment(hazard.due_at, now=view.at, lang=view.lang)
    known = f" · {view.say('visit.known')}" if hazard.known else ""
    doubt = f" · {view.say('visit.uncertain')}" if hazard.certainty != "C" else ""
    return (
        f'<div class="anju-hazard s{int(hazard.severity)}"><b>{html(where + words)}</b>'
        f"<span>{html(view.say(f'visit.severity.{int(hazard.severity)}'))} · {html(basis)}{html(doubt)}</span>"
        f"<span>→ {html(lead)} · {html(view.say('visit.until', due=due))}{html(known)}</span></div>"
    )


def _submit(view: View, card: parts.Row, draft: parts.Row, outcome: Outcome, again: NextTry | None) -> None:
    try:
        told = visits.submit_visit(draft["id"], outcome=outcome, next_try=again, actor=view.actor, at=view.at)
    except visits.IncompleteVisitError as error:
        for problem in error.problems:
            st.error(markdown(visit_facts.problem_words(view, problem, card["rooms"])))
        return
    except AnjuError as error:
        st.error(view.error(error))
        return
    st.session_state["visit_done"] = (card["code"], told)
    st.session_state["visit_again"] = _comes_again(view, draft, told)
    st.rerun()


def _comes_again(view: View, draft: parts.Row, told: SubmittedVisit) -> bool:
    """Whether the door that stayed shut is on the list of the day it is to be tried again."""
    if told.next_try is None or told.next_on is None:
        return False
    try:
        rest = replan.come_again(draft["house_id"], actor=view.actor, on=told.next_on,
                                 next_try=NextTry(told.next_try), at=view.at)  # fmt: skip
    except AnjuError as error:
        flash(view.error(error), kind="error")
        return False
    return rest is not None


def _followed(view: View, card: parts.Row, told: SubmittedVisit) -> None:
    """What the visit led to: the hazards, the tickets, when to come again, and the next stop."""
    title(view.say("visit.done"), hint=card["short"])
    today = view.at.date()
    key = "visit.on_the_list" if st.session_state.get("visit_again") else "visit.next_on"
    coming = view.say(key, day=day(told.next_on, today=today, lang=view.lang)) if told.next_on else ""
    st.html(f'<section class="anju-card"><div class="anju-visithead">{parts.risk_chip(view, told.colour)}'
            f"<span>{html(coming)}</span></div></section>")  # fmt: skip
    for hazard in told.hazards:
        st.html(_hazard(view, hazard))
    for one in told.tickets:
        state = view.say("visit.ticket_new" if one.new else "visit.ticket_added")
        st.html(f'<a class="anju-card anju-row" target="_self" href="{html(parts.ticket_link(one.number))}">'
                f"<b>{html(state)}</b><span>{html(one.number)}</span>"
                f"<small>→ {html(view.say(f'department.{one.lead}'))}</small></a>")  # fmt: skip
    if told.gone:
        st.caption(view.say("visit.gone", n=len(told.gone)))
    if st.button(view.say("visit.next_stop"), type="primary", width="stretch", key="next_stop"):
        st.session_state.pop("visit_done", None)
        st.switch_page(st.session_state["_pages"]["today"])
