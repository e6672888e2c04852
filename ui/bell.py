"""The bell: how much a person was told and has not read, on every page."""

import streamlit as st

from actions import messages as deeds
from db import message
from ui.state import View, reading


def draw(view: View) -> None:
    """The bell with its number; it leads to the messages."""
    with reading() as connection:
        n = message.unread(connection, deeds.reader(view.actor), now=view.at)
    with st.container(key="bell_new" if n else "bell", width="content"):
        st.page_link(
            st.session_state["_pages"]["messages"], label=str(n) if n < 100 else "99+", icon=":material/notifications:",
            help=view.say("messages.bell", n=n),
        )  # fmt: skip


def seen(view: View, ticket_id: int) -> None:
    """Whoever opens a case has read what they were told of it."""
    with reading() as connection:
        ids = message.unread_of(connection, deeds.reader(view.actor), ticket_id, now=view.at)
    if ids:
        deeds.read(view.actor, at=view.at, ids=ids)
