"""Pieces that several pages show the same way: chips, clocks, the house card, the timeline, photos.

Each returns HTML whose every text went through ``layers.escape``; the pages put it on screen with ``st.html``.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import streamlit as st

from inspections.role import Role
from layers.escape import attribute, html
from layers.style import chip, risk, risk_word
from ui.messages import clock, day, exact, grouped, moment
from ui.state import View

Row = dict[str, Any]


def put(markup: str) -> None:
    """Put HTML on screen, if there is any."""
    if markup:
        st.html(markup)


def clock_chip(view: View, due_at: datetime | None, *, soon: bool = False) -> str:
    """还剩 2 天 4 小时 or 超期 3 天, coloured by state, with the exact time on hover."""
    if due_at is None:
        return ""
    kind = "late" if due_at < view.at else "soon" if soon else "normal"
    words = clock(due_at, now=view.at, lang=view.lang)
    return f"<span title={attribute(exact(due_at))}>{chip(f'clock_{kind}', words)}</span>"


def risk_chip(view: View, colour: str) -> str:
    """Shape, colour and word of a risk."""
    return f'<span class="anju-chip">{shape(colour)}{html(risk_word(colour, view.lang))}</span>'


def shape(colour: str, *, big: bool = False) -> str:
    """The shape of a risk colour; the word stands beside it."""
    risk(colour)
    return f'<i class="anju-shape {colour}{" big" if big else ""}"></i>'


def when(view: View, at: datetime | None) -> str:
    """A moment as people say it, exact on hover."""
    return f"<span title={attribute(exact(at))}>{html(moment(at, now=view.at, lang=view.lang))}</span>"


def code_line(code: str) -> str:
    """An address code in its groups; one tap selects the whole."""
    return f'<code class="anju-code" title={attribute(code)}>{html(grouped(code))}</code>'


def house_link(code: str) -> str:
    """The address of a house's page; it carries the code alone."""
    return f"/house?code={code}"


def ticket_link(number: str) -> str:
    """The address of a ticket's page."""
    return f"/ticket?number={number}"


def link(url: str, text: object, *, kind: str = "anju-link") -> str:
    """A link that stays in this tab."""
    return f'<a class="{kind}" href={attribute(url)} target="_self">{html(text)}</a>'


def department_name(view: View, code: str | None, names: dict[str, Row]) -> str:
    """A department's name in the reader's language; its code if the county has none of that code."""
    row = names.get(code or "")
    return (row["name_en"] if view.lang == "en" else row["name"]) if row else (code or "—")


def facts(pairs: Iterable[tuple[str, object]]) -> str:
    """A short definition list; what is empty is left out."""
    told = [(name, value) for name, value in pairs if value not in (None, "")]
    return '<dl class="anju-facts">' + "".join(f"<dt>{html(n)}</dt><dd>{html(v)}</dd>" for n, v in told) + "</dl>"


def reasons(view: View, row: Row, *, most: int = 2) -> str:
    """The strongest reasons of a house's risk in words."""
    from inspections.risk import reason_words

    told = [reason_words(reason, view.lang) for reason in (row.get("reasons") or [])[:most]]
    return " · ".join(told)


def room_boxes(view: View, rooms: list[Row], hazardous: frozenset[int] = frozenset()) -> str:
    """Rooms as small boxes: label, persons over square metres; red where a rule bites."""
    boxes = []
    for room in rooms:
        area = f"{room['usable_m2']:g} m²" if room["usable_m2"] else "— m²"
        people = view.say("house.persons", n=room["headcount"]) if room["headcount"] is not None else "—"
        bad = " bad" if room["id"] in hazardous else ""
        kind = view.say(f"house.room_kind.{room['kind']}")
        boxes.append(
            f'<div class="anju-room{bad}"><b>{html(room["label"])}</b><span>{html(people)} / {html(area)}</span>'
            f"<small>{html(kind)}</small></div>"
        )
    return '<div class="anju-rooms">' + "".join(boxes) + "</div>"


def house_head(view: View, house: Row) -> str:
    """The top of a house card: risk, short address, code, its two strongest reasons."""
    if house.get("closed_on"):
        state = html(view.say("code_life.closed_on", on=house["closed_on"]))
    else:
        said = html(reasons(view, house))
        state = f"{html(risk_word(house['colour'], view.lang))}{' · ' + said if said else ''}"
    return (
        f'<div class="anju-househead">{shape(house["colour"], big=True)}<div><b>{html(house["short"])}</b>'
        f"<small>{html(house['town_name'] or '')} {html(house['address'])}</small>{code_line(house['code'])}"
        f"<p>{state}</p></div></div>"
    )


def photos(rows: list[Row], caption: str) -> str:
    """Photos as a strip; each opens whole."""
    if not rows:
        return ""
    shown = "".join(
        f'<a href="/photo/{int(row["id"])}.jpg" target="_blank" rel="noopener">'
        f'<img loading="lazy" src="/photo/{int(row["id"])}.jpg" alt={attribute(caption)}></a>'
        for row in rows
    )
    return f'<figure class="anju-photos"><figcaption>{html(caption)}</figcaption>{shown}</figure>'


def due_words(view: View, row: Row) -> str:
    """When a house is due next, as people say it."""
    return day(row["due_on"], today=view.at.date(), lang=view.lang)


def may_see_people(view: View) -> bool:
    """Whether this person's role sees masked owners at all."""
    return bool(view.actor.roles & {Role.INSPECTOR, Role.DEPARTMENT, Role.CENTRE})
