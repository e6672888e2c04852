"""One addition in hand: what it measures, whose house it is, and what is decided of it, by key or by thumb."""

from typing import Any

import streamlit as st

from actions import footprints
from db import footprint
from db.query import Row
from gis.errors import AnjuError
from inspections.addition_case import Decision, State, decisions
from layers.escape import html
from ui import parts
from ui.messages import moment
from ui.state import View, flash, reading

CHOSEN = "addition"
WHYS = ("permit", "eaves", "drawing", "temporary")
KEYS = {Decision.ASK: "1", Decision.REPORT: "2", Decision.DISMISS: "3", Decision.UNDO: "0"}
ICONS = {
    Decision.ASK: "directions_walk", Decision.REPORT: "assignment_late", Decision.DISMISS: "block",
    Decision.UNDO: "undo",
}  # fmt: skip
ASKING = "footprints_asking"


def choose(sent: str) -> None:
    """Take one in hand; the browser's word is a number or nothing."""
    if sent.isascii() and sent.isdigit():
        st.query_params[CHOSEN] = sent[:15]
        st.session_state[ASKING] = False


def shut() -> None:
    """Put it away."""
    st.query_params.pop(CHOSEN, None)
    st.session_state[ASKING] = False


def where(view: View, row: dict[str, Any]) -> str:
    """The address of its house, else its village, in words."""
    address, village = (row[name] if isinstance(row[name], str) else "" for name in ("address", "village_name"))
    return address or view.say("footprints.village_only", village=village or "—")


def draw(view: View, row: Row, order: list[int]) -> None:
    """Draw the card; ``order`` are the keys of the list, for the way to the next one."""
    before, after = _beside(row["id"], order)
    with st.container(horizontal=True, key="footprints_way"):
        st.button(view.say("footprints.back"), key="footprints_back", icon=":material/arrow_back:", on_click=shut,
                  shortcut="Escape" if not st.session_state.get(ASKING) else None)  # fmt: skip
        st.button(" ", key="footprints_prev", icon=":material/keyboard_arrow_up:", shortcut="ArrowUp", on_click=choose,
                  args=(str(before),), disabled=before is None)  # fmt: skip
        st.button(view.say("footprints.next"), key="footprints_next", icon=":material/keyboard_arrow_down:",
                  shortcut="ArrowDown", on_click=choose, args=(str(after),), disabled=after is None)  # fmt: skip
    with st.container(border=True, key="footprints_card"):
        parts.put(_head(view, row) + parts.facts(_facts(view, row)) + _decided(view, row))
        if st.session_state.get(ASKING) and Decision.DISMISS in decisions(State(row["state"])):
            _why(view, row, after)
            keys = view.say("footprints.keys_why")
        else:
            _buttons(view, row, after)
            keys = view.say("footprints.keys")
    parts.put(f'<p class="anju-mapnote anju-keys">{html(keys)}</p>')


def _beside(key: int, order: list[int]) -> tuple[int | None, int | None]:
    if key not in order:
        return None, order[0] if order else None
    at = order.index(key)
    return order[at - 1] if at else None, order[at + 1] if at + 1 < len(order) else None


def _head(view: View, row: Row) -> str:
    m2 = view.say("footprints.m2", m2=f"{row['added_m2']:,.1f}")
    plus = view.say("footprints.plus_minus", m2=f"{row['plus_minus_m2']:,.1f}")
    kind = view.say(f"footprints.kind.{row['kind']}")
    return f'<div class="anju-addition"><b>{html(m2)}</b><small>{html(plus)}</small><span>{html(kind)}</span></div>'


def _facts(view: View, row: Row) -> list[tuple[str, object]]:
    house = where(view, row)
    if row["house_id"] is not None:
        near = (
            view.say("footprints.apart", m=f"{row['house_m']:.0f}") if row["house_m"] else view.say("footprints.inside")
        )
        house = f"{house} · {near}"
    size = [view.say("footprints.width", m=f"{row['width_m']:.1f}")]
    if row["share"] is not None:
        size.append(view.say("footprints.share", share=f"{row['share']:.0%}"))
    if row["storeys"] is not None:
        size.append(view.say("footprints.storeys", n=row["storeys"]))
    return [
        (view.say("footprints.house"), house), (view.say("footprints.kind_is"), " · ".join(size)),
        (view.say("footprints.certainty_is"), view.say(f"footprints.certainty.{row['certainty']}")),
        (view.say("footprints.which"), f"{row['old']} → {row['new']} ({row['new_on']:%Y-%m-%d})"),
    ]  # fmt: skip


def _decided(view: View, row: Row) -> str:
    with reading() as connection:
        told = footprint.history(connection, view.county, row["id"])
    lines = [_line(view, one) for one in told]
    if row["like_id"] is not None:
        lines.append(view.say("footprints.carried"))
    listed = "".join(f"<li>{html(line)}</li>" for line in lines)
    ticket = ""
    if row["ticket"]:
        ticket = parts.link(parts.ticket_link(row["ticket"]), view.say("footprints.ticket", number=row["ticket"]))
    house = parts.link(parts.house_link(row["code"]), view.say("map.open_house")) if row["code"] else ""
    links = f"<p>{house} {ticket}</p>" if house or ticket else ""
    return links + (f'<ul class="anju-decided">{listed}</ul>' if listed else "")


def _line(view: View, one: Row) -> str:
    words = view.say("footprints.decided", who=one["account_name"] or "—",
                     when=moment(one["at"], now=view.at, lang=view.lang),
                     state=view.say(f"footprints.state.{one['to_state']}"))  # fmt: skip
    return f"{words} · {one['reason']}" if one["reason"] else words


def _buttons(view: View, row: Row, after: int | None) -> None:
    possible = decisions(State(row["state"]))
    with st.container(key="footprints_decide"):
        for decision in possible:
            bare = row["house_id"] is None and decision in {Decision.ASK, Decision.REPORT}
            st.button(
                view.say(f"footprints.decision.{decision.value}"), key=f"footprints_{decision.value}", width="stretch",
                icon=f":material/{ICONS[decision]}:", shortcut=KEYS[decision], disabled=bare,
                type="primary" if decision is Decision.ASK else "secondary", on_click=_taken,
                args=(view, row, decision, after),
            )  # fmt: skip
        if row["house_id"] is None and Decision.ASK in possible:
            st.caption(view.say("footprints.no_house", m=round(footprint.NEAR_M)))


def _taken(view: View, row: Row, decision: Decision, after: int | None) -> None:
    if decision is Decision.DISMISS:
        st.session_state[ASKING] = True
        return
    _decide(view, row, decision, after)


def _why(view: View, row: Row, after: int | None) -> None:
    """Why it is nothing: the usual reasons by key, another one in words."""
    st.html(f"<h3 class='anju-over'>{html(view.say('footprints.why_dismiss'))}</h3>")
    with st.container(key="footprints_why"):
        for number, why in enumerate(WHYS, 1):
            words = view.say(f"footprints.why.{why}")
            st.button(words, key=f"footprints_why_{why}", width="stretch", shortcut=str(number), on_click=_decide,
                      args=(view, row, Decision.DISMISS, after, words))  # fmt: skip
        st.text_input(view.say("footprints.other"), key="footprints_reason", max_chars=200,
                      placeholder=view.say("footprints.reason_hint"))  # fmt: skip
        with st.container(horizontal=True):
            st.button(view.say("footprints.decision.dismiss"), key="footprints_dismiss_so", type="primary",
                      on_click=_other, args=(view, row, after))  # fmt: skip
            st.button(view.say("footprints.cancel"), key="footprints_cancel", shortcut="Escape", on_click=_cancel)


def _cancel() -> None:
    st.session_state[ASKING] = False


def _other(view: View, row: Row, after: int | None) -> None:
    _decide(view, row, Decision.DISMISS, after, str(st.session_state.get("footprints_reason", "")))


def _decide(view: View, row: Row, decision: Decision, after: int | None, reason: str = "") -> None:
    try:
        done = footprints.decide(row["id"], decision, actor=view.actor, at=view.at, reason=reason, lang=view.lang)
    except AnjuError as error:
        flash(view.error(error), kind="error")
        return
    st.session_state[ASKING] = False
    st.session_state["footprints_reason"] = ""
    flash(view.marked("footprints.done", state=view.say(f"footprints.state.{done['state']}")))
    if decision is not Decision.UNDO and after is not None:
        choose(str(after))
    elif decision is not Decision.UNDO:
        shut()
