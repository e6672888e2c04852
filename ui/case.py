"""A case as everybody reads it: what, where, how grave, until when, whose, why it waits, the proof, the history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from actions import holidays
from db import department, evidence, house, rating, ticket, usual
from db.rating import Known
from inspections.ticket import FINAL, IN_PLACE, Event, State
from layers.escape import attribute, html
from layers.style import chip
from ui import case_map, evidence_pack, parts, rating_card, rating_form, report
from ui.case_history import clock_ledger, history
from ui.messages import clock, exact, hazard, metres, moment, span
from ui.state import View, reading

FAR_M = 100
"""A photo taken farther from the house than this says so in red."""
SHAPES = {1: "red", 2: "orange", 3: "yellow"}
CLOCKS = {"overdue": "late", "soon": "soon", "running": "normal", "none": "normal"}
_PREFIXES = ("co", "cc")


@dataclass(frozen=True)
class Case:
    """All that is read of one ticket for one look at it."""

    row: parts.Row
    items: list[parts.Row]
    events: list[parts.Row]
    photos: list[parts.Row]
    neighbours: list[parts.Row]
    rulings: list[parts.Row]
    names: dict[str, parts.Row]
    weekdays: tuple[int, ...] = ()
    rating: Known | None = None
    usual: parts.Row | None = None

    @property
    def short(self) -> str:
        """The address as lists show it."""
        return house.short(self.row)

    def name(self, view: View, code: str | None) -> str:
        """A department's name in the reader's language."""
        return parts.department_name(view, code, self.names)


def load(view: View, number: str) -> Case:
    """Read a case by its number; raises ``RefusedError`` for who may not see it, ``NoSuchTicketError``."""
    county = view.county
    with reading() as connection:
        row = ticket.by_number(connection, county, number, now=view.at)
        view.actor.require("ticket.view", ticket.place_of(row))
        key = row["id"]
        return Case(
            row=row,
            items=ticket.items(connection, county, key),
            events=ticket.events(connection, county, key),
            photos=evidence.of_ticket(connection, county, key),
            neighbours=ticket.neighbours(connection, county, key, now=view.at),
            rulings=ticket.rulings(connection, county, row["hazard"]) if row["state"] == State.RULING else [],
            names=department.names(connection, county=county),
            weekdays=holidays.weekdays_only(connection, county, key),
            rating=rating.known(connection, county, key, viewer=view.actor.account_id),
            usual=usual.of(connection, county, row["hazard"]) if row["state"] not in FINAL else None,
        )


def draw(view: View, case: Case) -> None:
    """Put the whole case on screen."""
    parts.put(headline(view, case))
    if case.row["state"] == State.RULING:
        parts.put(both_sides(view, case))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        parts.put(proof(view, case))
        parts.put(items(view, case))
        parts.put(report.repeats(view, case.row["id"]))
    with right:
        rating_form.draw(view, case.row, case.rating)
        if case.row["lon"] is not None:
            case_map.draw(view, case)
        parts.put(desks(view, case))
        evidence_pack.draw(view, case.row)
        title = view.say("ticket_page.history", n=len(case.events))
        parts.put(f'<h2 class="anju-h2">{html(title)}</h2>{history(view, case.events, case.names)}')
        parts.put(clock_ledger(view, case.events, case.names))


def clock_words(view: View, row: parts.Row) -> tuple[str, str]:
    """The kind ('late', 'soon', 'normal', 'still') and the words of a ticket's clock."""
    kind, due_at = row["clock"], row["clock_due_at"]
    if kind == "paused":
        until = moment(row["suspended_until"], now=view.at, lang=view.lang)
        return "still", view.say("ticket_page.clock.paused", until=until)
    if kind in {"done", "handed_in"}:
        return "still", view.say(f"ticket_page.clock.{kind}")
    if due_at is None:
        return "still", view.say("ticket_page.clock.none")
    return CLOCKS[kind], clock(due_at, now=view.at, lang=view.lang)


def grave(view: View, severity: int) -> str:
    """Shape and word of a severity."""
    word = view.say(f"ticket.severity.{severity}")
    return f'<span class="anju-grave">{parts.shape(SHAPES[severity])}{html(word)}</span>'


def headline(view: View, case: Case) -> str:
    """What, where, how grave, until when, in which state, whose, and why it waits."""
    row = case.row
    kind, words = clock_words(view, row)
    code = parts.code_line(row["address_code"]) if row["address_code"] else ""
    tags = "".join(chip("plain", view.say(f"ticket_page.tag.{name}", n=row[name]))
                   for name in ("bounces", "reworks", "extensions", "reopens") if row[name])  # fmt: skip
    return (
        f'<section class="anju-case"><div class="top">{grave(view, row["severity"])}'
        f"{rating_card.chip(view, case.rating)}"
        f"<h1>{html(hazard(row['hazard'], lang=view.lang))}</h1>"
        f'<span class="clock {kind}" title={attribute(exact(row["clock_due_at"]))}>{html(words)}</span></div>'
        f'<div class="where">{_where(case)} <span>{html(row["address"])}</span></div>'
        f'<div class="marks">{chip("plain", view.say("ticket.state." + row["state"]))}{tags}'
        f'<code class="anju-code">{html(row["number"])}</code>{code}</div>'
        f'<p class="why">{html(why(view, case))}</p></section>'
    )


def _where(case: Case) -> str:
    """The house as a link; the place as it was written where another system's case names no house of the register."""
    code = case.row["address_code"]
    return parts.link(parts.house_link(code), case.short) if code else ""


def since(case: Case) -> datetime:
    """When the case came to where it stands."""
    moved = [event for event in case.events if event["event"] not in IN_PLACE]
    at: datetime = moved[-1]["at"] if moved else case.row["last_at"]
    return at


def why(view: View, case: Case) -> str:
    """In one sentence: what it waits for, from whom, since when."""
    row = case.row
    people = {"rectifier": row["rectified_by_name"] or "—", "closer": row["closed_by_name"] or "—"}
    until = row["requested_until"] or row["suspended_until"]
    return view.say(
        f"ticket_page.wait.{row['state']}", lead=case.name(view, row["lead"]), next=case.name(view, row["next_lead"]),
        since=moment(since(case), now=view.at, lang=view.lang), length=span(view.at - since(case), lang=view.lang),
        until=moment(until, now=view.at, lang=view.lang), **people,
    )  # fmt: skip


def items(view: View, case: Case) -> str:
    """Each hazard with the words of the law, where it is, and how sure the text is."""
    told = "".join(_item(view, case, item) for item in case.items)
    return f'<h2 class="anju-h2">{html(view.say("ticket_page.items", n=len(case.items)))}</h2>{told}'


def _item(view: View, case: Case, item: parts.Row) -> str:
    english = view.lang == "en"
    words = item["words_en"] if english else item["words_zh"]
    basis = (item["basis_en"] if english else None) or item["basis"]
    room = f"{item['room_label']} · " if item["room_label"] else ""
    sure = view.say(f"hazard.certainty.{item['certainty']}")
    gone = ""
    if item["cleared_at"] is not None:
        gone = f'<span class="fine">{html(view.say("ticket_page.cleared"))}</span>'
    elif item["absent_at"] is not None:
        seen = moment(item["absent_at"], now=view.at, lang=view.lang)
        gone = f'<span class="fine">{html(view.say("ticket_page.absent", at=seen))}</span>'
    return (
        f'<div class="anju-hazard s{int(item["severity"])}"><b>{html(room + words)}</b>'
        f"<span>{html(view.say('ticket.severity.' + str(item['severity'])))} · {html(basis)}</span>"
        f'<span class="anju-sure {html(item["certainty"])}">{html(view.say("ticket_page.certainty", sure=sure))} · '
        f"{html(case.name(view, item['lead']))} · {parts.when(view, item['found_at'])}</span>{gone}</div>"
    )


def proof(view: View, case: Case) -> str:
    """Photos of before and after beside each other; those from before the last rework are marked as old."""
    before = [row for row in case.photos if row["kind"] == "before"]
    after = [row for row in reversed(case.photos) if row["kind"] == "after"]
    other = [row for row in case.photos if row["kind"] == "other"]
    sent_back = [event["at"] for event in case.events if event["event"] in {Event.REWORK, Event.REOPEN}]
    old = max(sent_back, default=None)
    columns = _shots(view, before, "before", None) + _shots(view, after, "after", old)
    strip = _shots(view, other, "other", None) if other else ""
    return f'<div class="anju-proof">{columns}</div>{strip}'


def _shots(view: View, rows: list[parts.Row], kind: str, old: datetime | None) -> str:
    title = view.say(f"ticket_page.photo.{kind}", n=len(rows))
    shown = "".join(_shot(view, row, old) for row in rows)
    if not rows:
        shown = f'<div class="none">{html(view.say(f"ticket_page.photo.no_{kind}"))}</div>'
    return f'<figure class="anju-shots {kind}"><h2 class="anju-h2">{html(title)}</h2>{shown}</figure>'


def _shot(view: View, row: parts.Row, old: datetime | None) -> str:
    url = f"/photo/{int(row['id'])}.jpg"
    stale = old is not None and row["created_at"] < old
    told = [view.say("ticket_page.photo.stale")] if stale else []
    told += [moment(row["taken_at"] or row["created_at"], now=view.at, lang=view.lang), row["account_name"] or ""]
    told += [row["room_label"] or ""]
    return (
        f'<a class="{"stale" if stale else ""}" href={attribute(url)} target="_blank" rel="noopener">'
        f'<img loading="lazy" src={attribute(url)} alt=""></a>'
        f"<figcaption>{html(' · '.join(text for text in told if text))} {_distance(view, row)}</figcaption>"
    )


def _distance(view: View, row: parts.Row) -> str:
    if row["house_m"] is None:
        return f'<span class="anju-muted">{html(view.say("ticket_page.photo.no_place"))}</span>'
    words = view.say("ticket_page.photo.distance", metres=metres(row["house_m"], lang=view.lang))
    return f'<span class="{"anju-late" if row["house_m"] > FAR_M else ""}">{html(words)}</span>'


def desks(view: View, case: Case) -> str:
    """Who holds it, who is asked next, who works along, who looks on."""
    row = case.row
    pairs: list[tuple[str, Any]] = [(view.say("ticket_page.desk.lead"), case.name(view, row["lead"]))]
    if row["next_lead"]:
        pairs.append((view.say("ticket_page.desk.next"), case.name(view, row["next_lead"])))
    for part in _PREFIXES:
        pairs.append((view.say(f"ticket_page.desk.{part}"), "、".join(case.name(view, code) for code in row[part])))
    pairs.append((view.say("ticket_page.desk.due"), moment(row["clock_due_at"], now=view.at, lang=view.lang)))
    if case.usual:
        took = span(case.usual["usual"], lang=view.lang)
        pairs.append(("", view.say("ticket_page.usual", took=took, n=f"{case.usual['cases']:,}")))
    if case.weekdays:
        pairs.append(("", view.say("ticket_page.weekdays", years="、".join(map(str, case.weekdays)))))
    pairs.append((view.say("ticket_page.desk.rectified_by"), row["rectified_by_name"]))
    return f'<section class="anju-card">{parts.facts(pairs)}</section>'


def both_sides(view: View, case: Case) -> str:
    """For a ruling: why each department says it is not its own, and how such cases were ruled before."""
    passed = [event for event in case.events if event["event"] in {Event.PASS_ON, Event.BOUNCE}][-2:]
    sides = "".join(_side(view, case, event) for event in passed)
    earlier = "".join(_ruling(view, case, row) for row in case.rulings)
    head = html(view.say("ticket_page.rulings", n=len(case.rulings)))
    past = f'<ul class="anju-list">{earlier}</ul>' if earlier else f"<p>{html(view.say('ticket_page.no_rulings'))}</p>"
    due = view.say("routing.ruling_by", at=moment(case.row["ruling_due_at"], now=view.at, lang=view.lang))
    late = "anju-late" if case.row["ruling_due_at"] and case.row["ruling_due_at"] < view.at else "anju-muted"
    by = f'<p class="{late}">{html(due)}</p>' if case.row["ruling_due_at"] else ""
    return (
        f'<section class="anju-card"><h2>{html(view.say("ticket_page.both_sides"))}</h2>{by}'
        f'<div class="anju-sides">{sides}</div><h2>{head}</h2>{past}</section>'
    )


def _side(view: View, case: Case, event: parts.Row) -> str:
    proposed = event["detail"].get("department") or event["detail"].get("next_lead")
    who = case.name(view, event["actor_department"] or event["from_lead"])
    arrow = view.say("ticket_page.proposes", department=case.name(view, proposed)) if proposed else ""
    return (
        f"<div><b>{html(who)}</b><small>{html(event['actor_name'] or '')} · {parts.when(view, event['at'])}</small>"
        f"<p>{html(event['reason'] or '—', lines=True)}</p><p><i>{html(event['clause'] or '—')}</i></p>"
        f"<small>{html(arrow)}</small></div>"
    )


def _ruling(view: View, case: Case, row: parts.Row) -> str:
    return (
        f"<li>{parts.link(parts.ticket_link(row['number']), row['number'])}"
        f"<b>→ {html(case.name(view, row['to_lead']))}</b>"
        f"<small>{html(row['reason'] or '')} · {html(row['clause'] or '')} · {parts.when(view, row['at'])}</small></li>"
    )
