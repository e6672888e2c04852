"""A timesheet as a workbook: one sheet of people, one of their days."""

from collections.abc import Mapping, Sequence
from typing import Any

from exchange.sheets import Table, workbook
from inspections.deadline import SHANGHAI
from inspections.timesheet import DayRow, totals
from words import say

PEOPLE = {
    "inspector": 16, "days": 8, "visits": 8, "houses": 8, "entered": 8, "door_minutes": 12, "way_minutes": 12,
    "planned_stops": 10, "planned_done": 10,
}  # fmt: skip
DAYS = {
    "on": 12, "inspector": 16, "first_at": 10, "last_at": 10, "visits": 8, "houses": 8, "entered": 8,
    "door_minutes": 12, "planned_door_minutes": 12, "way_minutes": 12, "planned_way_minutes": 12, "pause_minutes": 10,
    "planned_stops": 10, "planned_done": 10,
}  # fmt: skip


def timesheet_xlsx(rows: Sequence[DayRow], names: Mapping[int, str], *, lang: str = "zh") -> bytes:
    """Return the days as a workbook; ``names`` are the people's by account."""
    people = [_line(one.as_dict(), PEOPLE, names) for one in totals(rows)]
    days = [_line(one.as_dict(), DAYS, names) for one in rows]
    return workbook([
        Table(say("timesheet.people", lang), _heads(PEOPLE, lang), list(PEOPLE.values()), people),
        Table(say("timesheet.days", lang), _heads(DAYS, lang), list(DAYS.values()), days),
    ])  # fmt: skip


def _heads(columns: Mapping[str, int], lang: str) -> list[str]:
    return [say(f"timesheet.field.{name}", lang) for name in columns]


def _line(told: Mapping[str, Any], columns: Mapping[str, int], names: Mapping[int, str]) -> list[Any]:
    told = {**told, "inspector": names.get(told["account_id"], "")}
    return [
        f"{told[name].astimezone(SHANGHAI):%H:%M}" if name.endswith("_at") and told[name] else told[name]
        for name in columns
    ]
