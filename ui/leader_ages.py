"""How old open cases are, how fast cases were closed, how many houses were seen in time: a table whose numbers open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from db import age, house
from db.age import Ages
from db.kpi import By, Period
from db.query import Row
from layers.escape import attribute, html
from ui import case_list
from ui.messages import exact, hazard, moment
from ui.parts import house_link, link
from ui.period import Span
from ui.press import mark, press
from ui.state import View, reading

BYS: tuple[By, ...] = ("town", "village", "department", "hazard")
OPEN, CLOSED, UNSEEN = "open", "closed", "unseen"
SHOWN = "leader_ages_shown"
_CHOSEN = "leader_ages_by"


def button(view: View, span: Span, seen_at: datetime) -> None:
    """The way to the table."""
    if st.button(view.say("ages.title"), key="leader_ages", icon=":material/hourglass_bottom:"):
        st.session_state.pop(SHOWN, None)
        st.dialog(view.say("ages.title"), width="large")(_table)(view, span, seen_at)


def _table(view: View, span: Span, seen_at: datetime) -> None:
    by = st.segmented_control(view.say("ages.by"), BYS, default=BYS[0], required=True, key=_CHOSEN,
                              label_visibility="collapsed",
                              format_func=lambda one: view.say(f"ages.by_{one}"))  # fmt: skip
    whole, rows = _ages(view, span, seen_at, None), _ages(view, span, seen_at, by)
    rows = sorted(rows, key=lambda one: -(one.median_days or 0))
    heads = "".join(f"<th>{html(view.say(f'ages.column.{name}'))}</th>" for name in _COLUMNS)
    first = f'<th class="l">{html(view.say(f"ages.by_{by}"))}</th>'
    body = "".join(_row(view, one, None) for one in whole) + "".join(_row(view, one, by) for one in rows)
    with st.container(key="leader_ages_table"):
        table = f'<table class="wide"><thead><tr>{first}{heads}</tr></thead><tbody>{body}</tbody></table>'
        press(f'<section class="card"><div class="scroll tall" data-scroll>{table}</div></section>',
              key="leader_ages_rows", told=_pressed)  # fmt: skip
        st.caption(view.say("ages.hint"))
        if st.session_state.get(SHOWN):
            _open(view, span, seen_at, [*whole, *rows])


_COLUMNS = ("open", "median", "p90", "closed", "to_close", "coverage")


def _ages(view: View, span: Span, seen_at: datetime, by: By | None) -> list[Ages]:
    with reading() as connection:
        return age.ages(connection, county=view.county, period=_period(span, seen_at, by))


def _period(span: Span, seen_at: datetime, by: By | None) -> Period:
    return Period(from_at=span.from_at, to_at=span.to_at, by=by, as_of=seen_at)


def _row(view: View, one: Ages, by: By | None) -> str:
    tail = f".{by}.{one.key}" if by else ""
    cells = [
        mark(f"{OPEN}{tail}", f"{one.open:,}"), _days(one.median_days), _days(one.p90_days),
        mark(f"{CLOSED}{tail}", f"{one.closed:,}"), _days(one.median_days_to_close), _coverage(one, tail),
    ]  # fmt: skip
    shown = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><td class="l">{html(_name(view, one, by))}</td>{shown}</tr>'


def _days(days: float | None) -> str:
    return "—" if days is None else f"{days:g}"


def _coverage(one: Ages, tail: str) -> str:
    if one.coverage is None or one.coverage.percent is None:
        return "—"
    title = f"{one.coverage.numerator:,} / {one.coverage.denominator:,}"
    return mark(f"{UNSEEN}{tail}", f"{one.coverage.percent:.1f} %", title=title)


def _name(view: View, one: Ages, by: By | None) -> str:
    if by is None:
        return view.say("ages.whole")
    if by == "hazard":
        return hazard(one.key or "", lang=view.lang)
    return (one.name_en if view.lang == "en" else one.name) or one.name or one.key or "—"


def _pressed(sent: str) -> None:
    st.session_state[SHOWN] = sent
    st.session_state["leader_rows"] = case_list.PAGE_ROWS


def _asked(sent: str) -> tuple[str, By | None, str | None]:
    """What was pressed: open, closed or unseen, and of whom."""
    words = sent.split(".", 2)
    by = next((one for one in BYS if len(words) == 3 and one == words[1]), None)
    return words[0], by, words[2] if by else None


def _open(view: View, span: Span, seen_at: datetime, rows: Sequence[Ages]) -> None:
    what, by, key = _asked(st.session_state[SHOWN])
    period = _period(span, seen_at, by)
    one = next((row for row in rows if row.key == key), None)
    with reading() as connection:
        given: dict[str, Any] = {"county": view.county, "period": period, "key": key}
        found = (
            age.houses(connection, covered=False, **given) if what == UNSEEN
            else age.cases(connection, of="closed" if what == CLOSED else "open", **given)
        )  # fmt: skip
    words = " · ".join([*([_name(view, one, by)] if one else []), view.say(f"ages.list_{what}")])
    count = html(view.say("ages.found", n=len(found)))
    head = f'{html(words)}<small data-found="{len(found)}">{count}</small>'
    shown = int(st.session_state.get("leader_rows", case_list.PAGE_ROWS))
    body = (
        _houses(view, found[:shown]) if what == UNSEEN
        else case_list.table(view, found, seen_at=seen_at, shown=shown)
    )  # fmt: skip
    press(f'<section class="card"><h2>{head}</h2></section>{body}', key="leader_ages_list", told=lambda _: None)
    if len(found) > shown:
        st.button(view.say("leader.more", shown=shown, n=len(found)), key="leader_ages_more", on_click=_more)


def _more() -> None:
    st.session_state["leader_rows"] = int(st.session_state.get("leader_rows", 0)) + case_list.PAGE_ROWS


def _houses(view: View, rows: Sequence[Row]) -> str:
    names = {key: view.say(f"ages.house.{key}") for key in ("code", "where", "seen", "due")}
    heads = "".join(f'<th class="l">{html(name)}</th>' for name in names.values())
    body = "".join(f"<tr>{_cells(view, row, names)}</tr>" for row in rows)
    return f'<table class="wide cases"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _cells(view: View, row: Row, names: dict[str, str]) -> str:
    seen = html(moment(row["last_visit_at"], now=view.at, lang=view.lang))
    cells = {
        "code": link(house_link(row["code"]), row["code"], kind="mark"),
        "where": html(house.short(row)),
        "seen": f"<span title={attribute(exact(row['last_visit_at']))}>{seen}</span>",
        "due": html(str(row["due_on"] or "—")),
    }
    return "".join(
        f'<td class="l{" wrap" if key == "where" else ""}" data-name={attribute(names[key])}>{cell}</td>'
        for key, cell in cells.items()
    )
