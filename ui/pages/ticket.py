"""One case by its number, for everybody who may see it."""

import streamlit as st

from gis.errors import AnjuError
from inspections.access import RefusedError
from layers.escape import html
from ui import again, bell, case, case_steps, parts
from ui.frame import empty
from ui.state import View


def page(view: View) -> None:
    """Draw the case in the address bar; without one, ask for its number."""
    number = str(st.query_params.get("number", "")).strip()
    if not number:
        _ask(view)
        return
    try:
        found = case.load(view, number)
    except RefusedError:
        raise
    except AnjuError as error:
        empty(case_steps.words(view, error), hint=view.say("ticket_page.none_hint"))
        return
    bell.seen(view, found.row["id"])
    with st.container(key="case_page"):
        with st.container(key="case_body"):
            again.card(view, found.row)
            case.draw(view, found)
        case_steps.bar(view, found)


def _ask(view: View) -> None:
    st.text_input(view.say("ticket_page.number"), key="ticket_number", placeholder="320581-20260615-0001",
                  on_change=_go, width=420)  # fmt: skip
    parts.put(f'<p class="anju-muted">{html(view.say("ticket_page.none_hint"))}</p>')


def _go() -> None:
    st.query_params["number"] = st.session_state["ticket_number"].strip()
