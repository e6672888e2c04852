"""Two clerks change the same house at once: one does it, the other is told; no code is given twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, text

from actions.code_change import Change, Part
from actions.codes import demolish_house, merge_houses, move_houses, split_house
from db.lineage import GoneHouseError
from tests.towns import own_town
from tests.world import COUNTY, NOW, OTHER_VILLAGE, World


@pytest.fixture(scope="module")
def own() -> Iterator[tuple[Engine, World]]:
    with own_town("coderace", pool_size=12) as (_, engine, town):
        yield engine, town


@pytest.fixture
def town(own: tuple[Engine, World], monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("db.engine.engine", lambda: own[0])
    return own[1]


def together(*deeds: Callable[[], Any]) -> list[Any]:
    gate = Barrier(len(deeds))

    def run(one: Callable[[], Any]) -> Any:
        gate.wait(timeout=10)
        try:
            return one()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_of_two_who_end_one_house_the_second_is_told(own: tuple[Engine, World], town: World) -> None:
    one, two = town.rooms[1]
    given = {"actor": town.actors["centre"], "at": NOW, "reason": "同时变更"}
    parts = [Part("东", rooms=(one,)), Part("西", rooms=(two,))]
    told = together(
        lambda: split_house(town.houses[1], parts, **given),
        lambda: merge_houses([town.houses[2], town.houses[1]], Part("合"), **given),
        lambda: merge_houses([town.houses[1], town.houses[2]], Part("合"), **given),
        lambda: demolish_house(town.houses[1], **given),
    )
    assert sorted(type(one).__name__ for one in told) == ["Change", *["GoneHouseError"] * 3]
    assert all(isinstance(one, Change | GoneHouseError) for one in told)


def test_codes_allotted_at_once_are_all_different(own: tuple[Engine, World], town: World) -> None:
    given = {"actor": town.actors["centre"], "at": NOW, "reason": "村界调整"}
    told = together(*(lambda n=n: move_houses([town.houses[n]], OTHER_VILLAGE, **given) for n in (3, 4, 5)))
    codes = {code for one in told for code in one.house_codes}
    assert len(codes) == 3
    with own[0].connect() as connection:
        living = "SELECT count(*) FROM address WHERE county = :c AND status = 'active' AND code = ANY(:k)"
        assert connection.execute(text(living), {"c": COUNTY, "k": list(codes)}).scalar_one() == 3
