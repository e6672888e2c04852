"""The unified address code."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis import code as codes
from gis.check import BodyError, check_character, check_characters
from gis.code import AddressCode, Level, codes_for

WORKED = [
    ("320581101201", 123, 0, "0000", 0, "32058110120100123000000009"),
    ("320581101201", 123, 0, "0203", 0, "32058110120100123000203009"),
    ("320581101201", 123, 0, "0203", 1, "32058110120100123000203017"),
    ("320581001010", 45, 2, "1003", 2, "32058100101000045021003029"),
    ("330282113211", 7, 0, "0000", 0, "33028211321100007000000001"),
    ("330282113211", 7, 0, "0301", 2, "33028211321100007000301023"),
]

segments = st.one_of(st.integers(1, 199), st.integers(200, 399), st.integers(400, 599)).filter(
    lambda one: one % 100 != 98
)
villages = st.builds(
    lambda county, town, village: f"{county}{town:03d}{village:03d}",
    st.sampled_from(["320581", "330282", "110101", "659001"]),
    st.integers(1, 599),
    segments,
)
floors = st.one_of(st.integers(1, 89), st.integers(91, 99))
suites = st.one_of(st.just("0000"), st.builds(lambda f, d: f"{f:02d}{d:02d}", floors, st.integers(1, 99)))


@st.composite
def address_codes(draw):
    suite = draw(suites)
    return AddressCode.make(
        village=draw(villages),
        house=draw(st.integers(1, 99_999)),
        unit=draw(st.integers(0, 99)),
        suite=suite,
        room=draw(st.integers(0, 99)) if suite != "0000" else 0,
    )


@pytest.mark.parametrize(("village", "house", "unit", "suite", "room", "text"), WORKED)
def test_the_worked_examples_come_out_as_published(village, house, unit, suite, room, text):
    made = AddressCode.make(village=village, house=house, unit=unit, suite=suite, room=room)
    assert str(made) == text
    assert AddressCode.parse(text) == made


def test_the_check_character_agrees_with_an_independent_library():
    from stdnum.iso7064 import mod_11_2

    random = np.random.default_rng(5)
    for row in random.integers(0, 10, (500, 25)):
        body = "".join(map(str, row))
        assert check_character(body) == mod_11_2.calc_check_digit(body)


@given(address_codes())
def test_a_code_survives_being_written_and_read(made):
    assert AddressCode.parse(str(made)) == made
    assert AddressCode.parse(made.grouped) == made
    assert len(str(made)) == 26


@given(address_codes(), st.integers(0, 25), st.sampled_from("0123456789X"))
def test_every_single_wrong_character_is_caught(made, position, character):
    text = str(made)
    wrong = text[:position] + character + text[position + 1 :]
    if wrong == text:
        return
    with pytest.raises(codes.CodeError):
        AddressCode.parse(wrong)


@given(address_codes())
def test_every_swap_of_neighbours_is_caught(made):
    text = str(made)
    for at in range(25):
        swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        if swapped != text:
            with pytest.raises(codes.CodeError):
                AddressCode.parse(swapped)


def test_the_check_alone_misses_no_substitution_and_no_swap():
    body = "3205811012010012300020301"
    right = check_character(body)
    for at in range(25):
        others = [body[:at] + digit + body[at + 1 :] for digit in "0123456789" if digit != body[at]]
        assert right not in {check_character(other) for other in others}
        if at < 24 and body[at] != body[at + 1]:
            assert check_character(body[:at] + body[at + 1] + body[at] + body[at + 2 :]) != right


@given(address_codes())
def test_a_parent_contains_its_child_and_shares_its_prefix(made):
    above = made.parent
    if above is None:
        assert made.level is Level.HOUSE
        assert made == made.house_code
        return
    assert above.contains(made)
    assert not made.contains(above)
    assert str(made).startswith(above.children_prefix)
    assert made.ancestors[-1] == made.house_code


def test_children_are_named_by_the_segment_that_is_new():
    house = AddressCode.make(village="320581101201", house=123)
    suite = house.child(suite="0203")
    assert str(suite.child(room=1)) == "32058110120100123000203017"
    assert suite.child(room=1) == house.child(suite="0203", room=1)
    assert house.child(unit=2).child(suite="1003").parent == house.child(unit=2)
    assert (suite.level, suite.floor, house.floor) == (Level.SUITE, 2, None)
    assert house.child(suite="9102").floor == -1


@pytest.mark.parametrize("given_parts", [{}, {"unit": 0}, {"unit": 3}, {"suite": "0101"}])
def test_a_suite_has_no_child_that_is_not_a_room(given_parts):
    with pytest.raises(codes.ChildLevelError):
        AddressCode.make(village="320581101201", house=1, suite="0203").child(**given_parts)


@pytest.mark.parametrize(
    "written",
    [
        "320581-101-201-00123-00-0203-01-7",
        " 320581 101201 00123 00 0203 01 7 ",
        "320581—101—201—00123—00—0203—01—7",
        "３２０５８１１０１２０１００１２３０００２０３０１７",
        "320581–101–201·00123／00．0203 01\u3000７",
    ],
)
def test_codes_are_read_as_people_write_them(written):
    assert str(AddressCode.parse(written)) == "32058110120100123000203017"


def test_a_small_x_counts_as_the_check_character():
    made = next(c for h in range(1, 99) if str(c := AddressCode.make(village="320581101201", house=h))[-1] == "X")
    assert AddressCode.parse(str(made).lower()) == made
    assert AddressCode.parse(str(made)[:-1] + "ｘ") == made


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", codes.CodeLengthError, "0"),
        ("320581", codes.CodeLengthError, "6"),
        ("32058110120100123000000009" * 2, codes.CodeLengthError, "52"),
        ("X2058110120100123000000009", codes.CodeCharacterError, "1"),
        ("3205811012O100123000000009", codes.CodeCharacterError, "'O'"),
        ("32058110120100123000000008", codes.CodeCheckError, "9"),
        ("32058110120100123000٢03017", codes.CodeCharacterError, "21"),
    ],
)
def test_an_unreadable_code_says_what_is_wrong(text, error, said):
    with pytest.raises(error, match=said):
        AddressCode.parse(text)


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ({"village": "320581401498"}, codes.VirtualVillageError),
        ({"village": "320581101198"}, codes.VirtualVillageError),
        ({"village": "320581101600"}, codes.VillageSegmentError),
        ({"village": "320581101000"}, codes.VillageSegmentError),
        ({"village": "320581000201"}, codes.VillageSegmentError),
        ({"village": "32058110120"}, codes.VillageSegmentError),
        ({"house": 0}, codes.HouseSerialError),
        ({"house": 100_000}, codes.HouseSerialError),
        ({"unit": 100}, codes.UnitSegmentError),
        ({"suite": "0003"}, codes.SuiteSegmentError),
        ({"suite": "9001"}, codes.SuiteSegmentError),
        ({"suite": "0200"}, codes.SuiteSegmentError),
        ({"suite": "203"}, codes.SuiteSegmentError),
        ({"room": 1}, codes.RoomWithoutSuiteError),
        ({"suite": "0203", "room": 100}, codes.RoomSegmentError),
    ],
)
def test_a_segment_out_of_range_is_refused_by_its_own_error(parts, error):
    whole = {"village": "320581101201", "house": 1, **parts}
    with pytest.raises(error):
        AddressCode.make(**whole)
    with pytest.raises((error, BodyError)):
        codes_for([whole["village"]], [whole["house"]], units=whole.get("unit", 0),
                  suites=whole.get("suite", "0000"), rooms=whole.get("room", 0))  # fmt: skip


@given(st.lists(address_codes(), min_size=1, max_size=20))
def test_codes_made_in_bulk_equal_codes_made_one_by_one(many):
    bulk = codes_for(
        [one.village for one in many],
        np.array([one.house for one in many]),
        units=np.array([one.unit for one in many]),
        suites=[one.suite for one in many],
        rooms=np.array([one.room for one in many]),
    )
    assert bulk.tolist() == [str(one) for one in many]
    assert check_characters([one.body for one in many]).tolist() == [one.check for one in many]


def test_a_hundred_thousand_codes_in_bulk_are_all_different_and_readable():
    bulk = codes_for("320581101201", np.arange(1, 100_000))
    assert len(np.unique(bulk)) == 99_999
    assert AddressCode.parse(str(bulk[-1])).house == 99_999
    assert codes_for([], np.array([], dtype=int)).shape == (0,)


@pytest.mark.parametrize("bodies", [["12"], ["3" * 26], ["3" * 24 + "X"], ["3" * 25, "3" * 24]])
def test_bodies_of_the_wrong_shape_are_refused(bodies):
    with pytest.raises(BodyError):
        check_characters(bodies)
