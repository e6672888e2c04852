"""Who was responsible for a house on a day, for whoever sits at the machine."""

from datetime import date
from typing import Any

from db import grid_change, house, server
from db.engine import transaction
from gis.code import AddressCode


def who_answered(code: str, *, on: date) -> dict[str, Any]:
    """The grid of a house (its address code) on a day and the names of who had duty for it: on, grid, main, backup.

    Raises ``gis.code.CodeError``, ``db.house.NoSuchHouseError``.
    """
    own = AddressCode.parse(code).house_code
    server.ensure_database()
    with transaction() as connection:
        found = house.one(connection, county=own.county, key=str(own))
        answer = grid_change.who_answers(connection, county=own.county, house_id=found["id"], on=on)
    if answer is None:
        return {"house": str(own), "on": on, "grid": None, "name": None, "main": [], "backup": []}
    return {"house": str(own), "on": on, "grid": answer.grid, "name": answer.name, **answer.people}
