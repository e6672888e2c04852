"""What a promise is reckoned from: how many houses of which colour and size, how close, how often doors stay shut."""

import math
from collections import defaultdict
from datetime import date, datetime

from sqlalchemy import Connection

from db import query
from inspections.plan import service_minutes
from inspections.promise import Answers, Doors

CELL_DEGREES, METRES_A_DEGREE = 0.0025, 111_320.0
"""Ground counts as lived on where a cell of about 250 m has a house in it."""


def doors(connection: Connection, county: str) -> Doors:
    """Every active house of a county; raises ``inspections.promise.NoPromiseError`` where there is none on the map."""
    houses, minutes = defaultdict[str, int](int), defaultdict[str, float](float)
    for row in query.rows(connection, "promise_houses", county=county):
        houses[row["colour"]] += row["houses"]
        minutes[row["colour"]] += row["houses"] * service_minutes(row["rooms"])
    found = query.row(connection, "promise_cells", county=county, cell=CELL_DEGREES) or {}
    side_m = CELL_DEGREES * METRES_A_DEGREE
    area_m2 = found["cells"] * side_m**2 * math.cos(math.radians(found["lat"] or 0.0))
    return Doors(county, dict(houses), {colour: minutes[colour] / n for colour, n in houses.items()}, area_m2)


def answers(connection: Connection, county: str, *, since: datetime) -> Answers:
    """How doors answered since a moment."""
    calls = defaultdict[str, list[int]](lambda: [0, 0, 0, 0])
    shut = defaultdict[str, list[int]](lambda: [0, 0, 0, 0])
    for row in query.rows(connection, "promise_calls", county=county, since=since):
        calls[row["slot"]][row["before"]], shut[row["slot"]][row["before"]] = row["calls"], row["shut"]
    return Answers(dict(calls), dict(shut))


def inspectors(connection: Connection, county: str, *, on: date) -> int:
    """How many people are on main duty on a day."""
    return int(query.value(connection, "promise_inspectors", county=county, on=on) or 0)


def never_seen(connection: Connection, county: str) -> list[query.Row]:
    """Villages, the most never seen first: code, name, houses, never."""
    return query.rows(connection, "promise_never_seen", county=county)
