"""The same deeds from a terminal: what became of a code, divisions before they change, other numbers."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection
from typer.testing import CliRunner

import cli
from actions.aliases import add_alias
from actions.code_change import Part
from actions.codes import split_house
from db import server
from tests.actions.story import column
from tests.world import COUNTY, NOW, OTHER_VILLAGE, TOWN, VILLAGE, World

Run = Callable[..., str]


@pytest.fixture
def run(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(server, "ensure_database", lambda *_: "")

    def told(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(cli.app, list(words))
        assert done.exit_code == code, (words, done.output, done.exception)
        return done.output

    return told


def halves(world: World) -> tuple[str, ...]:
    one, two = world.rooms[1]
    parts = [Part("1号东", rooms=(one,)), Part("1号西", rooms=(two,))]
    return split_house(world.houses[1], parts, actor=world.actors["centre"], at=NOW, reason="分户").house_codes


def test_an_old_code_tells_what_became_of_it(world: World, run: Run) -> None:
    codes = halves(world)
    said = json.loads(run("code", "resolve", world.codes[1], "--json"))
    assert said["status"] == "retired"
    assert set(said["living"]) == set(codes)
    assert said["steps"][0]["kind"] == "split"
    assert "split" in run("code", "resolve", world.codes[1])
    history = json.loads(run("code", "history", codes[0], "--json"))
    assert [one["reason"] for one in history["changes"]] == ["分户"]
    assert codes[0] in run("code", "history", codes[0])


def test_a_code_nobody_was_ever_given_is_refused(run: Run) -> None:
    assert "never" in run("code", "resolve", "32058110120199999000000007", code=1)
    run("code", "resolve", "12", code=1)


def test_a_deed_at_the_terminal_is_tried_before_it_is_done(connection: Connection, world: World, run: Run) -> None:
    words = ("code", "move", world.codes[4], OTHER_VILLAGE, "--reason", "村界调整")
    tried = json.loads(run(*words, "--json"))
    assert tried["event_id"] is None
    assert column(connection, "SELECT count(*) FROM code_event") == [0]
    done = json.loads(run(*words, "--apply", "--json"))
    assert [line["code"] for line in done["allotted"]] == [line["code"] for line in tried["allotted"]]
    undone = run("code", "undo", str(done["event_id"]), "--county", COUNTY, "--reason", "看错了", "--apply")
    assert world.codes[4] in undone
    assert "--apply" in run("code", "renumber", world.codes[4], "新4号", "--reason", "换牌")
    assert "retired" in run("code", "demolish", world.codes[5], "--reason", "拆迁", "--apply")
    run("code", "merge", world.codes[2], world.codes[3], "--address", "2-3号", "--reason", "打通", "--apply")
    assert column(connection, "SELECT kind FROM code_event ORDER BY id") == ["move", "demolish", "merge"]


def test_a_number_is_looked_up_by_day(world: World, run: Run) -> None:
    add_alias(world.codes[1], "METER_ELEC", "3205-0001", actor=world.actors["centre"], at=NOW)
    assert world.codes[1] in run("alias", "find", "3205-0001", "--county", COUNTY)
    found = run("alias", "find", "3205-0001", "--on", "2020-01-01", "--county", COUNTY, "--json")
    assert json.loads(found) == {"holders": []}
    assert int(run("alias", "add", world.codes[2], "METER_WATER", "W-77", "--since", "2026-01-01")) > 0
    run("alias", "add", world.codes[2], "SZ25", "77", code=1)


def test_an_update_of_divisions_is_shown_then_done_then_nothing(
    connection: Connection, world: World, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "update.csv"
    path.write_text(f"old_code,old_name,new_code,new_name\n{VILLAGE},聚沙村村民委员会,320581101301,聚沙村村民委员会\n")
    words = ("division", "update", str(path), "--on", "2026-06-15")
    shown = run(*words, "--lang", "en")
    assert f"{TOWN}: 5 houses" in shown
    assert "nothing was written" in shown
    (told,) = json.loads(run(*words, "--apply", "--json"))["updates"]
    assert told["applied"] is True
    assert told["houses"] == {TOWN: 5}
    (again,) = json.loads(run(*words, "--apply", "--json"))["updates"]
    assert again["nothing_to_do"] is True
    assert "nothing to do" in run(*words, "--apply", "--lang", "en")
    run(*words[:3], "--on", "someday", code=2)


def test_conflicts_between_two_systems_of_codes_are_told(connection: Connection, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "civil.csv"
    path.write_text(f"code,name\n{COUNTY},常熟市\n320581107,梅李镇\n{TOWN},古里镇\n", encoding="utf-8")
    run("division", "update", str(path), "--system", "civil", "--apply")
    said = json.loads(run("division", "conflicts", "--county", COUNTY, "--json"))["conflicts"][COUNTY]
    assert [one["what"] for one in said] == ["same_name", "same_code", "only_one"]
    assert "同名异码" in run("division", "conflicts", "--county", COUNTY)
