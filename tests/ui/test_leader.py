"""The leader's wall: periods are what they say, and every number opens to exactly the cases it counts."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect
from sqlalchemy import text

from actions import deed
from db import kpi
from inspections.deadline import SHANGHAI
from inspections.ticket import Event
from tests.actions.story import photo
from tests.browser import PHONE, Site, Visit, Visitor
from tests.ui.desk_story import sent, step
from tests.world import COUNTY
from ui import figures, period

AT = datetime(2026, 3, 31, 15, 30, tzinfo=SHANGHAI)


def days(span: period.Span) -> tuple[date, date]:
    return span.from_at.date(), span.last_day(AT)


def test_the_week_runs_from_monday_and_is_compared_with_as_many_days_of_the_last_one() -> None:
    week = period.named("week", at=AT)
    assert days(week) == (date(2026, 3, 30), date(2026, 3, 31))
    assert week.before == (week.from_at - timedelta(days=7), week.from_at - timedelta(days=5))


def test_a_long_month_is_compared_with_no_more_than_the_whole_short_one_before_it() -> None:
    month = period.named("month", at=AT)
    assert days(month) == (date(2026, 3, 1), date(2026, 3, 31))
    assert month.before == (datetime(2026, 2, 1, tzinfo=SHANGHAI), datetime(2026, 3, 1, tzinfo=SHANGHAI))


def test_last_month_is_whole_and_so_is_the_one_before_it() -> None:
    span = period.named("last_month", at=AT)
    assert (days(span), span.before[0].date()) == ((date(2026, 2, 1), date(2026, 2, 28)), date(2026, 1, 1))
    assert span.before[1] == span.from_at


def test_days_somebody_chose_count_both_and_are_compared_with_as_many_before() -> None:
    span = period.chosen({"period": "custom", "from": "2026-03-02", "to": "2026-03-08"}, at=AT)
    assert span.to_at - span.from_at == timedelta(days=7)
    assert span.before == (span.from_at - timedelta(days=7), span.from_at)


@given(told=st.dictionaries(st.sampled_from(["period", "from", "to"]), st.text(max_size=12)))
def test_whatever_stands_in_the_address_there_is_a_period_and_one_before_it(told: dict[str, str]) -> None:
    span = period.chosen(told, at=AT)
    assert span.before[0] < span.before[1] <= span.from_at < span.to_at


@given(st.text(max_size=40))
def test_what_names_no_number_opens_nothing(told: str) -> None:
    what = figures.opened(told)
    assert what is None or str(what) == told


@pytest.mark.parametrize("told", [
    "closure.numerator", "rework.denominator.department.fire", "closure_on_time.numerator.town.320581101",
    "answer.denominator", "radar.three_days", "closure_on_time.denominator.grid.320581101201001",
    "bounce.passed.fire.housing", "street.late.320581101201.盛文路",
])  # fmt: skip
def test_every_number_on_the_wall_has_an_address(told: str) -> None:
    assert str(figures.opened(told)) == told


@pytest.mark.parametrize("told", ["radar.numerator", "closure.late", "street.late.320581101201", "state.VOID",
                                  "bounce.passed.fire", "bounce.passed", "closure.numerator.hazard.FI06",
                                  "closure.numerator.town.';--"])  # fmt: skip
def test_a_number_that_is_not_there_has_none(told: str) -> None:
    assert figures.opened(told) is None


def closed(site: Site) -> dict[str, Any]:
    """A ticket sent, rectified, rechecked and closed in time."""
    row = sent(site)
    for who, event, given_ in (("fire", Event.ACCEPT, {}), ("fire", Event.SUBMIT, photo()),
                               ("centre", Event.RECHECK, {}), ("centre2", Event.CLOSE, {})):  # fmt: skip
        row = step(site, row, who, event, **given_)
    return row


def counted(site: Site, indicator: str, part: kpi.Part) -> set[str]:
    """The numbers of the tickets that the record counts this month."""
    now = deed.now()
    span = period.named("month", at=now)
    with site.engine.connect() as connection:
        rows = kpi.cases(connection, county=COUNTY, from_at=span.from_at, to_at=span.to_at, indicator=indicator,
                         part=part, as_of=now)  # fmt: skip
    return {row["number"] for row in rows}


def shown(leader: Visitor) -> set[str]:
    """The numbers of the tickets in the list that is open."""
    leader.page.locator(".st-key-leader_cases [data-found]").wait_for()
    leader.settle()
    return {str(link.text_content()) for link in leader.page.locator(".st-key-leader_cases table.cases a").all()}


@pytest.mark.browser
def test_every_number_on_the_wall_opens_to_exactly_the_cases_it_counts(site: Site, visit: Visit) -> None:
    row = closed(site)
    leader = visit().sign_in("leader").open("/leader?period=month")
    cards = leader.page.locator(".st-key-leader_cards")
    told = counted(site, "closure_on_time", "numerator")
    assert row["number"] in told
    number = cards.locator("[data-press='closure_on_time.numerator']").last
    assert number.text_content() == f"{len(told):,}"
    number.click()
    assert shown(leader) == told
    assert "cases=closure_on_time.numerator" in leader.page.url
    leader.page.locator(".st-key-leader_cases [data-press='closure_on_time.denominator']").click()
    leader.page.wait_for_url("**cases=closure_on_time.denominator**")
    assert shown(leader) == counted(site, "closure_on_time", "denominator")
    leader.page.locator(".st-key-leader_cases table.cases a", has_text=row["number"]).click()
    leader.page.wait_for_url(f"**/ticket?number={row['number']}")


@pytest.mark.browser
def test_the_wall_moves_when_a_case_is_closed(site: Site, visit: Visit) -> None:
    leader = visit(PHONE).sign_in("leader").open("/leader?period=month")
    figure = leader.page.locator(".st-key-leader_cards [data-press='closure.numerator']").last
    before = int(str(figure.text_content()).replace(",", ""))
    closed(site)
    # Nobody touches the screen: the wall looks by itself.
    expect(figure).to_have_text(f"{before + 1:,}", timeout=30_000)


@pytest.mark.browser
def test_a_department_opens_no_wall_by_its_address(visit: Visit) -> None:
    clerk = visit().sign_in("fire").open("/leader?period=month&cases=closure.numerator")
    clerk.page.locator(".st-key-refusal").wait_for()
    assert clerk.page.locator(".st-key-leader_cards").count() == 0


@pytest.mark.browser
def test_the_bulletin_of_what_is_shown_comes_at_a_touch_as_word_and_as_a_workbook(visit: Visit, site: Site) -> None:
    leader = visit().sign_in("leader").open("/leader?period=last_month")
    leader.page.locator(".st-key-bulletin_make button").click()
    leader.page.locator(".st-key-bulletin_xlsx button").wait_for()
    leader.settle()
    for kind, head in (("docx", b"PK"), ("xlsx", b"PK")):
        with leader.page.expect_download() as coming:
            leader.page.locator(f".st-key-bulletin_{kind} button").click()
        assert coming.value.suggested_filename.endswith(f".{kind}")
        assert coming.value.path().read_bytes().startswith(head)


@pytest.mark.browser
def test_a_wall_shows_who_passes_to_whom_and_where_it_is_late_and_both_open(visit: Visit, site: Site) -> None:
    row = sent(site)
    row = step(site, row, "fire", Event.ACCEPT)
    step(site, row, "fire", Event.PASS_ON, department="housing", reason="属住房管理", clause="第七条")
    with site.engine.begin() as connection:
        connection.execute(text('UPDATE address SET parts = parts || \'{"road": "聚沙路"}\''))
        connection.execute(text("UPDATE ticket SET due_at = :at WHERE number = :n"),
                           {"at": deed.now() - timedelta(hours=1), "n": row["number"]})  # fmt: skip
        town, grid = connection.execute(
            text("SELECT t.town, g.code FROM ticket t JOIN grid g ON g.id = t.grid_id WHERE t.number = :n"),
            {"n": row["number"]},
        ).one()
    leader = visit((1920, 1080)).sign_in("leader").open("/leader?period=month&wall=1")
    assert leader.page.locator(".st-key-bar").is_hidden()
    leader.page.locator(".st-key-leader_bounces [data-press='bounce.passed.fire.housing']").click()
    assert row["number"] in shown(leader)
    leader.open("/leader?period=month")
    leader.page.locator(".st-key-leader_streets [data-press^='street.late.'][data-press$='聚沙路']").first.click()
    assert row["number"] in shown(leader)
    leader.open(f"/leader?period=month&town={town}&cases=closure_on_time.denominator.grid.{grid}")
    assert row["number"] in shown(leader)
    frame = leader.page.frame_locator(".st-key-leader_map iframe")
    frame.locator("path.leaflet-interactive").first.wait_for(state="attached")


@pytest.mark.browser
def test_how_old_cases_are_opens_to_the_cases_and_to_the_houses_nobody_saw(site: Site, visit: Visit) -> None:
    row = sent(site)
    leader = visit(PHONE).sign_in("leader").open("/leader?period=month")
    leader.page.locator(".st-key-leader_ages button").click()
    rows = leader.page.locator(".st-key-leader_ages_rows")
    listed = leader.page.locator(".st-key-leader_ages_list")
    number = rows.locator("[data-press='open']")
    told = str(number.text_content()).replace(",", "")
    number.click()
    listed.locator("table.cases a", has_text=row["number"]).wait_for()
    assert listed.locator("[data-found]").get_attribute("data-found") == told
    rows.locator("[data-press^='unseen.town.']").first.click()
    listed.locator("a[href*='/house?code=']").first.wait_for()
