"""The cases of another system: nothing lost, nothing twice, and every count as pandas counts it."""

import gzip
import os
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Connection, text

from actions.elsewhere import import_cases
from actions.evidence import Photo
from actions.evidence_pack import export_evidence
from actions.imports import quarantine_file
from db import chain, kpi, ticket
from exchange.case_mapping import CaseMappingInvalid, read_mapping
from exchange.evidence_pack import verify
from inspections.access import RefusedError
from inspections.chain import first_break
from inspections.deadline import SHANGHAI
from inspections.kpi import Count
from inspections.ticket import Event
from tests.actions.story import Walk, column, dispatched, jpeg
from tests.world import COUNTY, World

ROOT = Path(__file__).parent.parent.parent
CASES = ROOT.parent / "shared" / "data" / "cases"
ROWS = int(os.environ.get("ANJU_CASE_ROWS", "12000"))
"""How many rows of each real file are brought in; 0: all of them (a minute)."""
EXAMPLES = ROOT / "docs" / "examples"
TODAY = datetime(2026, 6, 15, 9, tzinfo=SHANGHAI)
MAPPING = """
[columns]
id = "编号"
opened = "受理"
closed = "办结"
type = "类别"
place = ["街道", "地点"]
department = "单位"
lon = "经度"
lat = "纬度"
status = "状态"
[dates]
formats = ["%Y/%m/%d %H:%M", "%Y/%m/%d"]
crs = "GCJ-02"
[types]
"楼道充电" = "FI06"
[departments]
"消防队" = "fire"
[duplicates]
values = ["重复"]
[due]
days = 15
by_type = { "噪声" = 5 }
[numbers]
prefix = "OLD-"
"""
HEAD = "编号,受理,办结,类别,街道,地点,单位,经度,纬度,状态"
GOOD = [
    "1,2024/03/04 09:30,2024/03/06,楼道充电,梅李镇,聚沙村8号,消防队,120.9044,31.6984,",
    "2,2024/03/05,,噪声,梅李镇,电话13812345678旁,城管中队,,,",
    "3,2024/03/05,2024/03/20,噪声,梅李镇,聚沙村9号,城管中队,,,重复",
]


def _write(tmp_path: Path, rows: list[str], mapping: str = MAPPING, head: str = HEAD) -> tuple[Path, Path]:
    file, how = tmp_path / "cases.csv", tmp_path / "mapping.toml"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    how.write_text(mapping, encoding="utf-8")
    return file, how


def _bring(
    world: World, tmp_path: Path, rows: list[str], *, dry_run: bool = False, mapping: str = MAPPING, head: str = HEAD
):
    file, how = _write(tmp_path, rows, mapping, head)
    return import_cases(file, read_mapping(how), actor=world.actors["centre"], at=TODAY, dry_run=dry_run)


def _row(connection: Connection, number: str) -> dict:
    return ticket.by_number(connection, COUNTY, number, now=TODAY)


def test_a_case_becomes_a_ticket_as_it_stood_there(connection: Connection, world: World, tmp_path: Path) -> None:
    told = _bring(world, tmp_path, GOOD)
    assert (told.read, told.placed, told.closed, told.open, told.duplicates, told.quarantined) == (3, 3, 1, 1, 1, 0)
    assert told.types == {"噪声": 2}
    assert list(told.departments_added.values()) == ["城管中队"]
    one = _row(connection, "OLD-1")
    assert (one["state"], one["lead"], one["hazard"], one["severity"]) == ("CLOSED", "fire", "FI06", 1)
    assert one["opened_at"] == datetime(2024, 3, 4, 9, 30, tzinfo=SHANGHAI)
    assert one["closed_at"] == datetime(2024, 3, 6, tzinfo=SHANGHAI)
    assert one["due_at"] == datetime(2024, 3, 19, 23, 59, 59, tzinfo=SHANGHAI)
    assert one["address"] == "梅李镇 聚沙村8号"
    assert (round(one["lon"], 2), round(one["lat"], 2)) == (120.9, 31.7)
    other = _row(connection, "OLD-2")
    assert (other["state"], other["hazard"], other["clock"]) == ("ACCEPTED", "X:噪声", "overdue")
    assert other["due_at"] == datetime(2024, 3, 10, 23, 59, 59, tzinfo=SHANGHAI)
    assert "138****5678" in other["address"]
    assert _row(connection, "OLD-3")["state"] == "VOID"


def test_its_history_is_chained_with_the_times_of_the_other_system(
    connection: Connection, world: World, tmp_path: Path
) -> None:
    _bring(world, tmp_path, GOOD)
    key = _row(connection, "OLD-1")["id"]
    events = ticket.events(connection, COUNTY, key)
    assert [(one["event"], one["at"]) for one in events] == [
        ("import", datetime(2024, 3, 4, 9, 30, tzinfo=SHANGHAI)),
        ("import_closed", datetime(2024, 3, 6, tzinfo=SHANGHAI)),
    ]  # fmt: skip
    told = chain.events(connection, COUNTY, key)
    assert first_break(told) is None
    assert [one["at"] for one in told] == [one["recorded_at"] for one in told]


def test_the_same_file_again_changes_nothing(connection: Connection, world: World, tmp_path: Path) -> None:
    _bring(world, tmp_path, GOOD)
    before = column(connection, "SELECT count(*) FROM ticket_event")
    told = _bring(world, tmp_path, GOOD)
    assert (told.placed, told.unchanged, told.quarantined) == (0, 3, 0)
    assert column(connection, "SELECT count(*) FROM ticket_event") == before


def test_a_case_that_ended_meanwhile_is_ended_and_one_that_differs_is_held(
    connection: Connection, world: World, tmp_path: Path
) -> None:
    _bring(world, tmp_path, GOOD)
    told = _bring(world, tmp_path, [
        GOOD[0].replace("楼道充电", "噪声"), GOOD[1].replace("05,,", "05,2024/03/09,"), GOOD[2]])  # fmt: skip
    assert (told.placed, told.unchanged, told.quarantined, told.by_reason) == (1, 1, 1, {"case_differs": 1})
    assert _row(connection, "OLD-2")["state"] == "CLOSED"
    assert _row(connection, "OLD-1")["hazard"] == "FI06"


BAD = {
    "no day it was opened": ("9,,2024/03/06,噪声,,x,城管中队,,,", "opened", "case_no_opened"),
    "a day nobody can read": ("9,04.03.2024,,噪声,,x,城管中队,,,", "opened", "case_date"),
    "an end before its beginning": ("9,2024/03/06,2024/03/05,噪声,,x,城管中队,,,", "closed", "case_closed_first"),
    "a day that is still to come": ("9,2096/03/06,,噪声,,x,城管中队,,,", "opened", "case_date_far"),
    "no type": ("9,2024/03/06,,,,x,城管中队,,,", "type", "case_no_type"),
    "no department": ("9,2024/03/06,,噪声,,x,,,,", "department", "case_no_department"),
    "no number": (",2024/03/06,,噪声,,x,城管中队,,,", "id", "case_no_id"),
    "no position": ("9,2024/03/06,,噪声,,x,城管中队,东,北,", "lon", "case_point"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_row_is_told_by_row_field_value_and_cure_and_kept(
    connection: Connection, world: World, tmp_path: Path, what: str
) -> None:
    row, field, reason = BAD[what]
    told = _bring(world, tmp_path, [*GOOD, row])
    assert (told.read, told.placed, told.quarantined) == (4, 3, 1)
    (problem,) = told.problems
    assert (problem.row, problem.field, problem.reason) == (5, field, reason)
    assert all(problem.text(lang) for lang in ("zh", "en"))
    kept = column(connection, "SELECT problems -> 0 ->> 'reason' FROM quarantine WHERE state = 'open'")
    assert kept == [reason]


def test_a_number_that_stands_twice_is_taken_once(connection: Connection, world: World, tmp_path: Path) -> None:
    told = _bring(world, tmp_path, [*GOOD, GOOD[0]])
    assert (told.placed, told.quarantined, told.by_reason) == (3, 1, {"case_twice": 1})


def test_without_a_number_equal_rows_are_cases_of_their_own_and_known_again(
    connection: Connection, world: World, tmp_path: Path
) -> None:
    mapping = '[columns]\nopened = "a"\ntype = "b"\ndepartment = "c"\n'
    rows = ["2024-03-04,噪声,城管", "2024-03-04,噪声,城管", "2024-03-05T10:00:00+00:00,噪声,城管"]
    told = _bring(world, tmp_path, rows, mapping=mapping, head="a,b,c")
    assert (told.placed, told.open) == (3, 3)
    again = _bring(world, tmp_path, rows, mapping=mapping, head="a,b,c")
    assert (again.placed, again.unchanged) == (0, 3)


def test_a_dry_run_counts_the_same_and_writes_nothing(connection: Connection, world: World, tmp_path: Path) -> None:
    told = _bring(world, tmp_path, [*GOOD, BAD["no type"][0]], dry_run=True)
    assert (told.read, told.placed, told.quarantined, told.batch_id) == (4, 3, 1, None)
    for table in ("ticket", "import_batch", "quarantine"):
        assert column(connection, f"SELECT count(*) FROM {table}") == [0]


def test_a_file_in_another_dress_is_read_alike(connection: Connection, world: World, tmp_path: Path) -> None:
    file, how = _write(tmp_path, GOOD)
    other = tmp_path / "cases.csv.gz"
    other.write_bytes(gzip.compress(file.read_text(encoding="utf-8").replace(",", ";").encode("gb18030")))
    mapping = read_mapping(how)
    told = import_cases(other, mapping, actor=world.actors["centre"], at=TODAY)
    assert (told.read, told.placed) == (3, 3)
    assert import_cases(file, mapping, actor=world.actors["centre"], at=TODAY).unchanged == 3


@pytest.mark.parametrize(
    ("was", "becomes", "line"),
    [
        ('id = "编号"', 'ident = "编号"', 3),
        ('opened = "受理"', "", 2),
        ('type = "类别"', "type = 7", 6),
        ('lat = "纬度"', "", 2),
        ('crs = "GCJ-02"', 'crs = "MOON"', 14),
        ('formats = ["%Y/%m/%d %H:%M", "%Y/%m/%d"]', "formats = []", 13),
        ('"楼道充电" = "FI06"', '"楼道充电" = "ZZ99"', 16),
        ("days = 15", "days = 1.5", 22),
        ("[duplicates]", "[doubles]", 19),
        ('status = "状态"', "", 19),
        ('prefix = "OLD-"', 'prefix = ""', 25),
        ("[due]", "[due", 21),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_line(tmp_path: Path, was: str, becomes: str, line: int) -> None:
    assert was in MAPPING
    _, how = _write(tmp_path, GOOD, MAPPING.replace(was, becomes))
    with pytest.raises(CaseMappingInvalid) as refused:
        read_mapping(how)
    assert refused.value.fields["line"] == line, refused.value


def test_a_column_the_file_lacks_is_named_with_those_it_has(world: World, tmp_path: Path) -> None:
    with pytest.raises(CaseMappingInvalid) as refused:
        _bring(world, tmp_path, GOOD, head=HEAD.replace("类别", "种类"))
    assert "种类" in str(refused.value)


def test_an_open_case_of_another_system_goes_on_here_as_any_other(
    connection: Connection, world: World, tmp_path: Path
) -> None:
    _bring(world, tmp_path, [GOOD[1].replace("城管中队", "fire")])
    key = _row(connection, "OLD-2")["id"]
    walk = Walk(world, key, TODAY)
    walk("fire", Event.SUBMIT, photos=[Photo(jpeg())])
    walk("centre", Event.RECHECK)
    walk("centre", Event.CLOSE)
    assert _row(connection, "OLD-2")["state"] == "CLOSED"
    content = export_evidence("OLD-2", actor=world.actors["centre"], at=walk.at)
    assert verify(content).whole


def test_only_who_may_import_does(connection: Connection, world: World, tmp_path: Path) -> None:
    file, how = _write(tmp_path, GOOD)
    with pytest.raises(RefusedError):
        import_cases(file, read_mapping(how), actor=world.actors["fire"], at=TODAY)


def test_no_ticket_of_ours_takes_the_steps_of_another_system(connection: Connection, world: World) -> None:
    key = dispatched(world)
    with pytest.raises(Exception, match=r"ticket_imported_check|no transition"):
        connection.execute(text("UPDATE ticket SET state = 'CLOSED', closed_at = now(), last_event = 'import_closed',"
                                " last_at = now() WHERE id = :t"), {"t": key})  # fmt: skip


# --- real cases, counted once more by pandas -----------------------------------------------------------------------

REAL = {
    "nyc_housing_2015_2019.csv.gz": ("nyc_housing.toml", "unique_key", "opendate", "closedate", 30),
    "chicago_sanitation_2011_2012.csv.gz": (
        "chicago_sanitation.toml", "Service_Request_Number", "Creation_Date", "Completion_Date", 15),
}  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize("name", REAL)
def test_real_cases_come_in_whole_and_count_as_pandas_counts_them(
    connection: Connection, world: World, tmp_path: Path, name: str
) -> None:
    mapping, key, opened, closed, days = REAL[name]
    rows = pd.read_csv(CASES / name, dtype=str, nrows=ROWS or None)
    rows.to_csv(tmp_path / name, index=False)
    told = import_cases(tmp_path / name, read_mapping(EXAMPLES / mapping), actor=world.actors["centre"], at=TODAY)
    assert told.read == len(rows) == told.placed + told.quarantined
    rows = rows.drop_duplicates(key)
    assert told.placed == len(rows)
    if "Status" in rows:
        assert told.duplicates == rows["Status"].str.contains("Dup").sum()
        rows = rows[~rows["Status"].str.contains("Dup")]
    assert told.closed == rows[closed].notna().sum()
    assert told.open == rows[closed].isna().sum()
    rows = rows.assign(opened=pd.to_datetime(rows[opened]), closed=pd.to_datetime(rows[closed]))
    rows = rows.assign(due=rows["opened"] + pd.Timedelta(days=days + 1) - pd.Timedelta(seconds=1))
    first = rows["opened"].min().to_pydatetime().replace(day=1)
    for from_on, to_on in ((first, first + timedelta(days=31)), (first, first + timedelta(days=365)),
                           (first + timedelta(days=120), first + timedelta(days=150))):  # fmt: skip
        _agree(connection, rows, from_on, to_on)
    if name.startswith("nyc"):
        _agree_by_department(connection, rows, first, first + timedelta(days=365))


def _expected(rows: pd.DataFrame, from_on: datetime, to_on: datetime) -> dict[Count, int]:
    inside = (rows["closed"] >= from_on) & (rows["closed"] < to_on)
    before = rows["closed"] < from_on
    should = (rows["opened"] < to_on) & ~before & (inside | (rows["due"] < to_on))
    received = (rows["opened"] >= from_on) & (rows["opened"] < to_on)
    return {
        Count.RECEIVED: int(received.sum()), Count.FILED: int(received.sum()), Count.SHOULD_CLOSE: int(should.sum()),
        Count.CLOSED_IN: int((should & inside).sum()),
        Count.CLOSED_ON_TIME: int((should & inside & (rows["closed"] <= rows["due"])).sum()),
        Count.OVERDUE_OPEN: int((should & ~inside).sum()),
    }  # fmt: skip


def _agree(connection: Connection, rows: pd.DataFrame, from_on: datetime, to_on: datetime) -> None:
    (whole,) = kpi.indicators(
        connection, county=COUNTY, from_at=from_on.replace(tzinfo=SHANGHAI), to_at=to_on.replace(tzinfo=SHANGHAI),
        as_of=TODAY,
    )  # fmt: skip
    expected = _expected(rows, from_on, to_on)
    assert {count: whole.counts[count] for count in expected} == expected
    rate = whole.rates["closure_on_time"]
    share = Decimal(expected[Count.CLOSED_ON_TIME]) * 100 / Decimal(expected[Count.SHOULD_CLOSE])
    assert abs(rate.percent - share) <= Decimal("0.005")


def _agree_by_department(connection: Connection, rows: pd.DataFrame, from_on: datetime, to_on: datetime) -> None:
    groups = kpi.indicators(
        connection, county=COUNTY, from_at=from_on.replace(tzinfo=SHANGHAI), to_at=to_on.replace(tzinfo=SHANGHAI),
        by="department", as_of=TODAY,
    )  # fmt: skip
    told = {group.name: group.counts[Count.CLOSED_IN] for group in groups if group.counts[Count.SHOULD_CLOSE]}
    expected = {
        office: counts[Count.CLOSED_IN] for office, part in rows.groupby("account")
        if (counts := _expected(part, from_on, to_on))[Count.SHOULD_CLOSE]
    }  # fmt: skip
    assert told == expected


def test_a_refused_row_is_given_back_mended_and_sent_again(
    connection: Connection, world: World, tmp_path: Path
) -> None:
    first = _bring(world, tmp_path, [*GOOD, "9,04.03.2024,,噪声,,-聚沙村9号,城管中队,,,"])
    assert (first.quarantined, first.repaired) == (1, 0)
    name, file = quarantine_file(first.batch_id or 0, actor=world.actors["centre"], form="csv")
    assert name.endswith(".csv")
    mended, how = tmp_path / "mended.csv", tmp_path / "mapping.toml"
    rows = file.decode("utf-8-sig")
    assert "-聚沙村9号" in rows
    mended.write_text(rows.replace("04.03.2024", "2024/03/04"), encoding="utf-8-sig")
    told = import_cases(mended, read_mapping(how), actor=world.actors["centre"], at=TODAY)
    assert (told.read, told.placed, told.quarantined, told.repaired) == (1, 1, 0, 1)
    assert column(connection, "SELECT state FROM quarantine") == ["repaired"]
    assert column(connection, "SELECT place FROM ticket WHERE number = 'OLD-9'") == ["-聚沙村9号"]
