"""What a landmark phrase names: roads, the way from the crossing, the side, the number, the places beside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.address.fold import fold
from gis.address.landmark import STILL, compass, read_landmark, road_runs, road_stem, same_road


@pytest.mark.parametrize(
    ("text", "roads"),
    [
        ("听雨街石榴路路口", ("听雨街", "石榴路")),
        ("听雨街与和平路交叉口", ("听雨街", "和平路")),
        ("位于石榴路靠近听雨大道", ("石榴路", "听雨大道")),
        ("吴山市清河区听雨东路18号", ("听雨东路",)),
        ("听雨街十字路口往东", ("听雨街",)),
        ("听雨街南侧人行道", ("听雨街",)),
        ("227省道旁杏花村饭庄", ("227省道",)),
        ("南三环杏花村饭庄门口", ("南三环",)),
        ("听雨街道办事处对面", ()),
        ("杏花村饭庄门口人行道，树与树之间", ()),
    ],
)
def test_the_roads_of_a_phrase_are_read(text: str, roads: tuple[str, ...]) -> None:
    assert read_landmark(fold(text)).roads == roads


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("听雨街石榴路东50米路北", (50.0, 0.0)),
        ("听雨街石榴路以西约300米", (-300.0, 0.0)),
        ("石榴路听雨街北1.5公里路西", (0.0, 1500.0)),
        ("石榴路听雨街南2里", (0.0, -1000.0)),
        ("石榴路听雨街北50米东300米路南", (300.0, 50.0)),
        ("听雨街石榴路东100北", (100.0, 0.0)),
        ("听雨街北侧（石榴路西）", (-50.0, 0.0)),
        ("听雨街石榴路路口", STILL),
        ("听雨街东100号", STILL),
    ],
)
def test_the_way_from_a_crossing_is_read_in_metres(text: str, move: tuple[float, float]) -> None:
    assert read_landmark(fold(text)).move == pytest.approx(move)


def test_the_side_of_the_road_tells_which_way_the_road_runs() -> None:
    north, east = read_landmark("听雨街石榴路东50米路北"), read_landmark("石榴路听雨街北50米路东")
    assert (north.side, north.runs) == ((0.0, 12.0), 1)
    assert (east.side, east.runs) == ((12.0, 0.0), -1)


def test_places_are_what_is_left_when_the_words_that_say_where_are_gone() -> None:
    assert read_landmark("听雨街杏花村饭庄正门对面").places == ("杏花村饭庄",)
    assert read_landmark("石榴路上牧童小学东门北侧").places == ("牧童小学",)


@pytest.mark.parametrize(
    ("text", "number"), [("听雨街108号", 108), ("听雨街108-2号", 108), ("杏花村3组12号", 12), ("听雨街石榴路口", None)]
)
def test_the_number_of_the_door_is_read_after_a_road_or_a_village(text: str, number: int | None) -> None:
    assert read_landmark(text).number == number


def test_a_place_before_a_road_leaves_it_the_same_but_one_character_makes_it_another() -> None:
    assert same_road("吴山石榴路", "石榴路")
    assert same_road("与石榴路", "石榴路")
    assert not same_road("中山东路", "山东路")
    assert not same_road("听雨北路", "听雨南路")


def test_the_compass_in_a_name_says_which_part_of_the_road_it_is() -> None:
    assert {road_stem(name) for name in ("听雨南路", "听雨中路", "听雨路", "听雨大道")} == {"听雨"}
    assert compass("听雨南路") == (0.0, -1.0)
    assert (road_runs("听雨南路"), road_runs("听雨东路"), road_runs("听雨路")) == (-1, 1, 0)


@given(st.text(max_size=60))
def test_no_text_is_an_error_to_read(text: str) -> None:
    phrase = read_landmark(fold(text))
    assert all(len(name) > 1 for name in phrase.roads)
