"""What a person may do with a case from where it stands: the buttons, and what each asks for before it is done."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import streamlit as st

from actions import deed, routing, tickets
from actions.evidence import Photo
from actions.photo import CleanPhoto, clean
from actions.ticket_needs import NeedsError, SameDepartmentError
from db import ticket
from db.ticket import OvertakenError
from gis.errors import AnjuError
from inspections.access import Place, RefusedError
from inspections.deadline import SHANGHAI
from inspections.reply import replies
from inspections.ticket import IN_PLACE, Event, NotAllowedError, State, Transition
from layers.escape import attribute, html
from ui import parts, upload
from ui.case import Case
from ui.messages import hazard, moment
from ui.state import View, current, flash
from words import say_error

SAID, STEP = "case_said", "case_step"
PLAIN = frozenset(
    {Event.VERIFY, Event.FILE, Event.ACCEPT, Event.SIGN, Event.WITHDRAW, Event.START, Event.RECHECK, Event.RESUME}
)
"""Done at a touch; each has a step that leads back or on. Everything else asks first."""
FIRST = (
    Event.ACCEPT, Event.SIGN, Event.SUBMIT, Event.RULE, Event.GRANT, Event.CLOSE, Event.RECHECK, Event.RECEIPT,
    Event.VERIFY, Event.FILE, Event.DISPATCH, Event.RESUME, Event.ESCALATE,
)  # fmt: skip
"""The natural next step: the first of these that is allowed stands out."""
ORDER = (Event.SUBMIT, Event.START, Event.PASS_ON, Event.BOUNCE, Event.WITHDRAW, Event.REQUEST_EXTENSION)
"""How the others follow."""
ASIDE = frozenset({Event.COPY, Event.SUSPEND, Event.REFER, Event.VOID})
"""Rarely wanted: behind one more touch, unless there is hardly anything else."""
ICONS = {
    Event.ACCEPT: "inbox", Event.SIGN: "draw", Event.START: "construction", Event.SUBMIT: "task_alt",
    Event.PASS_ON: "forward", Event.BOUNCE: "gavel", Event.RULE: "gavel", Event.COPY: "content_copy",
    Event.REQUEST_EXTENSION: "more_time", Event.CLOSE: "verified", Event.REWORK: "replay", Event.RECHECK: "fact_check",
    Event.WITHDRAW: "undo", Event.ESCALATE: "priority_high", Event.VOID: "delete", Event.GRANT: "check",
    Event.DENY: "close", Event.DISPATCH: "send", Event.REOPEN: "lock_open", Event.SUSPEND: "pause",
    Event.RESUME: "play_arrow",
}  # fmt: skip
NOTED = frozenset({Event.SUBMIT, Event.CLOSE, Event.GRANT})
"""Nobody must say why, but may."""
MANY = 4
TEXT_LIMIT = 2000


def bar(view: View, case: Case) -> None:
    """The bar at the bottom: the steps this person may take, or what the chosen one asks for."""
    steps = tickets.steps_for(case.row, view.actor)
    said = st.session_state.get(SAID, (None, "", ""))
    if not steps and said[0] != case.row["id"]:
        return
    with st.container(key="case_bar"):
        if said[0] == case.row["id"]:
            parts.put(f'<div class="anju-said {said[1]}" role="status">{html(said[2])}</div>')
        chosen = _chosen(case, steps)
        if chosen is None:
            _buttons(view, case, steps)
        else:
            _ask(view, case, chosen)
        # Comes after the buttons: once it names a case, the buttons before it are that case's, and keys may press them.
        parts.put(f'<i class="anju-bar-of" data-of={attribute(case.row["number"])}></i>')


def _chosen(case: Case, steps: list[Transition]) -> Transition | None:
    about, event = st.session_state.get(STEP, (None, None))
    found = next((step for step in steps if step.event == event), None)
    return found if about == case.row["id"] else None


def _buttons(view: View, case: Case, steps: list[Transition]) -> None:
    ahead = next((event for event in FIRST if any(step.event is event for step in steps)), None)
    near = [step for step in steps if step.event not in ASIDE]
    aside = [step for step in steps if step.event in ASIDE]
    if len(near) + len(aside) <= MANY:
        near, aside = near + aside, []
    near.sort(key=lambda step: (step.event is not ahead, _rank(step.event)))
    with st.container(key="case_buttons", horizontal=True, gap="small"):
        for step in near:
            _button(view, case, step, primary=step.event is ahead)
        if aside:
            with st.popover(view.say("ticket_page.more"), key="case_more"):
                for step in aside:
                    _button(view, case, step, primary=False)
    parts.put(_hindrance_words(view, case, steps))


def _rank(event: Event) -> int:
    return ORDER.index(event) if event in ORDER else len(ORDER)


def _button(view: View, case: Case, step: Transition, *, primary: bool) -> None:
    event = step.event
    st.button(
        view.say(f"ticket.event.{event}"), key=f"step_{event}", type="primary" if primary else "secondary",
        icon=f":material/{ICONS[event]}:" if event in ICONS else None,
        disabled=_hindered(view, case, step) is not None,
        on_click=take if event in PLAIN else _choose, args=(view, case.row, event),
    )  # fmt: skip


def _hindered(view: View, case: Case, step: Transition) -> str | None:
    """Why this very person cannot take the step although their role may: the key of the words."""
    if "other_person" in step.needs and case.row["rectified_by"] == view.actor.account_id:
        return "ticket_page.not_yourself"
    moved = [event for event in case.events if event["event"] not in IN_PLACE]
    if "approver" in step.needs and moved and moved[-1]["actor"] == view.actor.account_id:
        return "ticket_page.other_approver"
    return None


def _hindrance_words(view: View, case: Case, steps: list[Transition]) -> str:
    found: dict[str, list[str]] = {}
    for step in steps:
        key = _hindered(view, case, step)
        if key is not None:
            found.setdefault(key, []).append(view.say(f"ticket.event.{step.event}"))
    lines = [html(view.say(key, steps="、".join(names))) for key, names in found.items()]
    return f'<p class="anju-muted anju-hindered">{" · ".join(lines)}</p>' if lines else ""


def _choose(_view: View, row: parts.Row, event: Event) -> None:
    st.session_state.pop(SAID, None)
    st.session_state[STEP] = (row["id"], event)


def _leave() -> None:
    st.session_state.pop(STEP, None)
    st.session_state.pop(SAID, None)


def _ask(view: View, case: Case, step: Transition) -> None:
    """What the step needs, field by field, with what will follow said above them."""
    event, row = step.event, case.row
    parts.put(f'<div class="anju-askhead"><b>{html(view.say(f"ticket.event.{event}"))}</b>'
              f"<span>{html(_hint(view, case, event))}</span></div>")  # fmt: skip
    _replies(view, case, event)
    photos = _photos(view, case, step) if "after_photo" in step.needs else []
    with st.form(f"step_form_{event}_{row['id']}", border=False):
        _fields(view, case, step)
        with st.container(horizontal=True, key="step_go"):
            st.form_submit_button(
                view.say("ticket_page.do", step=view.say(f"ticket.event.{event}")), type="primary", key="step_do",
                on_click=_hand_in, args=(view, row, event, photos),
            )  # fmt: skip
            st.form_submit_button(view.say("ticket_page.cancel"), key="step_cancel", on_click=_leave)


def _replies(view: View, case: Case, event: Event) -> None:
    """Draw the words often written for a step; the one taken goes into the field and may be changed there."""
    offered = replies(event)
    if not offered:
        return
    lead, kind = case.name(view, case.row["lead"]), hazard(case.row["hazard"], lang=view.lang)
    told = [one.words(view.lang, lead=lead, hazard=kind) for one in offered]
    st.selectbox(
        view.say("ticket_page.reply"), told, index=None, key=_key(case.row, event, "reply"),
        placeholder=view.say("ticket_page.give.choose"), label_visibility="collapsed", on_change=_take_reply,
        args=(case.row, event),
    )  # fmt: skip


def _take_reply(row: parts.Row, event: Event) -> None:
    chosen = st.session_state.get(_key(row, event, "reply"))
    if chosen:
        st.session_state[_key(row, event, "reason")] = chosen


def _hint(view: View, case: Case, event: Event) -> str:
    until = moment(case.row["requested_until"], now=view.at, lang=view.lang)
    key = event.value if event in HINTS else "other"
    return view.say(f"ticket_page.hint.{key}", lead=case.name(view, case.row["lead"]), until=until)


HINTS = frozenset({
    Event.PASS_ON, Event.BOUNCE, Event.SUBMIT, Event.CLOSE, Event.RULE, Event.REQUEST_EXTENSION, Event.GRANT,
    Event.DENY, Event.VOID, Event.COPY, Event.REWORK, Event.SUSPEND, Event.ESCALATE, Event.REOPEN, Event.DISPATCH,
    Event.REFER,
})  # fmt: skip


def _key(row: parts.Row, event: Event, name: str) -> str:
    return f"give_{event}_{row['id']}_{name}"


def _fields(view: View, case: Case, step: Transition) -> None:
    row, event, needs = case.row, step.event, step.needs
    beside = st.columns(2) if {"department", "clause"} <= needs else (st.container(), st.container())
    if "department" in needs:
        holders = {Event.PASS_ON: row["lead"], Event.COPY: row["lead"], Event.BOUNCE: row["next_lead"] or row["lead"]}
        holder = holders.get(event)
        codes = [code for code in case.names if code != holder]
        label = view.say(f"ticket_page.give.department_{'next' if holder else 'lead'}")
        beside[0].selectbox(label, codes, index=None, format_func=lambda code: case.name(view, code),
                            key=_key(row, event, "department"),
                            placeholder=view.say("ticket_page.give.choose"))  # fmt: skip
    if "clause" in needs:
        beside[1].text_input(view.say("ticket_page.give.clause"), key=_key(row, event, "clause"), max_chars=400,
                             placeholder=view.say("ticket_page.give.clause_example"))  # fmt: skip
    if "until" in needs:
        least = view.at.astimezone(SHANGHAI).date() + timedelta(days=1)
        st.date_input(view.say("ticket_page.give.until"), value=_proposed(row, least), min_value=least,
                      key=_key(row, event, "until"), format="YYYY-MM-DD", width=220)  # fmt: skip
    if event is Event.RULE:
        _rule_too(view, case)
    if "reason" in needs or event in NOTED:
        label = "reason" if "reason" in needs else "note"
        st.text_area(view.say(f"ticket_page.give.{label}"), key=_key(row, event, "reason"), height=76,
                     max_chars=TEXT_LIMIT)  # fmt: skip


def _rule_too(view: View, case: Case) -> None:
    """Draw the choice to make the ruling a routing rule on the spot, and how far it reaches."""
    if not view.actor.may("routing.edit", Place(county=view.county, town=case.row["town"])):
        return
    row = case.row
    if row["house_kind"] is None:
        return
    kind = view.say(f"facts.house_kind.value.{row['house_kind']}")
    st.checkbox(view.say("routing.rule_too"), key=_key(row, Event.RULE, "rule_too"))
    st.checkbox(view.say("routing.rule_town", town=row["town_name"] or row["town"]), value=True,
                key=_key(row, Event.RULE, "in_town"))  # fmt: skip
    st.checkbox(view.say("routing.rule_kind", kind=kind), key=_key(row, Event.RULE, "for_kind"))


def _proposed(row: parts.Row, least: date) -> date:
    asked = row["requested_until"]
    return max(least, asked.astimezone(SHANGHAI).date()) if asked else least + timedelta(days=6)


def _photos(view: View, case: Case, step: Transition) -> list[bytes]:
    """After-photos just taken or chosen, each shown as it will be kept; one that will not do says why."""
    if step.event is Event.CLOSE and any(photo["kind"] == "after" for photo in case.photos):
        return []
    given = upload.photos(view, view.say("ticket_page.give.photo"), key=_key(case.row, step.event, "photo"), many=True)
    kept: list[bytes] = []
    shown: list[bytes] = []
    for one in given:
        content = one.getvalue()
        try:
            shown.append(_cleaned(content).content)
            kept.append(content)
        except AnjuError as error:
            parts.put(f'<div class="anju-said error">{html(one.name)}: {html(words(view, error))}</div>')
    if shown:
        st.image(shown, width=132)
    return kept


@st.cache_data(max_entries=24, ttl=600, show_spinner=False)
def _cleaned(content: bytes) -> CleanPhoto:
    return clean(content)


def _hand_in(view: View, row: parts.Row, event: Event, photos: list[bytes]) -> None:
    given = {name: st.session_state.get(_key(row, event, name)) for name in ("department", "clause", "until", "reason")}
    given["until"] = _end_of(given["until"])
    given["reason"] = (given["reason"] or "").strip() or None
    if event is Event.RULE and st.session_state.get(_key(row, event, "rule_too")):
        scope = {name: bool(st.session_state.get(_key(row, event, name))) for name in ("in_town", "for_kind")}
        take(view, row, event, rule=scope, **given)
        return
    take(view, row, event, photos=[Photo(content) for content in photos], **given)


def _end_of(on: date | None) -> datetime | None:
    return None if on is None else datetime.combine(on, time(23, 59), SHANGHAI)


def take(view: View, row: parts.Row, event: Event, *, rule: Mapping[str, bool] | None = None, **given: Any) -> None:
    """Take the step as whoever holds the session now, and leave what there is to say beside the buttons.

    With ``rule`` the ruling becomes a routing rule too; it says how far that reaches.
    """
    here = current()
    if here is None or here.actor.account_id != view.actor.account_id:
        return
    try:
        if rule is None:
            new = tickets.take_step(
                row["id"], event, actor=here.actor, at=deed.now(), expect=State(row["state"]), **given
            )
        else:
            new, _ = routing.rule_on(
                row["id"], actor=here.actor, at=deed.now(), department=given["department"] or "",
                reason=given["reason"] or "", clause=given["clause"] or "", in_town=rule["in_town"],
                for_kind=rule["for_kind"],
            )  # fmt: skip
    except AnjuError as error:
        st.session_state[SAID] = (row["id"], "error", words(view, error))
        if isinstance(error, OvertakenError | RefusedError | NotAllowedError):
            st.session_state.pop(STEP, None)
        return
    st.session_state.pop(STEP, None)
    state = view.say(f"ticket.state.{new['state']}")
    done = view.say("ticket_page.done", step=view.say(f"ticket.event.{event}"), state=state)
    if here.actor.may("ticket.view", ticket.place_of(new)):
        st.session_state[SAID] = (row["id"], "success", done)
    else:
        # It went to another desk: what was done is said where the case no longer is.
        st.session_state.pop(SAID, None)
        st.query_params.pop("number", None)
        flash(done)


def words(view: View, error: AnjuError) -> str:
    """A domain error in the reader's words, its codes put into words too."""
    told = dict(error.fields)
    if isinstance(error, OvertakenError):
        return view.say("ticket_page.overtaken", who=told["who"], number=told["number"],
                        step=view.say(f"ticket.event.{told['event']}"), state=view.say(f"ticket.state.{told['state']}"),
                        at=moment(told["happened_at"], now=deed.now(), lang=view.lang))  # fmt: skip
    if isinstance(error, NeedsError):
        return view.say("ticket_page.lacking", need=view.say(f"ticket.need.{told['need']}"))
    if isinstance(error, SameDepartmentError):
        return view.say("ticket_page.same_department", department=view.say(f"department.{told['department']}"))
    if isinstance(error, RefusedError):
        return view.say("ticket_page.refused", name=told["name"])
    if isinstance(error, NotAllowedError):
        return view.say("ticket_page.not_allowed", state=view.say(f"ticket.state.{told['state']}"),
                        step=view.say(f"ticket.event.{told['event']}"))  # fmt: skip
    return say_error(error, view.lang)
