"""The rating of a case on screen: a chip that opens to every term, what a step would change, what each person gave."""

import math
from typing import Any

from db.rating import Known
from inspections.rating import Default, Rating, Swing, band_of, sensitivity, terms, turning
from inspections.rating_file import CLASSES, ratings
from layers.escape import attribute, html
from ui import parts
from ui.state import View

Scale = tuple[int, int]
"""The powers of ten between which a little chart lies."""


def chip(view: View, known: Known | None) -> str:
    """Band and score as a chip that opens to their terms: the viewer's own rating, else what the hazard starts from."""
    shown = None if known is None else _shown(view, known)
    if known is None or shown is None:
        return ""
    whose, told = shown
    words = view.say("rating.chip", band=told.band, score=f"{told.score:,}")
    return (
        f'<details class="anju-rating c{told.category}"><summary title={attribute(view.say("rating.chip_hint"))}>'
        f"{html(words)}<small>{html(view.say(f'rating.{whose}'))}</small></summary>"
        f'<div class="sides"><div>{_sum(view, told)}{_started(view, known.base)}</div>'
        f"<div>{_tornado(view, told)}{_given(view, known)}</div></div></details>"
    )


def _shown(view: View, known: Known) -> tuple[str, Rating] | None:
    own = next((row["rating"] for row in known.rows if row["account_id"] == view.actor.account_id), None)
    if own is not None:
        return "own", own
    return None if known.base is None else ("base", known.base.rating)


def _sum(view: View, told: Rating) -> str:
    """Draw the table of terms and the formula with its numbers."""
    head = "".join(f"<th>{html(view.say(f'rating.{name}'))}</th>" for name in ("weight", "spread", "product"))
    rows = "".join(
        f"<tr><th>{html(view.say(f'rating.class.{one.harm}'))}</th><td>{one.weight:,}</td>"
        f"<td>{html(view.say('rating.share', share=f'{one.share:g}'))}</td><td>{one.product:,.1f}</td></tr>"
        for one in terms(told)
    )
    added = " + ".join(f"{one.weight:,}×{one.share:g}" for one in terms(told))
    category = view.say("rating.category", n=told.category)
    formula = view.say("rating.formula", sum=added, likelihood=told.likelihood, people=f"{told.people:g}",
                       score=f"{told.score:,}", band=told.band, category=category)  # fmt: skip
    alone = view.say("rating.for_one", score=f"{told.for_one:,}", band=band_of(told.for_one))
    pairs = (
        ("likelihood", view.say("rating.one_in", n=told.likelihood)),
        ("people", view.say("rating.people_value", n=told.exposed, factor=f"{told.people:g}")),
    )
    facts = "".join(f"<span><b>{html(view.say(f'rating.{name}'))}</b> {html(value)}</span>" for name, value in pairs)
    meaning = view.say("rating.likelihood_hint", n=told.likelihood)
    return (
        f'<p class="terms" title={attribute(meaning)}>{facts}</p><table><tr><th></th>{head}</tr>{rows}</table>'
        f'<p class="formula">{html(formula)}</p><p class="fine">{html(alone)}</p>'
        f'<p class="fine">{html(view.say(f"rating.category_{told.category}"))}</p>'
    )


def _started(view: View, base: Default | None) -> str:
    """Where the default comes from, and which facts of the visit moved it."""
    if base is None:
        return ""
    profile = base.profile
    sure = view.say(f"hazard.certainty.{profile.certainty}")
    source = view.say("rating.source", why=profile.why[view.lang], source=profile.source[view.lang], certainty=sure,
                      on=profile.valid_from.isoformat())  # fmt: skip
    moves = [
        view.say("rating.move", sign="+" if one.steps > 0 else "−", n=abs(one.steps), why=one.why[view.lang])
        for one in base.moves
    ]
    moved = "".join(f"<li>{html(words)}</li>" for words in moves)
    if moved:
        line = view.say("rating.moved", old=profile.likelihood, new=base.rating.likelihood)
        moved = f'<p class="fine">{html(line)}</p><ul>{moved}</ul>'
    return f'<p class="fine">{html(source)}</p>{moved}'


def _tornado(view: View, told: Rating) -> str:
    """How far each term swings the score, on a scale of powers of ten, and the steps that change the category."""
    swings = sensitivity(told)
    scale = _scale(told, swings)
    rows = "".join(_swing(view, told, one, scale) for one in swings)
    steps = [
        view.say("rating.turn_up" if way > 0 else "rating.turn_down", term=_term(view, term), score=f"{one.score:,}",
                 band=one.band)
        for term, way, one in turning(told)
    ]  # fmt: skip
    turns = (
        view.say("rating.turns", steps=view.say("rating.between").join(steps))
        if steps
        else view.say("rating.turns_none")
    )
    title = html(view.say("rating.tornado"))
    return f'<h3>{title}</h3><ul class="tornado">{rows}</ul><p class="formula">{html(turns)}</p>'


def _scale(told: Rating, swings: list[Swing]) -> Scale:
    scores = [one.score for swing in swings for one in (swing.down, told, swing.up) if one is not None]
    return math.floor(math.log10(min(scores) + 1)), max(1, math.ceil(math.log10(max(scores) + 1)))


def _swing(view: View, told: Rating, swing: Swing, scale: Scale) -> str:
    low, high = swing.down or told, swing.up or told
    left, right, base = (_at(one.score, scale) for one in (low, high, told))
    limit = _at(ratings().category_1_from, scale)
    line = f'<u style="left:{limit:.1f}%"></u>' if 0 <= limit <= 100 else ""
    turns = any(one is not None and one.category != told.category for one in (swing.down, swing.up))
    ends = " — ".join(_end(view, one) for one in (swing.down, swing.up))
    return (
        f'<li class="{"turns" if turns else ""}"><span>{html(_term(view, swing.term))}</span><div class="track">{line}'
        f'<i style="left:{left:.1f}%;width:{max(right - left, 0.6):.1f}%"></i><b style="left:{base:.1f}%"></b></div>'
        f"<small>{html(ends)}</small></li>"
    )


def _end(view: View, one: Rating | None) -> str:
    if one is None:
        return view.say("rating.no_step")
    return view.say("rating.step", score=f"{one.score:,}", band=one.band)


def _term(view: View, term: str) -> str:
    return view.say(f"rating.short.{term}" if term in CLASSES else f"rating.{term}")


def _at(score: int, scale: Scale) -> float:
    return 100 * (math.log10(score + 1) - scale[0]) / (scale[1] - scale[0])


def _given(view: View, known: Known) -> str:
    """What each person gave, as far as this one may see it; how many there are besides."""
    told = "".join(f"<li>{_one(view, row)}</li>" for row in known.rows)
    hidden = known.raters - len(known.rows)
    more = f'<p class="fine">{html(view.say("rating.hidden", n=hidden))}</p>' if hidden else ""
    title = f"<h3>{html(view.say('rating.given', n=known.raters))}</h3>" if known.raters else ""
    return f"{title}<ul>{told}</ul>{more}"


def _one(view: View, row: dict[str, Any]) -> str:
    told: Rating = row["rating"]
    i, ii, iii, iv = (f"{share:g}" for share in told.spread)
    words = view.say("rating.told", likelihood=told.likelihood, i=i, ii=ii, iii=iii, iv=iv, n=told.exposed,
                     score=f"{told.score:,}", band=told.band)  # fmt: skip
    how = view.say("rating.blind" if row["blind"] else "rating.seen")
    note = f"<p>{html(row['note'], lines=True)}</p>" if row["note"] else ""
    return (
        f"<b>{html(row['account_name'])}</b> {html(words)} "
        f"<small>{html(how)} · {parts.when(view, row['at'])}</small>{note}"
    )
