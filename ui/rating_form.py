"""Giving one's own rating of a case: the likelihood by a touch, three shares of harm, the people; photos beside."""

import streamlit as st

from actions import deed, ratings
from db import ticket
from db.query import Row
from db.rating import Known
from gis.errors import AnjuError
from inspections.rating import MOST_PEOPLE, Rating
from inspections.rating_file import CLASSES
from inspections.rating_file import ratings as scale
from layers.escape import html
from ui import parts
from ui.state import View, flash

JUDGED = CLASSES[:3]


def draw(view: View, row: Row, known: Known | None) -> None:
    """Draw the form, folded, for who may rate this case; it starts from nothing, so that no default leads."""
    if known is None or not view.actor.may("rating.give", ticket.place_of(row)):
        return
    title = view.say("rating.mine_again" if known.own else "rating.mine")
    with st.expander(title, icon=":material/balance:", key=f"rating_form_{row['id']}"):
        parts.put(f'<p class="anju-muted">{html(_hint(view, known))}</p>')
        told = _asked(view, row, known)
        note = st.text_area(view.say("rating.ask_note"), key=f"rating_note_{row['id']}", height=68,
                            max_chars=ratings.NOTE_LIMIT)  # fmt: skip
        st.button(view.say("rating.send"), key="rating_send", type="primary", disabled=told is None,
                  on_click=_send, args=(view, row, told, note))  # fmt: skip


def _hint(view: View, known: Known) -> str:
    said = view.say("rating.mine_open" if known.open and not known.own else "rating.mine_hint")
    hidden = known.raters - len(known.rows)
    return f"{said} {view.say('rating.hidden', n=hidden)}" if hidden else said


def _asked(view: View, row: Row, known: Known) -> Rating | None:
    """Draw the questions; the rating once they are answered."""
    key = row["id"]
    likelihood = st.pills(view.say("rating.ask_likelihood"), scale().likelihoods, key=f"rating_likelihood_{key}",
                          format_func=lambda n: view.say("rating.one_in", n=n))  # fmt: skip
    parts.put(f"<b>{html(view.say('rating.ask_harm'))}</b>")
    shares = [
        float(st.select_slider(view.say(f"rating.class.{harm}"), scale().shares, key=f"rating_{harm}_{key}",
                               format_func=lambda share: view.say("rating.share", share=f"{share:g}")))
        for harm in JUDGED
    ]  # fmt: skip
    there = known.base.rating.exposed if known.base else 1
    exposed = st.number_input(view.say("rating.ask_people"), 1, MOST_PEOPLE, there, key=f"rating_people_{key}")
    rest = round(100 - sum(shares), 1)
    told = None
    if rest < 0:
        said = view.say("rating.too_much", sum=f"{sum(shares):g}")
    elif likelihood is None:
        said = f"{view.say('rating.rest', share=f'{rest:g}')} · {view.say('rating.choose')}"
    else:
        told = Rating(int(likelihood), (shares[0], shares[1], shares[2], rest), int(exposed))
        would = view.say("rating.would_be", band=told.band, score=f"{told.score:,}")
        said = f"{view.say('rating.rest', share=f'{rest:g}')} · {would}"
    parts.put(f'<p class="anju-would">{html(said)}</p>')
    return told


def _send(view: View, row: Row, told: Rating, note: str) -> None:
    try:
        ratings.rate(row["id"], told, actor=view.actor, at=deed.now(), note=note)
    except AnjuError as error:
        flash(view.error(error), kind="error")
        return
    flash(view.say("rating.sent", band=told.band, score=f"{told.score:,}"))
