"""Two lists of divisions: what changed between them, followed by name and never by number."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.division import Division
from gis.division_change import ChangeKind, ChangeShapeError, DivisionChange, Past, conflicts, diff, former_names
from gis.gazetteer import OtherName

STAT = [Division("320581104", "古里镇"), Division("320581107", "董浜镇"), Division("320581101", "梅李镇")]
CIVIL = [Division("320581107", "古里镇"), Division("320581111", "董浜镇"), Division("320581101", "梅李镇")]


def said(changes: list[DivisionChange]) -> list[tuple[str, list[str], list[str]]]:
    return [(one.kind.value, [d.code for d in one.old], [d.code for d in one.new]) for one in changes]


def test_one_number_for_two_towns_is_a_conflict_and_never_a_match() -> None:
    found = [(one.what, one.ours and one.ours.name, one.theirs and one.theirs.name) for one in conflicts(STAT, CIVIL)]
    assert found == [
        ("same_name", "古里镇", "古里镇"), ("same_name", "董浜镇", "董浜镇"), ("same_code", "董浜镇", "古里镇"),
    ]  # fmt: skip


def test_numbers_that_change_hands_are_recodes_by_name() -> None:
    assert said(diff(STAT, CIVIL)) == [
        ("recode", ["320581104"], ["320581107"]), ("recode", ["320581107"], ["320581111"]),
    ]  # fmt: skip


def test_a_name_written_out_otherwise_is_no_change() -> None:
    old, new = Division("320581101201", "聚沙村村民委员会"), Division("320581101201", "聚沙村委会")
    assert diff([old], [new]) == []


def test_villages_follow_their_town_to_its_new_number() -> None:
    old = [
        Division("320581104", "古里镇"),
        Division("320581104201", "新村村委会"),
        Division("320581101202", "新村村委会"),
    ]
    new = [
        Division("320581107", "古里镇"),
        Division("320581107205", "新村村委会"),
        Division("320581101202", "新村村委会"),
    ]
    assert said(diff(old, new)) == [
        ("recode", ["320581104"], ["320581107"]), ("recode", ["320581104201"], ["320581107205"]),
    ]  # fmt: skip


def test_what_is_new_gone_or_called_otherwise_is_told_apart() -> None:
    old = [
        Division("320581101201", "聚沙村委会"),
        Division("320581101202", "旧村委会"),
        Division("320581101203", "东村委会"),
    ]
    new = [
        Division("320581101201", "新沙社区居委会"),
        Division("320581101203", "东村委会"),
        Division("320581101009", "城社区居委会"),
    ]
    assert said(diff(old, new)) == [
        ("rename", ["320581101201"], ["320581101201"]), ("abolish", ["320581101202"], []),
        ("establish", [], ["320581101009"]),
    ]  # fmt: skip


def test_other_counties_and_levels_are_left_alone() -> None:
    assert diff([*STAT, Division("330282104", "掌起镇"), Division("320581101201", "聚沙村委会")], STAT) == []


@pytest.mark.parametrize(
    ("kind", "old", "new"), [("merge", 1, 1), ("split", 1, 1), ("rename", 1, 2), ("abolish", 1, 1)]
)
def test_a_change_has_the_sides_its_kind_has(kind: str, old: int, new: int) -> None:
    with pytest.raises(ChangeShapeError):
        DivisionChange(ChangeKind(kind), tuple(STAT[:old]), tuple(CIVIL[:new]))


lists = st.dictionaries(
    st.integers(1, 399).map(lambda n: f"320581101{n:03d}"),
    st.sampled_from("甲乙丙丁戊己庚辛").map(lambda c: c + "村委会"),
).map(lambda rows: [Division(code, name) for code, name in rows.items()])


@given(lists, lists)
def test_what_changed_leads_from_one_list_to_the_other(old: list[Division], new: list[Division]) -> None:
    changes = diff(old, new) if new else []
    codes = {one.code: one.name for one in old}
    for change in changes:
        for gone in change.old:
            codes.pop(gone.code, None)
    for change in changes:
        codes |= {one.code: one.name for one in change.new}
    assert not new or codes == {one.code: one.name for one in new}
    assert diff(new, new) == []


def test_a_former_name_leads_to_whoever_has_the_land_today() -> None:
    first, second = date(2018, 1, 1), date(2020, 1, 1)
    pasts = [
        Past(first, Division("320581101", "虞山镇"), Division("320581001", "虞山街道")),
        Past(first, Division("320581101", "虞山镇"), Division("320581003", "琴川街道")),
        Past(second, Division("320581003", "琴川街道"), Division("320581007", "琴湖街道")),
    ]
    names = {"320581001": "虞山街道", "320581007": "琴湖街道"}
    assert former_names(pasts, names) == [
        OtherName("虞山镇", "320581001", until=first), OtherName("虞山镇", "320581007", until=first),
        OtherName("琴川街道", "320581007", until=second),
    ]  # fmt: skip


def test_numbers_that_changed_hands_on_one_day_do_not_mix_their_names() -> None:
    day = date(2024, 1, 1)
    pasts = [
        Past(day, Division("320581104", "古里镇"), Division("320581107", "古里镇")),
        Past(day, Division("320581107", "董浜镇"), Division("320581111", "新董镇")),
    ]
    assert former_names(pasts, {"320581107": "古里镇", "320581111": "新董镇"}) == [
        OtherName("董浜镇", "320581111", until=day)
    ]
