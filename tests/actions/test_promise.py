"""A promise is reckoned from the county's own houses, duties and doors."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from actions.promise import promise_for
from actions.visits import save_visit, start_visit, submit_visit
from db import promise
from inspections.access import RefusedError
from inspections.visit import NextTry, Outcome
from tests.actions.story import visited
from tests.world import COUNTY, NOW, TODAY, VILLAGE, World


def _shut(world: World, at) -> None:
    actor = world.actors["inspector"]
    row = start_visit(world.houses[1], actor=actor, at=at)
    save_visit(row["id"], actor=actor, position=(120.902, 31.705, 8.0))
    submit_visit(row["id"], outcome=Outcome.NOBODY, next_try=NextTry.EVENING, actor=actor, at=at)


def test_it_counts_houses_people_and_how_doors_answered(connection: Connection, world: World) -> None:
    _shut(world, NOW)
    _shut(world, NOW + timedelta(hours=9))
    visited(world, at=NOW + timedelta(days=1))
    _shut(world, NOW + timedelta(days=2))
    answers = promise.answers(connection, COUNTY, since=NOW - timedelta(days=1))
    assert answers.calls == {"daytime": [2, 0, 1, 0], "evening": [0, 1, 0, 0]}
    assert answers.shut == {"daytime": [2, 0, 0, 0], "evening": [0, 1, 0, 0]}
    assert promise.doors(connection, COUNTY).total == 6
    assert promise.inspectors(connection, COUNTY, on=TODAY) == 2
    never = {row["code"]: (row["houses"], row["never"]) for row in promise.never_seen(connection, COUNTY)}
    assert never[VILLAGE] == (5, 4)
    centre = world.actors["centre"]
    found = promise_for(actor=centre, first=TODAY, by=TODAY + timedelta(days=60), at=NOW + timedelta(days=3))
    assert (found.houses, found.outcome.inspectors, found.kept, found.smallest) == (6, 2, True, 1)
    with pytest.raises(RefusedError):
        promise_for(actor=world.actors["inspector"], first=TODAY, by=TODAY, at=NOW)
