"""Rating a case: each gives their own before seeing another's; the record says what was blind and rewrites nothing."""

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from actions.ratings import rate
from db import rating, ticket
from inspections.access import RefusedError
from inspections.rating import Rating
from tests.actions.story import column, dispatched, visited
from tests.world import COUNTY, NOW, World

HIGH = Rating(100, (21.5, 10, 21.5, 47), 4)
LOW = Rating(320, (10, 10, 21.5, 58.5), 4)


def _rate(world: World, key: int, who: str, told: Rating = HIGH, **given: str) -> int:
    return rate(key, told, actor=world.actors[who], at=NOW, **given)


def _shown(connection: Connection, world: World, key: int, who: str) -> list[str]:
    known = rating.known(connection, COUNTY, key, viewer=world.accounts[who])
    return sorted(row["account_name"] for row in known.rows)


def test_nobody_sees_another_rating_before_they_gave_their_own(connection: Connection, world: World) -> None:
    key = dispatched(world)
    _rate(world, key, "fire", note=" 楼道狭窄 ")
    told = rating.known(connection, COUNTY, key, viewer=world.accounts["centre"])
    assert (told.raters, told.own, told.open, told.rows) == (1, False, False, [])
    assert _shown(connection, world, key, "fire") == ["消防员甲"]
    _rate(world, key, "centre", LOW)
    assert _shown(connection, world, key, "centre") == ["中心员甲", "消防员甲"]
    row = next(
        row for row in rating.known(connection, COUNTY, key, viewer=world.accounts["centre"]).rows if row["note"]
    )
    assert (row["note"], row["rating"]) == ("楼道狭窄", HIGH)


def test_the_first_two_are_blind_and_whoever_could_have_looked_is_not(connection: Connection, world: World) -> None:
    key = dispatched(world)
    for who in ("fire", "fire", "centre", "centre2"):
        _rate(world, key, who)
    assert column(connection, "SELECT blind FROM rating WHERE county = :c ORDER BY id") == [True, False, True, False]
    (pair,) = rating.pairs(connection, COUNTY)
    assert pair.raters == ("消防员甲", "中心员甲")
    assert pair.number == column(connection, "SELECT number FROM ticket WHERE county = :c")[0]


def test_a_second_thought_stands_beside_the_first_and_is_not_paired(connection: Connection, world: World) -> None:
    key = dispatched(world)
    _rate(world, key, "fire", HIGH)
    _rate(world, key, "fire", LOW)
    _rate(world, key, "centre", LOW)
    assert [pair.ratings for pair in rating.pairs(connection, COUNTY)] == [(HIGH, LOW)]
    known = rating.known(connection, COUNTY, key, viewer=world.accounts["centre"])
    assert [row["rating"] for row in known.rows] == [LOW, LOW]


def test_a_pair_is_on_the_centres_tab_with_its_count(connection: Connection, world: World) -> None:
    one, other = dispatched(world, 1), dispatched(world, 2)
    for key, who in ((one, "fire"), (one, "centre"), (other, "fire")):
        _rate(world, key, who)
    rows = ticket.centre_queue(connection, county=COUNTY, tab="rated", now=NOW)
    assert [row["id"] for row in rows] == [one]
    assert ticket.centre_counts(connection, county=COUNTY, now=NOW)["rated"] == 1


def test_ratings_are_given_by_those_who_work_on_the_case(connection: Connection, world: World) -> None:
    key = dispatched(world)
    for who in ("leader", "housing", "inspector2", "admin"):
        with pytest.raises(RefusedError):
            _rate(world, key, who)
    _rate(world, key, "inspector")


@pytest.mark.parametrize("sql", ["UPDATE rating SET blind = false", "DELETE FROM rating"])
def test_a_rating_is_never_rewritten(connection: Connection, world: World, sql: str) -> None:
    _rate(world, dispatched(world), "fire")
    with pytest.raises(DBAPIError, match="only grows"):
        connection.execute(text(sql))


def test_a_hazard_starts_from_the_facts_of_the_visit_that_found_it(connection: Connection, world: World) -> None:
    plain = dispatched(world, 1)
    visit = visited(world, 2, persons=4, ebike_inside=True, floors=4, stairs=1, smoke_detectors_everywhere=False,
                    escape_ladder=True)  # fmt: skip
    tall = next(one.id for one in visit.tickets if one.lead == "fire")
    one, other = (rating.base(connection, COUNTY, key) for key in (plain, tall))
    assert one is not None
    assert other is not None
    assert (one.profile.code, one.moves, one.rating.likelihood) == ("FI06", (), 320)
    assert (len(other.moves), other.rating.likelihood) == (2, 100)
    assert other.rating.exposed >= 4
