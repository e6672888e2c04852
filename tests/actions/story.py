"""Shared beginnings of the actions' tests: photos made here, a visit with a hazard, a ticket brought to a state."""

from datetime import datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from PIL import Image
from sqlalchemy import Connection, text

from actions.evidence import Photo, keep_photo
from actions.tickets import take_step
from actions.visits import save_visit, start_visit, submit_visit
from inspections.access import Actor
from inspections.facts import FACTS
from inspections.ticket import Event, State
from inspections.visit import Outcome
from tests.world import COUNTY, NOW, World

_shade = count()


def jpeg(size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """A JPEG unlike every other one this made, also when packed anew: squares in it say its number."""
    number = next(_shade)
    picture = Image.new("RGB", size, (120, 150, 90))
    wide, high = max(1, size[0] // 8), max(1, size[1] // 2)
    for bit in range(16):
        if number >> bit & 1:
            picture.paste(
                (250, 250, 250), (bit % 8 * wide, bit // 8 * high, (bit % 8 + 1) * wide, (bit // 8 + 1) * high)
            )
    buffer = BytesIO()
    picture.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def safe_answers() -> dict[str, Any]:
    """Answers of a house where nothing is wrong."""
    told: dict[str, Any] = {
        "beds": 2, "floors": 2, "stairs": 2, "stair_material": "concrete", "managed_register": True,
        "tenant_is_unit": False, "residential_building": True, "business_use": "none", "hazmat": False,
        "unpermitted_structure": False, "building_in_progress": False, "blocks_fire_lane": False,
        "illegal_building": False, "danger_grade": "none", "use_changed": False, "ebike_inside": False,
        "stairs_blocked": False, "gas_in_bedroom": False, "window_bars": False, "insanitary": False,
        "extinguishers": 2, "smoke_detectors_everywhere": True, "escape_kit_every_room": True,
        "tenants_registered": True, "lease_filed": True, "security_guarantee": True,
    }  # fmt: skip
    assert set(told) <= set(FACTS)
    return told


def safe_room(persons: int = 1) -> dict[str, Any]:
    return {"room_kind": "bedroom", "use_m2": 12.0, "persons": persons, "family": False, "window": True}


def drafted(world: World, actor: Actor, house: int = 1, at: datetime = NOW, persons: int = 1, **facts: Any) -> int:
    """A whole draft of a visit to a house; every answer that needs proof has its photo."""
    draft = start_visit(world.houses[house], actor=actor, at=at)
    rooms = {key: safe_room(persons if n == 0 else 1) for n, key in enumerate(world.rooms[house])}
    answers = safe_answers() | facts
    save_visit(draft["id"], actor=actor, facts=answers, rooms=rooms, position=(120.902, 31.705, 8.0))
    for name, value in answers.items():
        if FACTS[name].proof_when == value and value is not None:
            keep_photo(jpeg(), kind="before", actor=actor, at=at, visit_id=draft["id"], fact=name)
    return int(draft["id"])


def visited(world: World, house: int = 1, at: datetime = NOW, who: str = "inspector", persons: int = 1, **facts: Any):
    actor = world.actors[who]
    key = drafted(world, actor, house, at, persons, **facts)
    return submit_visit(key, outcome=Outcome.GRANTED, actor=actor, at=at)


def dispatched(world: World, house: int = 1, at: datetime = NOW) -> int:
    """The key of a ticket on the fire brigade's desk: an electric bicycle indoors."""
    done = visited(world, house, at, ebike_inside=True)
    assert [one.lead for one in done.tickets] == ["fire"]
    return done.tickets[0].id


class Walk:
    """Takes steps with one ticket, a minute after another."""

    def __init__(self, world: World, ticket_id: int, at: datetime = NOW) -> None:
        self.world, self.ticket_id, self.at = world, ticket_id, at

    def __call__(self, who: str, event: Event, **given: Any) -> dict[str, Any]:
        self.at += timedelta(minutes=1)
        return take_step(self.ticket_id, event, actor=self.world.actors[who], at=self.at, **given)

    def to(self, state: State) -> "Walk":
        """Bring a dispatched ticket to a state by a way that clerks go."""
        for who, event, given in WAYS[state]:
            self(who, event, **(given() if callable(given) else given))
        return self


def photo() -> dict[str, Any]:
    return {"photos": [Photo(jpeg())]}


def later() -> dict[str, Any]:
    return {"reason": "缺材料", "until": NOW + timedelta(days=40)}


ACCEPT = ("fire", Event.ACCEPT, {})
PASS_ON = ("fire", Event.PASS_ON, {"department": "housing", "reason": "属住房管理", "clause": "第七条"})
SUBMIT = ("fire", Event.SUBMIT, photo)
WAYS: dict[State, list[tuple[str, Event, Any]]] = {
    State.DISPATCHED: [],
    State.ACCEPTED: [ACCEPT],
    State.RETURNED: [ACCEPT, PASS_ON],
    State.RULING: [ACCEPT, PASS_ON, ("housing", Event.BOUNCE, {"department": "urban", "reason": "否", "clause": "三"})],
    State.RECTIFYING: [ACCEPT, ("fire", Event.START, {})],
    State.EXTENSION_REQ: [ACCEPT, ("fire", Event.REQUEST_EXTENSION, later)],
    State.SUBMITTED: [ACCEPT, SUBMIT],
    State.RECHECK: [ACCEPT, SUBMIT, ("inspector", Event.RECHECK, {})],
    State.REWORK: [ACCEPT, SUBMIT, ("centre", Event.REWORK, {"reason": "未整改"})],
    State.SUSPENDED: [ACCEPT, ("centre", Event.SUSPEND, later)],
    State.REFERRED: [ACCEPT, ("centre", Event.REFER, {"reason": "涉刑", "clause": "九"})],
    State.ESCALATED: [ACCEPT, ("centre", Event.ESCALATE, {"reason": "拖延"})],
    State.CLOSED: [ACCEPT, SUBMIT, ("inspector", Event.RECHECK, {}), ("centre", Event.CLOSE, {})],
    State.VOID: [("centre", Event.VOID, {"reason": "误报"})],
}


def column(connection: Connection, sql: str, **parameters: Any) -> list[Any]:
    return list(connection.execute(text(sql), parameters | {"c": COUNTY}).scalars())
