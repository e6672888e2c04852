"""Putting every house into its grid at once, for what came past the writes that do so one by one."""

from datetime import date
from typing import Any

from actions.deed import deed
from db import grid
from inspections.access import Actor, Place


def assign_houses(*, actor: Actor, on: date) -> int:
    """Give each house of the county that is in another grid than holds it on a day, or in none, its own; how many."""
    detail: dict[str, Any] = {"on": on}
    about = ("county", actor.county)
    with deed(actor, "grid.edit", place=Place(county=actor.county), about=about, detail=detail) as connection:
        changed = grid.assign_all(connection, county=actor.county, on=on)
        detail["changed"] = changed
    return changed
