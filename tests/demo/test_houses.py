"""Houses, suites and rooms of the model town."""

import hashlib

import numpy as np
import pytest
import shapely

from demo.conditions import LEAST_M2
from demo.rooms import KIND_NO, NOT_FOR_LIVING
from demo.streets import Kind
from gis.code import AddressCode, Level
from inspections.rules import judge
from tests.demo.town import NOW, Town, town


@pytest.fixture(scope="module")
def changshu() -> Town:
    return town()


def fingerprint(built: Town) -> str:
    told = hashlib.sha256()
    for column in (
        built.told.room,
        built.rooms.use_m2,
        built.rooms.persons,
        built.houses.lonlat,
        built.year.visits.second,
    ):
        told.update(np.ascontiguousarray(column).tobytes())
    told.update("".join(built.houses.text.tolist()).encode())
    told.update(
        repr([[(s["at"], s["event"], s["actor"]) for s in t.life.events] for t in built.history.tickets]).encode()
    )
    return told.hexdigest()


def test_the_same_seed_builds_the_same_town_and_another_builds_another() -> None:
    first = fingerprint(town("330282", 400, 3))
    town.cache_clear()
    assert fingerprint(town("330282", 400, 3)) == first
    assert fingerprint(town("330282", 400, 4)) != first


def test_as_many_houses_stand_as_were_asked_for(changshu: Town) -> None:
    assert len(changshu.houses) == 3000
    codes, counts = np.unique(changshu.houses.village, return_counts=True)
    assert dict(zip(codes.tolist(), counts.tolist(), strict=True)) == {c: n for c, n in changshu.shares.items() if n}


def test_every_house_stands_inside_its_village(changshu: Town) -> None:
    for code in np.unique(changshu.houses.village):
        own = changshu.houses.village == code
        cell = changshu.ground.villages[str(code)].geom
        assert shapely.contains_xy(cell, changshu.houses.lonlat[own]).all()


def test_no_two_houses_share_ground(changshu: Town) -> None:
    outlines = shapely.buffer(changshu.houses.footprint, -1e-7)
    first, second = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    assert (first == second).all()


def test_codes_are_valid_unique_and_name_the_village_of_the_house(changshu: Town) -> None:
    told = changshu.told
    codes = [*told.house.tolist(), *told.stair_code.tolist(), *told.suite.tolist(), *told.room.tolist()]
    assert len(set(codes)) == len(codes)
    for code in codes[:: max(1, len(codes) // 3000)]:
        AddressCode.parse(code)
    levels = {AddressCode.parse(told.house[0]).level, AddressCode.parse(told.room[0]).level}
    assert levels == {Level.HOUSE, Level.ROOM}
    assert all(
        code.startswith(v) for code, v in zip(told.house.tolist(), changshu.houses.village.tolist(), strict=True)
    )


def test_serials_of_a_village_count_up_from_one(changshu: Town) -> None:
    for code in np.unique(changshu.houses.village)[:50]:
        own = np.sort(changshu.houses.serial[changshu.houses.village == code])
        assert own.tolist() == list(range(1, len(own) + 1))


def test_every_suite_lies_under_its_stair_or_house(changshu: Town) -> None:
    told, suites = changshu.told, changshu.suites
    for n in range(0, len(suites), 97):
        parent = AddressCode.parse(told.suite[n]).parent
        stair = int(told.stair_of[n])
        above = told.stair_code[stair] if stair >= 0 else told.house[suites.house[n]]
        assert str(parent) == above


def test_written_addresses_are_unique_and_odd_doors_face_even_ones(changshu: Town) -> None:
    assert len(set(changshu.houses.text.tolist())) == len(changshu.houses)
    odd = np.count_nonzero(changshu.houses.door % 2) / len(changshu.houses)
    assert 0.35 < odd < 0.65


def test_self_built_houses_have_five_to_fifteen_rooms(changshu: Town) -> None:
    rooms = np.bincount(changshu.rooms.house, minlength=len(changshu.houses))
    own = rooms[changshu.houses.kind == Kind.SELF_BUILT]
    assert 5 <= np.median(own) <= 15
    assert np.mean((own >= 5) & (own <= 15)) > 0.8


def test_the_town_has_villages_estates_dormitories_and_shopping_streets(changshu: Town) -> None:
    share = np.bincount(changshu.houses.kind, minlength=len(Kind)) / len(changshu.houses)
    assert share[Kind.SELF_BUILT] > 0.5
    assert 0.05 < share[Kind.APARTMENT] < 0.3
    assert 0.01 < share[Kind.DORMITORY] < 0.1
    assert 0.05 < share[Kind.MIXED_USE] < 0.25
    assert share[Kind.CONVERTED] > 0.01
    stairs = np.unique(changshu.suites.unit[changshu.houses.kind[changshu.suites.house] == Kind.APARTMENT])
    assert stairs.min() == 1
    assert stairs.max() > 1


def test_bad_houses_stand_together(changshu: Town) -> None:
    bad = changshu.houses.bad
    assert 0.04 < bad.mean() < 0.2
    spots = shapely.points(changshu.ground.frame.to_metres(changshu.houses.lonlat))
    first, second = shapely.STRtree(spots).query(spots, predicate="dwithin", distance=200.0)
    first, second = first[first < second], second[first < second]
    rng = np.random.default_rng(1)
    joins = np.count_nonzero(bad[first] & bad[second])
    shuffled = [np.count_nonzero(b[first] & b[second]) for b in (rng.permutation(bad) for _ in range(99))]
    assert joins > 1.3 * max(shuffled)


def test_houses_that_may_not_offend_break_no_rule(changshu: Town) -> None:
    from demo.conditions import room_facts

    quiet = np.flatnonzero(~changshu.conditions.offends)
    assert len(quiet) > 0.6 * len(changshu.houses)
    first = np.searchsorted(changshu.rooms.house, np.arange(len(changshu.houses) + 1))
    for house in quiet[:: max(1, len(quiet) // 400)].tolist():
        own = slice(int(first[house]), int(first[house + 1]))
        rooms = room_facts(changshu.rooms, own, changshu.year.keys[own].tolist())
        assert judge(changshu.conditions.facts(house), rooms, county="320581", on=NOW.date()) == []


def test_people_live_where_they_may_but_for_the_badly_kept_houses(changshu: Town) -> None:
    rooms, bad = changshu.rooms, changshu.houses.bad[changshu.rooms.house]
    taken = rooms.persons > 0
    assert (rooms.use_m2[taken & ~bad] >= LEAST_M2 * rooms.persons[taken & ~bad]).all()
    odd = np.isin(rooms.kind, [KIND_NO[name] for name in NOT_FOR_LIVING])
    assert not (odd & taken & ~bad).any()
    assert (rooms.persons[~rooms.family & ~bad] <= 2).all()
