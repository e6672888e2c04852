"""What a clerk decides of an address, on the real record, and how each decision is taken back."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from actions import workbench, workbench_names, workbench_undo
from actions.imports import ImportOptions, import_houses
from actions.visits import save_visit, start_visit, submit_visit
from actions.workbench_names import Meaning
from actions.workbench_row import RowMendedError, StillHeldError
from db import workbench as cases
from db.workbench import NewCase, Offer, Reason
from inspections.access import Actor, Grant, RefusedError
from inspections.role import AreaKind, Role
from inspections.visit import NextTry, Outcome
from tests.world import COUNTY, NOW, OTHER_VILLAGE, TOWN, VILLAGE, World


def facts(connection: Connection, sql: str, **given: Any) -> Any:
    """One row of the record, or one value where the row has one."""
    row = connection.execute(text(sql), given).first()
    return row if row is None or len(row) > 1 else row[0]


def address_of(connection: Connection, world: World, number: int) -> int:
    key: int = facts(connection, "SELECT address_id FROM house WHERE id = :id", id=world.houses[number])
    return key


def opened(connection: Connection, **given: Any) -> int:
    """Open one case; its id."""
    cases.open_cases(connection, county=COUNTY, cases=[NewCase(**given)])
    found: int = facts(
        connection,
        "SELECT id FROM address_case WHERE state = 'open' AND kind = :kind"
        " AND (address_id = :address_id OR quarantine_id = :quarantine_id)",
        kind=given["kind"], address_id=given.get("address_id"), quarantine_id=given.get("quarantine_id"),
    )  # fmt: skip
    return found


def point_of(connection: Connection, world: World, number: int) -> tuple[float, float, str]:
    row = facts(
        connection,
        "SELECT ST_X(h.geom), ST_Y(h.geom), a.match_level FROM house h JOIN address a ON a.id = h.address_id"
        " WHERE h.id = :id",
        id=world.houses[number],
    )
    return float(row[0]), float(row[1]), str(row[2])


def register(folder: Path, rows: list[tuple[str, ...]], name: str = "register.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["房屋编号", "所属村", "地址", "联系电话"])
        writer.writerows(rows)
    return path


def held_row(connection: Connection, row_no: int) -> int:
    key: int = facts(connection, "SELECT max(id) FROM quarantine WHERE row_no = :n", n=row_no)
    return key


@pytest.fixture
def far(connection: Connection, world: World) -> int:
    """A case: house 1 is said to lie far from where its text belongs."""
    offer = Offer("梅李镇聚沙村1号", lon=120.9033, lat=31.7066, score=0.93, level="door", uncertainty_m=12.0)
    return opened(
        connection,
        kind="far",
        text="梅李镇聚沙村1号",
        address_id=address_of(connection, world, 1),
        village=VILLAGE,
        candidates=[offer],
        reasons=[Reason("workbench.reason.visited", {"on": "", "m": 1})],
    )


def test_an_accepted_candidate_moves_the_address_and_its_house_and_an_undo_puts_both_back(
    connection: Connection, world: World, far: int
) -> None:
    before = point_of(connection, world, 1)
    told = workbench.accept(far, 0, actor=world.actors["centre"], at=NOW)
    assert point_of(connection, world, 1) == (120.9033, 31.7066, "door")
    case = cases.case(connection, county=COUNTY, case_id=far)
    assert case["state"] == "decided"
    (decision,) = cases.decisions(connection, county=COUNTY, areas=[COUNTY], case_id=far)
    assert (decision["who"], decision["kind"], decision["at"]) == ("中心员甲", "accept", NOW)
    assert decision["before"]["address"]["match_level"] == "door"
    assert decision["after"]["candidate"]["lon"] == 120.9033
    assert workbench_undo.undo(told.decision_id, actor=world.actors["centre2"], at=NOW) == [far]
    assert point_of(connection, world, 1) == before
    assert cases.case(connection, county=COUNTY, case_id=far)["state"] == "open"
    (decision,) = cases.decisions(connection, county=COUNTY, areas=[COUNTY], case_id=far)
    assert decision["undone_by_name"] == "中心员乙"
    with pytest.raises(cases.NoSuchDecisionError):
        workbench_undo.undo(told.decision_id, actor=world.actors["centre"], at=NOW)


def test_every_decision_stands_in_the_audit(connection: Connection, world: World, far: int) -> None:
    workbench.accept(far, 0, actor=world.actors["centre"], at=NOW)
    row = facts(connection, "SELECT name, object_kind, object_id FROM deed ORDER BY id DESC LIMIT 1")
    assert tuple(row) == ("address.decide", "address_case", str(far))


def test_only_centre_and_admin_decide_and_only_in_their_area(connection: Connection, world: World, far: int) -> None:
    for login in ("inspector", "fire", "leader"):
        with pytest.raises(RefusedError):
            workbench.accept(far, 0, actor=world.actors[login], at=NOW)
    centre = world.actors["centre"]
    elsewhere = Actor(centre.account_id, COUNTY, "别镇", grants=(Grant(Role.CENTRE, AreaKind.TOWN, "320581102"),))
    here = Actor(centre.account_id, COUNTY, "本镇", grants=(Grant(Role.CENTRE, AreaKind.TOWN, TOWN),))
    assert cases.queue(connection, county=COUNTY, areas=cases.reach(elsewhere)) == []
    for deed in (
        lambda who: workbench.accept(far, 0, actor=who, at=NOW),
        lambda who: workbench.pin(far, 120.903, 31.706, actor=who, at=NOW),
        lambda who: workbench.ask_on_site(far, actor=who, at=NOW),
        lambda who: workbench.dismiss(far, "x", actor=who, at=NOW),
    ):
        with pytest.raises(RefusedError):
            deed(elsewhere)
    assert [row["id"] for row in cases.queue(connection, county=COUNTY, areas=cases.reach(here))] == [far]
    told = workbench.accept(far, 0, actor=here, at=NOW)
    with pytest.raises(RefusedError):
        workbench_undo.undo(told.decision_id, actor=elsewhere, at=NOW)


def test_a_candidate_that_changed_under_the_hand_is_not_taken(connection: Connection, world: World, far: int) -> None:
    with pytest.raises(workbench.CaseDecidedError):
        workbench.accept(far, 0, actor=world.actors["centre"], at=NOW, expect="另一处")
    with pytest.raises(workbench.CaseDecidedError):
        workbench.accept(far, 3, actor=world.actors["centre"], at=NOW)


def test_two_clerks_at_one_case_and_the_second_is_told(connection: Connection, world: World, far: int) -> None:
    workbench.accept(far, 0, actor=world.actors["centre"], at=NOW)
    with pytest.raises(workbench.CaseDecidedError):
        workbench.dismiss(far, "无误", actor=world.actors["centre2"], at=NOW)


def test_a_pin_in_any_datum_is_stored_in_cgcs2000_as_set_by_hand(
    connection: Connection, world: World, far: int
) -> None:
    from gis.crs import wgs84_to_gcj02

    before = point_of(connection, world, 1)
    import numpy as np

    x, y = (float(one[0]) for one in wgs84_to_gcj02(np.array([120.905]), np.array([31.7055])))
    told = workbench.pin(far, x, y, crs="GCJ-02", actor=world.actors["centre"], at=NOW)
    lon, lat, level = point_of(connection, world, 1)
    assert (lon, lat) == pytest.approx((120.905, 31.7055), abs=1e-6)
    assert level == "manual"
    assert (
        facts(connection, "SELECT source_crs FROM address WHERE id = :id", id=address_of(connection, world, 1))
        == "GCJ-02"
    )
    workbench_undo.undo(told.decision_id, actor=world.actors["centre"], at=NOW)
    assert point_of(connection, world, 1) == before


def test_a_pin_outside_the_county_is_refused(connection: Connection, world: World, far: int) -> None:
    with pytest.raises(workbench.OutsideCountyError):
        workbench.pin(far, 116.4, 39.9, actor=world.actors["centre"], at=NOW)


def test_a_dismissed_case_does_not_come_back_for_the_same_text(connection: Connection, world: World, far: int) -> None:
    with pytest.raises(workbench.NoReasonError):
        workbench.dismiss(far, "  ", actor=world.actors["centre"], at=NOW)
    told = workbench.dismiss(far, "位置无误", actor=world.actors["centre"], at=NOW)
    again = NewCase(kind="far", text="梅李镇聚沙村1号", address_id=address_of(connection, world, 1), village=VILLAGE)
    cases.open_cases(connection, county=COUNTY, cases=[again])
    assert cases.queue(connection, county=COUNTY, areas=[COUNTY]) == []
    workbench_undo.undo(told.decision_id, actor=world.actors["centre"], at=NOW)
    assert len(cases.queue(connection, county=COUNTY, areas=[COUNTY])) == 1


def test_a_case_opened_twice_is_one_case_brought_up_to_date(connection: Connection, world: World, far: int) -> None:
    newer = NewCase(kind="far", text="梅李镇聚沙村1号", address_id=address_of(connection, world, 1), badness=0.9)
    cases.open_cases(connection, county=COUNTY, cases=[newer])
    (row,) = cases.queue(connection, county=COUNTY, areas=[COUNTY])
    assert (row["id"], row["badness"], row["candidates"]) == (far, 0.9, [])


def test_nobodys_telephone_or_number_is_kept_with_a_case(connection: Connection, world: World) -> None:
    case = opened(connection, kind="unmatched", text="聚沙村8号 13912345678 320581199001011234",
                  address_id=address_of(connection, world, 1))  # fmt: skip
    kept = facts(connection, "SELECT text FROM address_case WHERE id = :id", id=case)
    assert "13912345678" not in kept
    assert "19900101" not in kept


def test_a_case_waits_for_the_next_visit_and_comes_back_with_its_position(
    connection: Connection, world: World, far: int
) -> None:
    told = workbench.ask_on_site(far, actor=world.actors["centre"], at=NOW)
    assert cases.queue(connection, county=COUNTY, areas=[COUNTY]) == []
    (asked,) = cases.asked_at(connection, county=COUNTY, house_id=world.houses[1])
    assert asked["id"] == far
    inspector = world.actors["inspector"]
    for minutes, position in ((0, None), (60, (120.90215, 31.70512, 8.0))):
        draft = start_visit(world.houses[1], actor=inspector, at=NOW + timedelta(minutes=minutes))
        save_visit(draft["id"], actor=inspector, position=position, outcome=Outcome.NOBODY)
        submit_visit(draft["id"], outcome=Outcome.NOBODY, next_try=NextTry.EVENING, actor=inspector,
                     at=NOW + timedelta(minutes=minutes + 9))  # fmt: skip
        state = facts(connection, "SELECT state FROM address_case WHERE id = :id", id=far)
        assert state == ("on_site" if position is None else "open")
    case = cases.case(connection, county=COUNTY, case_id=far)
    assert case["candidates"][0]["level"] == "survey"
    assert case["candidates"][0]["lon"] == 120.90215
    workbench.accept(far, 0, actor=world.actors["centre"], at=NOW)
    assert point_of(connection, world, 1) == (120.90215, 31.70512, "survey")
    assert told.case_id == far


def test_asking_for_a_visit_can_be_taken_back(connection: Connection, world: World, far: int) -> None:
    told = workbench.ask_on_site(far, actor=world.actors["centre"], at=NOW)
    workbench_undo.undo(told.decision_id, actor=world.actors["centre"], at=NOW)
    assert cases.asked_at(connection, county=COUNTY, house_id=world.houses[1]) == []
    assert len(cases.queue(connection, county=COUNTY, areas=[COUNTY])) == 1


# --- rows that were held back ----------------------------------------------------------------------------------


@pytest.fixture
def typo(connection: Connection, world: World, tmp_path: Path) -> list[int]:
    """Cases of five register rows whose village is written 具沙村."""
    rows = [(f"R{n}", "具沙村", f"梅李镇具沙村{n}号", "13912345678") for n in range(11, 16)]
    report = import_houses(register(tmp_path, rows), options=ImportOptions(), actor=world.actors["centre"], at=NOW)
    assert report.quarantined == 5
    return [
        opened(connection, kind="unmatched", text=row[2], quarantine_id=held_row(connection, at + 2), town=TOWN,
               candidates=[Offer(row[2].replace("具", "聚"), village=VILLAGE, lon=120.903 + at / 1e4, lat=31.7061,
                                 score=0.9, level="door", uncertainty_m=20.0)])
        for at, row in enumerate(rows)
    ]  # fmt: skip


def houses(connection: Connection) -> int:
    n: int = facts(connection, "SELECT count(*) FROM house WHERE status = 'active'")
    return n


def test_a_refused_row_becomes_a_house_at_the_candidate_once_and_the_undo_takes_it_out(
    connection: Connection, world: World, typo: list[int]
) -> None:
    before = houses(connection)
    told = workbench.accept(typo[0], 0, actor=world.actors["centre"], at=NOW)
    assert houses(connection) == before + 1
    row = facts(
        connection,
        "SELECT a.text, h.village, ST_X(h.geom), a.match_level, h.owner_id IS NOT NULL FROM house h"
        " JOIN address a ON a.id = h.address_id ORDER BY h.id DESC LIMIT 1",
    )
    assert tuple(row) == ("梅李镇聚沙村11号", VILLAGE, 120.903, "door", True)
    assert facts(connection, "SELECT state FROM quarantine WHERE row_no = 2") == "repaired"
    with pytest.raises(workbench.CaseDecidedError):
        workbench.accept(typo[0], 0, actor=world.actors["centre"], at=NOW)
    workbench_undo.undo(told.decision_id, actor=world.actors["centre"], at=NOW)
    assert houses(connection) == before
    assert facts(connection, "SELECT state FROM quarantine WHERE row_no = 2") == "open"
    again = workbench.accept(typo[0], 0, actor=world.actors["centre"], at=NOW + timedelta(minutes=1))
    assert houses(connection) == before + 1
    assert again.decision_id != told.decision_id


def test_a_refused_row_that_means_a_known_house_makes_no_second_one(
    connection: Connection, world: World, typo: list[int]
) -> None:
    before, address = houses(connection), address_of(connection, world, 3)
    case = opened(connection, kind="ambiguous", text="梅李镇具沙村11号", quarantine_id=held_row(connection, 2),
                  candidates=[Offer("梅李镇聚沙村3号", address_id=address, lon=120.904, lat=31.707)])  # fmt: skip
    owner = facts(connection, "SELECT owner_id FROM house WHERE id = :id", id=world.houses[3])
    told = workbench.accept(case, 0, actor=world.actors["centre"], at=NOW)
    assert houses(connection) == before
    row = facts(connection, "SELECT text FROM address WHERE id = :id", id=address)
    assert row == "梅李镇聚沙村3号"
    assert facts(connection, "SELECT owner_id FROM house WHERE id = :id", id=world.houses[3]) != owner
    workbench_undo.undo(told.decision_id, actor=world.actors["centre"], at=NOW)
    assert facts(connection, "SELECT owner_id FROM house WHERE id = :id", id=world.houses[3]) == owner
    assert typo


def test_a_row_that_proves_to_be_a_known_house_changes_it_and_the_undo_leaves_it_standing(
    connection: Connection, world: World, tmp_path: Path
) -> None:
    path = register(tmp_path, [("", "具沙村", "梅李镇具沙村2号", "13912345678")])
    import_houses(path, options=ImportOptions(), actor=world.actors["centre"], at=NOW)
    before = houses(connection)
    right = Offer("梅李镇聚沙村2号", village=VILLAGE, lon=120.903, lat=31.706, level="door", uncertainty_m=20.0)
    case = opened(connection, kind="unmatched", text="梅李镇具沙村2号", quarantine_id=held_row(connection, 2),
                  candidates=[right])  # fmt: skip
    told = workbench.accept(case, 0, actor=world.actors["centre"], at=NOW)
    assert houses(connection) == before
    assert facts(connection, "SELECT owner_id IS NOT NULL FROM house WHERE id = :id", id=world.houses[2])
    workbench_undo.undo(told.decision_id, actor=world.actors["centre"], at=NOW)
    assert houses(connection) == before
    assert facts(connection, "SELECT status FROM house WHERE id = :id", id=world.houses[2]) == "active"


def test_a_pin_brings_a_refused_row_in_where_it_was_set(connection: Connection, world: World, typo: list[int]) -> None:
    workbench.pin(typo[1], 120.9301, 31.7090, actor=world.actors["centre"], at=NOW)
    row = facts(
        connection,
        "SELECT h.village, ST_X(h.geom), a.match_level, a.text FROM house h JOIN address a ON a.id = h.address_id"
        " ORDER BY h.id DESC LIMIT 1",
    )
    assert tuple(row) == (OTHER_VILLAGE, 120.9301, "manual", "梅李镇具沙村12号")


def test_a_row_with_another_fault_says_which(connection: Connection, world: World, tmp_path: Path) -> None:
    path = register(tmp_path, [("R1", "具沙村", "具沙村1号", "1391234")])
    import_houses(path, options=ImportOptions(), actor=world.actors["centre"], at=NOW)
    case = opened(connection, kind="unmatched", text="具沙村1号", quarantine_id=held_row(connection, 2),
                  candidates=[Offer("聚沙村1号", village=VILLAGE, lon=120.903, lat=31.706)])  # fmt: skip
    with pytest.raises(StillHeldError, match="联系电话"):
        workbench.accept(case, 0, actor=world.actors["centre"], at=NOW)


def test_a_row_that_was_mended_elsewhere_is_not_taken_in_twice(
    connection: Connection, world: World, typo: list[int]
) -> None:
    connection.execute(text("UPDATE quarantine SET state = 'repaired' WHERE row_no = 2"))
    with pytest.raises(RowMendedError):
        workbench.accept(typo[0], 0, actor=world.actors["centre"], at=NOW)
    assert cases.close_repaired(connection, county=COUNTY, at=NOW) == 1


def test_a_name_learnt_settles_every_row_like_this_one_and_the_next_import_at_once(
    connection: Connection, world: World, typo: list[int], tmp_path: Path
) -> None:
    centre, before = world.actors["centre"], houses(connection)
    meaning = Meaning("具沙村", "division", VILLAGE)
    settled, left = workbench_names.preview_alias(meaning, actor=centre, at=NOW)
    assert (len(settled), left) == (5, [])
    assert houses(connection) == before
    told = workbench_names.learn_alias(typo[2], meaning, actor=centre, at=NOW)
    assert told.others == 4
    assert houses(connection) == before + 5
    assert cases.queue(connection, county=COUNTY, areas=[COUNTY]) == []
    again = register(tmp_path, [("R99", "具沙村", "梅李镇具沙村99号", "13912345678")], "again.csv")
    report = import_houses(again, options=ImportOptions(), actor=centre, at=NOW)
    assert (report.added, report.quarantined) == (1, 0)
    assert sorted(workbench_undo.undo(told.decision_id, actor=centre, at=NOW)) == sorted(typo)
    assert houses(connection) == before + 1
    assert facts(connection, "SELECT count(*) FROM address_name_alias") == 0
    once_more = register(tmp_path, [("R100", "具沙村", "梅李镇具沙村100号", "13912345678")], "more.csv")
    assert import_houses(once_more, options=ImportOptions(), actor=centre, at=NOW).quarantined == 1


def test_an_old_estate_name_settles_addresses_by_their_candidates(connection: Connection, world: World) -> None:
    for n in (1, 2):
        opened(connection, kind="unmatched", text=f"梅李镇老厂宿舍{n}幢", address_id=address_of(connection, world, n),
               village=VILLAGE, candidates=[
                   Offer(f"常熟市梅李镇梅李花园{n}幢", lon=120.9041, lat=31.7071, level="building"),
                   Offer(f"常熟市梅李镇梅李花园{n + 7}幢", lon=120.9045, lat=31.7071, level="building"),
               ])  # fmt: skip
    case = cases.queue(connection, county=COUNTY, areas=[COUNTY])[0]["id"]
    told = workbench_names.learn_alias(
        case, Meaning("老厂宿舍", "estate", "梅李花园"), actor=world.actors["centre"], at=NOW
    )
    assert told.others == 1
    assert point_of(connection, world, 2) == (120.9041, 31.7071, "building")
    names = workbench_names.learnt_names(connection, COUNTY, on=NOW.date())
    assert names.rewrite("梅李镇老厂宿舍5幢") == "梅李镇梅李花园5幢"


def test_a_name_that_says_nothing_is_refused(connection: Connection, world: World, far: int) -> None:
    for written, kind, means in (
        ("", "estate", "x"),
        ("x", "estate", "x"),
        ("x", "division", "聚沙村"),
        ("x", "estate", ""),
    ):
        with pytest.raises(workbench_names.NoSuchNameError):
            workbench_names.learn_alias(far, Meaning(written, kind, means), actor=world.actors["centre"], at=NOW)


def test_a_text_once_settled_is_known_from_then_on(connection: Connection, world: World, far: int) -> None:
    from gis.address.learnt import text_key

    workbench.accept(far, 0, actor=world.actors["centre"], at=NOW)
    key = text_key("梅李镇 聚沙村1號")
    assert cases.known_texts(connection, county=COUNTY, keys=[key], on=NOW.date()) == {
        key: address_of(connection, world, 1)
    }


def test_a_decision_on_which_a_newer_one_stands_is_not_undone(connection: Connection, world: World, far: int) -> None:
    first = workbench.accept(far, 0, actor=world.actors["centre"], at=NOW)
    other = opened(
        connection, kind="contradictory", text="梅李镇聚沙村1号", address_id=address_of(connection, world, 1)
    )
    second = workbench.pin(other, 120.9061, 31.7062, actor=world.actors["centre"], at=NOW)
    with pytest.raises(workbench_undo.StandsOnItError):
        workbench_undo.undo(first.decision_id, actor=world.actors["centre"], at=NOW)
    workbench_undo.undo(second.decision_id, actor=world.actors["centre"], at=NOW)
    workbench_undo.undo(first.decision_id, actor=world.actors["centre"], at=NOW)
    assert point_of(connection, world, 1)[:2] == (120.9020, 31.7050)


def test_the_day_counts_what_was_done_and_what_is_left(connection: Connection, world: World, typo: list[int]) -> None:
    workbench.accept(typo[0], 0, actor=world.actors["centre"], at=NOW)
    told = workbench.dismiss(typo[1], "不是房屋", actor=world.actors["centre"], at=NOW)
    midnight = NOW.replace(hour=0, minute=0)
    assert cases.progress(connection, county=COUNTY, areas=[COUNTY], since=midnight) == {"left": 3, "done": 2}
    workbench_undo.undo(told.decision_id, actor=world.actors["centre"], at=NOW)
    assert cases.progress(connection, county=COUNTY, areas=[COUNTY], since=midnight) == {"left": 4, "done": 1}


def test_the_figures_of_a_day_add_up_to_the_addresses_of_the_county(
    connection: Connection, world: World, typo: list[int]
) -> None:
    cases.snapshot_quality(connection, county=COUNTY, on=NOW.date())
    cases.snapshot_quality(connection, county=COUNTY, on=NOW.date())
    rows = cases.quality(connection, county=COUNTY, areas=[COUNTY], since=NOW.date())
    by_level = {row["level"]: row["addresses"] for row in rows}
    assert by_level == {"door": 6, "held": 5}
    assert cases.quality_now(connection, county=COUNTY, areas=[COUNTY])[0]["addresses"] in (5, 6)
    assert len(cases.behind(connection, county=COUNTY, areas=[COUNTY], town=TOWN, levels=["door"])) == 6
    assert typo
