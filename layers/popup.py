"""The small cards that open on the map: every text in them is escaped here."""

from collections.abc import Callable, Iterable
from typing import Any

from layers import escape, style
from words import say

LinkBuilder = Callable[[str], str]
"""Takes a house code or ticket number, gives the page's own address, ``/?page=house&code=...``."""


def card(
    title: object,
    *,
    code: object = None,
    facts: Iterable[tuple[str, object]] = (),
    chip: str = "",
    link: str | None = None,
    link_text: str = "",
) -> str:
    """A card as HTML.

    Parameters
    ----------
    title, code
        Text, escaped here.
    facts
        Pairs of name and value, escaped here; a value that is empty is left out.
    chip
        HTML made by ``style.chip``.
    link, link_text
        Where the button leads and what it says; only a path of this site is taken, anything else gives no button.
    """
    lines = [f'<div class="anju-title">{escape.html(title)}</div>']
    if code:
        lines.append(f'<div class="anju-code">{escape.html(code)}</div>')
    lines.append(chip)
    lines.append(_facts(facts))
    if link and is_local(link):
        lines.append(f'<a class="anju-go" href={escape.attribute(link)}>{escape.html(link_text)}</a>')
    return f'<div class="anju-card">{"".join(lines)}</div>'


def is_local(link: str) -> bool:
    """Whether a link stays on this site: one leading slash, no back slash, no white space or control."""
    return link.startswith("/") and not link.startswith("//") and link.isprintable() and not set(link) & set("\\ ")


def _facts(facts: Iterable[tuple[str, object]]) -> str:
    told = [(name, value) for name, value in facts if value not in (None, "")]
    if not told:
        return ""
    pairs = (f"<dt>{escape.html(name)}</dt><dd>{escape.html(value)}</dd>" for name, value in told)
    return f"<dl>{''.join(pairs)}</dl>"


def house(code: str, address: object, colour: str, *, link: LinkBuilder | None = None, lang: str = "zh") -> str:
    """A house's card: short address, code, colour in shape and word, the way to its page."""
    return card(
        address,
        code=code,
        chip=style.chip(colour, "", lang=lang),
        link=link(code) if link else None,
        link_text=say("map.open_house", lang),
    )


def stop(row: dict[str, Any], *, link: LinkBuilder | None = None, lang: str = "zh") -> str:
    """A stop's card: its number and address, why it is due today, the way to the house."""
    code, colour = str(row["code"]), str(row["colour"])
    return card(
        f"{say('map.stop', lang, n=row['seq'])} {row['address'] or ''}",
        code=code,
        facts=[(say("map.why", lang), row.get("why"))],
        chip=style.chip("done", say("map.done", lang)) if row["done"] else style.chip(colour, "", lang=lang),
        link=link(code) if link else None,
        link_text=say("map.open_house", lang),
    )


def ticket(row: dict[str, Any], *, link: LinkBuilder | None = None, lang: str = "zh") -> str:
    """A ticket's card: hazard, number, place, state, and its clock in colour and word."""
    number, clock = str(row["ticket_id"]), str(row["clock"])
    return card(
        row["hazard"],
        code=number,
        facts=[(say("map.address", lang), row["address"]), (say("map.state", lang), row["state"])],
        chip=style.chip(f"clock_{clock}", row.get("clock_text") or say(f"map.clocks.{clock}", lang)),
        link=link(number) if link else None,
        link_text=say("map.open_ticket", lang),
    )
