"""How two raters agree, on the centre's page: the kappa with its interval, the table, the cases farthest apart."""

import streamlit as st

from db import rating
from db.rating import Pair
from inspections.agreement import Agreement, agreement
from inspections.rating import likelihood_step
from inspections.rating_file import BANDS, ratings
from layers.escape import attribute, html
from ui import parts
from ui.messages import hazard
from ui.state import View, reading

APART = 2
MOST = 30


def panel(view: View) -> None:
    """Draw the head of the centre's tab for who may compare raters."""
    if not view.actor.may("rating.agreement"):
        return
    with reading() as connection:
        found = rating.pairs(connection, view.county)
    pairs = [one for one in found if view.actor.may("rating.agreement", one.place)]
    bands = agreement([(_band(one, 0), _band(one, 1)) for one in pairs], steps=len(BANDS))
    steps = agreement([(_step(one, 0), _step(one, 1)) for one in pairs], steps=len(ratings().likelihoods))
    with st.container(border=True, key="rating_panel"):
        if bands.cases < APART:
            parts.put(f"<p>{html(view.say('rating.agreement.few', n=bands.cases))}</p>")
            return
        lines = [_line(view, bands), _kappa(view, "bands", bands), _kappa(view, "steps", steps)]
        told = "".join(f"<p>{html(line)}</p>" for line in lines)
        parts.put(f'<div class="anju-agree">{told}</div>')
        with st.expander(view.say("rating.agreement.apart")):
            parts.put(_apart(view, pairs))
        with st.expander(view.say("rating.agreement.table")):
            parts.put(_table(bands) + f'<p class="anju-muted">{html(view.say("rating.agreement.how"))}</p>')


def _band(one: Pair, which: int) -> int:
    return BANDS.index(one.ratings[which].band)


def _step(one: Pair, which: int) -> int:
    return likelihood_step(one.ratings[which].likelihood)


def _line(view: View, told: Agreement) -> str:
    percent = {name: f"{100 * getattr(told, name) / told.cases:.0f}" for name in ("exact", "near")}
    return view.say("rating.agreement.line", n=told.cases, exact=told.exact, near=told.near,
                    exact_percent=percent["exact"], near_percent=percent["near"])  # fmt: skip


def _kappa(view: View, name: str, told: Agreement) -> str:
    what = view.say(f"rating.agreement.{name}")
    if told.kappa is None:
        return view.say("rating.agreement.kappa_none", what=what)
    return view.say("rating.agreement.kappa", what=what, kappa=f"{told.kappa:.2f}", low=f"{told.low:.2f}",
                    high=f"{told.high:.2f}")  # fmt: skip


def _apart(view: View, pairs: list[Pair]) -> str:
    """The cases two bands or more apart, the farthest first, each opening to its case."""
    far = [one for one in pairs if abs(_band(one, 0) - _band(one, 1)) >= APART]
    far.sort(key=lambda one: (-abs(_band(one, 0) - _band(one, 1)), one.number))
    if not far:
        return f"<p>{html(view.say('rating.agreement.none_apart'))}</p>"
    return f'<ul class="anju-list">{"".join(_row(view, one) for one in far[:MOST])}</ul>'


def _row(view: View, one: Pair) -> str:
    first, other = one.ratings
    words = view.say("rating.agreement.pair", first=one.raters[0], a=f"{first.band} {first.score:,}",
                     other=one.raters[1], b=f"{other.band} {other.score:,}")  # fmt: skip
    link = parts.link(parts.ticket_link(one.number), one.number)
    return f"<li>{link}<b>{html(hazard(one.hazard, lang=view.lang))}</b><small>{html(words)}</small></li>"


def _table(told: Agreement) -> str:
    most = max(max(row) for row in told.table) or 1
    head = "".join(f"<th>{band}</th>" for band in BANDS)
    rows = "".join(
        f"<tr><th>{band}</th>{''.join(_cell(n, most, on=i == j) for j, n in enumerate(row))}</tr>"
        for i, (band, row) in enumerate(zip(BANDS, told.table, strict=True))
    )
    return f'<table class="anju-confusion"><tr><th></th>{head}</tr>{rows}</table>'


def _cell(n: int, most: int, *, on: bool) -> str:
    style = attribute(f"background:rgba(15,118,110,{0.75 * n / most:.2f})")
    return f'<td class="{"on" if on else ""}" style={style}>{n or ""}</td>'
