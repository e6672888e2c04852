"""Two surveys of outlines on record: loaded, compared, linked to houses, decided, carried on to the visit."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from typer.testing import CliRunner

from actions import footprints, visits
from actions.footprints import DismissedWithoutReasonError, NoHouseOfCandidateError, SurveyNameMissingError
from cli import app
from db import footprint
from db.footprint import NoSuchCandidateError, NoSuchSurveyError, SurveyNameTakenError
from inspections.access import RefusedError
from inspections.addition_case import ARROWS, AdditionOvertakenError, Decision, State, after, decisions
from inspections.visit import Outcome
from tests import outlines
from tests.actions.story import drafted
from tests.world import COUNTY, NOW, VILLAGE, World

A, B = "a" * 64, "b" * 64


def load(world: World, name: str, shapes: list[Any], digest: str = A) -> bool:
    return footprints.load_survey(
        outlines.frame(shapes), name=name, on=date(2024, 5, 1), file=(f"{name}.gpkg", digest), crs="EPSG:4549",
        actor=world.actors["centre"], at=NOW,
    )  # fmt: skip


@pytest.fixture
def compared(connection: Connection, world: World) -> dict[str, int]:
    """The candidates of two surveys by what they are: by the number of their house, ``alone`` for the third."""
    load(world, "2022", outlines.earlier())
    load(world, "2024", outlines.later(), B)
    return found(connection, world, "2022", "2024")


def found(connection: Connection, world: World, old: str, new: str) -> dict[str, int]:
    told = footprints.compare_surveys(old, new, actor=world.actors["centre"], at=NOW)
    number = {key: str(n) for n, key in world.houses.items()}
    rows = footprint.candidates(connection, COUNTY, told.row["id"])
    return {number.get(row.house_id, "alone"): int(row.id) for row in rows.itertuples()}


def test_candidates_know_their_house_their_village_and_their_square_metres(
    connection: Connection, world: World, compared: dict[str, int]
) -> None:
    assert set(compared) == {"1", "3", "alone"}
    extension, hut, alone = (footprint.candidate(connection, COUNTY, compared[key]) for key in ("1", "3", "alone"))
    assert (extension["kind"], extension["house_m"], extension["village"]) == ("extension", 0.0, VILLAGE)
    assert extension["added_m2"] == pytest.approx(outlines.EXTENSION_M2, abs=0.5)
    assert extension["share"] == pytest.approx(24 / 108, abs=0.02)
    assert hut["kind"] == "new_building"
    assert hut["added_m2"] == pytest.approx(outlines.HUT_M2, abs=0.5)
    assert 8 < hut["house_m"] < 12
    assert hut["old_outline"] is None
    assert (alone["house_id"], alone["house_m"], alone["village"]) == (None, None, VILLAGE)


def test_loading_and_comparing_again_changes_nothing(
    connection: Connection, world: World, compared: dict[str, int]
) -> None:
    assert load(world, "2022", outlines.earlier()) is False
    again = footprints.compare_surveys("2022", "2024", actor=world.actors["centre"], at=NOW)
    assert again.new is False
    assert found(connection, world, "2022", "2024") == compared
    with pytest.raises(SurveyNameTakenError):
        load(world, "2022", outlines.later(), B)
    with pytest.raises(SurveyNameMissingError):
        load(world, " ", outlines.later(), B)
    with pytest.raises(NoSuchSurveyError):
        footprints.compare_surveys("2022", "2030", actor=world.actors["centre"], at=NOW)


def test_a_dismissed_outline_stays_dismissed_in_the_next_survey(
    connection: Connection, world: World, compared: dict[str, int]
) -> None:
    centre = world.actors["centre"]
    footprints.decide(compared["1"], Decision.DISMISS, actor=centre, at=NOW, reason="已批准翻建")
    load(world, "2025", outlines.later((-1.1, 0.9)), "c" * 64)
    next_time = found(connection, world, "2022", "2025")
    carried = footprint.candidate(connection, COUNTY, next_time["1"])
    assert (carried["state"], carried["reason"], carried["like_id"]) == ("dismissed", "已批准翻建", compared["1"])
    assert carried["decided_by"] == centre.name
    assert footprint.candidate(connection, COUNTY, next_time["3"])["state"] == "open"
    assert found(connection, world, "2024", "2025") == {}


def test_dismissing_needs_a_reason_and_can_be_taken_back(
    connection: Connection, world: World, compared: dict[str, int]
) -> None:
    urban = world.actors["urban"]
    with pytest.raises(DismissedWithoutReasonError):
        footprints.decide(compared["3"], Decision.DISMISS, actor=urban, at=NOW, reason=" ")
    row = footprints.decide(compared["3"], Decision.DISMISS, actor=urban, at=NOW, reason="临时雨棚")
    assert (row["state"], row["decided_by"], row["decided_at"]) == ("dismissed", urban.name, NOW)
    row = footprints.decide(compared["3"], Decision.UNDO, actor=urban, at=NOW)
    assert (row["state"], row["reason"], row["decided_at"]) == ("open", None, None)
    told = footprint.history(connection, COUNTY, compared["3"])
    assert [(one["from_state"], one["to_state"], one["account_name"]) for one in told] == [
        ("open", "dismissed", urban.name), ("dismissed", "open", urban.name)
    ]  # fmt: skip


def test_a_visit_asked_makes_the_house_due_and_the_answer_settles_it(
    connection: Connection, world: World, compared: dict[str, int]
) -> None:
    inspector, key = world.actors["inspector"], world.houses[1]
    visit = drafted(world, inspector, 1, NOW)
    visits.submit_visit(visit, outcome=Outcome.GRANTED, actor=inspector, at=NOW)
    before = _due(connection, key)
    later = NOW + timedelta(days=1)
    footprints.decide(compared["1"], Decision.ASK, actor=world.actors["centre"], at=later)
    assert _due(connection, key) == later.date() + timedelta(days=7) < before
    assert [row["id"] for row in footprint.asked_at(connection, COUNTY, key)] == [compared["1"]]

    draft = drafted(world, inspector, 1, later + timedelta(days=1), unpermitted_structure=False)
    asked = visits.form(draft, actor=inspector, at=later + timedelta(days=1))
    assert "unpermitted_structure" in {one.fact.name for one in asked.answered}
    visits.submit_visit(draft, outcome=Outcome.GRANTED, actor=inspector, at=later + timedelta(days=1))
    row = footprint.candidate(connection, COUNTY, compared["1"])
    assert (row["state"], row["visit_id"], row["decided_by"]) == ("dismissed", draft, inspector.name)
    assert row["reason"]
    assert footprint.asked_at(connection, COUNTY, key) == []


def test_a_shut_door_leaves_the_question_open(connection: Connection, world: World, compared: dict[str, int]) -> None:
    inspector = world.actors["inspector"]
    footprints.decide(compared["1"], Decision.ASK, actor=world.actors["centre"], at=NOW)
    draft = visits.start_visit(world.houses[1], actor=inspector, at=NOW)["id"]
    visits.save_visit(draft, actor=inspector, position=(120.9020, 31.7050, 8.0))
    from inspections.visit import NextTry

    visits.submit_visit(draft, outcome=Outcome.NOBODY, actor=inspector, at=NOW, next_try=NextTry.EVENING)
    assert footprint.candidate(connection, COUNTY, compared["1"])["state"] == "visit_asked"


def test_taking_a_visit_back_takes_the_call_back(
    connection: Connection, world: World, compared: dict[str, int]
) -> None:
    centre = world.actors["centre"]
    footprints.decide(compared["3"], Decision.ASK, actor=centre, at=NOW)
    footprints.decide(compared["3"], Decision.UNDO, actor=centre, at=NOW)
    sql = text("SELECT addition_on FROM house WHERE id = :id")
    assert connection.execute(sql, {"id": world.houses[3]}).scalar() is None


def test_reporting_files_a_hazard_of_the_village_and_keeps_its_ticket(
    connection: Connection, world: World, compared: dict[str, int]
) -> None:
    row = footprints.decide(compared["1"], Decision.REPORT, actor=world.actors["urban"], at=NOW)
    assert row["state"] == "confirmed"
    hazard = text("SELECT hazard, house_id FROM ticket WHERE number = :n")
    assert connection.execute(hazard, {"n": row["ticket"]}).one() == ("IL02", world.houses[1])
    with pytest.raises(AdditionOvertakenError):
        footprints.decide(compared["1"], Decision.UNDO, actor=world.actors["urban"], at=NOW)


def test_what_stands_by_no_house_is_dismissed_or_left(world: World, compared: dict[str, int]) -> None:
    for decision in (Decision.ASK, Decision.REPORT):
        with pytest.raises(NoHouseOfCandidateError):
            footprints.decide(compared["alone"], decision, actor=world.actors["centre"], at=NOW)
    with pytest.raises(NoSuchCandidateError):
        footprints.decide(10**9, Decision.DISMISS, actor=world.actors["centre"], at=NOW, reason="无")


@pytest.mark.parametrize("who", ["fire", "inspector", "leader", "admin"])
def test_only_the_centre_and_the_urban_desk_decide(world: World, compared: dict[str, int], who: str) -> None:
    with pytest.raises(RefusedError):
        footprints.decide(compared["1"], Decision.DISMISS, actor=world.actors[who], at=NOW, reason="无")


def test_every_arrow_leads_somewhere_and_no_other_is_taken() -> None:
    for state in State:
        for decision in Decision:
            if decision in decisions(state):
                assert after(state, decision) is ARROWS[state, decision]
            else:
                with pytest.raises(AdditionOvertakenError):
                    after(state, decision)


def test_the_commands_load_compare_list_and_write_out(connection: Connection, world: World, tmp_path: Path) -> None:
    for name, shapes in (("2022", outlines.earlier()), ("2024", outlines.later())):
        outlines.frame(shapes, 4549).to_file(tmp_path / f"{name}.gpkg")
        told = _run("load", str(tmp_path / f"{name}.gpkg"), "--name", name, "--on", f"{name}-05-01")
        assert f"{len(shapes)}" in told
    out = tmp_path / "candidates.gpkg"
    assert "3" in _run("compare", "2022", "2024", "--out", str(out))
    assert '"kind": "extension"' in _run("compare", "2022", "2024", "--json")
    assert "2022 → 2024" in _run("list")
    import geopandas as gpd

    assert sorted(gpd.read_file(out)["kind"]) == ["extension", "new_building", "new_building"]


def _run(*words: str) -> str:
    told = CliRunner().invoke(app, ["footprints", *words, *(["--county", COUNTY])])
    assert told.exit_code == 0, told.output
    return told.output


def _due(connection: Connection, key: int) -> date:
    found: date = connection.execute(text("SELECT due_on FROM house WHERE id = :id"), {"id": key}).scalar_one()
    return found
