"""Two clerks at once, on connections of their own, in a database of their own: what is committed here stays here."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import Engine, text

from actions.ratings import rate
from actions.tickets import report, take_step
from actions.visits import submit_visit
from db.engine import bound_to
from db.ticket import OvertakenError
from inspections.rating import Rating
from inspections.ticket import Event as Step
from inspections.ticket import State
from inspections.visit import Outcome
from tests.actions.story import drafted
from tests.towns import own_town
from tests.world import COUNTY, NOW, World


@pytest.fixture(scope="module")
def own() -> Iterator[tuple[Engine, World]]:
    with own_town("race", pool_size=12) as (_, engine, town):
        yield engine, town


@pytest.fixture
def engine(own: tuple[Engine, World], monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr("db.engine.engine", lambda: own[0])
    return own[0]


@pytest.fixture
def town(own: tuple[Engine, World]) -> World:
    return own[1]


def _fresh(town: World, house: int) -> int:
    """A ticket on the fire brigade's desk, committed; an earlier one of the house is out of the way."""
    centre = town.actors["centre"]
    key = report(town.houses[house], "FI06", words="电动车", actor=centre, at=NOW)["id"]
    for event, given in ((Step.VERIFY, {}), (Step.FILE, {}), (Step.DISPATCH, {"department": "fire"})):
        take_step(key, event, actor=centre, at=NOW, **given)
    return int(key)


def _together(*deeds: Callable[[], Any]) -> list[Any]:
    """Do every deed in a thread of its own, all let go at once; results and errors in order."""
    gate = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        gate.wait(timeout=10)
        try:
            return deed()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def _wait_for_a_blocked_writer(engine: Engine) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    pause = Event()
    with engine.connect() as looking:
        for _ in range(500):
            if looking.execute(waiting).scalar_one():
                return
            looking.rollback()
            pause.wait(0.02)
    raise AssertionError("nobody waits for the row")


def test_the_one_who_waited_for_the_row_is_told_who_had_it(engine: Engine, town: World) -> None:
    key = _fresh(town, 1)
    moved_at = NOW + timedelta(minutes=5)
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as first, bound_to(first):
            take_step(key, Step.ACCEPT, actor=town.actors["fire"], at=moved_at, expect=State.DISPATCHED)
            void = {"actor": town.actors["centre2"], "at": moved_at, "expect": State.DISPATCHED, "reason": "误报"}
            second = pool.submit(take_step, key, Step.VOID, **void)  # type: ignore[arg-type]
            _wait_for_a_blocked_writer(engine)
        with pytest.raises(OvertakenError) as refused:
            second.result(timeout=10)
    fields = refused.value.fields
    assert (fields["who"], fields["event"], fields["happened_at"]) == ("消防员甲", "accept", moved_at)
    assert (fields["state"], fields["number"][:6]) == ("ACCEPTED", COUNTY)


def test_of_eight_who_press_at_once_one_wins_and_seven_are_told(engine: Engine, town: World) -> None:
    key = _fresh(town, 2)
    fire = town.actors["fire"]
    told = _together(*[lambda: take_step(key, Step.ACCEPT, actor=fire, at=NOW, expect=State.DISPATCHED)] * 8)
    won = [one for one in told if isinstance(one, dict)]
    lost = [one for one in told if isinstance(one, OvertakenError)]
    assert (len(won), len(lost)) == (1, 7)
    with engine.connect() as connection:
        sql = text("SELECT count(*) FROM ticket_event WHERE ticket_id = :t AND event = 'accept'")
        assert connection.execute(sql, {"t": key}).scalar_one() == 1


def test_eight_who_report_one_house_at_once_raise_one_ticket(engine: Engine, town: World) -> None:
    centre, house = town.actors["centre"], town.houses[3]
    told = _together(*[lambda: report(house, "FI06", words="电动车", actor=centre, at=NOW)] * 8)
    assert len({row["id"] for row in told}) == 1
    assert told[0]["house_id"] == house
    with engine.connect() as connection:
        sql = text("SELECT count(*) FROM finding WHERE house_id = :h")
        assert connection.execute(sql, {"h": house}).scalar_one() == 8


def test_tickets_raised_at_once_have_numbers_of_their_own(engine: Engine, town: World) -> None:
    centre, at = town.actors["centre"], NOW + timedelta(days=7)
    houses = [town.houses[number] for number in (4, 5, 6)]
    deeds = [lambda house=house: report(house, "FI06", words="电动车", actor=centre, at=at) for house in houses]
    numbers = sorted(row["number"] for row in _together(*deeds))
    assert numbers == [f"{COUNTY}20260622-00000{n}" for n in (1, 2, 3)]


def test_a_visit_handed_in_twice_at_once_counts_once(engine: Engine, town: World) -> None:
    inspector, at = town.actors["inspector"], NOW + timedelta(days=8)
    key = drafted(town, inspector, 1, at, persons=3)
    told = _together(*[lambda: submit_visit(key, outcome=Outcome.GRANTED, actor=inspector, at=at)] * 4)
    assert told[0].hazards
    assert all(one == told[0] for one in told)
    with engine.connect() as connection:
        sql = text("SELECT count(*) FROM finding WHERE visit_id = :v")
        assert connection.execute(sql, {"v": key}).scalar_one() == len(told[0].hazards)


def test_of_three_who_rate_at_once_two_are_blind(engine: Engine, town: World) -> None:
    key = _fresh(town, 4)
    told = Rating(320, (10, 10, 21.5, 58.5), 4)
    done = _together(*(
        lambda who=who: rate(key, told, actor=town.actors[who], at=NOW) for who in ("fire", "centre", "centre2")
    ))  # fmt: skip
    assert [type(one) for one in done] == [int, int, int]
    with engine.connect() as looking:
        rows = looking.execute(text("SELECT blind FROM rating WHERE ticket_id = :id ORDER BY id"), {"id": key})
        assert sorted(rows.scalars()) == [False, True, True]
