"""Reporting a hazard by hand from a house's page; what is known near by is offered before a second case is filed."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from actions import deed, tickets
from actions.evidence import Photo
from db import house, repeat
from gis.errors import AnjuError
from inspections.rules import rules_for
from layers.escape import html
from ui import parts, upload
from ui.messages import hazard, metres
from ui.state import View, flash, reading

LIMIT = 2000


def draw(view: View, card: parts.Row) -> None:
    """Draw the report, folded, for who may report here and while the house stands."""
    if card["house_status"] == "closed" or not view.actor.may("ticket.report", card["place"]):
        return
    with st.expander(view.say("report.open"), icon=":material/report:", key="report"):
        codes = [rule.code for rule in rules_for(view.county, view.at.date(), card["kind"])]
        code = st.selectbox(view.say("report.hazard"), codes, index=None, key="report_hazard",
                            placeholder=view.say("report.choose"),
                            format_func=lambda one: hazard(one, lang=view.lang))  # fmt: skip
        if code is None:
            return
        same = _same(view, card, code)
        words = st.text_area(view.say("report.words"), key="report_words", max_chars=LIMIT, height=90)
        complaint = st.checkbox(view.say("report.complaint"), key="report_complaint")
        given = upload.photos(view, view.say("report.photo"), key="report_photos", many=True)
        st.button(view.say("report.send"), type="primary", width="stretch", key="report_send",
                  disabled=not words.strip(), on_click=_send,
                  args=(view, card, code, words, complaint, given, same))  # fmt: skip


def _same(view: View, card: parts.Row, code: str) -> int | None:
    """Draw the open cases it may be about and return the one chosen; the house's own takes it in by itself."""
    with reading() as connection:
        found = repeat.near(connection, view.county, card["id"], code, now=view.at)
    own = [row for row in found if row["own"]]
    others = {row["id"]: row for row in found if not row["own"]}
    for row in own:
        state = view.say(f"ticket.state.{row['state']}")
        said = view.say("report.own", hazard=hazard(row["hazard"], lang=view.lang), number=row["number"], state=state)
        parts.put(f'<p class="anju-muted">{parts.link(parts.ticket_link(row["number"]), said)}</p>')
    if own or not others:
        return None
    return st.radio(
        view.say("report.same"), [None, *others], key="report_same",
        format_func=lambda key: view.say("report.new") if key is None else _near(view, others[key]),
    )  # fmt: skip


def _near(view: View, row: parts.Row) -> str:
    return view.say("report.near", metres=metres(row["metres"], lang=view.lang), where=house.short(row),
                    hazard=hazard(row["hazard"], lang=view.lang), number=row["number"])  # fmt: skip


def _send(
    view: View, card: parts.Row, code: str, words: str, complaint: bool, given: Sequence[Any], same: int | None
) -> None:
    photos = [Photo(one.getvalue()) for one in given]
    try:
        row = tickets.report(card["id"], code, words=words, actor=view.actor, at=deed.now(), photos=photos,
                             complaint=complaint, same_as=same)  # fmt: skip
    except AnjuError as error:
        flash(view.error(error), kind="error")
        return
    st.session_state.update({"report_hazard": None, "report_words": "", "report_complaint": False})
    flash(view.say("report.sent_new" if same is None else "report.sent_same", number=row["number"]))


def repeats(view: View, ticket_id: int) -> str:
    """Further reports of a case as a list; nothing where there are none."""
    with reading() as connection:
        found = repeat.of_ticket(connection, view.county, ticket_id)
    if not found:
        return ""
    rows = "".join(_repeat(view, row) for row in found)
    head = html(view.say("report.repeats", n=len(found)))
    return f'<h2 class="anju-h2">{head}</h2><ul class="anju-list">{rows}</ul>'


def _repeat(view: View, row: parts.Row) -> str:
    mark = f" · {html(view.say('report.complained'))}" if row["complaint"] else ""
    where = parts.link(parts.house_link(row["code"]), row["address"])
    return (
        f"<li>{html(row['words'], lines=True)}<small>{parts.when(view, row['at'])} · {html(row['account_name'])} · "
        f"{where}{mark}</small></li>"
    )
