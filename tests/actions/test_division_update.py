"""Published updates of divisions: shown first, then done once; codes stay, whatever named an area follows."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from shapely import box
from sqlalchemy import Connection, text

from actions.division_update import FutureUpdateError, UnknownOldError, Update, update_divisions
from actions.grids import assign_duty
from actions.imports import county_context
from db import division, house, lineage
from db import division_update as record
from exchange.division_files import DivisionUpdateError
from gis.division import Division
from inspections.access import Actor, Grant
from inspections.deadline import SHANGHAI
from inspections.role import AreaKind, Role
from tests.actions.story import column, dispatched
from tests.world import COUNTY, FAR, OTHER_VILLAGE, TODAY, TOWN, VILLAGE, WEST, X0, Y0, World

NEW_VILLAGE, SECOND = "320581101301", "320581101302"
JUSHA, ZHENBEI = f"{VILLAGE},聚沙村村民委员会", f"{OTHER_VILLAGE},珍北村村民委员会"
CHANGES = "kind,old_code,old_name,new_code,new_name\n"


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def written(rows: str, head: str = CHANGES) -> Path:
        path = tmp_path / "2026-update.csv"
        path.write_text(head + rows, encoding="utf-8")
        return path

    return written


def update(path: Path, on: date = TODAY, **given: Any) -> Update:
    (told,) = update_divisions(path, on=on, **given)
    return told


def record_of(connection: Connection) -> dict[str, list[Any]]:
    names = ("division", "division_change", "house", "house_village", "grid", "duty", "role_grant", "routing_rule",
             "ticket", "address", "deed")  # fmt: skip
    return {name: column(connection, f"SELECT t::text FROM {name} t WHERE county = :c ORDER BY 1") for name in names}


def villages(connection: Connection, world: World) -> dict[int, str]:
    return {n: house.one(connection, county=COUNTY, key=key)["village"] for n, key in world.houses.items()}


def test_a_recode_is_shown_first_and_writes_nothing(connection: Connection, world: World, file: Any) -> None:
    before = record_of(connection)
    told = update(file(f"recode,{JUSHA},{NEW_VILLAGE},聚沙村村民委员会\n"))
    assert record_of(connection) == before
    assert not told.applied
    assert told.houses == {TOWN: 5}
    assert told.codes_kept == 5
    assert told.grids == [(WEST, f"{NEW_VILLAGE}001"), (f"{VILLAGE}002", f"{NEW_VILLAGE}002")]
    assert told.undecided == []


def test_a_recode_keeps_every_code_and_moves_whatever_named_the_village(
    connection: Connection, world: World, file: Any
) -> None:
    ticket = dispatched(world, 1)
    path = file(f"recode,{JUSHA},{NEW_VILLAGE},聚沙村村民委员会\n")
    codes = column(connection, "SELECT code FROM address WHERE county = :c ORDER BY 1")
    told = update(path, apply=True)
    assert told.applied
    assert told.tickets == 1
    assert column(connection, "SELECT code FROM address WHERE county = :c ORDER BY 1") == codes
    assert villages(connection, world) == dict.fromkeys(range(1, 6), NEW_VILLAGE) | {6: OTHER_VILLAGE}
    card = house.one(connection, county=COUNTY, key=world.codes[1])
    assert card["grid"] == f"{NEW_VILLAGE}001"
    assert column(connection, "SELECT village FROM ticket WHERE id = :t", t=ticket) == [NEW_VILLAGE]
    inspector = Actor(world.accounts["inspector"], COUNTY, "网格员甲",
                      grants=(Grant(Role.INSPECTOR, AreaKind.GRID, f"{NEW_VILLAGE}001"),))  # fmt: skip
    assert {row["id"] for row in house.search(connection, actor=inspector)} == {world.houses[n] for n in (1, 2, 3, 4)}
    granted = column(connection, "SELECT area_code FROM role_grant WHERE account_id = :a AND upper_inf(valid)",
                     a=world.accounts["inspector"])  # fmt: skip
    assert granted == [f"{NEW_VILLAGE}001"]
    on_duty = column(connection, "SELECT g.code FROM duty d JOIN grid g ON g.id = d.grid_id WHERE d.account_id = :a"
                     " AND d.valid @> CURRENT_DATE", a=world.accounts["inspector"])  # fmt: skip
    assert on_duty == [f"{NEW_VILLAGE}001"]
    for days, village in ((-1, VILLAGE), (0, NEW_VILLAGE), (400, NEW_VILLAGE)):
        assert lineage.village_on(connection, county=COUNTY, house_id=world.houses[1],
                                  on=TODAY + timedelta(days=days)) == village  # fmt: skip


def test_applied_again_there_is_nothing_to_do(connection: Connection, world: World, file: Any) -> None:
    path = file(f"recode,{JUSHA},{NEW_VILLAGE},聚沙村村民委员会\n")
    update(path, apply=True)
    before = {name: rows for name, rows in record_of(connection).items() if name != "deed"}
    again = update(path, apply=True)
    assert again.nothing
    assert again.as_dict()["nothing_to_do"] is True
    assert {name: rows for name, rows in record_of(connection).items() if name != "deed"} == before


def test_a_rename_changes_the_name_and_the_record_knows_both(connection: Connection, file: Any) -> None:
    told = update(file(f"更名,{JUSHA},{VILLAGE},聚沙社区居委会\n"), apply=True)
    assert told.houses == {}
    assert division.one(connection, county=COUNTY, code=VILLAGE)["name"] == "聚沙社区居委会"
    for on, name in ((TODAY - timedelta(days=1), "聚沙村村民委员会"), (TODAY, "聚沙社区居委会")):
        assert record.on_day(connection, county=COUNTY, code=VILLAGE, on=on) == name


def test_a_register_may_still_say_the_former_name(connection: Connection, file: Any) -> None:
    update(file(f"更名,{JUSHA},{VILLAGE},沙洲社区居委会\n"), apply=True)
    context = county_context(connection, COUNTY, on=TODAY)
    for said in ("常熟市梅李镇聚沙村8号", "常熟市梅李镇沙洲社区8号"):
        found = context.gazetteer.find_village(said)
        assert getattr(found, "division", None) == Division(VILLAGE, "沙洲社区居委会"), said


def test_villages_are_merged_with_their_houses_grids_and_outlines(
    connection: Connection, world: World, file: Any
) -> None:
    rows = f"merge,{JUSHA},{NEW_VILLAGE},沙北村委会\nmerge,{ZHENBEI},{NEW_VILLAGE},沙北村委会\n"
    told = update(file(rows), apply=True)
    assert told.houses == {TOWN: 6}
    assert len({new for _, new in told.grids}) == len(told.grids) == 3
    assert set(villages(connection, world).values()) == {NEW_VILLAGE}
    shape = division.one(connection, county=COUNTY, code=NEW_VILLAGE)["geom"]
    assert shape.area == pytest.approx(0.04 * 0.02)
    assert record.on_day(connection, county=COUNTY, code=OTHER_VILLAGE, on=TODAY) is None
    assert record.on_day(connection, county=COUNTY, code=OTHER_VILLAGE, on=TODAY - timedelta(days=1))
    in_force = division.listed(connection, county=COUNTY, level="village", on=TODAY)
    assert [row["code"] for row in in_force] == [NEW_VILLAGE]


def test_a_split_goes_by_the_outlines_and_leaves_the_rest_to_a_person(
    connection: Connection, world: World, file: Any
) -> None:
    head = "kind,old_code,old_name,new_code,new_name,wkt\n"
    west, east = (box(X0 + dx, Y0, X0 + dx + 0.01, Y0 + 0.02).wkt for dx in (0, 0.01))
    rows = (f'split,{JUSHA},{NEW_VILLAGE},西沙村委会,"{west}"\n'
            f'split,{JUSHA},{SECOND},东沙村委会,"{east}"\n')  # fmt: skip
    connection.execute(text("UPDATE house SET geom = NULL WHERE id = :h"), {"h": world.houses[2]})
    told = update(file(rows, head), apply=True)
    found = villages(connection, world)
    assert (found[1], found[2], found[5]) == (NEW_VILLAGE, VILLAGE, SECOND)
    assert [(one.what, one.code, one.n) for one in told.undecided] == [("house", VILLAGE, 1)]
    assert dict(told.grids) == {WEST: f"{NEW_VILLAGE}001", f"{VILLAGE}002": f"{SECOND}002"}


def test_a_split_without_outlines_is_left_to_a_person_whole(connection: Connection, world: World, file: Any) -> None:
    rows = f"split,{JUSHA},{NEW_VILLAGE},西沙村委会\nsplit,{JUSHA},{SECOND},东沙村委会\n"
    told = update(file(rows), apply=True)
    assert villages(connection, world)[1] == VILLAGE
    assert {(one.what, one.n) for one in told.undecided} == {("house", 5), ("grid", 1)}
    assert told.grids == []


def test_numbers_that_change_hands_change_all_at_once(connection: Connection, world: World, file: Any) -> None:
    rows = f"recode,{JUSHA},{OTHER_VILLAGE},聚沙村村民委员会\nrecode,{ZHENBEI},{VILLAGE},珍北村村民委员会\n"
    update(file(rows), apply=True)
    assert villages(connection, world) == dict.fromkeys(range(1, 6), OTHER_VILLAGE) | {6: VILLAGE}
    assert division.one(connection, county=COUNTY, code=VILLAGE)["name"] == "珍北村村民委员会"
    assert division.one(connection, county=COUNTY, code=VILLAGE)["geom"].bounds[0] == pytest.approx(X0 + 0.02)
    assert record.on_day(connection, county=COUNTY, code=VILLAGE, on=TODAY - timedelta(days=1)) == "聚沙村村民委员会"
    assert record.on_day(connection, county=COUNTY, code=VILLAGE, on=TODAY) == "珍北村村民委员会"
    assert update(file(rows), apply=True).nothing


def test_a_town_takes_its_roles_and_routing_along(connection: Connection, world: World, file: Any) -> None:
    for statement in (
        "INSERT INTO role_grant (county, account_id, role, area_kind, area_code, valid)"
        " VALUES (:c, :a, 'centre', 'town', :t, '[2020-01-01,)')",
        "INSERT INTO routing_rule (county, priority, hazard, town, lead, valid)"
        " VALUES (:c, 5, 'GR01', :t, 'housing', '[2020-01-01,)')",
    ):
        connection.execute(text(statement), {"c": COUNTY, "a": world.accounts["centre2"], "t": TOWN})
    new = "320581120"
    rows = "".join(f"recode,{old},{name},{new}{old[9:]},{name}\n" for old, name in (
        (TOWN, "梅李镇"), (VILLAGE, "聚沙村村民委员会"), (OTHER_VILLAGE, "珍北村村民委员会")))  # fmt: skip
    told = update(file(rows), apply=True)
    assert told.roles == told.routing == 1
    assert told.houses == {new: 6}
    assert column(connection, "SELECT area_code FROM role_grant WHERE area_kind = 'town' AND upper_inf(valid)") == [new]
    assert column(connection, "SELECT town FROM routing_rule WHERE priority = 5 AND upper_inf(valid)") == [new]
    assert told.undecided == []
    assert house.one(connection, county=COUNTY, key=world.codes[6])["town_name"] == "梅李镇"


def test_a_town_recoded_without_its_villages_is_told(connection: Connection, file: Any) -> None:
    told = update(file(f"recode,{TOWN},梅李镇,320581120,梅李镇\n"))
    assert [(one.what, one.code, one.why, one.n) for one in told.undecided] == [("village", TOWN, "town_gone", 2)]


def test_what_an_abolished_village_leaves_behind_is_listed(connection: Connection, world: World, file: Any) -> None:
    told = update(file(f"撤销,{ZHENBEI},,\n"), apply=True)
    assert {(one.what, one.code, one.why) for one in told.undecided} == {
        ("house", OTHER_VILLAGE, "gone"), ("grid", OTHER_VILLAGE, "gone"),
        ("division", OTHER_VILLAGE, "no_successor")}  # fmt: skip
    assert house.one(connection, county=COUNTY, key=world.codes[6])["village"] == OTHER_VILLAGE


def test_a_whole_new_list_is_compared_by_name(connection: Connection, world: World, file: Any) -> None:
    rows = (f"{COUNTY},常熟市\n{TOWN},梅李镇\n{NEW_VILLAGE},聚沙村委会\n"
            f"{OTHER_VILLAGE},珍北社区居委会\n{SECOND},新建社区居委会\n")  # fmt: skip
    path = file(rows, "code,name\n")
    told = update(path, apply=True)
    assert [(one.kind.value, [d.code for d in (*one.old, *one.new)]) for one in told.changes] == [
        ("recode", [VILLAGE, NEW_VILLAGE]), ("rename", [OTHER_VILLAGE, OTHER_VILLAGE]),
        ("establish", [SECOND])]  # fmt: skip
    assert villages(connection, world)[1] == NEW_VILLAGE
    assert update(path, apply=True).nothing
    kinds = column(connection, "SELECT kind FROM division_change WHERE county = :c ORDER BY id")
    assert kinds == ["recode", "rename", "establish"]


def test_the_other_code_system_stands_beside_and_touches_no_house(
    connection: Connection, world: World, file: Any
) -> None:
    before = villages(connection, world)
    told = update(
        file(f"{COUNTY},常熟市\n{TOWN},古里镇\n320581111,梅李镇\n", "code,name\n"), apply=True, system="civil"
    )
    assert (told.houses, told.grids, told.roles) == ({}, [], 0)
    assert villages(connection, world) == before
    assert column(connection, "SELECT name FROM division WHERE code_system = 'civil' ORDER BY code") == [
        "常熟市", "古里镇", "梅李镇"]  # fmt: skip
    assert division.one(connection, county=COUNTY, code=TOWN)["name"] == "梅李镇"


@pytest.mark.parametrize(("rows", "head"), [
    ("explode,320581101,梅李镇,320581102,梅李镇\n", CHANGES), ("recode,32058,梅李镇,320581102,梅李镇\n", CHANGES),
    ("recode,320581101,,320581102,梅李镇\n", CHANGES), ("merge,320581101,梅李镇,320581102,海虞镇\n", CHANGES),
    ("a,b\n", "x,y\n"),
])  # fmt: skip
def test_a_row_that_cannot_be_used_stops_the_file_by_its_number(
    connection: Connection, file: Any, rows: str, head: str
) -> None:
    before = record_of(connection)
    with pytest.raises(DivisionUpdateError):
        update(file(rows, head), apply=True)
    assert record_of(connection) == before


def test_what_the_record_does_not_know_is_not_changed(connection: Connection, file: Any) -> None:
    with pytest.raises(UnknownOldError):
        update(file("recode,320581101250,某村,320581101251,某村\n"))
    tomorrow = datetime.now(SHANGHAI).date() + timedelta(days=1)
    path = file(f"recode,{JUSHA},{NEW_VILLAGE},聚沙村村民委员会\n")
    with pytest.raises(FutureUpdateError):
        update(path, on=tomorrow, apply=True)
    assert update(path, on=tomorrow).houses == {TOWN: 5}


def test_an_area_nobody_is_on_duty_for_gets_no_duty(connection: Connection, world: World, file: Any) -> None:
    assign_duty([world.grids[FAR]], world.accounts["inspector2"], actor=world.actors["centre"], since=TODAY)
    told = update(file(f"recode,{ZHENBEI},{SECOND},珍北村村民委员会\n"), apply=True)
    assert told.grids == [(FAR, f"{SECOND}001")]
    assert column(connection, "SELECT d.account_id FROM duty d JOIN grid g ON g.id = d.grid_id WHERE g.code = :g",
                  g=f"{SECOND}001") == [world.accounts["inspector2"]]  # fmt: skip
