"""The plan of the rooms is kept: by the linter for packages, here for the two doors, and a planted breach is found."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("words", "gis", "inspections", "db", "layers", "exchange", "actions", "api", "ui", "demo", "terminal")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(command), "--no-cache"], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture(scope="module")
def copy_of_the_rooms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rooms")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for room in ROOMS:
        ignore = shutil.ignore_patterns("__pycache__", "vendor", "*.csv", "*.geojson")
        shutil.copytree(ROOT / room, folder / room, ignore=ignore)
    return folder


def test_the_rooms_as_they_stand_keep_every_contract(copy_of_the_rooms: Path) -> None:
    told = lint(copy_of_the_rooms)
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize(
    ("room", "breach"),
    [
        ("gis", "import db.query"),
        ("inspections", "import sqlalchemy"),
        ("layers", "import db.query"),
        ("db", "import exchange.reading"),
        ("actions", "import streamlit"),
        ("api", "import ui.state"),
        ("ui", "import sqlalchemy"),
        ("exchange", "import folium"),
    ],
)
def test_a_planted_breach_makes_the_contracts_fail(copy_of_the_rooms: Path, room: str, breach: str) -> None:
    planted = copy_of_the_rooms / room / "planted.py"
    planted.write_text(f'"""A breach."""\n\n{breach}\n')
    try:
        assert lint(copy_of_the_rooms).returncode != 0
    finally:
        planted.unlink()


def test_no_room_imports_a_door() -> None:
    found = []
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
                found += [f"{path.name}: {name}" for name in names if name.split(".")[0] in {"app", "cli"}]
    assert found == []


def test_the_front_door_stays_small() -> None:
    assert len((ROOT / "app.py").read_text().splitlines()) <= 60
