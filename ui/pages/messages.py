"""What a person was told: the newest first, each leading to its case."""

import streamlit as st

from actions import messages as deeds
from db import house, message, outgoing
from db.query import Row
from inspections.notice import URGENT
from layers.escape import attribute, html
from ui import parts
from ui.frame import empty, title
from ui.live import live
from ui.messages import exact, hazard, moment
from ui.parts import ticket_link
from ui.state import View, reading

PAGE_ROWS = 60


def page(view: View) -> None:
    """Draw the messages, all or the unread ones as the address bar says."""
    only = st.query_params.get("show") == "unread"
    limit = int(st.session_state.get("messages_limit", PAGE_ROWS))
    with reading() as connection:
        reader = deeds.reader(view.actor)
        rows = message.listed(connection, reader, now=view.at, unread=only, limit=limit + 1)
        waiting = message.unread(connection, reader, now=view.at)
    title(view.say("messages.title"), hint=view.say("messages.unread", n=waiting))
    _choose(view, only, waiting)
    if not rows:
        empty(view.say("messages.none_unread" if only else "messages.none"), hint=view.say("messages.none_hint"))
    with st.container(key="messages"):
        parts.put(f'<div class="anju-houses">{"".join(_row(view, row) for row in rows[:limit])}</div>' if rows else "")
        if len(rows) > limit:
            st.button(view.say("messages.more"), on_click=_more)
    live()


def _choose(view: View, only: bool, waiting: int) -> None:
    with st.container(key="messages_top", horizontal=True, gap="small", vertical_alignment="center"):
        st.button(view.say("messages.show_all" if only else "messages.show_unread"), key="messages_show",
                  on_click=_show, args=(not only,))  # fmt: skip
        st.button(view.say("messages.read_all"), key="messages_read", icon=":material/done_all:", disabled=not waiting,
                  on_click=_read_all, args=(view,))  # fmt: skip
        if view.actor.may_open("channels"):
            with reading() as connection:
                dead = outgoing.counts(connection, view.county, now=view.at)["dead"]
            words = view.say("channels.title") + (f" · {view.say('channels.dead_n', n=dead)}" if dead else "")
            st.page_link(st.session_state["_pages"]["channels"], label=words, icon=":material/outgoing_mail:")


def _read_all(view: View) -> None:
    deeds.read(view.actor, at=view.at)


def _show(only: bool) -> None:
    if only:
        st.query_params["show"] = "unread"
    else:
        st.query_params.pop("show", None)


def _more() -> None:
    st.session_state["messages_limit"] = int(st.session_state.get("messages_limit", PAGE_ROWS)) + PAGE_ROWS


def _row(view: View, row: Row) -> str:
    kinds = ["anju-house", "anju-message", *([] if row["read"] else ["new"])]
    if row["event"] in URGENT:
        kinds.append("urgent")
    due = exact(row["due_at"])[:16] or "—"
    by_name = "_handler" if row["recipient"] == "handler" else ""
    words = view.say(f"messages.event.{row['event']}{by_name}", due=due)
    about = f"{hazard(row['hazard'], lang=view.lang)} · {row['town_name'] or ''} {house.short(row)}"
    by = " · ".join(str(one) for one in (row["number"], row["actor_name"]) if one)
    when = moment(row["at"], now=view.at, lang=view.lang)
    return (
        f'<a class={attribute(" ".join(kinds))} target="_self" href={attribute(ticket_link(row["number"]))}>'
        f"<div><b>{html(words)}</b><span>{html(about)}</span><small><span>{html(by)}</span></small></div>"
        f"<em title={attribute(exact(row['at']))}>{html(when)}</em></a>"
    )
