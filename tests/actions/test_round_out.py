"""A round and the hours go out to whom they belong, and the audit says so."""

import json
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from openpyxl import load_workbook
from sqlalchemy import Connection, text
from typer.testing import CliRunner

import cli
from actions.round_out import NoRoundError, RoundFormat, SiteAddressError, rounds_of_day, site_of, take_round
from actions.timesheet import TimesheetSpanError, take_hours, tell_hours
from db import audit, plan
from db.plan import NewPlan, NewStop
from inspections.access import Actor, AreaKind, Grant, RefusedError, Role
from tests import world as tiny

DAY = tiny.TODAY
WHY = {"why": "inspections.why.late", "params": {"days": 3}, "colour": "red", "late_days": 3, "window": [1050, 1200]}
run = CliRunner().invoke


def publish(connection: Connection, world: tiny.World, who: str, houses: list[int], on: date = DAY) -> int:
    begin = datetime(on.year, on.month, on.day, 9, tzinfo=tiny.SHANGHAI)
    stops = [
        NewStop(world.houses[n], WHY, begin + timedelta(minutes=30 * at), 18.0, 250.0) for at, n in enumerate(houses)
    ]
    new = NewPlan(account_id=world.accounts[who], on=on, seed=0, seconds=1, detour_factor=1.35, shift_minutes=420,
                  travel_mode="ebike", metres=2000, minutes=90, lon=120.902, lat=31.704, made_at=begin)  # fmt: skip
    return plan.publish(connection, new, stops, county=tiny.COUNTY, unserved=[])


def take(world: tiny.World, who: str, whose: str, form: str = "xlsx", on: date = DAY):
    return take_round(world.accounts[whose], RoundFormat(form), actor=world.actors[who], on=on, at=tiny.NOW,
                      site="https://anju.example")  # fmt: skip


def centre_of(world: tiny.World, kind: AreaKind, code: str) -> Actor:
    return Actor(world.accounts["centre2"], tiny.COUNTY, "中心员乙", "center", (Grant(Role.CENTRE, kind, code),))


def test_an_inspector_takes_the_own_round_and_nobody_elses(connection: Connection, world: tiny.World) -> None:
    publish(connection, world, "inspector", [1, 3, 2])
    publish(connection, world, "inspector2", [5])
    made = take(world, "inspector", "inspector")
    assert (made.stops, made.name) == (3, f"round-20260615-{world.accounts['inspector']}.xlsx")
    codes = [row[1].value for row in load_workbook(BytesIO(made.content)).worksheets[0].iter_rows(min_row=2)]
    assert codes == [world.codes[n] for n in (1, 3, 2)]
    with pytest.raises(RefusedError):
        take(world, "inspector", "inspector2")
    for who in ("fire", "leader", "admin"):
        with pytest.raises(RefusedError):
            take(world, who, "inspector")


def test_a_centre_hands_out_the_rounds_of_its_area_only(connection: Connection, world: tiny.World) -> None:
    publish(connection, world, "inspector", [1, 2])
    publish(connection, world, "inspector2", [5, 6])  # 6 lies in the other village
    key = world.accounts
    assert {row["account_id"] for row in rounds_of_day(world.actors["centre"], DAY)} == {
        key["inspector"],
        key["inspector2"],
    }
    village = centre_of(world, AreaKind.VILLAGE, tiny.VILLAGE)
    assert [row["account_id"] for row in rounds_of_day(village, DAY)] == [key["inspector"]]
    made = take_round(key["inspector"], RoundFormat.GPX, actor=village, on=DAY, at=tiny.NOW)
    assert made.content.count(b"<wpt") == 2
    with pytest.raises(RefusedError):
        take_round(key["inspector2"], RoundFormat.GPX, actor=village, on=DAY, at=tiny.NOW)


def test_each_export_is_in_the_audit_and_a_refused_one_is_not(connection: Connection, world: tiny.World) -> None:
    key = publish(connection, world, "inspector", [1, 2])
    before = len(audit.deeds(connection, county=tiny.COUNTY))
    take(world, "inspector", "inspector", "pdf")
    take(world, "centre", "inspector", "gpx")
    with pytest.raises(RefusedError):
        take(world, "inspector2", "inspector")
    told = audit.deeds(connection, county=tiny.COUNTY)[: len(audit.deeds(connection, county=tiny.COUNTY)) - before]
    assert {(row["name"], row["object_id"], row["detail"]["format"], row["detail"]["stops"]) for row in told} == {
        ("round.take", str(key), "pdf", 2), ("round.hand_out", str(key), "gpx", 2),
    }  # fmt: skip


@pytest.mark.parametrize("form", ["pdf", "xlsx", "gpx"])
def test_no_owner_and_no_tenant_comes_out(connection: Connection, world: tiny.World, form: str) -> None:
    publish(connection, world, "inspector", [1, 2])
    content = take(world, "centre", "inspector", form).content
    if form == "pdf":
        with pypdfium2.PdfDocument(content) as document:
            told = "".join(page.get_textpage().get_text_range() for page in document)
    elif form == "xlsx":
        told = str([[cell.value for cell in row] for ws in load_workbook(BytesIO(content)) for row in ws.iter_rows()])
    else:
        told = content.decode()
    assert world.codes[1].replace("-", "") in told.replace("-", "")
    for private in ("房东1", "房东2", "房*", "1990000000", "199****"):
        assert private not in told


def test_a_day_without_a_round_says_so(connection: Connection, world: tiny.World) -> None:
    with pytest.raises(NoRoundError):
        take(world, "inspector", "inspector", on=DAY + timedelta(days=9))


def test_the_links_lead_to_the_address_that_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANJU_URL", raising=False)
    assert site_of("https://seen.example/") == "https://seen.example"
    assert site_of().startswith("http://")
    monkeypatch.setenv("ANJU_URL", "https://anju.example.gov.cn/")
    assert site_of("https://seen.example") == "https://anju.example.gov.cn"
    for wrong in ("javascript:alert(1)", "anju.example", "https://", "https://a.example/?x=1"):
        monkeypatch.setenv("ANJU_URL", wrong)
        with pytest.raises(SiteAddressError):
            site_of()


def visited(
    connection: Connection, world: tiny.World, who: str, number: int, span: tuple[int, int], outcome: str
) -> None:
    midnight = datetime(DAY.year, DAY.month, DAY.day, tzinfo=tiny.SHANGHAI)
    connection.execute(
        text("INSERT INTO visit (county, house_id, account_id, state, outcome, started_at, submitted_at)"
             " VALUES (:c, :h, :a, 'submitted', :o, :begin, :end)"),
        {"c": tiny.COUNTY, "h": world.houses[number], "a": world.accounts[who], "o": outcome,
         "begin": midnight + timedelta(minutes=span[0]), "end": midnight + timedelta(minutes=span[1])},
    )  # fmt: skip


def test_hours_come_from_visits_and_stand_beside_the_plan(connection: Connection, world: tiny.World) -> None:
    publish(connection, world, "inspector", [1, 2, 3])
    visited(connection, world, "inspector", 1, (540, 560), "granted")
    visited(connection, world, "inspector", 2, (570, 580), "nobody")
    visited(connection, world, "inspector2", 5, (600, 630), "granted")
    told = tell_hours(actor=world.actors["centre"], first=DAY, last=DAY + timedelta(days=6))
    one, two = told.rows
    assert (told.names[one.account_id], one.visits, one.entered, one.door_minutes, one.way_minutes) == (
        "网格员甲", 2, 1, 30.0, 10.0,
    )  # fmt: skip
    assert (one.planned_stops, one.planned_door_minutes, one.planned_way_minutes) == (3, 54.0, pytest.approx(3.0))
    assert (two.visits, two.planned_stops) == (1, 0)
    book = load_workbook(BytesIO(take_hours(actor=world.actors["centre"], first=DAY, last=DAY)))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == ["网格员甲", "网格员乙"]
    assert audit.deeds(connection, county=tiny.COUNTY, limit=1)[0]["name"] == "timesheet.view"


def test_hours_are_for_those_who_answer_for_the_people(connection: Connection, world: tiny.World) -> None:
    visited(connection, world, "inspector", 1, (540, 560), "granted")
    grid = centre_of(world, AreaKind.GRID, tiny.EAST)
    assert tell_hours(actor=grid, first=DAY, last=DAY).rows == ()
    with pytest.raises(RefusedError):
        tell_hours(actor=grid, first=DAY, last=DAY, accounts=[world.accounts["inspector"]])
    for who in ("inspector", "leader", "admin", "fire"):
        with pytest.raises(RefusedError):
            tell_hours(actor=world.actors[who], first=DAY, last=DAY)
    for span in ((DAY, DAY - timedelta(days=1)), (DAY, DAY + timedelta(days=900))):
        with pytest.raises(TimesheetSpanError):
            tell_hours(actor=world.actors["centre"], first=span[0], last=span[1])


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.server.ensure_database", lambda: None)
    monkeypatch.delenv("ANJU_URL", raising=False)


def test_the_terminal_writes_the_rounds_of_a_day(
    connection: Connection, world: tiny.World, tmp_path: Path, terminal: None
) -> None:
    publish(connection, world, "inspector", [1, 2])
    publish(connection, world, "inspector2", [5])
    made = run(cli.app, ["round", "--on", f"{DAY}", "--out", str(tmp_path / "new"), "--json"])
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert (told["rounds"], len(told["files"])) == (2, 6)
    assert "ANJU_URL" in made.stderr
    assert {path.name for path in (tmp_path / "new").iterdir()} == {row["file"] for row in told["files"]}
    words = ["round", "--on", f"{DAY}", "--out", str(tmp_path), "--format", "gpx"]
    one = run(cli.app, [*words, "--inspector", "inspector2"])
    assert "1 rounds, 1 files" in one.stdout
    assert run(cli.app, [*words, "--inspector", "nobody"]).exit_code == 1
    assert run(cli.app, [*words[:-1], "docx"]).exit_code == 2
    words[words.index("--out") + 1] = str(tmp_path / next(tmp_path.glob("*.gpx")).name)
    refused = run(cli.app, words)
    assert (refused.exit_code, isinstance(refused.exception, SystemExit)) == (1, True)


def test_the_terminal_tells_hours(connection: Connection, world: tiny.World, tmp_path: Path, terminal: None) -> None:
    publish(connection, world, "inspector", [1, 2])
    visited(connection, world, "inspector", 1, (540, 560), "granted")
    words = ["timesheet", "--from", f"{DAY}", "--to", f"{DAY}"]
    assert (
        "网格员甲: 1 d, 1 visits, 1 houses, 20 min at doors, 0 min between, 0/2 of the plan"
        in run(cli.app, words).stdout
    )
    target = tmp_path / "hours.xlsx"
    told = json.loads(run(cli.app, [*words, "--out", str(target), "--json", "--inspector", "网格员甲"]).stdout)
    assert [(row["inspector"], row["visits"], row["planned_stops"]) for row in told["days"]] == [("网格员甲", 1, 2)]
    assert load_workbook(target).sheetnames == ["人员", "逐日"]
    for wrong, code in ((tmp_path / "hours.txt", 2), (target / "below.xlsx", 1)):
        refused = run(cli.app, [*words, "--out", str(wrong)])
        assert (refused.exit_code, isinstance(refused.exception, SystemExit)) == (code, True)
