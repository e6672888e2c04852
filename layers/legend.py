"""Legends: what is shown, in words, with counts."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from layers import escape, style
from layers.boundaries import percent
from layers.draw import Legend
from layers.tickets import ticket_svg
from words import say


def risk_legend(counts: Mapping[str, int], *, lang: str = "zh") -> str:
    """Risk colours with shape, word and number of houses, worst first, as HTML.

    Raises
    ------
    UnknownColourError
        For a colour in ``counts`` that is none.
    """
    for colour in counts:
        style.risk(colour)
    entries = [
        (style.risk_svg(colour, 16), style.risk_word(colour, lang), counts.get(colour, 0)) for colour in style.RISK
    ]
    return _legend(say("map.layer.houses", lang), entries, lang, total=True)


def clock_legend(counts: Mapping[str, int], *, lang: str = "zh") -> str:
    """Clocks of tickets with sign, word and number, latest first, as HTML."""
    entries = [
        (ticket_svg(clock, 16), say(f"map.clocks.{clock}", lang), counts.get(clock, 0))
        for clock in ("late", "soon", "normal")
    ]
    return _legend(say("map.layer.tickets", lang), entries, lang, total=True)


def rate_legend(*, title: str = "", lang: str = "zh") -> str:
    """The steps of the closure rate, as HTML; ``title`` says which rate it is, text, escaped here."""
    edges = [step for step, _ in style.RATE_STEPS[:-1]]
    texts = [say("map.rate_below", lang, percent=percent(edges[0]))]
    texts += [say("map.rate_from", lang, low=percent(low), high=percent(high)) for low, high in pairwise(edges)]
    texts.append(say("map.rate_top", lang, percent=percent(edges[-1])))
    fills = [fill for _, fill in style.RATE_STEPS]
    pairs = [(style.RATE_NONE, say("map.rate_none", lang)), *zip(fills, texts, strict=True)]
    swatch = '<span class="anju-swatch" style="background:{}"></span>'
    entries = [(swatch.format(fill), text, None) for fill, text in reversed(pairs)]
    return _legend(title or say("map.layer.rates", lang), entries, lang, total=False)


def load_legend(*, lang: str = "zh") -> str:
    """The steps of work over the mean, as HTML."""
    edges = [step for step, _ in style.LOAD_STEPS[:-1]]
    texts = [say("balance.legend_below", lang, percent=percent(edges[0]))]
    texts += [say("balance.legend_from", lang, low=percent(low), high=percent(high)) for low, high in pairwise(edges)]
    texts.append(say("balance.legend_top", lang, percent=percent(edges[-1])))
    swatch = '<span class="anju-swatch" style="background:{}"></span>'
    entries = [(swatch.format(fill), text, None) for (_, fill), text in zip(style.LOAD_STEPS, texts, strict=True)]
    return _legend(say("balance.legend", lang), entries, lang, total=False)


def on_map(html: str) -> Legend:
    """A legend as a part of a feature group: ``group.add_child(on_map(risk_legend(counts)))``."""
    return Legend(html)


def _legend(title: str, entries: Sequence[tuple[str, str, int | None]], lang: str, *, total: bool) -> str:
    items = "".join(f"<li>{sign}{escape.html(text)}{_count(n)}</li>" for sign, text, n in entries)
    if total:
        whole = sum(n for _, _, n in entries if n is not None)
        items += f"<li>{escape.html(say('map.total', lang))}{_count(whole)}</li>"
    return f"<details open><summary>{escape.html(title)}</summary><ul>{items}</ul></details>"


def _count(n: int | None) -> str:
    return "" if n is None else f"<b>{n:,}</b>"
