"""The routing rules of the county: what goes where and why, tried on the past before it counts."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from actions import routing as deeds
from actions.routing import Trial
from db import department, division, routing
from db.query import Row
from db.routing import NewRule
from gis.errors import AnjuError
from inspections.facts import HOUSE_KINDS
from inspections.routing import CONDITIONS
from inspections.rules import rule_codes
from layers.escape import html
from ui import parts, routing_trial
from ui.frame import empty, title
from ui.messages import hazard
from ui.state import View, flash, reading

DAYS = deeds.MONTH.days
TRIAL = "routing_trial"


def page(view: View) -> None:
    """Draw the rules in their order, the form of a new one, and what it would have changed."""
    view.actor.require("routing.edit")
    title(view.say("routing.title"), hint=view.say("routing.hint"))
    with reading() as connection:
        rules = routing.every_rule(connection, view.county, view.at.date())
        names = department.names(connection, county=view.county)
        towns = division.listed(connection, county=view.county, level="town", on=view.at.date())
        zones = routing.zones(connection, view.county, view.at.date())
        counts = routing.counts(connection, view.county, from_at=view.at - deeds.MONTH, to_at=view.at)
    parts.put(f'<p class="anju-muted">{html(view.say("routing.counts", days=DAYS, **counts))}</p>')
    left, right = st.columns([56, 44], gap="medium")
    with left:
        _rules(view, rules, names)
        _zones(view, zones)
    with right:
        _form(view, [row for row in rules if _in_force(view, row)], names, towns, zones)
    told = st.session_state.get(TRIAL)
    if told is not None:
        routing_trial.draw(view, told[0], told[1], names)


def _in_force(view: View, row: Row) -> bool:
    return row["valid_until"] is None or row["valid_until"] > view.at.date()


def _rules(view: View, rules: Sequence[Row], names: dict[str, Row]) -> None:
    now = [row for row in rules if _in_force(view, row)]
    gone = [row for row in rules if not _in_force(view, row)]
    parts.put(f'<h2 class="anju-h2">{html(view.say("routing.in_force", n=len(now)))}</h2>')
    if not now:
        empty(view.say("routing.none"), hint=view.say("routing.none_hint"))
    for place, row in enumerate(now, start=1):
        with st.container(border=True, key=f"rule_{row['id']}"):
            parts.put(_card(view, row, names, place))
            with st.container(horizontal=True):
                st.button(view.say("routing.without"), key=f"without_{row['id']}", on_click=_without, args=(view, row))
                st.button(view.say("routing.end"), key=f"end_{row['id']}", on_click=_end, args=(view, row))
    if gone:
        with st.expander(view.say("routing.ended", n=len(gone))):
            parts.put("".join(_card(view, row, names, None) for row in gone))


def _card(view: View, row: Row, names: dict[str, Row], place: int | None) -> str:
    def named(codes: Sequence[str]) -> str:
        return "、".join(parts.department_name(view, code, names) for code in codes)

    lead = view.say("routing.to", lead=named([row["lead"]]))
    others = [view.say(f"routing.{part}", names=named(row[part])) for part in ("co", "cc") if row[part]]
    dates = view.say("routing.since", on=row["valid_from"])
    if row["valid_until"] is not None:
        dates = view.say("routing.until", from_on=row["valid_from"], to_on=row["valid_until"])
    source = view.say("routing.by", source=row["source"] or "—", who=row["account_name"] or "—")
    ticket = (
        f" {parts.link(parts.ticket_link(row['ticket_number']), row['ticket_number'])}" if row["ticket_number"] else ""
    )
    head = f"{place} · " if place else ""
    return (
        f'<div class="anju-rule"><b>{html(head + what(view, row))}</b> <b class="to">{html(lead)}</b>'
        f"<span>{html(' · '.join(others))}</span>"
        f"<small>{html(dates)} · {html(view.say('routing.used', n=row['used']))} · {html(source)}{ticket}</small></div>"
    )


def what(view: View, row: Row) -> str:
    """What a rule speaks of, in words."""
    where = [row.get("town_name") or row["town"] or view.say("routing.anywhere")]
    where += [row.get("zone_name") or row["zone"]] if row["zone"] else []
    kind = (
        view.say(f"facts.house_kind.value.{row['house_kind']}") if row["house_kind"] else view.say("routing.any_kind")
    )
    told = [pattern_words(view, row["hazard"]), *where, kind, *([row["condition"]] if row["condition"] else [])]
    return " · ".join(told)


def pattern_words(view: View, pattern: str) -> str:
    """A hazard pattern in words."""
    if pattern == "*":
        return view.say("routing.hazards_all")
    if pattern.endswith("*"):
        return view.say("routing.hazards_group", group=pattern[:-1])
    return f"{pattern} {hazard(pattern, lang=view.lang)}"


def _zones(view: View, zones: Sequence[Row]) -> None:
    if not zones:
        return
    told = [
        view.say("routing.zone_row", code=row["code"], name=row["name"], ha=round(row["area_m2"] / 1e4, 1))
        for row in zones
    ]
    with st.expander(view.say("routing.zones", n=len(zones))):
        parts.put('<ul class="anju-list">' + "".join(f"<li>{html(words)}</li>" for words in told) + "</ul>")


def _form(view: View, rules: Sequence[Row], names: dict[str, Row], towns: Sequence[Row], zones: Sequence[Row]) -> None:
    """Draw the form of a new rule: tried first, then put into force."""
    groups = sorted({code[:2] for code in rule_codes()})
    patterns = [*rule_codes(), *(f"{group}*" for group in groups), "*"]
    by_code = {row["code"]: row["name"] for row in towns}
    departments = list(names)

    def department_words(code: str) -> str:
        return parts.department_name(view, code, names)

    with st.container(border=True, key="routing_form"):
        parts.put(f'<h2 class="anju-h2">{html(view.say("routing.new"))}</h2>')
        choose = view.say("routing.choose")
        told: dict[str, Any] = {
            "hazard": st.selectbox(view.say("routing.hazard"), patterns, index=None, placeholder=choose,
                                   format_func=lambda p: pattern_words(view, p), key="new_hazard"),
        }  # fmt: skip
        one, two = st.columns(2)
        told["town"] = one.selectbox(view.say("routing.town"), list(by_code), index=None, key="new_town",
                                     placeholder=view.say("routing.anywhere"),
                                     format_func=lambda code: by_code[code])  # fmt: skip
        told["house_kind"] = two.selectbox(view.say("routing.kind"), HOUSE_KINDS, index=None, key="new_kind",
                                           format_func=lambda k: view.say(f"facts.house_kind.value.{k}"),
                                           placeholder=view.say("routing.any_kind"))  # fmt: skip
        if zones:
            labels = {row["code"]: f"{row['code']} {row['name']}" for row in zones}
            told["zone"] = st.selectbox(view.say("routing.zone"), list(labels), index=None, key="new_zone",
                                        placeholder=view.say("routing.zone_none"),
                                        format_func=lambda c: labels[c])  # fmt: skip
        told["condition"] = st.text_input(view.say("routing.condition"), key="new_condition", max_chars=400)
        st.caption(view.say("routing.condition_help", names=_names(view)))
        told["lead"] = st.selectbox(view.say("routing.lead"), departments, index=None, key="new_lead",
                                    format_func=department_words, placeholder=choose)  # fmt: skip
        one, two = st.columns(2)
        told["co"] = one.multiselect(view.say("routing.co_label"), departments, key="new_co",
                                     format_func=department_words, placeholder=choose)  # fmt: skip
        told["cc"] = two.multiselect(view.say("routing.cc_label"), departments, key="new_cc",
                                     format_func=department_words, placeholder=choose)  # fmt: skip
        words = {row["id"]: view.say("routing.before_this", what=what(view, row)) for row in rules}
        before = st.selectbox(view.say("routing.before"), list(words), index=None, key="new_before",
                              format_func=words.__getitem__, placeholder=view.say("routing.last"))  # fmt: skip
        told["source"] = st.text_input(view.say("routing.source"), key="new_source", max_chars=400)
        ready = bool(told["hazard"] and told["lead"] and told["source"].strip())
        with st.container(horizontal=True):
            st.button(view.say("routing.try", days=DAYS), key="routing_try", disabled=not ready, on_click=_try,
                      args=(view, told, before))  # fmt: skip
            st.button(view.say("routing.write"), key="routing_write", type="primary", disabled=not ready,
                      on_click=_write, args=(view, told, before))  # fmt: skip


def _names(view: View) -> str:
    """What a condition may read, each name with what it means."""
    return " · ".join(f"{view.say(f'routing.name.{name}')} {name}" for name in CONDITIONS)


def _new(told: dict[str, Any]) -> NewRule:
    return NewRule(**{**told, "condition": (told["condition"] or "").strip() or None})


def _try(view: View, told: dict[str, Any], before: int | None) -> None:
    _tell(view, "", lambda: deeds.try_rule(_new(told), actor=view.actor, at=view.at, before=before))


def _without(view: View, row: Row) -> None:
    _tell(view, what(view, row), lambda: deeds.try_without(row["id"], actor=view.actor, at=view.at))


def _tell(view: View, without: str, trial: Any) -> None:
    try:
        found: Trial = trial()
    except AnjuError as error:
        st.session_state.pop(TRIAL, None)
        flash(view.error(error), kind="error")
        return
    st.session_state[TRIAL] = (found, without)


def _write(view: View, told: dict[str, Any], before: int | None) -> None:
    try:
        deeds.write_rule(_new(told), actor=view.actor, at=view.at, before=before)
    except AnjuError as error:
        flash(view.error(error), kind="error")
        return
    _clear()
    flash(view.say("routing.written", what=pattern_words(view, told["hazard"])))


def _end(view: View, row: Row) -> None:
    try:
        deeds.end_rule(row["id"], actor=view.actor, at=view.at)
    except AnjuError as error:
        flash(view.error(error), kind="error")
        return
    st.session_state.pop(TRIAL, None)
    flash(view.say("routing.ended_now", what=what(view, row)))


def _clear() -> None:
    st.session_state.pop(TRIAL, None)
    # A widget keeps what it shows under its key: it is emptied by what it would hold if it were empty.
    st.session_state.update(dict.fromkeys(("new_hazard", "new_town", "new_kind", "new_lead", "new_before"), None))
    st.session_state.update({"new_condition": "", "new_source": "", "new_co": [], "new_cc": []})
    if "new_zone" in st.session_state:
        st.session_state["new_zone"] = None
