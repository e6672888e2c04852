"""A county's streets: brought in, followed by the rounds, measured, taken out."""

import json
from datetime import date
from pathlib import Path

import pytest
import shapely
from sqlalchemy import Connection, text
from typer.testing import CliRunner

from actions import streets as deeds
from actions.deed import now
from actions.plans import make_plan
from actions.replan import insert_emergency
from actions.stops import add_stop
from actions.streets import NoStreetsLoadedError
from db import division, plan, street
from exchange.streets import read_streets
from gis.measure import length_m
from inspections.access import RefusedError
from inspections.day import working_day
from tests import world as tiny
from tests.exchange.test_streets import extract

MONDAY = date(2026, 6, 15)
SIDE, STEP = 9, 0.0025


def lattice(path: Path) -> Path:
    """Streets over the first village, every 240 m; a footbridge leads on to the second."""
    at = {1 + x + SIDE * y: (tiny.X0 + x * STEP, tiny.Y0 + y * STEP) for x in range(SIDE) for y in range(SIDE)}
    rows = [([1 + x + SIDE * y for x in range(SIDE)], {"highway": "residential"}) for y in range(SIDE)]
    columns = [([1 + x + SIDE * y for y in range(SIDE)], {"highway": "service"}) for x in range(SIDE)]
    return extract(path, at, [*rows, *columns])


def load(world: tiny.World, folder: Path) -> deeds.Loaded:
    path = lattice(folder / "town.osm.pbf")
    read = read_streets(path, within=deeds.ground(tiny.COUNTY))
    return deeds.load_streets(read.streets, ways=read.ways, passed_over=read.passed_over, file=(path.name, "0" * 64),
                              actor=world.actors["centre"], at=tiny.NOW)  # fmt: skip


def make(world: tiny.World) -> None:
    make_plan(actor=world.actors["centre"], on=MONDAY, at=tiny.NOW, seconds=0.1)


def planned(connection: Connection, world: tiny.World) -> tuple[dict, list[dict]]:
    told = plan.of_day(connection, county=tiny.COUNTY, account_id=world.accounts["inspector"], on=MONDAY)
    assert told is not None
    return told, plan.stops(connection, county=tiny.COUNTY, plan_id=told["id"])


def test_rounds_follow_the_streets_once_they_are_loaded(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    make(world)
    told, stops = planned(connection, world)
    assert told["travel_source"] == "gis.travel.straight"
    assert all(stop["way"] is None for stop in stops)
    loaded = load(world, tmp_path)
    assert loaded.streets == 2 * SIDE * (SIDE - 1)
    make(world)
    told, stops = planned(connection, world)
    assert told["travel_source"] == "gis.travel.streets"
    start = (told["start_lon"], told["start_lat"])
    for stop in stops:
        assert stop["way"].coords[0] == pytest.approx(start, abs=1e-6)
        assert stop["way"].coords[-1] == pytest.approx((stop["lon"], stop["lat"]), abs=1e-6)
        assert length_m(stop["way"]) == pytest.approx(stop["travel_m"], rel=0.02, abs=3)
        start = (stop["lon"], stop["lat"])


def test_a_day_planned_anew_and_a_stop_put_at_the_end_follow_them_too(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    load(world, tmp_path)
    values = {"ids": [world.houses[1], world.houses[2]], "on": date(2026, 12, 1)}
    connection.execute(
        text("UPDATE house SET colour = 'green', last_visit_at = now(), due_on = :on WHERE id = ANY(:ids)"), values
    )
    make(world)
    actor = world.actors["centre"]
    insert_emergency(world.houses[1], world.accounts["inspector"], actor=actor, on=MONDAY, at=tiny.NOW)
    add_stop(world.houses[2], actor=actor, on=MONDAY, account_id=world.accounts["inspector"])
    told, stops = planned(connection, world)
    assert told["travel_source"] == "gis.travel.streets"
    assert {world.houses[1], world.houses[2]} <= {stop["house_id"] for stop in stops}
    before = (told["start_lon"], told["start_lat"])
    for stop in stops:
        assert (stop["way"] is None) == (before == (stop["lon"], stop["lat"]))
        before = (stop["lon"], stop["lat"])


def test_a_second_loading_takes_the_place_of_the_first(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    load(world, tmp_path)
    load(world, tmp_path)
    box = deeds.ground(tiny.COUNTY)
    assert box is not None
    assert len(street.around(connection, county=tiny.COUNTY, box=box)) == 2 * SIDE * (SIDE - 1)
    assert deeds.streets_of(tiny.COUNTY)["streets"] == 2 * SIDE * (SIDE - 1)
    assert deeds.drop_streets(actor=world.actors["centre"]) == 2 * SIDE * (SIDE - 1)
    with pytest.raises(NoStreetsLoadedError):
        deeds.streets_of(tiny.COUNTY)


def test_streets_come_back_as_they_went_in(connection: Connection, world: tiny.World, tmp_path: Path) -> None:
    read = read_streets(lattice(tmp_path / "town.osm.pbf"))
    load(world, tmp_path)
    held = street.around(connection, county=tiny.COUNTY, box=(100.0, 20.0, 130.0, 40.0))
    assert held.tails.tolist() == read.streets.tails.tolist()
    assert held.kinds.tolist() == read.streets.kinds.tolist()
    assert (held.access == read.streets.access).all()
    assert held.metres == pytest.approx(read.streets.metres)
    assert shapely.equals(held.lines, read.streets.lines).all()


def test_the_detour_factor_is_learnt_from_the_streets_and_planned_with(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    load(world, tmp_path)
    fit = deeds.fit_to_streets(actor=world.actors["centre"], mode="walk")
    assert 1.0 < fit.factor < 2.0
    assert fit.low <= fit.factor <= fit.high + 0.2
    deeds.set_detour(fit, actor=world.actors["centre"])
    settings = division.county(connection, tiny.COUNTY)["settings"]
    assert working_day(settings).detour_factor == fit.factor


def test_streets_are_for_the_centre_to_load(connection: Connection, world: tiny.World, tmp_path: Path) -> None:
    read = read_streets(lattice(tmp_path / "town.osm.pbf"))
    with pytest.raises(RefusedError):
        deeds.load_streets(read.streets, ways=1, passed_over={}, file=("town", ""), actor=world.actors["inspector"],
                           at=now())  # fmt: skip
    with pytest.raises(RefusedError):
        deeds.drop_streets(actor=world.actors["leader"])


def test_the_terminal_loads_shows_fits_and_drops(connection: Connection, world: tiny.World, tmp_path: Path) -> None:
    import cli

    path = lattice(tmp_path / "town.osm.pbf")

    def run(*words: str) -> str:
        done = CliRunner().invoke(cli.app, ["streets", *words, "--county", tiny.COUNTY])
        assert done.exit_code == 0, done.output
        return done.output

    told = json.loads(run("load", str(path), "--json"))
    assert told["streets"] == 2 * SIDE * (SIDE - 1)
    assert "town.osm.pbf" in run("show")
    assert json.loads(run("fit", "--json"))["applied"] is False
    assert "144" in run("drop")
    refused = CliRunner().invoke(cli.app, ["streets", "show", "--county", tiny.COUNTY])
    assert refused.exit_code == 1
    assert "streets load" in refused.output
