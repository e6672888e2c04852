"""One house: what it is, what is wrong with it, who is responsible, what comes next."""

import streamlit as st

from actions import people
from db import department, evidence, finding, house
from db.party import PartyField
from gis.errors import AnjuError
from layers.escape import attribute, html
from layers.style import chip
from ui import house_life, parts, report
from ui.frame import empty, title
from ui.state import View, reading

FIELDS: tuple[PartyField, ...] = ("name", "phone", "id_no")


def page(view: View) -> None:
    """Draw the page of the house in the address bar; without one, the search."""
    code = str(st.query_params.get("code", "")).strip()
    if not code:
        _search(view)
        return
    with reading() as connection:
        card = house.card(connection, county=view.county, key=code, on=view.at.date(), actor=view.actor)
        names = department.names(connection, county=view.county)
        pictures = evidence.of_house(connection, view.county, card["id"])
        found = finding.open_of_house(connection, view.county, card["id"])
    fate = house_life.fate_of(view, code, card)
    biting = frozenset(row["room_id"] for row in found if row["room_id"] is not None)
    closed = [view.say("code_life.closed_on", on=card["closed_on"])] if card["closed_on"] else []
    title(card["short"], hint=" · ".join([*closed, *([view.say("house.synthetic")] if card["synthetic"] else [])]))
    house_life.banner(view, fate)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _what(view, card, biting)
        house_life.changes(view, card)
        house_life.aliases(view, card)
    with right:
        _next(view, card)
        report.draw(view, card)
        _tickets(view, card, names)
        _visits(view, card)
        _former_tickets(view, card)
        parts.put(parts.photos(pictures, view.say("house.photos")))


def _search(view: View) -> None:
    title(view.say("nav.house"), hint=view.say("house.search_hint"))
    words = st.text_input(view.say("house.search"), placeholder=view.say("house.search_example"), key="house_search")
    with reading() as connection:
        rows = house.search(connection, actor=view.actor, text=words)
    if not rows:
        empty(view.say("house.none"), hint=view.say("house.none_hint"))
        return
    st.caption(view.say("house.found", n=rows[0]["found"], shown=len(rows)))
    lines = "".join(
        f"<li>{parts.risk_chip(view, row['colour'])} {parts.link(parts.house_link(row['code']), row['short'])}"
        f"<small>{html(row['town_name'] or '')} · {parts.when(view, row['last_visit_at'])}</small></li>"
        for row in rows
    )
    st.html(f'<ul class="anju-list">{lines}</ul>')


def _what(view: View, card: parts.Row, biting: frozenset[int]) -> None:
    told = [
        (view.say("house.kind_label"), view.say(f"house.kind.{card['kind']}")),
        (view.say("house.let_label"), view.say(f"house.let.{card['let_status']}")),
        (view.say("house.floors"), card["floors"]),
        (view.say("house.rooms_let"), card["rooms_let"]),
        (view.say("house.headcount"), card["persons"]),
        (view.say("house.grid"), card["grid_name"] or view.say("house.no_grid")),
        (view.say("house.due"), parts.due_words(view, card)),
    ]
    st.html(f'<section class="anju-card">{parts.house_head(view, card)}{parts.facts(told)}</section>')
    st.html(f'<section class="anju-card"><h2>{html(view.say("house.rooms", n=len(card["rooms"])))}</h2>'
            f"{parts.room_boxes(view, card['rooms'], biting)}</section>")  # fmt: skip
    _people(view, card)


def _people(view: View, card: parts.Row) -> None:
    duty = card["duty"][0]["name"] if card["duty"] else view.say("house.vacant")
    with st.container(border=True, key="people"):
        if card["house_status"] == "active":
            st.html(parts.facts([(view.say("house.duty"), duty)]))
        if not parts.may_see_people(view):
            return
        for part in ("owner", "manager"):
            person = card[part]
            if person is not None:
                st.html(parts.facts([(view.say(f"house.{part}"), " · ".join(
                    str(person[field]) for field in FIELDS if person[field]))]))  # fmt: skip
        if (card["owner"] or card["manager"]) and view.actor.may("house.view_person", card["place"]):
            _reveal(view, card)


def _reveal(view: View, card: parts.Row) -> None:
    with st.popover(view.say("house.reveal")):
        st.caption(view.say("house.reveal_hint"))
        part = st.radio(view.say("house.whose"), [p for p in ("owner", "manager") if card[p]],
                        format_func=lambda p: view.say(f"house.{p}"), horizontal=True)  # fmt: skip
        field = st.radio(view.say("house.which"), [f for f in FIELDS if card[part][f]],
                         format_func=lambda f: view.say(f"house.field.{f}"), horizontal=True)  # fmt: skip
        reason = st.text_input(view.say("house.why"), key="reveal_reason")
        if st.button(view.say("house.reveal_do"), disabled=len(reason.strip()) < 4):
            try:
                shown = people.reveal_person(card["id"], field, reason=reason, actor=view.actor, part=part)
            except AnjuError as error:
                st.error(view.error(error))
            else:
                st.code(shown, language=None)


def _next(view: View, card: parts.Row) -> None:
    if card["house_status"] == "closed" or not view.actor.may("visit.record", card["place"]):
        return
    if st.button(view.say("house.visit"), type="primary", width="stretch", icon=":material/fact_check:"):
        st.switch_page(st.session_state["_pages"]["visit"], query_params={"code": card["code"]})


def _tickets(view: View, card: parts.Row, names: dict[str, parts.Row]) -> None:
    st.html(f'<h2 class="anju-h2">{html(view.say("house.tickets", n=len(card["tickets"])))}</h2>')
    if not card["tickets"]:
        st.caption(view.say("house.no_tickets"))
    for row in card["tickets"]:
        holder = parts.department_name(view, row["lead"], names)
        st.html(
            f'<a class="anju-card anju-row" href={attribute(parts.ticket_link(row["number"]))} target="_self">'
            f"<b>{html(view.say('hazard.name.' + row['hazard']))}</b>"
            f"{chip('plain', view.say('ticket.state.' + row['state']))}{parts.clock_chip(view, row['due_at'])}"
            f"<small>{html(row['number'])} · {html(holder)}</small></a>"
        )


def _visits(view: View, card: parts.Row) -> None:
    st.html(f'<h2 class="anju-h2">{html(view.say("house.visits"))}</h2>')
    if not card["visits"]:
        st.caption(view.say("house.never"))
    for row in card["visits"]:
        found = view.say("house.findings", n=row["findings"]) if row["outcome"] == "granted" else ""
        said = (view.say("visit.outcome." + row["outcome"]), found, row["inspector"], house_life.former(view, row))
        told = " · ".join(text for text in said if text)
        st.html(f'<div class="anju-line">{parts.when(view, row["submitted_at"])} · {html(told)}</div>')


def _former_tickets(view: View, card: parts.Row) -> None:
    """Tickets on record of the houses that this one came of."""
    if not card["tickets_before"]:
        return
    st.html(f'<h2 class="anju-h2">{html(view.say("code_life.before"))}</h2>')
    for row in card["tickets_before"]:
        st.html(
            f'<a class="anju-card anju-row" href={attribute(parts.ticket_link(row["number"]))} target="_self">'
            f"<b>{html(view.say('hazard.name.' + row['hazard']))}</b>"
            f"{chip('plain', view.say('ticket.state.' + row['state']))}"
            f"<small>{html(row['number'])} · {html(house_life.former(view, row))}</small></a>"
        )
