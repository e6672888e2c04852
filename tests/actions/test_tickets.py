"""Tickets on their way: every arrow by somebody who may, nothing by anybody else, and the whole story once."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Connection, text

from actions.deed import SHANGHAI
from actions.evidence import Photo
from actions.handling import UnknownHazardError
from actions.photo import NotAPhotoError
from actions.ticket_needs import NeedsError, NoSuchDepartmentError, PastUntilError, SameDepartmentError
from actions.tickets import NoWordsError, report, steps_for, take_step
from db import finding, ticket
from db.errors import NoSuchStepError, SecondPersonError, translated
from db.ticket import OvertakenError
from inspections.access import RefusedError
from inspections.role import Role
from inspections.ticket import BY_ITSELF, IMPORTED, TRANSITIONS, Event, NotAllowedError, State, Transition
from tests.actions.story import PASS_ON, Walk, column, dispatched, photo, visited
from tests.world import COUNTY, NOW, World
from words import say, say_error

ONE_BY_ONE = {
    "reason": lambda: {"reason": "理由"},
    "clause": lambda: {"clause": "第二条"},
    "department": lambda: {"department": "urban"},
    "until": lambda: {"until": NOW + timedelta(days=60)},
    "after_photo": photo,
    "other_person": dict,
    "approver": dict,
}
PEOPLE = {Role.INSPECTOR: ("inspector",), Role.DEPARTMENT: ("fire", "housing"), Role.CENTRE: ("centre2",)}


def given_for(arrow: Transition) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for need in arrow.needs:
        given |= ONE_BY_ONE[need]()
    return given


def raised(connection: Connection, world: World, state: State) -> int:
    """A ticket at a state, early ones by hand as the centre would."""
    if state not in {State.REPORTED, State.VERIFIED, State.FILED}:
        key = dispatched(world)
        Walk(world, key).to(state)
        return key
    key = report(world.houses[1], "FI06", words="楼道有电动车", actor=world.actors["inspector"], at=NOW)["id"]
    walk = Walk(world, key)
    for event in (Event.VERIFY, Event.FILE)[: [State.REPORTED, State.VERIFIED, State.FILED].index(state)]:
        walk("centre", event)
    return key


ARROWS = [arrow for arrow in TRANSITIONS if arrow.source is not None]


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda a: f"{a.event}-{a.source}")
def test_every_arrow_is_taken_by_somebody_who_may(connection: Connection, world: World, arrow: Transition) -> None:
    assert arrow.source is not None
    key = raised(connection, world, arrow.source)
    before = ticket.ticket(connection, COUNTY, key, now=NOW)
    assert before["state"] == arrow.source.value
    who = next(
        name for role in Role if role in arrow.roles for name in PEOPLE[role]
        if arrow.event in {one.event for one in steps_for(before, world.actors[name])}
        or (arrow.event is Event.BOUNCE and name == "centre2")
    )  # fmt: skip
    at = NOW + timedelta(hours=2)
    after = take_step(key, arrow.event, actor=world.actors[who], at=at, expect=arrow.source, **given_for(arrow))
    assert after["state"] == arrow.target.value
    last = ticket.events(connection, COUNTY, key)[-1]
    assert (last["event"], last["from_state"], last["to_state"]) == (arrow.event, arrow.source, arrow.target)
    assert (last["at"], last["actor_name"]) == (at, world.actors[who].name)
    assert (after["last_actor_name"], after["last_at"]) == (world.actors[who].name, at)


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda a: f"{a.event}-{a.source}")
def test_no_arrow_is_taken_by_a_role_that_may_not(connection: Connection, world: World, arrow: Transition) -> None:
    assert arrow.source is not None
    key = raised(connection, world, arrow.source)
    # Urban management has nothing to do with this ticket, the second inspector with this grid.
    strangers = ["leader", "admin", "urban", "inspector2"]
    strangers += [name for role in PEOPLE if role not in arrow.roles for name in PEOPLE[role]]
    for name in strangers:
        with pytest.raises(RefusedError):
            take_step(key, arrow.event, actor=world.actors[name], at=NOW + timedelta(hours=2), **given_for(arrow))
    assert ticket.ticket(connection, COUNTY, key, now=NOW)["state"] == arrow.source.value


@pytest.mark.parametrize(
    ("arrow", "need"),
    [(arrow, need) for arrow in ARROWS for need in sorted(arrow.needs - {"other_person", "approver"})],
    ids=lambda v: v if isinstance(v, str) else f"{v.event}-{v.source}",
)
def test_an_arrow_is_not_taken_without_each_thing_it_needs(
    connection: Connection, world: World, arrow: Transition, need: str
) -> None:
    assert arrow.source is not None
    key = raised(connection, world, arrow.source)
    if need == "after_photo":
        # One handed in before would do: as if it never had been.
        connection.execute(text("DELETE FROM evidence WHERE kind = 'after'"))
    before = ticket.ticket(connection, COUNTY, key, now=NOW)
    who = next(name for role in arrow.roles for name in PEOPLE[role]
               if arrow in steps_for(before, world.actors[name]) or name == "centre2")  # fmt: skip
    given = given_for(arrow)
    for name in ONE_BY_ONE[need]():
        del given[name]
    with pytest.raises(NeedsError) as refused:
        take_step(key, arrow.event, actor=world.actors[who], at=NOW + timedelta(hours=2), **given)
    assert refused.value.fields["need"] == need
    assert ticket.ticket(connection, COUNTY, key, now=NOW)["state"] == arrow.source.value


def test_every_state_refuses_every_event_that_has_no_arrow(connection: Connection, world: World) -> None:
    for state in (State.DISPATCHED, State.SUBMITTED, State.CLOSED):
        with connection.begin_nested() as point:
            key = raised(connection, world, state)
            known = {arrow.event for arrow in TRANSITIONS if arrow.source is state}
            by_hand = {arrow.event for arrow in TRANSITIONS}
            for event in by_hand - known - {Event.PASS_ON, Event.BOUNCE}:
                with pytest.raises(NotAllowedError):
                    take_step(key, event, actor=_anybody(world, event), at=NOW + timedelta(hours=2))
            point.rollback()


@pytest.mark.parametrize("event", [arrow.event for arrow in (*IMPORTED, *BY_ITSELF[:1])])
def test_nobody_does_by_hand_what_only_another_system_did(connection: Connection, world: World, event: Event) -> None:
    key = raised(connection, world, State.ACCEPTED)
    with pytest.raises(NotAllowedError):
        take_step(key, event, actor=world.actors["centre"], at=NOW + timedelta(hours=2))


def _anybody(world: World, event: Event) -> Any:
    roles = {role for arrow in TRANSITIONS if arrow.event is event for role in arrow.roles}
    return world.actors[next(PEOPLE[role][0] for role in Role if role in roles)]


def test_the_story_from_the_visit_to_the_closure_by_a_second_person(connection: Connection, world: World) -> None:
    done = visited(world, ebike_inside=True)
    key, walk = done.tickets[0].id, Walk(world, done.tickets[0].id)
    due_at = ticket.ticket(connection, COUNTY, key, now=NOW)["due_at"]
    walk(*PASS_ON[:2], **PASS_ON[2])
    waiting = ticket.ticket(connection, COUNTY, key, now=walk.at)
    assert (waiting["lead"], waiting["next_lead"], waiting["due_at"]) == ("fire", "housing", due_at)
    for desk in ("fire", "housing"):
        assert [row["id"] for row in ticket.inbox(connection, county=COUNTY, department=desk, now=walk.at)] == [key]
    walk("housing", Event.SIGN)
    assert ticket.ticket(connection, COUNTY, key, now=walk.at)["lead"] == "housing"
    walk("housing", Event.SUBMIT, **photo())
    walk("inspector", Event.RECHECK)
    closed = walk("centre", Event.CLOSE)
    assert (closed["state"], closed["clock"], closed["closed_by_name"]) == ("CLOSED", "done", "中心员甲")
    assert closed["closed_by"] != closed["rectified_by"]
    assert finding.open_of_house(connection, COUNTY, world.houses[1]) == []
    sql = text("SELECT colour, due_on FROM house WHERE county = :c AND id = :h")
    colour, due_on = connection.execute(sql, {"c": COUNTY, "h": world.houses[1]}).one()
    assert (colour, due_on) == ("green", NOW.date() + timedelta(days=90))
    told = [(e["event"], e["actor_name"], e["to_lead"]) for e in ticket.events(connection, COUNTY, key)]
    assert told == [
        ("report", "网格员甲", "fire"), ("verify", "网格员甲", "fire"), ("file", "网格员甲", "fire"),
        ("dispatch", "网格员甲", "fire"), ("pass_on", "消防员甲", "fire"), ("sign", "住建员甲", "housing"),
        ("submit", "住建员甲", "housing"), ("recheck", "网格员甲", "housing"), ("close", "中心员甲", "housing"),
    ]  # fmt: skip
    deeds = column(connection, "SELECT name FROM deed WHERE county=:c AND object_kind='ticket' ORDER BY id")
    assert deeds == ["ticket.pass_on", "ticket.sign", "ticket.submit", "ticket.recheck", "ticket.close"]


def test_the_chain_of_events_has_no_gap_and_one_lead_at_every_moment(connection: Connection, world: World) -> None:
    for state in (State.RULING, State.CLOSED, State.SUSPENDED):
        with connection.begin_nested() as point:
            key = raised(connection, world, state)
            history = ticket.events(connection, COUNTY, key)
            assert history[0]["from_state"] == ""
            for one, following in pairwise(history):
                assert following["from_state"] == one["to_state"]
                assert following["from_lead"] == one["to_lead"]
                assert following["at"] >= one["at"]
            assert all(one["to_lead"] for one in history)
            assert history[-1]["to_state"] == state.value
            point.rollback()


def test_a_second_not_mine_goes_to_a_joint_ruling_with_its_candidate(connection: Connection, world: World) -> None:
    key = dispatched(world)
    walk = Walk(world, key)
    walk(*PASS_ON[:2], **PASS_ON[2])
    row = walk("housing", Event.PASS_ON, department="urban", reason="属城管", clause="第五条")
    assert (row["state"], row["lead"], row["next_lead"], row["bounces"]) == ("RULING", "fire", None, 2)
    last = ticket.events(connection, COUNTY, key)[-1]
    assert (last["event"], last["detail"]["department"], last["clause"]) == ("bounce", "urban", "第五条")
    assert [one["id"] for one in ticket.centre_queue(connection, county=COUNTY, tab="ruling", now=walk.at)] == [key]
    ruled = walk("centre", Event.RULE, department="urban", reason="联席会议", clause="三定方案")
    assert (ruled["state"], ruled["lead"]) == ("DISPATCHED", "urban")
    assert ticket.rulings(connection, COUNTY, "FI06")[0]["to_lead"] == "urban"


def test_a_first_bounce_by_a_department_is_only_a_pass_on(connection: Connection, world: World) -> None:
    walk = Walk(world, dispatched(world))
    row = walk("fire", Event.BOUNCE, **PASS_ON[2])
    assert (row["state"], row["next_lead"], row["bounces"]) == ("RETURNED", "housing", 1)


def test_withdrawing_does_not_forget_the_bounce(connection: Connection, world: World) -> None:
    walk = Walk(world, dispatched(world)).to(State.RETURNED)
    taken_back = walk("fire", Event.WITHDRAW)
    assert (taken_back["state"], taken_back["lead"], taken_back["next_lead"]) == ("ACCEPTED", "fire", None)
    assert walk("fire", Event.PASS_ON, **PASS_ON[2])["state"] == "RULING"


def test_who_passed_a_ticket_on_may_still_look_after_it_was_signed_for(connection: Connection, world: World) -> None:
    walk = Walk(world, dispatched(world)).to(State.RETURNED)
    row = walk("housing", Event.SIGN)
    assert row["cc"] == ["fire"]
    assert world.actors["fire"].may("ticket.view", ticket.place_of(row))
    assert not world.actors["fire"].may("ticket.submit", ticket.place_of(row))


@pytest.mark.parametrize("event", [Event.PASS_ON, Event.COPY])
def test_a_ticket_is_not_handed_to_the_desk_it_is_on(connection: Connection, world: World, event: Event) -> None:
    with pytest.raises(SameDepartmentError):
        Walk(world, dispatched(world))("fire", event, department="fire", reason="否", clause="一")


def test_a_department_that_does_not_exist_is_named(connection: Connection, world: World) -> None:
    with pytest.raises(NoSuchDepartmentError, match="navy"):
        Walk(world, dispatched(world))("fire", Event.PASS_ON, department="navy", reason="否", clause="一")


def test_an_end_in_the_past_is_no_end(connection: Connection, world: World) -> None:
    walk = Walk(world, dispatched(world)).to(State.ACCEPTED)
    with pytest.raises(PastUntilError):
        walk("fire", Event.REQUEST_EXTENSION, reason="缺料", until=NOW - timedelta(days=1))


def test_whoever_rectified_may_not_close(connection: Connection, world: World) -> None:
    key = dispatched(world)
    Walk(world, key).to(State.RECHECK)
    connection.execute(
        text("UPDATE ticket SET rectified_by = :a WHERE id = :t"), {"a": world.accounts["centre"], "t": key}
    )
    with pytest.raises(NeedsError) as refused:
        take_step(key, Event.CLOSE, actor=world.actors["centre"], at=NOW + timedelta(hours=1))
    assert refused.value.fields["need"] == "other_person"
    # The record itself refuses it too, whoever writes.
    sql = text("UPDATE ticket SET state='CLOSED', last_event='close', last_at=now(), closed_at=now(), closed_by=:a "
               "WHERE id=:t")  # fmt: skip
    with pytest.raises(SecondPersonError), translated(), connection.begin_nested():
        connection.execute(sql, {"a": world.accounts["centre"], "t": key})
    assert take_step(key, Event.CLOSE, actor=world.actors["centre2"], at=NOW + timedelta(hours=1))["state"] == "CLOSED"


def test_whoever_granted_nothing_but_asked_may_not_approve(connection: Connection, world: World) -> None:
    key = report(world.houses[1], "FI06", words="电动车", actor=world.actors["centre"], at=NOW)["id"]
    with pytest.raises(NeedsError) as refused:
        take_step(key, Event.VOID, actor=world.actors["centre"], at=NOW, reason="误报")
    assert refused.value.fields["need"] == "approver"
    assert take_step(key, Event.VOID, actor=world.actors["centre2"], at=NOW, reason="误报")["state"] == "VOID"


def test_an_old_after_photo_does_not_prove_new_work(connection: Connection, world: World) -> None:
    walk = Walk(world, dispatched(world)).to(State.REWORK)
    with pytest.raises(NeedsError) as refused:
        walk("fire", Event.SUBMIT)
    assert refused.value.fields["need"] == "after_photo"
    assert walk("fire", Event.SUBMIT, **photo())["state"] == "SUBMITTED"


def test_an_extension_moves_the_deadline_and_is_counted(connection: Connection, world: World) -> None:
    walk = Walk(world, dispatched(world)).to(State.EXTENSION_REQ)
    until = NOW + timedelta(days=20)
    row = walk("centre", Event.GRANT, until=until)
    assert (row["due_at"], row["extensions"], row["requested_until"]) == (until, 1, None)


def test_a_suspension_stops_the_clock_for_as_long_as_it_lasts(connection: Connection, world: World) -> None:
    key = dispatched(world)
    walk = Walk(world, key).to(State.ACCEPTED)
    due_at = ticket.ticket(connection, COUNTY, key, now=NOW)["due_at"]
    paused = walk("centre", Event.SUSPEND, reason="待拆迁", until=NOW + timedelta(days=30))
    began = walk.at
    assert paused["clock"] == "paused"
    in_pause = ticket.ticket(connection, COUNTY, key, now=began + timedelta(days=10))
    assert (in_pause["clock"], in_pause["clock_due_at"]) == ("paused", due_at + timedelta(days=10))
    walk.at = began + timedelta(days=10) - timedelta(minutes=1)
    assert walk("centre", Event.RESUME)["due_at"] == due_at + timedelta(days=10)


def test_a_forgotten_suspension_lasts_no_longer_than_was_approved(connection: Connection, world: World) -> None:
    key = dispatched(world)
    walk = Walk(world, key).to(State.ACCEPTED)
    due_at = ticket.ticket(connection, COUNTY, key, now=NOW)["due_at"]
    until = NOW + timedelta(days=30)
    walk("centre", Event.SUSPEND, reason="待拆迁", until=until)
    began = walk.at
    after = until + timedelta(days=5)
    forgotten = ticket.ticket(connection, COUNTY, key, now=after)
    assert (forgotten["clock"], forgotten["clock_due_at"]) == ("overdue", due_at + (until - began))
    walk.at = after
    assert walk("centre", Event.RESUME)["due_at"] == due_at + (until - began)


def test_a_reopened_ticket_is_on_its_desk_again_with_a_new_clock(connection: Connection, world: World) -> None:
    key = dispatched(world)
    walk = Walk(world, key).to(State.CLOSED)
    walk.at = NOW + timedelta(days=40)
    row = walk("inspector", Event.REOPEN, reason="又停进楼里")
    assert (row["state"], row["reopens"], row["closed_at"], row["rectified_by"]) == ("REWORK", 1, None, None)
    assert row["due_at"] > walk.at
    assert [one["id"] for one in ticket.inbox(connection, county=COUNTY, department="fire", now=walk.at)] == [key]
    sql = "SELECT colour FROM house WHERE county=:c AND id=:h"
    assert column(connection, sql, h=world.houses[1]) == ["red"]


def test_copies_to_two_departments_in_one_moment_are_two_events(connection: Connection, world: World) -> None:
    key = dispatched(world)
    for code in ("housing", "urban"):
        take_step(key, Event.COPY, actor=world.actors["centre"], at=NOW, department=code)
    assert [e["event"] for e in ticket.events(connection, COUNTY, key)].count("copy") == 2
    assert ticket.ticket(connection, COUNTY, key, now=NOW)["cc"] == ["housing", "urban"]


def test_the_second_clerk_is_told_who_was_first_and_when(connection: Connection, world: World) -> None:
    key = dispatched(world)
    Walk(world, key).to(State.ACCEPTED)
    with pytest.raises(OvertakenError) as refused:
        take_step(key, Event.ACCEPT, actor=world.actors["fire"], at=NOW + timedelta(hours=1), expect=State.DISPATCHED)
    fields = refused.value.fields
    assert (fields["who"], fields["event"], fields["state"]) == ("消防员甲", "accept", "ACCEPTED")
    assert fields["happened_at"] == NOW + timedelta(minutes=1)
    assert "2026-06-15 09:31" in str(refused.value)


def test_the_record_refuses_a_transition_that_is_not_in_its_table(connection: Connection, world: World) -> None:
    key = dispatched(world)
    for sql in (
        "UPDATE ticket SET state='CLOSED', last_event='close', last_at=now(), closed_at=now() WHERE id=:t",
        "UPDATE ticket SET state='ACCEPTED', last_event='dispatch', last_at=now() WHERE id=:t",
        "UPDATE ticket SET state='ACCEPTED', last_event='accept', last_at=now(), lead='urban' WHERE id=:t",
        "UPDATE ticket SET lead='urban' WHERE id=:t",
    ):
        with pytest.raises(NoSuchStepError), translated(), connection.begin_nested():
            connection.execute(text(sql), {"t": key})


def test_a_report_by_hand_waits_for_the_centre_under_a_number_of_its_day(connection: Connection, world: World) -> None:
    row = report(world.houses[1], "FI06", words="楼道充电", actor=world.actors["inspector"], at=NOW)
    assert (row["state"], row["source"], row["lead"], row["last_reason"]) == ("REPORTED", "report", "fire", "楼道充电")
    assert row["number"] == "32058120260615-000001"
    assert [r["id"] for r in ticket.centre_queue(connection, county=COUNTY, tab="dispatch", now=NOW)] == [row["id"]]
    (item,) = ticket.items(connection, COUNTY, row["id"])
    assert (item["visit_id"], item["words_zh"], item["rule_code"]) == (None, "楼道充电", "FI06")
    walk = Walk(world, row["id"])
    walk("centre", Event.VERIFY)
    walk("centre", Event.FILE)
    sent = walk("centre", Event.DISPATCH, department="fire")
    assert sent["due_at"] > walk.at


def test_a_report_on_a_house_with_an_open_ticket_joins_it(connection: Connection, world: World) -> None:
    key = dispatched(world)
    row = report(world.houses[1], "GR02", words="又住了四个人", actor=world.actors["centre"], at=NOW)
    assert row["id"] == key
    assert {item["rule_code"] for item in ticket.items(connection, COUNTY, key)} == {"FI06", "GR02"}


def test_a_report_says_something_about_a_known_hazard(connection: Connection, world: World) -> None:
    with pytest.raises(NoWordsError):
        report(world.houses[1], "FI06", words=" ", actor=world.actors["centre"], at=NOW)
    with pytest.raises(UnknownHazardError):
        report(world.houses[1], "ZZ99", words="怪事", actor=world.actors["centre"], at=NOW)
    with pytest.raises(RefusedError):
        report(world.houses[5], "FI06", words="楼道充电", actor=world.actors["inspector"], at=NOW)


def test_numbers_of_a_day_go_on_after_those_of_a_bulk_load(connection: Connection, world: World) -> None:
    connection.execute(
        text('UPDATE county SET settings = settings || \'{"ticket_prefix": "CS"}\' WHERE county = :c'), {"c": COUNTY}
    )
    late = datetime(2026, 6, 15, 23, 59, tzinfo=SHANGHAI)
    first = report(world.houses[1], "FI06", words="一", actor=world.actors["centre"], at=late)
    connection.execute(text("UPDATE ticket SET number = 'CS20260616-000041' WHERE id = :t"), {"t": first["id"]})
    after_midnight = late + timedelta(minutes=2)
    row = report(world.houses[2], "FI06", words="二", actor=world.actors["centre"], at=after_midnight)
    assert row["number"] == "CS20260616-000042"


def test_a_step_that_is_refused_leaves_no_trace(connection: Connection, world: World) -> None:
    key = dispatched(world)
    counts = "SELECT count(*) FROM deed WHERE county=:c UNION ALL SELECT count(*) FROM evidence WHERE county=:c"
    before = column(connection, counts)
    with pytest.raises(NotAllowedError):
        take_step(key, Event.REQUEST_EXTENSION, actor=world.actors["fire"], at=NOW, reason="缺料", **photo())
    with pytest.raises(NotAPhotoError):
        take_step(key, Event.PASS_ON, actor=world.actors["fire"], at=NOW, **PASS_ON[2], photos=[Photo(b"no picture")])
    assert column(connection, counts) == before
    assert ticket.ticket(connection, COUNTY, key, now=NOW)["state"] == "DISPATCHED"


def test_refusals_speak_the_reader_s_language(connection: Connection, world: World) -> None:
    walk = Walk(world, dispatched(world)).to(State.ACCEPTED)
    with pytest.raises(NeedsError) as needs:
        walk("fire", Event.SUBMIT)
    assert "整改后照片" in say_error(needs.value, "zh")
    assert say("ticket.need.after_photo", "en") in say_error(needs.value, "en")
    with pytest.raises(OvertakenError) as overtaken:
        walk("fire", Event.ACCEPT, expect=State.DISPATCHED)
    assert "消防员甲已于 2026-06-15 09:31 先办了“受理”" in say_error(overtaken.value, "zh")
    for lang in ("zh", "en"):
        assert "{" not in say_error(overtaken.value, lang)
