"""Laws of lineage: whatever is split, merged, moved, demolished and undone, no code is lost or given twice."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from actions.code_change import Part
from actions.code_undo import BuiltOnError, undo_change
from actions.codes import NothingChangesError, demolish_house, merge_houses, move_houses, renumber_house, split_house
from db import house, lineage
from db.lineage import AlreadyUndoneError
from tests.actions.story import column
from tests.world import COUNTY, NOW, OTHER_VILLAGE, VILLAGE, World

KINDS = ("split", "merge", "move", "renumber", "demolish", "undo")
deeds = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=9)


class Town:
    """The tiny town under a sequence of deeds."""

    def __init__(self, connection: Connection, world: World) -> None:
        self.connection, self.world, self.at = connection, world, NOW
        self.events: list[int] = []
        self.ever = set(self.codes())
        self.rooms = sorted(column(connection, "SELECT id FROM room WHERE county = :c"))

    def codes(self, status: str = "active") -> list[str]:
        return column(self.connection, "SELECT code FROM address WHERE county = :c AND status = :s", s=status)

    def living(self) -> list[int]:
        return column(self.connection, "SELECT id FROM house WHERE county = :c AND status = 'active' ORDER BY id")

    def do(self, kind: str, first: int, second: int) -> None:
        self.at += timedelta(days=1)
        given = {"actor": self.world.actors["centre"], "at": self.at, "reason": "随机变更"}
        houses = self.living()
        one, other = houses[first % len(houses)], houses[second % len(houses)]
        try:
            change = getattr(self, f"_{kind}")(one, other, second, given)
        except (NothingChangesError, BuiltOnError, AlreadyUndoneError):
            return
        if change is not None:
            fresh = {line.code for line in change.allotted}
            assert not fresh & self.ever, "a code was given twice"
            self.ever |= fresh
            if kind != "undo":
                self.events.append(change.event_id)

    def _split(self, one: int, _other: int, second: int, given: dict[str, Any]) -> Any:
        rooms = house.rooms(self.connection, county=COUNTY, house_id=one)
        parts = [[room["id"] for n, room in enumerate(rooms) if (second >> n) % 2 == side] for side in (0, 1)]
        return split_house(one, [Part(f"{one}号东", rooms=tuple(parts[0])), Part(f"{one}号西", rooms=tuple(parts[1]))],
                           **given)  # fmt: skip

    def _merge(self, one: int, other: int, _second: int, given: dict[str, Any]) -> Any:
        return None if one == other else merge_houses([one, other], Part(f"{one}-{other}号"), **given)

    def _move(self, one: int, _other: int, second: int, given: dict[str, Any]) -> Any:
        return move_houses([one], (VILLAGE, OTHER_VILLAGE)[second % 2], **given)

    def _renumber(self, one: int, _other: int, second: int, given: dict[str, Any]) -> Any:
        return renumber_house(one, f"新{second}号", **given)

    def _demolish(self, one: int, _other: int, _second: int, given: dict[str, Any]) -> Any:
        return None if len(self.living()) < 3 else demolish_house(one, **given)

    def _undo(self, _one: int, _other: int, second: int, given: dict[str, Any]) -> Any:
        return undo_change(self.events[second % len(self.events)], **given) if self.events else None

    def holds(self) -> None:
        """Every law at once."""
        active, retired = set(self.codes()), set(self.codes("retired"))
        assert active | retired == self.ever, "a code was lost, or came from nowhere"
        assert sorted(column(self.connection, "SELECT id FROM room WHERE county = :c")) == self.rooms
        self._houses_and_codes_agree()
        for code in retired:
            fate = lineage.fate(self.connection, county=COUNTY, code=code)
            assert fate.steps, f"{code} ended and nobody says how"
            assert set(fate.living) <= active
            assert fate.living or any(step.kind == "demolish" for step in fate.steps), f"{code} leads nowhere"
        for code in active:
            assert lineage.fate(self.connection, county=COUNTY, code=code).living == (code,)

    def _houses_and_codes_agree(self) -> None:
        astray = """
            SELECT h.id FROM house h JOIN address a ON a.county = h.county AND a.id = h.address_id
            WHERE (h.status = 'active') <> (a.status = 'active')
            UNION ALL SELECT r.id FROM room r JOIN address a ON a.county = r.county AND a.id = r.address_id
            JOIN house h ON h.county = r.county AND h.id = r.house_id JOIN address b ON b.id = h.address_id
            JOIN suite s ON s.county = r.county AND s.id = r.suite_id
            WHERE (h.status = 'active') <> (a.status = 'active') OR s.house_id <> r.house_id
               OR substr(a.code, 1, 17) <> substr(b.code, 1, 17)
            UNION ALL SELECT a.id FROM address a JOIN address p ON p.county = a.county AND p.id = a.parent_id
            WHERE a.status = 'active' AND (p.status <> 'active' OR substr(p.code, 1, 17) <> substr(a.code, 1, 17))"""
        assert self.connection.execute(text(astray)).all() == []


@given(told=deeds)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_of_deeds_loses_a_code_or_a_room_or_gives_one_twice(
    connection: Connection, world: World, told: list[tuple[str, int, int]]
) -> None:
    savepoint = connection.begin_nested()
    try:
        town = Town(connection, world)
        for kind, first, second in told:
            town.do(kind, first, second)
            town.holds()
    finally:
        savepoint.rollback()
