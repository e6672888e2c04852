"""A hazard reported twice: offered before it is filed again, kept with the case it is about, never lost."""

import pytest
from sqlalchemy import Connection, text

from actions.evidence import Photo
from actions.tickets import NotNearError, report
from db import evidence, repeat, ticket
from inspections.access import RefusedError
from inspections.ticket import State
from tests.actions.story import Walk, column, dispatched, jpeg
from tests.world import COUNTY, NOW, World


def _near(connection: Connection, world: World, house: int, hazard: str = "FI06", metres: float = 60):
    return repeat.near(connection, COUNTY, world.houses[house], hazard, now=NOW, metres=metres)


def _next_door(connection: Connection, world: World, house: int, to: int) -> None:
    """Move a house to thirty metres east of another."""
    connection.execute(
        text("UPDATE house h SET geom = ST_Translate(o.geom, 30 / 94600.0, 0) FROM house o "
             "WHERE h.county = :c AND h.id = :h AND o.county = :c AND o.id = :o"),
        {"c": COUNTY, "h": world.houses[house], "o": world.houses[to]},
    )  # fmt: skip


def test_the_house_s_own_case_comes_first_then_the_same_kind_near_by(connection: Connection, world: World) -> None:
    _next_door(connection, world, 2, to=1)
    one, other = dispatched(world, 1), dispatched(world, 2)
    found = _near(connection, world, 1)
    assert [(row["id"], row["own"]) for row in found] == [(one, True), (other, False)]
    assert 28 < found[1]["metres"] < 32
    assert [row["id"] for row in _near(connection, world, 1, "GR02")] == [one]
    assert [row["id"] for row in _near(connection, world, 1, metres=20)] == [one]


def test_a_closed_case_is_not_offered(connection: Connection, world: World) -> None:
    _next_door(connection, world, 2, to=1)
    Walk(world, dispatched(world, 2)).to(State.CLOSED)
    assert _near(connection, world, 1) == []


def test_a_report_said_to_be_the_same_is_kept_with_that_case_and_files_no_second(
    connection: Connection, world: World
) -> None:
    _next_door(connection, world, 2, to=1)
    key = dispatched(world, 2)
    row = report(world.houses[1], "FI06", words="棚里在充电", actor=world.actors["inspector"], at=NOW,
                 photos=[Photo(jpeg())], complaint=True, same_as=key)  # fmt: skip
    assert row["id"] == key
    assert column(connection, "SELECT count(*) FROM ticket") == [1]
    (kept,) = repeat.of_ticket(connection, COUNTY, key)
    assert (kept["words"], kept["complaint"], kept["house_id"]) == ("棚里在充电", True, world.houses[1])
    assert [photo["kind"] for photo in evidence.of_ticket(connection, COUNTY, key)][-1] == "before"
    assert column(connection, "SELECT complained_on FROM house WHERE id = :h", h=world.houses[1]) == [NOW.date()]


def test_a_case_far_away_cannot_be_named_as_the_same(connection: Connection, world: World) -> None:
    key = dispatched(world, 2)
    with pytest.raises(NotNearError):
        report(world.houses[1], "FI06", words="充电", actor=world.actors["inspector"], at=NOW, same_as=key)
    assert repeat.of_ticket(connection, COUNTY, key) == []


def test_without_a_word_that_it_is_the_same_a_case_of_its_own_is_filed(connection: Connection, world: World) -> None:
    _next_door(connection, world, 2, to=1)
    dispatched(world, 2)
    row = report(world.houses[1], "FI06", words="自家也在充电", actor=world.actors["inspector"], at=NOW)
    assert column(connection, "SELECT count(*) FROM ticket") == [2]
    assert ticket.open_of_house(connection, COUNTY, world.houses[1]) == row["id"]


def test_nobody_reports_where_they_may_not(connection: Connection, world: World) -> None:
    key = dispatched(world, 2)
    with pytest.raises(RefusedError):
        report(world.houses[1], "FI06", words="x", actor=world.actors["leader"], at=NOW, same_as=key)


def test_a_kept_report_is_never_changed(connection: Connection, world: World) -> None:
    _next_door(connection, world, 2, to=1)
    key = dispatched(world, 2)
    report(world.houses[1], "FI06", words="充电", actor=world.actors["inspector"], at=NOW, same_as=key)
    with pytest.raises(Exception, match="only grows"):
        connection.execute(text("UPDATE repeat_report SET words = 'x'"))
