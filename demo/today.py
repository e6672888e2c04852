"""The day of the demonstration inspectors: whoever signs in finds a route, as after the centre's morning planning."""

from datetime import datetime

from actions.operator import operator
from actions.plans import make_plan
from db import account, plan
from db.engine import transaction
from inspections.deadline import SHANGHAI


def plan_today(at: datetime) -> int:
    """Plan today's round of each demonstration inspector who has none yet; how many were planned."""
    on = at.astimezone(SHANGHAI).date()
    with transaction() as connection:
        waiting = [
            row
            for row in account.demo_accounts(connection)
            if plan.of_day(connection, county=row["county"], account_id=row["id"], on=on) is None and _walks(row)
        ]
    for row in waiting:
        make_plan(actor=operator(row["county"]), on=on, at=at, inspectors=[row["id"]])
    return len(waiting)


def _walks(row: dict[str, object]) -> bool:
    return row["role"] in {None, "inspector"}
