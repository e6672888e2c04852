"""Who may do what where."""

import itertools

import pytest

from inspections.access import (
    DEEDS,
    DESK_PAGES,
    HOME,
    PAGES,
    Actor,
    AreaKind,
    Grant,
    Place,
    RefusedError,
    Role,
    covers,
)
from inspections.ticket import TRANSITIONS

GRID = "320581101201001"
OWN = Place("320581", grid=GRID)
OTHER = Place("320581", grid="320581101201002")


def _actor(role, kind, code, department=None, county="320581"):
    return Actor(7, county, "王敏", department, (Grant(role, kind, code),))


INSPECTOR = _actor(Role.INSPECTOR, AreaKind.GRID, GRID)
FIRE = _actor(Role.DEPARTMENT, AreaKind.DEPARTMENT, "fire", "fire")
CENTRE = _actor(Role.CENTRE, AreaKind.COUNTY, "320581")
LEADER = _actor(Role.LEADER, AreaKind.COUNTY, "320581")
ADMIN = _actor(Role.ADMIN, AreaKind.COUNTY, "320581")


def test_an_inspector_works_in_the_own_grid_only():
    assert INSPECTOR.may("visit.record", OWN)
    assert not INSPECTOR.may("visit.record", OTHER)
    assert not INSPECTOR.may("house.view", OTHER)


def test_an_inspector_granted_a_village_reaches_all_its_grids():
    actor = _actor(Role.INSPECTOR, AreaKind.VILLAGE, "320581101201")
    assert actor.may("house.view", OWN)
    assert actor.may("house.view", OTHER)
    assert not actor.may("house.view", Place("320581", grid="320581101202001"))


def test_nobody_reaches_into_another_county():
    place = Place("330282", lead="fire", grid=GRID)
    assert not any(who.may("ticket.view", place) for who in (INSPECTOR, FIRE, CENTRE, LEADER, ADMIN))


def test_a_department_sees_what_it_leads_helps_with_was_copied_or_is_asked_to_sign():
    assert FIRE.may("ticket.view", Place("320581", lead="fire"))
    assert FIRE.may("ticket.view", Place("320581", lead="urban", departments=frozenset({"fire"})))
    assert FIRE.may("ticket.view", Place("320581", lead="urban", pending="fire"))
    assert not FIRE.may("ticket.view", Place("320581", lead="urban"))


def test_a_department_that_only_helps_cannot_act_for_the_lead():
    place = Place("320581", lead="urban", departments=frozenset({"fire"}))
    assert not FIRE.may("ticket.accept", place)
    assert not FIRE.may("ticket.submit", place)


def test_only_the_next_department_signs():
    place = Place("320581", lead="urban", pending="fire")
    urban = _actor(Role.DEPARTMENT, AreaKind.DEPARTMENT, "urban", "urban")
    assert FIRE.may("ticket.sign", place)
    assert not urban.may("ticket.sign", place)
    assert urban.may("ticket.withdraw", place)
    assert FIRE.may("ticket.bounce", place)
    assert not urban.may("ticket.bounce", place)


def test_a_town_office_sees_only_the_tickets_of_its_town():
    actor = _actor(Role.DEPARTMENT, AreaKind.TOWN, "320581101", department="town")
    assert actor.may("ticket.accept", Place("320581", village="320581101201", lead="town"))
    assert not actor.may("ticket.accept", Place("320581", village="320581102201", lead="town"))
    assert not actor.may("ticket.accept", Place("320581", village="320581101201", lead="fire"))


@pytest.mark.parametrize("deed", sorted(DEEDS))
def test_a_leader_does_nothing_but_look(deed):
    if LEADER.may(deed):
        assert deed.endswith(".view") or deed == "export.run"


def test_deeds_of_tickets_follow_the_table():
    for row in TRANSITIONS:
        assert row.roles <= DEEDS[f"ticket.{row.event}"]


def test_names_and_phones_are_not_for_everyone():
    assert not LEADER.may("house.view_person", OWN)
    assert not ADMIN.may("house.view_person", OWN)
    assert INSPECTOR.may("house.view_person", OWN)


def test_a_refusal_names_the_deed():
    with pytest.raises(RefusedError) as caught:
        INSPECTOR.require("house.view", OTHER)
    assert caught.value.fields == {"name": "王敏", "deed": "house.view"}
    CENTRE.require("house.view", OTHER)


@pytest.mark.parametrize(("role", "page"), itertools.product(Role, PAGES))
def test_every_role_on_every_page(role, page):
    actor = _actor(role, AreaKind.COUNTY, "320581", "fire")
    shown = role in PAGES[page] and not (role is Role.DEPARTMENT and page in DESK_PAGES)
    assert actor.may_open(page) is shown
    if shown:
        actor.require_page(page)
    else:
        with pytest.raises(RefusedError):
            actor.require_page(page)


def test_a_desks_own_page_is_shown_to_that_desk_alone():
    urban, fire = (_actor(Role.DEPARTMENT, AreaKind.DEPARTMENT, code, code) for code in ("urban", "fire"))
    assert urban.may_open("footprints")
    assert not fire.may_open("footprints")
    here = Place(county="320581", departments=DESK_PAGES["footprints"])
    assert urban.may("footprints.decide", here)
    assert not fire.may("footprints.decide", here)


def test_every_role_has_a_home_it_may_open():
    assert set(HOME) == set(Role)
    assert all(role in PAGES[page] for role, page in HOME.items())


def test_a_person_without_a_grant_may_nothing():
    nobody = Actor(1, "320581", "无")
    assert not any(nobody.may(deed) or nobody.may(deed, OWN) for deed in DEEDS)


def test_an_area_code_never_covers_by_prefix_alone():
    assert not covers(Grant(Role.INSPECTOR, AreaKind.VILLAGE, "320581101"), OWN)
    assert covers(Grant(Role.INSPECTOR, AreaKind.TOWN, "320581101"), OWN)


def test_an_unknown_deed_is_a_mistake_of_the_programmer():
    with pytest.raises(KeyError):
        CENTRE.may("house.burn", OWN)
