"""A code's life on a real record: split, merged, renumbered, demolished, moved, undone; what follows and what stays."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from actions.code_change import Change, Follow, Part
from actions.code_undo import BuiltOnError, undo_change
from actions.codes import (
    ChangeReasonError,
    NothingChangesError,
    demolish_house,
    merge_houses,
    move_houses,
    renumber_house,
    split_house,
)
from actions.plans import make_plan
from actions.tickets import report
from actions.visits import start_visit
from db import alias, house, lineage, tile
from db.errors import ClosedHouseError, PermanentError, RetiredCodeError, translated
from gis.succession import PieceLeftError, TooFewPartsError
from inspections.access import RefusedError
from tests.actions.story import column, dispatched, visited
from tests.world import COUNTY, NOW, OTHER_VILLAGE, TODAY, VILLAGE, WEST, World

LATER = NOW + timedelta(hours=2)
WHY = "现场核实后变更"


pytestmark = pytest.mark.usefixtures("connection")


def split(world: World, number: int = 1, **given: Any) -> Change:
    one, two = world.rooms[number]
    parts = [
        Part("梅李镇聚沙村1号东", rooms=(one,)),
        Part("梅李镇聚沙村1号西", rooms=(two,), lon=120.9022, lat=31.7052),
    ]
    return split_house(
        world.houses[number], parts, actor=world.actors["centre"], **{"at": LATER, "reason": WHY, **given}
    )


def merge(world: World, *numbers: int, **given: Any) -> Change:
    houses = [world.houses[number] for number in numbers]
    return merge_houses(houses, Part("梅李镇聚沙村2-3号"), actor=world.actors["centre"],
                        **{"at": LATER, "reason": WHY, **given})  # fmt: skip


def move(world: World, *numbers: int, **given: Any) -> Change:
    houses = [world.houses[number] for number in numbers]
    return move_houses(houses, OTHER_VILLAGE, actor=world.actors["centre"],
                       **{"at": LATER, "reason": WHY, **given})  # fmt: skip


def card(connection: Connection, code: str | int) -> dict[str, Any]:
    return house.card(connection, county=COUNTY, key=code, on=TODAY)


def fate(connection: Connection, code: str) -> lineage.Fate:
    return lineage.fate(connection, county=COUNTY, code=code)


def whole_record(connection: Connection) -> dict[str, list[Any]]:
    """Every row that a change of codes may touch, as text."""
    tables = ("address", "address_alias", "house", "suite", "room", "ticket", "finding", "visit", "stop", "code_serial",
              "code_event", "address_lineage", "house_village", "deed", "ticket_event")  # fmt: skip
    return {name: column(connection, f"SELECT t::text FROM {name} t WHERE county = :c ORDER BY 1") for name in tables}


def on_the_map(connection: Connection, world: World) -> set[str]:
    frame = house.houses_frame(connection, county=COUNTY)
    assert sum(house.colours(connection, county=COUNTY).values()) == len(frame)
    return set(frame["code"])


# --- split -------------------------------------------------------------------------------------------------


def test_a_split_house_gives_its_rooms_to_two_new_codes_and_leads_to_both(connection: Connection, world: World) -> None:
    old = world.codes[1]
    change = split(world)
    east, west = change.house_codes
    assert len({old, east, west}) == 3
    assert east[:12] == west[:12] == VILLAGE
    told = fate(connection, old)
    assert told.status == "retired"
    assert set(told.living) == {east, west}
    assert [(step.kind, step.at, set(step.to)) for step in told.steps] == [("split", LATER, {east, west})]
    assert [room["id"] for room in card(connection, east)["rooms"]] == world.rooms[1][:1]
    assert [room["id"] for room in card(connection, west)["rooms"]] == world.rooms[1][1:]
    assert card(connection, old)["rooms"] == []
    assert card(connection, east)["rooms"][0]["code"].startswith(east[:17])


def test_the_map_the_colours_the_tiles_and_the_search_show_living_houses_only(
    connection: Connection, world: World
) -> None:
    before = on_the_map(connection, world)
    change = split(world)
    demolish_house(world.houses[2], actor=world.actors["centre"], at=LATER, reason=WHY)
    gone = {world.codes[1], world.codes[2]}
    assert on_the_map(connection, world) == before - gone | set(change.house_codes)
    ids = {row["id"] for row in house.search(connection, actor=world.actors["inspector"])}
    assert ids == {world.houses[3], world.houses[4], *change.houses}
    singles = connection.execute(
        text("SELECT count(*) FROM house WHERE county = :c AND grid_id = :g"), {"c": COUNTY, "g": world.grids[WEST]}
    )
    assert singles.scalar_one() == 4
    assert tiled(connection, world) == {world.houses[n] for n in (3, 4, 5, 6)} | set(change.houses)


def tiled(connection: Connection, world: World) -> set[int]:
    import mapbox_vector_tile as mvt

    from tests.db.test_tile import around

    found = set()
    for x, y in around(16):
        data = tile.houses_tile(connection, actor=world.actors["centre"], z=16, x=x, y=y)
        layers = mvt.decode(data) if data else {}
        found |= {feature["id"] for feature in layers.get("houses", {}).get("features", [])}
    return found


def test_an_old_code_is_searched_and_finds_its_successors(connection: Connection, world: World) -> None:
    room_code = card(connection, world.codes[1])["rooms"][1]["code"]
    change = split(world)
    assert {row["code"] for row in house.search(connection, actor=world.actors["centre"], text=world.codes[1])} == set(
        change.house_codes
    )
    assert [row["code"] for row in house.search(connection, actor=world.actors["centre"], text=room_code)] == [
        change.house_codes[1]
    ]
    assert card(connection, world.codes[1])["house_status"] == "closed"
    assert card(connection, room_code)["code"] == change.house_codes[1]


def test_an_open_ticket_follows_the_room_it_names_and_a_closed_one_stays(connection: Connection, world: World) -> None:
    done = visited(world, 1, persons=3)
    (ticket,) = (one.id for one in done.tickets)
    assert column(connection, "SELECT count(*) FROM finding WHERE ticket_id = :t AND room_id IS NOT NULL", t=ticket)[0]
    change = split(world)
    assert column(connection, "SELECT house_id FROM ticket WHERE id = :t", t=ticket) == [change.houses[0]]
    assert set(column(connection, "SELECT house_id FROM finding WHERE ticket_id = :t", t=ticket)) == {change.houses[0]}
    east, west = (card(connection, code) for code in change.house_codes)
    assert [row["id"] for row in east["tickets"]] == [ticket]
    assert west["tickets"] == []
    assert [row["of_code"] for row in east["visits"]] == [row["of_code"] for row in west["visits"]] == [world.codes[1]]
    assert change.visits == 1
    assert east["last_visit_at"] is None


def test_a_person_may_send_a_ticket_elsewhere(connection: Connection, world: World) -> None:
    ticket = dispatched(world, 1)
    change = split(world, follow=Follow(tickets={ticket: 1}))
    assert column(connection, "SELECT house_id FROM ticket WHERE id = :t", t=ticket) == [change.houses[1]]
    (told,) = (one for one in change.follows if one.what == "ticket")
    assert told.to == change.house_codes[1]
    assert told.origin == world.codes[1]
    assert column(connection, "SELECT count(*) FROM ticket_event WHERE ticket_id = :t", t=ticket)[0] > 0


def test_the_register_key_and_the_numbers_go_to_the_heir(connection: Connection, world: World) -> None:
    key = alias.add(connection, county=COUNTY, address_id=card(connection, world.codes[1])["address_id"],
                    scheme="METER_ELEC", value="3205-1", since=TODAY - timedelta(days=9))  # fmt: skip
    change = split(world, follow=Follow(heir=1))
    assert [card(connection, code)["source_key"] for code in change.house_codes] == [None, "T-1"]
    held = alias.holders(connection, county=COUNTY, value="3205-1")
    assert [(row["code"], row["since"], row["until"]) for row in held] == [
        (change.house_codes[1], TODAY, None), (world.codes[1], TODAY - timedelta(days=9), TODAY)
    ]  # fmt: skip
    assert [row["code"] for row in alias.holders(connection, county=COUNTY, value="3205-1", on=TODAY)] == [
        change.house_codes[1]
    ]
    assert key


def test_a_suite_whose_rooms_part_company_stands_in_both_houses(connection: Connection, world: World) -> None:
    change = split(world)
    suites = [card(connection, code)["rooms"][0]["suite"] for code in change.house_codes]
    assert suites == ["101", "101"]
    suite_code = column(
        connection, "SELECT code FROM address WHERE county = :c AND level = 'suite' AND status = 'retired'"
    )
    assert len(suite_code) == 1
    assert len(fate(connection, suite_code[0]).living) == 2


@pytest.mark.parametrize("parts", [[], [Part("独一处")]])
def test_a_split_makes_at_least_two(world: World, parts: list[Part]) -> None:
    with pytest.raises(TooFewPartsError):
        split_house(world.houses[1], parts, actor=world.actors["centre"], at=LATER, reason=WHY)


def test_no_room_is_left_without_a_house(world: World) -> None:
    with pytest.raises(PieceLeftError):
        split_house(world.houses[1], [Part("东", rooms=(world.rooms[1][0],)), Part("西")],
                    actor=world.actors["centre"], at=LATER, reason=WHY)  # fmt: skip


# --- merge -------------------------------------------------------------------------------------------------


def test_merged_houses_lead_to_one_code_that_holds_all_rooms(connection: Connection, world: World) -> None:
    change = merge(world, 2, 3)
    (code,) = change.house_codes
    assert fate(connection, world.codes[2]).living == fate(connection, world.codes[3]).living == (code,)
    whole = card(connection, code)
    assert {room["id"] for room in whole["rooms"]} == {*world.rooms[2], *world.rooms[3]}
    assert len({room["code"] for room in whole["rooms"]}) == 4
    assert whole["persons"] == 4
    assert whole["source_key"] == "T-2"
    assert card(connection, world.codes[3])["source_key"] == "T-3", "the register still knows the other half"


def test_tickets_and_visits_of_both_halves_come_together(connection: Connection, world: World) -> None:
    tickets = {dispatched(world, 2), dispatched(world, 3, NOW + timedelta(minutes=30))}
    change = merge(world, 2, 3)
    whole = card(connection, change.houses[0])
    assert {row["id"] for row in whole["tickets"]} == tickets
    assert {row["of_code"] for row in whole["visits"]} == {world.codes[2], world.codes[3]}
    assert whole["due_on"] is None
    assert change.visits == 2


def test_a_round_leaves_out_what_is_no_more(connection: Connection, world: World) -> None:
    make_plan(actor=world.actors["centre"], on=TODAY, at=NOW, seconds=0.1)
    change = merge(world, 2, 3)
    skipped = column(connection, "SELECT house_id FROM stop WHERE county = :c AND state = 'skipped' ORDER BY 1")
    assert skipped == sorted([world.houses[2], world.houses[3]])
    assert "stops" in {warning.key for warning in change.warnings}
    make_plan(actor=world.actors["centre"], on=TODAY + timedelta(days=1), at=NOW, seconds=0.1)
    planned = column(connection, "SELECT s.house_id FROM stop s JOIN plan p ON p.id = s.plan_id WHERE p.on_date = :d",
                     d=TODAY + timedelta(days=1))  # fmt: skip
    assert world.houses[2] not in planned
    assert world.houses[3] not in planned
    assert change.houses[0] in planned


# --- move --------------------------------------------------------------------------------------------------


def test_a_moved_house_is_the_same_house_under_a_code_of_the_other_village(
    connection: Connection, world: World
) -> None:
    ticket = dispatched(world, 4)
    change = move(world, 4)
    (code,) = change.house_codes
    assert code.startswith(OTHER_VILLAGE)
    assert change.houses == (world.houses[4],)
    moved = card(connection, world.codes[4])
    assert moved["id"] == world.houses[4]
    assert moved["code"] == code
    assert moved["village"] == OTHER_VILLAGE
    assert [row["id"] for row in moved["tickets"]] == [ticket]
    assert len(moved["visits"]) == 1
    assert {room["code"][:17] for room in moved["rooms"]} == {code[:17]}
    assert column(connection, "SELECT village FROM ticket WHERE id = :t", t=ticket) == [OTHER_VILLAGE]
    assert code in on_the_map(connection, world)
    assert world.codes[4] not in on_the_map(connection, world)
    days = [lineage.village_on(connection, county=COUNTY, house_id=world.houses[4], on=on)
            for on in (TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1))]  # fmt: skip
    assert days == [VILLAGE, OTHER_VILLAGE, OTHER_VILLAGE]
    with pytest.raises(NothingChangesError):
        move(world, 4)


def test_a_fate_is_told_over_many_steps(connection: Connection, world: World) -> None:
    (moved,) = move(world, 1).house_codes
    halves = split(world, 1, at=LATER + timedelta(days=1)).house_codes
    told = fate(connection, world.codes[1])
    assert [step.kind for step in told.steps] == ["move", "split"]
    assert set(told.living) == set(halves) == set(fate(connection, moved).living)
    changes = card(connection, halves[0])["changes"]
    assert [row["kind"] for row in changes] == ["split", "move"]
    assert changes[0]["who"] == "中心员甲"
    assert changes[0]["reason"] == WHY


# --- renumber and demolish ---------------------------------------------------------------------------------


def test_a_renumbered_house_keeps_its_code_and_remembers_its_old_plate(connection: Connection, world: World) -> None:
    change = renumber_house(world.houses[1], "梅李镇聚沙路88号", actor=world.actors["centre"], at=LATER, reason=WHY,
                            doorplate="聚沙路88号")  # fmt: skip
    house_card = card(connection, world.codes[1])
    assert house_card["address"] == "梅李镇聚沙路88号"
    assert change.retired == () == change.allotted
    assert [(row["scheme"], row["value"], row["valid_until"]) for row in house_card["aliases"]] == [
        ("DOORPLATE", "聚沙路88号", None), ("DOORPLATE", "梅李镇聚沙村1号", TODAY)
    ]  # fmt: skip
    inside = column(connection, "SELECT text FROM address WHERE code BETWEEN :a AND :b AND level <> 'house'",
                    a=world.codes[1][:17], b=world.codes[1][:17] + "Z")  # fmt: skip
    assert all(text.startswith("梅李镇聚沙路88号101") for text in inside)
    assert len(inside) == 3
    found = house.search(connection, actor=world.actors["centre"], text="梅李镇聚沙村1号")
    assert [row["code"] for row in found] == [world.codes[1]], "the old plate still finds the house"


def test_a_demolished_house_leads_nowhere_and_its_open_ticket_runs_on(connection: Connection, world: World) -> None:
    ticket = dispatched(world, 1)
    change = demolish_house(world.houses[1], actor=world.actors["centre"], at=LATER, reason=WHY)
    told = fate(connection, world.codes[1])
    assert told.living == ()
    assert told.steps[0].kind == "demolish"
    assert told.steps[0].to == ()
    assert [(one.id, one.to) for one in change.follows] == [(ticket, None)]
    assert [warning.key for warning in change.warnings] == ["tickets"]
    assert [row["id"] for row in card(connection, world.codes[1])["tickets"]] == [ticket]
    with pytest.raises(ClosedHouseError), translated():
        start_visit(world.houses[1], actor=world.actors["inspector"], at=LATER)
    with pytest.raises(ClosedHouseError):
        report(world.houses[1], "FI06", words="x", actor=world.actors["centre"], at=LATER)


# --- trial and undo ----------------------------------------------------------------------------------------

CHANGES = {
    "split": split,
    "merge": lambda world, **given: merge(world, 1, 2, **given),
    "move": lambda world, **given: move(world, 1, 2, **given),
    "renumber": lambda world, **given: renumber_house(
        world.houses[1], "新门牌9号", actor=world.actors["centre"], reason=WHY, doorplate="9号",
        **{"at": LATER, **given}),
    "demolish": lambda world, **given: demolish_house(
        world.houses[1], actor=world.actors["centre"], reason=WHY, **{"at": LATER, **given}),
}  # fmt: skip


@pytest.mark.parametrize("kind", CHANGES)
def test_a_trial_tells_what_would_happen_and_writes_nothing(connection: Connection, world: World, kind: str) -> None:
    dispatched(world, 1)
    make_plan(actor=world.actors["centre"], on=TODAY, at=NOW, seconds=0.1)
    before = whole_record(connection)
    tried = CHANGES[kind](world, dry_run=True)
    assert whole_record(connection) == before
    assert tried.event_id is None
    done = CHANGES[kind](world)
    assert done.event_id is not None
    assert (tried.retired, tried.allotted, tried.kept, tried.warnings, tried.visits) == (
        done.retired, done.allotted, done.kept, done.warnings, done.visits)  # fmt: skip
    assert [(one.what, one.name, one.to) for one in tried.follows] == [
        (one.what, one.name, one.to) for one in done.follows
    ]


def state(connection: Connection) -> dict[str, list[Any]]:
    """What people see of houses, rooms, tickets, hazards, stops and numbers in force; nothing of what ended."""
    return {
        "houses": column(connection, "SELECT ROW(h.id, a.code, a.text, h.village, h.source_key, h.grid_id)::text"
                         " FROM house h JOIN address a ON a.id = h.address_id WHERE h.status = 'active' ORDER BY 1"),
        "inside": column(connection, "SELECT ROW(r.id, r.house_id, a.code, a.text, s.id, s.address_id)::text"
                         " FROM room r JOIN address a ON a.id = r.address_id JOIN suite s ON s.id = r.suite_id"
                         " WHERE a.status = 'active' ORDER BY 1"),
        "active": column(connection, "SELECT code FROM address WHERE status = 'active' ORDER BY 1"),
        "tickets": column(connection, "SELECT ROW(id, house_id, village, grid_id, state)::text FROM ticket ORDER BY 1"),
        "findings": column(connection, "SELECT ROW(id, house_id)::text FROM finding ORDER BY 1"),
        "stops": column(connection, "SELECT ROW(id, state, skip_reason)::text FROM stop ORDER BY 1"),
        "aliases": column(connection, "SELECT ROW(address_id, scheme, value)::text FROM address_alias"
                          " WHERE upper_inf(valid) ORDER BY 1"),
    }  # fmt: skip


@pytest.mark.parametrize("kind", CHANGES)
def test_an_undone_change_leaves_everything_as_it_was_and_its_codes_lead_back(
    connection: Connection, world: World, kind: str
) -> None:
    dispatched(world, 1)
    make_plan(actor=world.actors["centre"], on=TODAY, at=NOW, seconds=0.1)
    alias.add(connection, county=COUNTY, address_id=card(connection, world.codes[1])["address_id"],
              scheme="DOORPLATE", value="旧1号", since=TODAY - timedelta(days=9))  # fmt: skip
    before = state(connection)
    change = CHANGES[kind](world)
    assert state(connection) != before
    given = {"actor": world.actors["centre"], "at": LATER + timedelta(days=2), "reason": "登记有误"}
    tried = undo_change(change.event_id, **given, dry_run=True)
    assert tried.event_id is None
    assert state(connection) != before
    undo_change(change.event_id, **given)
    assert state(connection) == before
    for line in change.allotted:
        assert fate(connection, line.code).living
        assert fate(connection, line.code).status == "retired"
    for line in change.retired:
        assert fate(connection, line.code).living == (line.code,)
    with pytest.raises(lineage.AlreadyUndoneError):
        undo_change(change.event_id, **given)
    again = CHANGES[kind](world, at=LATER + timedelta(days=3))
    assert not {line.code for line in again.allotted} & {line.code for line in change.allotted}


def test_what_was_built_on_is_not_undone(connection: Connection, world: World) -> None:
    given = {"actor": world.actors["centre"], "at": LATER + timedelta(days=2), "reason": "登记有误"}
    change = split(world)
    report(change.houses[0], "FI06", words="堆放杂物", actor=world.actors["centre"], at=LATER)
    with pytest.raises(BuiltOnError) as refused:
        undo_change(change.event_id, **given)
    assert refused.value.fields["tickets"] == 1
    first = move(world, 2)
    second = renumber_house(world.houses[2], "新址2号", actor=world.actors["centre"], at=LATER, reason=WHY)
    with pytest.raises(BuiltOnError):
        undo_change(first.event_id, **given)
    undo_change(second.event_id, **given)
    undo_change(first.event_id, **given)
    assert fate(connection, world.codes[2]).status == "active"
    assert second


# --- who may, and what the record itself refuses -----------------------------------------------------------


@pytest.mark.parametrize("who", ["inspector", "fire", "leader"])
@pytest.mark.parametrize("kind", CHANGES)
def test_only_centre_and_administrator_change_codes(connection: Connection, world: World, who: str, kind: str) -> None:
    change = CHANGES[kind](world)
    before = whole_record(connection)
    actor = world.actors[who]
    tries = [
        lambda: split_house(world.houses[5], [Part("a"), Part("b")], actor=actor, at=LATER, reason=WHY, dry_run=True),
        lambda: merge_houses([world.houses[5], world.houses[6]], Part("a"), actor=actor, at=LATER, reason=WHY),
        lambda: move_houses([world.houses[5]], OTHER_VILLAGE, actor=actor, at=LATER, reason=WHY),
        lambda: renumber_house(world.houses[5], "a", actor=actor, at=LATER, reason=WHY),
        lambda: demolish_house(world.houses[5], actor=actor, at=LATER, reason=WHY),
        lambda: undo_change(change.event_id or 0, actor=actor, at=LATER, reason=WHY),
    ]
    for attempt in tries:
        with pytest.raises(RefusedError):
            attempt()
    assert whole_record(connection) == before


def test_a_change_is_audited_with_its_reason(connection: Connection, world: World) -> None:
    with pytest.raises(ChangeReasonError):
        split(world, reason="  x ")
    change = split(world)
    (detail,) = column(connection, "SELECT detail FROM deed WHERE name = 'code.edit'")
    assert detail["change"] == "split"
    assert detail["event"] == change.event_id
    assert detail["reason"] == WHY


def test_a_house_of_another_county_is_not_there(world: World) -> None:
    from dataclasses import replace

    stranger = replace(world.actors["centre"], county="330282")
    with pytest.raises(house.NoSuchHouseError):
        demolish_house(world.houses[1], actor=stranger, at=LATER, reason=WHY)


def test_a_house_that_is_no_more_changes_no_more(world: World) -> None:
    split(world)
    with pytest.raises(lineage.GoneHouseError):
        split(world)
    with pytest.raises(lineage.GoneHouseError):
        merge(world, 1, 2)


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("UPDATE address SET status = 'active', retired_event_id = NULL WHERE code = :old", RetiredCodeError),
        ("UPDATE address SET code = :old WHERE code = :new", PermanentError),
        ("DELETE FROM address WHERE code = :old", PermanentError),
        ("UPDATE code_serial SET last_serial = last_serial - 1", PermanentError),
        ("INSERT INTO visit (county, house_id, account_id) SELECT h.county, h.id, w.id FROM house h JOIN address a"
         " ON a.id = h.address_id CROSS JOIN account w WHERE a.code = :old LIMIT 1", ClosedHouseError),
    ],
)  # fmt: skip
def test_the_record_itself_keeps_codes(connection: Connection, world: World, sql: str, error: type[Exception]) -> None:
    change = split(world)
    with pytest.raises(error), translated():
        connection.execute(text(sql), {"old": world.codes[1], "new": change.house_codes[0]})


@pytest.mark.parametrize("sql", [
    "UPDATE code_event SET reason = 'x'", "DELETE FROM code_event", "DELETE FROM address_lineage",
    "UPDATE address_lineage SET new_address_id = old_address_id",
])  # fmt: skip
def test_lineage_is_history(connection: Connection, world: World, sql: str) -> None:
    split(world)
    with pytest.raises(Exception, match="only grows"):
        connection.execute(text(sql))


def test_hostile_texts_stay_texts(connection: Connection, world: World) -> None:
    bad = "<img src=x onerror=alert(1)>'; DROP TABLE house; --\u202e"
    parts = [Part(bad, rooms=(world.rooms[1][0],), doorplate=bad), Part(bad + "2", rooms=(world.rooms[1][1],))]
    change = split_house(world.houses[1], parts, actor=world.actors["centre"], at=LATER, reason=bad)
    assert card(connection, change.houses[0])["address"] == bad
    assert card(connection, change.houses[0])["changes"][0]["reason"] == bad.strip()
