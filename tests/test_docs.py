"""The docs name what the code holds: every table, every room, every command."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from db.tables import metadata

ROOT = Path(__file__).resolve().parent.parent


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_table_is_on_the_page_of_the_record() -> None:
    page = read("docs/database.md")
    assert [name for name in metadata.tables if f"| `{name}` |" not in page] == []


def test_every_reference_between_tables_is_in_the_diagram() -> None:
    page = read("docs/database.md")
    missing = [
        f"{key.referred_table.name} -> {table.name}"
        for table in metadata.sorted_tables
        for key in table.foreign_key_constraints
        if not re.search(rf"{key.referred_table.name} \S+--o{{ {table.name} :", page)
    ]
    assert missing == []


ROOMS = ("words", "gis", "inspections", "db", "layers", "exchange", "actions", "api", "ui", "demo", "terminal")


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_explained(room: str) -> None:
    assert f"`{room}/`" in read("docs/why.md")
    assert f"`{room}/`" in read("README.md")


def test_every_command_is_named_for_those_who_run_it() -> None:
    import cli

    pages = read("README.md") + read("docs/operations.md")
    names = set(get_command(cli.app).commands)  # type: ignore[attr-defined]
    assert {name for name in names if f"cli.py {name}" not in pages} == set()
