"""Registers on their way in: nothing is lost, nothing comes twice, nothing is half there."""

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from actions.imports import ImportOptions, import_houses, quarantine_file
from actions.operator import operator
from actions.quarantine import problem_of
from db import house, imports
from db.engine import bound_to
from db.imports import FileSeen
from exchange.errors import EmptyFile
from inspections.access import RefusedError
from tests import world as tiny

HEADER = ["房屋编号", "所属村", "地址", "经度", "纬度", "房主姓名", "联系电话", "租住人数"]
GOOD = ["CS1", "聚沙村", "聚沙村7组1号", "120.9051", "31.7051", "王小五", "13912345678", "3"]
OTHER = ["CS2", "珍北村", "珍北村2组9号", "120.9301", "31.7051", "李四", "0512-52345678", "0"]
WRONG_PHONE = ["CS3", "聚沙村", "聚沙村7组3号", "120.9053", "31.7053", "赵六", "1391234", "2"]
FAR_AWAY = ["CS4", "聚沙村", "聚沙村7组4号", "116.39", "39.9", "钱七", "", "1"]
OPTIONS = ImportOptions(crs="EPSG:4490")


def write(folder: Path, *rows: Sequence[str], name: str = "register.csv", header: Sequence[str] = HEADER) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def take(path: Path, world: tiny.World, **options: object):
    return import_houses(path, options=OPTIONS, actor=world.actors["centre"], at=tiny.NOW, **options)  # type: ignore[arg-type]


def by_key(connection: Connection, key: str) -> dict:
    found = connection.execute(text("SELECT id FROM house WHERE source_key = :k"), {"k": f"key:{key}"}).scalar_one()
    return house.one(connection, county=tiny.COUNTY, key=found)


def count(connection: Connection, table: str) -> int:
    return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_every_row_is_placed_or_held_with_its_reason(connection: Connection, world: tiny.World, tmp_path: Path) -> None:
    report = take(write(tmp_path, GOOD, WRONG_PHONE, OTHER, FAR_AWAY), world)
    assert (report.read, report.placed, report.unchanged, report.quarantined) == (4, 2, 0, 2)
    assert report.by_reason == {"phone_shape": 1, "outside_county": 1}
    one, two = by_key(connection, "CS1"), by_key(connection, "CS2")
    assert (one["grid"], one["village"], one["persons"]) == (tiny.WEST, tiny.VILLAGE, 3)
    assert two["grid"] == tiny.FAR
    assert one["owner_name"] == "王*五"
    assert one["owner_phone"] == "139****5678"
    assert one["code"] < by_key(connection, "CS2")["code"]
    (batch,) = imports.batches(connection, county=tiny.COUNTY)
    assert (batch["state"], batch["read"], batch["open_rows"], batch["who"]) == ("done", 4, 2, "中心员甲")
    held = imports.quarantined(connection, county=tiny.COUNTY, batch_id=report.batch_id)
    said = [problem_of(row["row_no"], plain).text() for row in held for plain in row["problems"]]
    assert said == [problem.text() for problem in report.problems]
    raw = connection.execute(text("SELECT problems::text || encode(raw_enc, 'escape') FROM quarantine")).scalars()
    assert all("赵六" not in one for one in raw)


def test_the_same_file_again_changes_nothing(connection: Connection, world: tiny.World, tmp_path: Path) -> None:
    path = write(tmp_path, GOOD, OTHER, WRONG_PHONE)
    take(path, world)
    tables = ("house", "address", "party", "address_alias", "code_serial")
    before = [connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).all() for table in tables]
    report = take(path, world)
    assert (report.read, report.placed, report.unchanged, report.quarantined) == (3, 0, 2, 1)
    after = [connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).all() for table in tables]
    assert after == before


def test_a_changed_row_keeps_its_code_and_what_it_does_not_say(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    take(write(tmp_path, GOOD, OTHER), world)
    before = by_key(connection, "CS1")
    changed = ["CS1", "聚沙村", "聚沙村7组1号", "120.9151", "31.7051", "王小五", "13800000000", ""]
    report = take(write(tmp_path, changed, OTHER), world)
    assert (report.added, report.changed, report.unchanged) == (0, 1, 1)
    after = by_key(connection, "CS1")
    assert (after["code"], after["id"]) == (before["code"], before["id"])
    assert (before["grid"], after["grid"]) == (tiny.WEST, tiny.EAST)
    assert after["owner_phone"] == "138****0000"
    assert after["persons"] == 3
    assert (
        connection.execute(text("SELECT count(*) FROM party WHERE id = :id"), {"id": before["owner_id"]}).scalar_one()
        == 0
    )


def test_a_dry_run_counts_the_same_and_writes_nothing(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    path = write(tmp_path, GOOD, WRONG_PHONE)
    tables = ("house", "address", "party", "import_batch", "quarantine", "code_serial", "deed")
    before = [count(connection, table) for table in tables]
    dry = take(path, world, dry_run=True)
    assert [count(connection, table) for table in tables] == before
    real = take(path, world)
    for name in ("read", "placed", "unchanged", "quarantined", "by_reason"):
        assert getattr(dry, name) == getattr(real, name)
    assert dry.batch_id is None


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_quarantined_rows_go_out_are_mended_and_come_back(
    connection: Connection, world: tiny.World, tmp_path: Path, form: str, lang: str
) -> None:
    first = take(write(tmp_path, GOOD, WRONG_PHONE, FAR_AWAY), world)
    actor = world.actors["centre"]
    name, data = quarantine_file(first.batch_id, actor=actor, form=form, lang=lang)
    assert name == f"register-{first.batch_id}.{form}"
    path = tmp_path / name
    path.write_bytes(data)
    if form == "csv":
        path.write_text(path.read_text("utf-8-sig").replace("1391234", "13912340000"), "utf-8")
    else:
        mend(path, "1391234", "13912340000")
    again = take(path, world)
    assert (again.read, again.placed, again.quarantined, again.repaired) == (2, 1, 1, 2)
    assert by_key(connection, "CS3")["owner_phone"] == "139****0000"
    assert by_key(connection, "CS3")["extra"] == {}
    states = {
        row["row_no"]: row["state"]
        for row in imports.quarantined(connection, county=tiny.COUNTY, batch_id=first.batch_id)
    }
    assert states == {3: "repaired", 4: "repaired"}
    (left,) = imports.opened(connection, county=tiny.COUNTY, batch_id=again.batch_id)
    told = imports.batch(connection, county=tiny.COUNTY, batch_id=again.batch_id)["mapping"]["headers"]
    assert left.raw["cells"][:3] == FAR_AWAY[:3]
    assert len(left.raw["cells"]) == len(told)
    assert told[: len(HEADER)] == HEADER
    assert not {"原因", "Reason", "隔离批次", "Quarantine batch"} & set(told)
    third, _ = quarantine_file(again.batch_id, actor=actor, form=form, lang=lang)
    assert third


def mend(path: Path, old: str, new: str) -> None:
    from openpyxl import load_workbook

    book = load_workbook(path)
    for row in book.active.iter_rows():
        for cell in row:
            if str(cell.value) == old:
                cell.value = new
    book.save(path)


def test_two_register_keys_at_one_address_and_two_points_are_two_houses_both_times(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    twin = ["CS9", *GOOD[1:3], "120.9061", "31.7061", *GOOD[5:]]
    path = write(tmp_path, GOOD, twin)
    assert take(path, world).added == 2
    assert take(path, world).unchanged == 2


def test_an_owner_of_many_houses_is_one_person(connection: Connection, world: tiny.World, tmp_path: Path) -> None:
    rows = [
        [f"CS{n}", "聚沙村", f"聚沙村8组{n}号", "120.905", f"31.70{n}", "王小五", "13912345678", "1"]
        for n in range(3, 8)
    ]
    before = count(connection, "party")
    take(write(tmp_path, *rows), world)
    assert count(connection, "party") == before + 1


def test_only_centre_and_administrator_bring_registers_in(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    path = write(tmp_path, GOOD)
    for who in ("inspector", "fire", "leader"):
        with pytest.raises(RefusedError):
            import_houses(path, options=OPTIONS, actor=world.actors[who], at=tiny.NOW)
    report = import_houses(path, options=OPTIONS, actor=operator(tiny.COUNTY), at=tiny.NOW)
    assert report.placed == 1
    with pytest.raises(RefusedError):
        quarantine_file(report.batch_id, actor=world.actors["inspector"])
    deed = connection.execute(text("SELECT account_id, detail FROM deed WHERE name = 'import.run'")).one()
    assert deed.account_id is None
    assert deed.detail["by"] == "terminal"


def test_a_file_nothing_can_be_read_from_leaves_nothing(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("")
    with pytest.raises(EmptyFile):
        take(path, world)
    assert count(connection, "import_batch") == 0


def test_an_import_that_breaks_is_undone_and_noted(
    connection: Connection, world: tiny.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = count(connection, "house")

    def broken(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(imports, "hold", broken)
    with pytest.raises(MemoryError):
        take(write(tmp_path, GOOD, WRONG_PHONE), world)
    assert count(connection, "house") == before
    assert count(connection, "quarantine") == 0
    assert [row["state"] for row in imports.batches(connection, county=tiny.COUNTY)] == ["failed"]


def test_the_record_refuses_counts_that_lose_a_row(connection: Connection, world: tiny.World) -> None:
    from db.errors import BrokenLawError, translated

    file = FileSeen("x.csv", "0" * 64, None, tiny.NOW)
    batch = imports.open_batch(connection, county=tiny.COUNTY, file=file, crs=None, mapping={}, read=3)
    with pytest.raises(BrokenLawError, match="nothing_lost"), translated(), connection.begin_nested():
        imports.close_batch(connection, county=tiny.COUNTY, batch_id=batch, at=tiny.NOW,
                            counts={"placed": 1, "unchanged": 1, "quarantined": 0})  # fmt: skip


ROW = st.fixed_dictionaries({
    "key": st.sampled_from(["", "A1", "A2", "A3", "A4"]),
    "village": st.sampled_from(["聚沙村", "珍北村", "无名村", ""]),
    "address": st.sampled_from(["", "聚沙村1组1号", "珍北村2组2号", "<img src=x onerror=alert(1)>", "=1+1"]),
    "lon": st.sampled_from(["120.905", "120.93", "31.705", "NaN", "", "abc", "0"]),
    "lat": st.sampled_from(["31.705", "120.905", "inf", "", "0"]),
    "phone": st.sampled_from(["", "13912345678", "139", "\u202e139"]), "persons": st.sampled_from(["", "3", "-1", "x"]),
})  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, min_size=1, max_size=8))
def test_whatever_a_register_holds_no_row_is_lost_and_twice_is_once(
    database: tuple[Engine, tiny.World], tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    engine, world = database
    cells = [[r["key"], r["village"], r["address"], r["lon"], r["lat"], "某某", r["phone"], r["persons"]] for r in rows]
    path = write(tmp_path_factory.mktemp("r"), *cells)
    with engine.connect() as own, bound_to(own):
        outer = own.begin()
        start = count(own, "house")
        first = take(path, world)
        assert first.read == len(rows) == first.placed + first.unchanged + first.quarantined
        assert count(own, "house") == start + first.added
        assert count(own, "quarantine") == first.quarantined
        second = take(path, world)
        assert (second.placed, second.unchanged, second.quarantined) == (
            0,
            first.placed + first.unchanged,
            first.quarantined,
        )
        assert count(own, "house") == start + first.added
        outer.rollback()


KILLED = """
import sys
from actions.imports import ImportOptions, import_houses
from actions.operator import operator
from tests.world import COUNTY, NOW

def told(stage, done, total):
    if stage == "writing":
        print("writing", done, flush=True)
        sys.stdin.readline()

import_houses(sys.argv[1], options=ImportOptions(crs="EPSG:4490"), actor=operator(COUNTY), at=NOW, progress=told)
"""


def test_an_import_killed_in_the_middle_leaves_nothing_and_the_next_one_takes_it_all(
    database: tuple[Engine, tiny.World], tmp_path: Path
) -> None:
    engine, _ = database
    rows = [
        [f"K{n}", "聚沙村", f"聚沙村9组{n}号", f"{120.9001 + n / 1e6:.6f}", "31.705", f"王{n}", "13912345678", "1"]
        for n in range(6000)
    ]
    path = write(tmp_path, *rows)
    tables = ("house", "address", "party", "import_batch", "code_serial", "quarantine", "deed")
    with engine.connect() as own:
        before = [count(own, table) for table in tables]
    root = Path(__file__).resolve().parents[2]
    environment = {
        **os.environ,
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "PYTHONPATH": str(root),
    }
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], cwd=root, env=environment,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline().split() == ["writing", "5000"]
    child.send_signal(signal.SIGKILL)
    child.wait(timeout=30)
    with engine.connect() as own:
        assert [count(own, table) for table in tables] == before
    with engine.connect() as own, bound_to(own):
        outer = own.begin()
        report = import_houses(path, options=OPTIONS, actor=operator(tiny.COUNTY), at=tiny.NOW)
        assert (report.read, report.added) == (6000, 6000)
        serials = own.execute(text("SELECT count(DISTINCT code) FROM address WHERE level = 'house'")).scalar_one()
        assert serials == 6000 + 6
        outer.rollback()
