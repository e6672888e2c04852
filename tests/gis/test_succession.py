"""Codes passing into new houses: a room keeps its place where it is free, and nothing is left behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.code import AddressCode
from gis.succession import (
    FloorFullError,
    Piece,
    PieceLeftError,
    PieceTwiceError,
    TooFewPartsError,
    UnknownPieceError,
    seats,
    share_out,
    whole,
)

VILLAGE = "320581101201"
NEW = AddressCode(VILLAGE, 9)
PIECES = [Piece(1, (11, 12)), Piece(2, (21,)), Piece(3)]


def code(house: int, suite: str, room: int = 0, unit: int = 0) -> AddressCode:
    return AddressCode(VILLAGE, house, unit, suite, room)


def test_rooms_go_with_their_suite_unless_they_are_named() -> None:
    suites, rooms = share_out(PIECES, [((1, 3), ()), ((2,), (12,))])
    assert suites == {1: 0, 2: 1, 3: 0}
    assert rooms == {11: 0, 12: 1, 21: 1}


def test_a_suite_that_is_not_named_goes_with_its_first_room() -> None:
    suites, rooms = share_out(PIECES, [((3,), (12, 21)), ((), (11,))])
    assert suites == {1: 1, 2: 0, 3: 0}
    assert rooms == {11: 1, 12: 0, 21: 0}


@pytest.mark.parametrize(("wanted", "error"), [
    ([((1, 2, 3), ())], TooFewPartsError), ([((1, 2), ()), ((3, 9), ())], UnknownPieceError),
    ([((1, 2, 3), ()), ((), (99,))], UnknownPieceError), ([((1, 2, 3), ()), ((1,), ())], PieceTwiceError),
    ([((1, 3), (21,)), ((), (21,))], PieceTwiceError), ([((1, 2), ()), ((), ())], PieceLeftError),
    ([((2, 3), (11,)), ((), ())], PieceLeftError),
])  # fmt: skip
def test_parts_that_do_not_add_up_are_refused(
    wanted: list[tuple[tuple[int, ...], tuple[int, ...]]], error: type
) -> None:
    with pytest.raises(error):
        share_out(PIECES, wanted)


def test_two_suites_of_one_number_stand_side_by_side_in_the_merged_house() -> None:
    told = seats(NEW, [code(1, "0101"), code(1, "0101", 1), code(2, "0101"), code(2, "0101", 1), code(2, "0102")])
    assert [str(one)[19:25] for one in told.values()] == ["010100", "010101", "010200", "010201", "010300"]
    assert {one.house for one in told.values()} == {9}


def test_a_full_floor_says_so() -> None:
    doors = [code(1, f"01{door:02d}") for door in range(1, 100)]
    with pytest.raises(FloorFullError):
        seats(NEW, [*doors, code(2, "0101")])


def test_everything_above_a_room_stands_before_it() -> None:
    told = whole({code(1, "0203", 1, unit=2): code(9, "0203", 1, unit=2)})
    assert [one.level.value for one in told] == ["unit", "suite", "room"]


places = st.builds(
    code, st.integers(1, 3), st.builds("{:02d}{:02d}".format, st.integers(1, 3), st.integers(1, 5)), st.integers(0, 3),
    st.integers(0, 1),
)  # fmt: skip


@given(st.lists(places, unique=True, max_size=40))
def test_no_two_pieces_get_one_code_and_rooms_stay_with_their_suites(olds: list[AddressCode]) -> None:
    told = seats(NEW, olds)
    assert set(told) == set(olds)
    assert len(set(told.values())) == len(olds)
    for one in olds:
        for other in olds:
            together = (one.house, one.unit, one.suite) == (other.house, other.unit, other.suite)
            assert together == ((told[one].unit, told[one].suite) == (told[other].unit, told[other].suite))
        assert told[one].room == one.room
        assert told[one].floor == one.floor
