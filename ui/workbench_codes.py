"""Merging, splitting and renumbering from the workbench: asked for, looked at first, then done."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from actions import deed, workbench_codes
from actions.code_change import Change, Part
from db import house
from gis.errors import AnjuError
from layers.escape import html
from ui import parts
from ui.messages import grouped
from ui.parts import Row
from ui.state import View, current, reading
from ui.workbench_deeds import CHOICE, PANEL, tell

Try = Callable[[bool], tuple[Change, Any]]
MOST_PARTS = 6


def draw(view: View, case: Row) -> None:
    """Draw what a change of codes needs, and what it would do."""
    if case["house_id"] is None:
        st.caption(view.say("workbench.no_house"))
        return
    usual = "merge" if case["kind"] == "duplicate" else "renumber"
    kind = st.segmented_control(view.say("workbench.change"), ("merge", "split", "renumber"), default=usual,
                                key=f"bench_change_{case['id']}", required=True,
                                format_func=lambda name: view.say(f"workbench.change_of.{name}"))  # fmt: skip
    {"merge": _merge, "split": _split, "renumber": _renumber}[kind or usual](view, case)


def _reason(view: View, case: Row) -> str:
    first = view.say("workbench.change_reason", kind=view.say(f"workbench.kind.{case['kind']}"))
    return st.text_input(view.say("workbench.reason_label"), first, key=f"bench_reason_{case['id']}", max_chars=200)


def _merge(view: View, case: Row) -> None:
    standing = [at for at, one in enumerate(case["candidates"]) if one.get("address_id")]
    if not standing:
        st.caption(view.say("workbench.nothing_to_merge"))
        return
    first = int(st.session_state.get(CHOICE, 0))
    chosen = st.multiselect(view.say("workbench.merge_with"), standing, [first] if first in standing else standing[:1],
                            key=f"bench_merge_{case['id']}",
                            format_func=lambda at: f"{at + 1} · {case['candidates'][at]['text']}")  # fmt: skip
    text = st.text_input(
        view.say("workbench.merged_text"), case["address"], key=f"bench_text_{case['id']}", max_chars=300
    )
    reason = _reason(view, case)
    if chosen:
        _offer(view, case, "merge", lambda trial: workbench_codes.merge(
            case["id"], chosen, Part(text), actor=_actor(view), at=deed.now(), reason=reason, dry_run=trial
        ))  # fmt: skip


def _renumber(view: View, case: Row) -> None:
    candidates = case["candidates"]
    first = candidates[min(int(st.session_state.get(CHOICE, 0)), len(candidates) - 1)]["text"] if candidates else ""
    text = st.text_input(
        view.say("workbench.new_text"), first or case["address"], key=f"bench_new_{case['id']}", max_chars=300
    )
    reason = _reason(view, case)
    _offer(view, case, "renumber", lambda trial: workbench_codes.renumber(
        case["id"], text, actor=_actor(view), at=deed.now(), reason=reason, dry_run=trial
    ))  # fmt: skip


def _split(view: View, case: Row) -> None:
    typed = st.text_area(view.say("workbench.split_texts"), "\n".join(f"{case['address']}{end}" for end in "甲乙"),
                         key=f"bench_split_{case['id']}", height=90, max_chars=1200)  # fmt: skip
    texts = [line.strip() for line in typed.splitlines() if line.strip()][:MOST_PARTS]
    with reading() as connection:
        rooms = house.rooms(connection, county=view.county, house_id=case["house_id"])
    goes: dict[int, list[int]] = {at: [] for at in range(len(texts))}
    for room in rooms:
        at = st.selectbox(view.marked("workbench.room_goes", room=room["label"]), list(goes),
                          key=f"bench_room_{case['id']}_{room['id']}", format_func=lambda at: texts[at])  # fmt: skip
        if at is not None:
            goes[at].append(room["id"])
    reason = _reason(view, case)
    made = [Part(text, rooms=tuple(goes[at])) for at, text in enumerate(texts)]
    _offer(view, case, "split", lambda trial: workbench_codes.split(
        case["id"], made, actor=_actor(view), at=deed.now(), reason=reason, dry_run=trial
    ))  # fmt: skip


def _actor(view: View) -> Any:
    here = current()
    return (here if here is not None and here.actor.account_id == view.actor.account_id else view).actor


def _offer(view: View, case: Row, kind: str, attempt: Try) -> None:
    """What would follow, and the button that does it."""
    try:
        told, _ = attempt(True)
    except AnjuError as error:
        st.error(view.error(error))
        return
    parts.put(f'<div class="anju-benchsays">{_preview(view, told)}</div>')
    if st.button(view.say(f"workbench.change_do.{kind}"), key="bench_change_do", type="primary", width="stretch"):
        try:
            attempt(False)
        except AnjuError as error:
            st.error(view.error(error))
            return
        st.session_state[PANEL], st.session_state[CHOICE] = None, 0
        tell(view.say("workbench.did.change", kind=view.say(f"workbench.change_of.{kind}")))
        st.rerun()


def _preview(view: View, change: Change) -> str:
    rows = [
        (view.say(f"workbench.preview.{name}"), line)
        for name, lines in (("retired", change.retired), ("allotted", change.allotted), ("kept", change.kept))
        for line in lines if line.level == "house"
    ]  # fmt: skip
    lines = "".join(
        f"<li>{html(word)} <code>{html(grouped(line.code))}</code> {html(line.text)}</li>" for word, line in rows
    )
    follows = len(change.follows)
    tail = f"<p>{html(view.say('workbench.preview.follows', n=follows))}</p>" if follows else ""
    warned = "".join(f"<p>⚠ {html(warning.text(view.lang))}</p>" for warning in change.warnings)
    return f"<b>{html(view.say('workbench.preview.title'))}</b><ul>{lines}</ul>{tail}{warned}"
