"""The ledger of a case that the record wrote itself: pauses and extensions are exactly what its deadline moved by."""

from datetime import timedelta

from sqlalchemy import Connection

from db import ticket
from inspections.ledger import ledger
from inspections.ticket import Event, State
from tests.actions.story import Walk, dispatched, photo
from tests.world import COUNTY, NOW, World

DAY = timedelta(days=1)


def test_what_the_record_wrote_adds_up_to_the_deadline(connection: Connection, world: World) -> None:
    key = dispatched(world)
    first = ticket.ticket(connection, COUNTY, key, now=NOW)["due_at"]
    walk = Walk(world, key).to(State.ACCEPTED)
    walk("centre", Event.SUSPEND, reason="等待鉴定", until=NOW + 3 * DAY)
    walk.at = NOW + 5 * DAY
    walk("centre", Event.RESUME)
    walk("fire", Event.REQUEST_EXTENSION, reason="备料", until=NOW + 40 * DAY)
    walk("centre", Event.GRANT, until=NOW + 30 * DAY)
    walk("fire", Event.SUBMIT, **photo())
    walk("inspector", Event.RECHECK)
    walk("centre", Event.CLOSE)
    row = ticket.ticket(connection, COUNTY, key, now=walk.at)
    told = ledger(ticket.events(connection, COUNTY, key), now=NOW + 90 * DAY)
    assert sum((one.length for one in told.stretches), timedelta()) == row["closed_at"] - row["opened_at"]
    assert sum((one.length for one in told.moves), timedelta()) == row["due_at"] - first
    (pause,) = (one for one in told.moves if one.cause == "pause")
    assert pause.length == told.total("paused") == NOW + 3 * DAY - (NOW + timedelta(minutes=2))
    (granted,) = (one for one in told.moves if one.cause == "extension")
    assert (granted.asked_by, granted.by) == (world.actors["fire"].name, world.actors["centre"].name)
