"""The life of a house's code on its page: what became of it, what it came of, the numbers it goes by."""

from datetime import date, datetime

from db import lineage
from db.lineage import Fate
from gis.code import strip_code
from inspections.deadline import SHANGHAI
from layers.escape import html
from layers.style import chip
from ui import parts
from ui.messages import grouped
from ui.state import View, reading

MARK = "@@codes@@"
"""Stands in a sentence where links go once it is escaped."""


def fate_of(view: View, asked: str, card: parts.Row) -> Fate | None:
    """What became of the code in the address bar, where it is no longer in force."""
    code = strip_code(asked)
    if card["house_status"] == "active" and code == card["code"]:
        return None
    with reading() as connection:
        found = lineage.fate(connection, county=view.county, code=code)
    return found if found.status == "retired" else None


def banner(view: View, fate: Fate | None) -> None:
    """Say that a code is no longer in use, and lead on to what is."""
    if fate is None:
        return
    steps = "".join(f"<li>{_step(view, step.kind, step.at, step.to)}</li>" for step in fate.steps)
    now = "".join(f"<li>{_code(code)}</li>" for code in fate.living)
    living = f"<p>{html(view.say('code_life.now'))}</p><ul>{now}</ul>" if len(fate.steps) > 1 and fate.living else ""
    parts.put(f'<section class="anju-retired" role="status"><b>{html(view.say("code_life.banner"))}</b> '
              f"{parts.code_line(fate.code)}<ul>{steps}</ul>{living}</section>")  # fmt: skip


def changes(view: View, card: parts.Row) -> None:
    """Every change that the house's code took part in or came of, newest first."""
    rows = "".join(f"<li>{_change(view, row)}</li>" for row in card["changes"])
    said = f'<ul class="anju-life">{rows}</ul>' if rows else f"<small>{html(view.say('code_life.none'))}</small>"
    parts.put(f'<section class="anju-card"><h2>{html(view.say("code_life.title"))}</h2>{said}</section>')


def aliases(view: View, card: parts.Row) -> None:
    """The other numbers the house goes by, and those it went by, with their days."""
    rows = "".join(
        f"<dt>{html(view.say('code_life.scheme.' + row['scheme']))}</dt>"
        f"<dd>{html(row['value'])} <small>{html(_days(view, row['valid_from'], row['valid_until']))}</small></dd>"
        for row in card["aliases"]
    )
    said = f'<dl class="anju-facts">{rows}</dl>' if rows else f"<small>{html(view.say('code_life.no_aliases'))}</small>"
    parts.put(f'<section class="anju-card"><h2>{html(view.say("code_life.aliases"))}</h2>{said}</section>')


def former(view: View, row: parts.Row) -> str:
    """Which former code a visit or ticket is on record under; nothing for the house's own."""
    return view.say("code_life.history_of", code=grouped(row["of_code"])) if row.get("of_code") else ""


def _change(view: View, row: parts.Row) -> str:
    told = _step(view, row["kind"], row["at"], tuple(row["new_codes"] or ()), row["old_text"], row["new_text"])
    origin = "" if row["kind"] == "renumber" else " ".join(_code(code) for code in row["old_codes"]) + " "
    who = html(view.say("code_life.by", who=row["who"] or view.say("code_life.nobody"), reason=row["reason"]))
    undone = ""
    if row["undone_at"] is not None:
        name = row["undone_name"] or view.say("code_life.nobody")
        told = f"<s>{told}</s>"
        undone = html(view.say("code_life.undone", when=_day(row["undone_at"]), who=name, reason=row["undone_reason"]))
        undone = f"<small>{undone}</small>"
    kind = chip("plain", view.say("code_life.change." + row["kind"]))
    return f"{kind} {origin}{told}<small>{who}</small>{undone}"


def _step(view: View, kind: str, at: datetime, codes: tuple[str, ...], old: object = "", new: object = "") -> str:
    said = view.say("code_life.became." + kind, on=_day(at), codes=MARK, old=old or "", new=new or "")
    return html(said).replace(MARK, " ".join(_code(code) for code in codes))


def _code(code: str) -> str:
    return parts.link(parts.house_link(code), grouped(code))


def _day(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d}"


def _days(view: View, since: date | None, until: date | None) -> str:
    if until is None:
        return view.say("code_life.since", since=since or "—")
    return view.say("code_life.between", since=since or "—", until=until)
