"""The list of cases behind a number: how many, what they are, and the way to each."""

from collections.abc import Sequence
from datetime import datetime

from db import house
from layers.escape import attribute, html
from ui.messages import clock, exact, hazard, moment
from ui.parts import Row, link, ticket_link
from ui.state import View

PAGE_ROWS = 200


def table(view: View, rows: Sequence[Row], *, seen_at: datetime, shown: int) -> str:
    """The first ``shown`` rows as a table; each row's number leads to its ticket."""
    keys = ("number", "hazard", "where", "lead", "state", "clock")
    heads = "".join(f'<th class="l">{html(view.say(f"leader.column.{key}"))}</th>' for key in keys)
    body = "".join(_row(view, row, seen_at) for row in rows[:shown])
    return f'<table class="wide cases"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _row(view: View, row: Row, seen_at: datetime) -> str:
    lead = row["lead_name_en"] if view.lang == "en" else row["lead_name"]
    cells = {
        "number": link(ticket_link(row["number"]), row["number"], kind="mark"),
        "hazard": html(hazard(row["hazard"], lang=view.lang)),
        "where": f"{html(row['town_name'] or '')} {html(house.short(row))}",
        "lead": html(lead or "—"),
        "state": html(view.say(f"ticket.state.{row['state']}")),
        "clock": _clock(view, row, seen_at),
    }
    return f"<tr>{''.join(_cell(view, key, cell) for key, cell in cells.items())}</tr>"


def _cell(view: View, key: str, inner: str) -> str:
    name = attribute(view.say(f"leader.column.{key}"))
    return f'<td class="l{" wrap" if key in ("hazard", "where") else ""}" data-name={name}>{inner}</td>'


def _clock(view: View, row: Row, seen_at: datetime) -> str:
    if row["closed_at"] is not None:
        late = row["due_at"] is not None and row["closed_at"] > row["due_at"]
        key = "leader.closed_late" if late else "leader.closed_in_time"
        words = view.say(key, at=moment(row["closed_at"], now=view.at, lang=view.lang))
        return f'<span class="{"late" if late else ""}" title={attribute(exact(row["closed_at"]))}>{html(words)}</span>'
    kind = {"overdue": "late", "soon": "soon"}.get(row["clock"], "")
    words = clock(row["clock_due_at"], now=seen_at, lang=view.lang)
    return f'<span class="{kind}" title={attribute(exact(row["clock_due_at"]))}>{html(words)}</span>'
