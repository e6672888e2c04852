"""Who did what to a case and when, with the clock's pauses and every move of the deadline inside it."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from inspections.ledger import Ledger, Move, Stretch, ledger
from inspections.ticket import Event
from layers.escape import attribute, html
from ui import parts
from ui.messages import exact, moment, span
from ui.state import View

UNTIL = {Event.SUSPEND: "paused", Event.REQUEST_EXTENSION: "asked_until"}
HOURS = timedelta(hours=1)
"""Steps nearer to each other than this are told without the time between."""


def history(view: View, events: list[parts.Row], names: dict[str, parts.Row]) -> str:
    """The history, the newest first: the event, who, when, between which desks, why, and what the clock did."""
    steps: list[tuple[parts.Row | None, parts.Row]] = [(None, one) for one in events[:1]]
    steps += list(pairwise(events))
    return '<ol class="anju-timeline">' + "".join(_step(view, *pair, names) for pair in reversed(steps)) + "</ol>"


def clock_ledger(view: View, events: list[parts.Row], names: dict[str, parts.Row]) -> str:
    """Where the time went: a bar of all stretches, sums by desk, pauses with their approval, moved deadlines."""
    told = ledger(events, now=view.at)
    if not told.stretches:
        return ""
    lines = [_pause(view, one) for one in told.stretches if one.kind == "paused"]
    lines += [_deadline(view, one) for one in told.moves if one.old is not None and one.new is not None]
    title = html(view.say("ticket_page.ledger.title"))
    rows = _desks(view, told, names) + "".join(f"<li>{html(line)}</li>" for line in lines)
    return f'<h2 class="anju-h2">{title}</h2><div class="anju-ledger">{_bar(view, told, names)}<ul>{rows}</ul></div>'


def _bar(view: View, told: Ledger, names: dict[str, parts.Row]) -> str:
    hues = _hues(told)
    marks = "".join(
        f'<i class="{one.kind} {hues[one.desk]}" style="flex-grow:{one.length.total_seconds():.0f}"'
        f" title={attribute(_stretch(view, one, names))}></i>"
        for one in told.stretches
    )
    return f'<div class="bar">{marks}</div>'


def _stretch(view: View, one: Stretch, names: dict[str, parts.Row]) -> str:
    kind = view.say(f"ticket_page.ledger.{one.kind}")
    desk, length = parts.department_name(view, one.desk, names), span(one.length, lang=view.lang)
    return f"{desk} · {kind} {length} · {exact(one.from_at)} – {exact(one.to_at)}"


def _hues(told: Ledger) -> dict[str, str]:
    return {desk: f"d{n % 4}" for n, desk in enumerate(dict.fromkeys(one.desk for one in told.stretches))}


def _desks(view: View, told: Ledger, names: dict[str, parts.Row]) -> str:
    hues, rows = _hues(told), ""
    for code, length in told.by_desk().items():
        desk = parts.department_name(view, code, names)
        words = view.say("ticket_page.ledger.desk", desk=desk, span=span(length, lang=view.lang))
        rows += f'<li><i class="{hues[code]}"></i>{html(words)}</li>'
    return rows


def _pause(view: View, one: Stretch) -> str:
    until = moment(one.until, now=view.at, lang=view.lang)
    return view.say("ticket_page.ledger.pause", span=span(one.length, lang=view.lang), by=one.by or "—",
                    reason=one.reason or "—", until=until)  # fmt: skip


def _deadline(view: View, one: Move) -> str:
    old, new = (moment(at, now=view.at, lang=view.lang) for at in (one.old, one.new))
    told = view.say(
        "ticket_page.ledger.moved", cause=view.say(f"ticket_page.ledger.cause.{one.cause}"), old=old, new=new
    )
    if one.cause != "extension":
        return told
    return told + view.say("ticket_page.ledger.who", asked=one.asked_by or "—", by=one.by or "—")


def _step(view: View, before: parts.Row | None, event: parts.Row, names: dict[str, parts.Row]) -> str:
    who = event["actor_name"] or view.say("ticket_page.system")
    desk = event["actor_department"]
    if desk:
        who = f"{who} · {parts.department_name(view, desk, names)}"
    told = [line for line in (_moved(view, event, names), *_clock(view, before, event)) if line]
    given = "".join(
        f'<p class="{kind}">{html(event[kind], lines=True)}</p>' for kind in ("reason", "clause") if event[kind]
    )
    marks = "".join(f'<em class="anju-mark">{html(line)}</em>' for line in told)
    slow = "" if before is None else _between(view, before["at"], event["at"])
    return (
        f'<li class="{html(event["event"])}"><b>{html(view.say("ticket.event." + event["event"]))}</b> '
        f"<span>{html(who)} · {parts.when(view, event['at'])}{slow}</span>{given}{marks}</li>"
    )


def _between(view: View, before: datetime, at: datetime) -> str:
    if at - before < HOURS:
        return ""
    return f" · {html(view.say('ticket_page.after', span=span(at - before, lang=view.lang)))}"


def _moved(view: View, event: parts.Row, names: dict[str, parts.Row]) -> str:
    detail: dict[str, Any] = event["detail"]
    if event["from_lead"] and event["from_lead"] != event["to_lead"]:
        old, new = (parts.department_name(view, event[name], names) for name in ("from_lead", "to_lead"))
        return f"{old} → {new}"
    named = detail.get("department") or (detail.get("next_lead") if event["event"] == Event.PASS_ON else None)
    return f"→ {parts.department_name(view, named, names)}" if named else ""


def _clock(view: View, before: parts.Row | None, event: parts.Row) -> list[str]:
    """What the step did to the clock: stopped it, let it run again, moved the deadline; and how many photos came."""
    detail = event["detail"]
    told = []
    until = _read(detail.get("until"))
    if until is not None and event["event"] in UNTIL:
        words = moment(until, now=view.at, lang=view.lang)
        told.append(view.say(f"ticket_page.{UNTIL[event['event']]}", until=words))
    old, new = _read((before or event)["detail"].get("due_at")), _read(detail.get("due_at"))
    if new is not None and (before is None or old != new):
        told.append(view.say("ticket_page.due_now", due=moment(new, now=view.at, lang=view.lang)))
    was = _read(detail.get("due_at_was")) or _read(detail.get("ruling_due_at_was"))
    if was is not None:
        told.append(view.say("ticket_page.due_was", due=moment(was, now=view.at, lang=view.lang)))
    if event["event"] == Event.RESUME and old is not None and new is not None and new > old:
        told.append(view.say("ticket_page.resumed", span=span(new - old, lang=view.lang)))
    if detail.get("evidence"):
        told.append(view.say("ticket_page.photos_given", n=len(detail["evidence"])))
    return told


def _read(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
