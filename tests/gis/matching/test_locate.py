"""Where an address is that the reference does not hold, and how honestly that is said."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.matching.locate import Locator
from gis.matching.outcome import Located, MatchLevel
from tests.gis.matching.towns import BLOCK_M, ROADS, STREETS, doors, off_m, told
from words import LANGUAGES

GRID = doors()
LETTERS = st.sampled_from("听雨街石榴路与交叉口东南北50米号对面村（）\n")
TOWN = Locator(told(GRID))


def located(text: str, locator: Locator = TOWN) -> Located:
    """The answer, which there must be."""
    found = locator.locate(text)
    assert found is not None
    return found


@pytest.mark.parametrize("number", [3, 44, 119, 200, 235])
def test_a_door_between_two_known_doors_is_placed_between_them(number: int) -> None:
    found = located(f"听雨街{number}号")
    side = 12.0 if number % 2 else -12.0
    assert found.level == MatchLevel.NEIGHBOUR
    assert off_m(found.lon, found.lat, east=5.0 * number, north=BLOCK_M + side) <= min(found.uncertainty_m, 40.0)


def test_odd_and_even_numbers_lie_on_their_own_sides_of_the_road() -> None:
    odd, even = located("采莲街119号"), located("采莲街120号")
    assert odd.lat > even.lat


def test_a_number_far_beyond_the_last_door_is_less_sure_than_one_between_doors() -> None:
    inside, beyond = located("望湖街119号"), located("望湖街300号")
    assert beyond.uncertainty_m > 3 * inside.uncertainty_m
    assert off_m(beyond.lon, beyond.lat, east=1500.0, north=0.0) <= beyond.uncertainty_m


def test_contradictory_numbers_widen_the_radius() -> None:
    plain = [(f"枫林路{n}号", 0.0, 5.0 * n) for n in range(1, 80, 6)]
    twisted = [(f"枫林路{n}号", 0.0, 5.0 * (n if n % 12 else 80 - n)) for n in range(1, 80, 6)]
    scrambled = [(text, 0.0, north) for (text, _, _), north in zip(plain, (5, 300, 40, 390, 90, 10, 350), strict=False)]
    assert located("枫林路40号", Locator(told(scrambled))).uncertainty_m > 2 * (
        located("枫林路40号", Locator(told(plain))).uncertainty_m
    )
    assert located("枫林路40号", Locator(told(twisted))).uncertainty_m > 0


def test_a_road_that_has_doors_carried_off_by_a_wrong_coordinate_stays_where_it_is() -> None:
    astray = [*GRID, ("听雨街61号", 9000.0, -4000.0), ("听雨街62号", -7000.0, 6000.0)]
    found = located("听雨街63号", Locator(told(astray)))
    assert off_m(found.lon, found.lat, east=315.0, north=BLOCK_M + 12.0) <= 60.0


STATIONS = [
    *(
        (f"{street}{road}路口", x * BLOCK_M, y * BLOCK_M)
        for y, street in enumerate(STREETS)
        for x, road in enumerate(ROADS)
    ),
    *((f"{street}东段", 1500.0, y * BLOCK_M) for y, street in enumerate(STREETS)),
    *((f"{road}杏花村饭庄对面" if x == 1 else f"{road}北段", x * BLOCK_M, 1500.0) for x, road in enumerate(ROADS)),
]
CORNERS = Locator(told(STATIONS))


def test_a_crossing_that_other_addresses_name_is_known() -> None:
    found = located("听雨街与石榴路交叉口", CORNERS)
    assert found.level == MatchLevel.CROSSING
    assert off_m(found.lon, found.lat, east=BLOCK_M, north=BLOCK_M) <= 5.0


@pytest.mark.parametrize(
    ("text", "east", "north"),
    [
        ("听雨街与石榴路交叉口以东50米", 50.0, 0.0),
        ("听雨街石榴路西300米路北", -300.0, 12.0),
        ("石榴路听雨街北100米路东", 12.0, 100.0),
        ("石榴路听雨街向南1.5公里", 0.0, -1500.0),
        ("听雨街与石榴路交叉口东南角", 25.0, -25.0),
    ],
)
def test_the_way_told_from_a_crossing_is_gone(text: str, east: float, north: float) -> None:
    found = located(text, CORNERS)
    assert off_m(found.lon, found.lat, east=BLOCK_M + east, north=BLOCK_M + north) <= 5.0


def test_a_crossing_nobody_names_is_drawn_from_the_two_roads() -> None:
    rows = [row for row in STATIONS if row[0] != "听雨街石榴路路口"]
    found = located("听雨街石榴路路口", Locator(told(rows)))
    assert found.level == MatchLevel.CROSSING
    assert found.reasons[0].key == "locating.crossing_drawn"
    assert off_m(found.lon, found.lat, east=BLOCK_M, north=BLOCK_M) <= min(found.uncertainty_m, 250.0)


def test_a_place_named_beside_another_address_is_a_landmark() -> None:
    found = located("杏花村饭庄东门", CORNERS)
    assert found.level == MatchLevel.LANDMARK
    assert off_m(found.lon, found.lat, east=BLOCK_M, north=1500.0) <= 60.0


def test_a_road_alone_is_its_middle_with_a_radius_of_its_length() -> None:
    found = located("采莲街", CORNERS)
    assert found.level == MatchLevel.ROAD
    assert off_m(found.lon, found.lat, east=BLOCK_M, north=2 * BLOCK_M) <= 500.0
    assert found.uncertainty_m >= 500.0


def test_another_part_of_a_known_road_is_sought_in_the_direction_its_name_says() -> None:
    rows = [*STATIONS, *((f"长亭中路{n}号", 400.0, 100.0 * n) for n in range(1, 5))]
    north, south = (located(f"长亭{part}路", Locator(told(rows))) for part in "北南")
    assert north.lat > south.lat
    assert north.reasons[0].key == "locating.road_part"


def test_a_misspelt_road_is_taken_for_the_one_it_sounds_like_and_says_so() -> None:
    found = located("石留路与听雨街交叉口", Locator(told([row for row in STATIONS if "交" not in row[0]])))
    assert off_m(found.lon, found.lat, east=BLOCK_M, north=BLOCK_M) <= found.uncertainty_m
    alone = located("石留路", CORNERS)
    assert alone.reasons[0].key == "locating.road_alike"


def test_an_address_of_which_nothing_is_known_has_the_town_for_its_radius() -> None:
    found = located("不知何处", CORNERS)
    assert found.level == MatchLevel.TOWN
    assert all(off_m(found.lon, found.lat, east=e, north=n) <= found.uncertainty_m for _, e, n in STATIONS)


def test_a_road_of_two_towns_says_that_either_may_be_meant() -> None:
    rows = [*GRID, *((text, east + 60_000.0, north) for text, east, north in GRID)]
    found = located("听雨街", Locator(told(rows)))
    assert found.uncertainty_m >= 55_000.0
    assert "locating.several_towns" in [reason.key for reason in found.reasons]


def test_nothing_is_said_where_the_reference_is_empty() -> None:
    assert Locator(told([])).locate("听雨街12号") is None


def test_an_address_left_out_is_not_placed_by_itself() -> None:
    rows = [("孤山路88号", 5000.0, 5000.0), *GRID]
    found = Locator(told(rows)).locate("孤山路88号", without=np.array([0]))
    assert found is not None
    assert off_m(found.lon, found.lat, east=5000.0, north=5000.0) > 1000.0


def test_every_reason_is_said_in_every_language() -> None:
    texts = ("听雨街63号", "听雨街石榴路东50米", "采莲街", "杏花村饭庄", "不知何处", "石留路")
    for locator in (TOWN, CORNERS):
        for text in texts:
            assert all(reason.say(lang) for lang in LANGUAGES for reason in located(text, locator).reasons)


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(len(STATIONS))))
def test_the_order_of_the_reference_changes_nothing(order: list[int]) -> None:
    shuffled = Locator(told([STATIONS[place] for place in order]))
    for text in ("听雨街石榴路东50米", "采莲街", "杏花村饭庄", "枫林路望湖街路口"):
        assert located(text, shuffled) == located(text, CORNERS)


@settings(max_examples=150, deadline=None)
@given(st.text(st.one_of(LETTERS, st.characters()), max_size=40))
def test_any_text_is_placed_or_not_but_never_an_error(text: str) -> None:
    found = CORNERS.locate(text)
    assert found is None or (np.isfinite([found.lon, found.lat]).all() and 0 < found.uncertainty_m < 1e7)


def test_the_stated_radius_holds_nine_places_in_ten_of_a_town_with_crooked_numbers() -> None:
    dice = np.random.default_rng(5)
    astray = 30 * dice.standard_normal((len(GRID), 2))
    rows = [(text, east + dx, north + dy) for (text, east, north), (dx, dy) in zip(GRID, astray.tolist(), strict=True)]
    locator = Locator(told(rows))
    inside = []
    for row in range(0, len(rows), 5):
        found = locator.locate(rows[row][0], without=np.array([row]))
        assert found is not None
        inside.append(off_m(found.lon, found.lat, east=rows[row][1], north=rows[row][2]) <= found.uncertainty_m)
    assert 0.8 <= float(np.mean(inside)) <= 0.98


@pytest.mark.shared
def test_real_stations_left_out_are_placed_twice_as_well_as_by_the_nearest_text(shared_data: Path) -> None:
    from benchmarks import leave_one_out as measured

    cities = {city.name: city for city in measured.read_cities()}
    some = [cities[name] for name in ("anqiu", "heihe", "wenling", "yichun")]
    rows = [row for city in some for row in measured.leave_one_out(city, city.addresses)]
    nearest = measured.nearest_text(some, measured.SCORES["shared bigrams"])
    off = np.array([row.off_m for row in rows])
    assert np.median(off) <= 0.6 * np.median(nearest)
    assert np.median(off) <= 520.0
    assert 0.85 <= np.mean([row.off_m <= row.stated_m for row in rows]) <= 0.97
    assert all(row.answered for row in rows)
