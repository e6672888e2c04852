"""Every published number names its claim and its command, and the benchmarks measure what they say."""

import importlib
from pathlib import Path

import pytest

from benchmarks import routes, tiles
from benchmarks.__main__ import NAMES, main
from benchmarks.ground import Figure

ROOT = Path(__file__).resolve().parent.parent


def test_every_file_is_run() -> None:
    files = {path.stem for path in (ROOT / "benchmarks").glob("*.py")}
    assert files == set(NAMES) | {"__init__", "__main__", "ground"}


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_states_its_claim_and_its_command_and_its_figures_are_published(name: str) -> None:
    told = importlib.import_module(f"benchmarks.{name}").__doc__ or ""
    command = f"python -m benchmarks {name}"
    assert "Claim: " in told
    assert command in told
    assert command in (ROOT / "docs" / "measured.md").read_text(encoding="utf-8")


def test_a_claim_that_does_not_hold_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for holds, code in ((True, 0), (False, 1), (None, 0)):
        monkeypatch.setattr("benchmarks.codes.run", lambda holds=holds: [Figure("x", "1", "2", holds)])
        assert main(["codes"]) == code
    assert "NOT HELD" in capsys.readouterr().out
    assert main(["nothing"]) == 2


def test_all_planners_are_held_to_the_same_shifts_and_ours_is_the_shorter() -> None:
    task = routes.problem(24, 2)
    rounds, plain = routes.ours(task, 0.3), routes.nearest(task)
    assert sorted(stop for row in plain for stop in row) == sorted({stop for row in plain for stop in row})
    assert task.cost(rounds) <= task.cost(plain)
    with pytest.raises(AssertionError, match="longer than its shift"):
        task.cost([list(range(24))])


def test_a_place_lies_in_its_tile() -> None:
    assert tiles.tile_of(-180, 85.05, 3) == (0, 0)
    assert tiles.tile_of(120.75, 31.65, 14) == (13687, 6672)
