"""The bulletin as files: Word and workbook hold what the record counts, and a city's own template is used."""

import io
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import Connection, text

from actions.bulletin import bulletin, files
from exchange.bulletin_file import TEMPLATE, TemplateUnreadable
from inspections.access import RefusedError
from inspections.deadline import SHANGHAI
from inspections.kpi import INDICATORS
from inspections.ticket import Event, State
from tests.actions.story import Walk, dispatched
from tests.world import NOW, World
from words import say

FIRST, LAST = NOW.date().replace(day=1), NOW.date().replace(day=30)
MADE = datetime(2026, 7, 1, 9, tzinfo=SHANGHAI)


def _made(connection: Connection, world: World, **given):
    for house in (1, 2, 3):
        walk = Walk(world, dispatched(world, house))
        if house > 1:
            walk.to(State.CLOSED)
    told = bulletin(FIRST, LAST, actor=world.actors["leader"], at=MADE, **given)
    return told, files(told)


def _text(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_word_file_says_what_the_record_counts(connection: Connection, world: World) -> None:
    told, made = _made(connection, world)
    assert (told.whole.rates["closure"].numerator, told.whole.rates["closure"].denominator) == (2, 3)
    words = _text(made["bulletin_20260601_20260630.docx"])
    assert "常熟市出租房屋安全隐患处置通报" in words
    assert "应结案 3 件，结案 2 件，结案率 66.67 %" in words
    for row in INDICATORS:
        assert say(row.name_key) in words
    assert "梅李镇" in words
    assert "消防救援大队" in words
    assert "{{" not in words
    assert "{%" not in words


def test_the_workbook_holds_numbers_and_charts(connection: Connection, world: World) -> None:
    _, made = _made(connection, world)
    content = made["bulletin_20260601_20260630.xlsx"]
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["主要指标", "各镇（街道）", "各部门", "每周受理与结案"]
    rows = list(book["主要指标"].values)
    assert len(rows) == 1 + len(INDICATORS)
    assert next(row for row in rows if row[0] == "结案率")[2:4] == ("2 / 3", 66.67)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert sum(name.startswith("xl/charts/chart") for name in archive.namelist()) == 3


def test_a_name_that_begins_like_a_formula_stays_a_name(connection: Connection, world: World) -> None:
    connection.execute(text("UPDATE department SET name = '=1+1' WHERE code = 'fire'"))
    _, made = _made(connection, world)
    sheet = load_workbook(io.BytesIO(made["bulletin_20260601_20260630.xlsx"]))["各部门"]
    cell = next(row[1] for row in sheet.iter_rows(min_row=2) if row[1].value)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_names_cannot_put_anything_into_the_document(connection: Connection, world: World) -> None:
    connection.execute(text("UPDATE department SET name = '<w:b/>&{{ 7*7 }}' WHERE code = 'fire'"))
    _, made = _made(connection, world)
    assert "<w:b/>&{{ 7*7 }}" in _text(made["bulletin_20260601_20260630.docx"])


def test_a_city_s_own_template_is_used_and_a_broken_one_is_named(
    connection: Connection, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.docx"
    document = Document(str(TEMPLATE))
    document.add_paragraph("本市格式 {{ period }}")
    document.save(str(own))
    monkeypatch.setenv("ANJU_BULLETIN", str(own))
    told, made = _made(connection, world)
    assert "本市格式 2026-06-01 至 2026-06-30" in _text(made["bulletin_20260601_20260630.docx"])
    own.write_bytes(b"no document")
    with pytest.raises(TemplateUnreadable) as refused:
        files(told)
    assert refused.value.fields["name"] == "own.docx"


def test_a_bulletin_can_be_made_again_as_it_was_published(connection: Connection, world: World) -> None:
    told, _ = _made(connection, world)
    published_at = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    key = connection.execute(text("SELECT max(id) FROM ticket WHERE state = 'CLOSED'")).scalar_one()
    Walk(world, key, NOW + timedelta(days=2))("inspector", Event.REOPEN, reason="复查不实")
    again = bulletin(FIRST, LAST, actor=world.actors["leader"], at=MADE, known_at=published_at)
    now = bulletin(FIRST, LAST, actor=world.actors["leader"], at=MADE)
    assert again.whole.counts == told.whole.counts
    assert now.whole.rates["closure"].numerator == told.whole.rates["closure"].numerator - 1


def test_who_may_not_see_indicators_gets_no_bulletin(connection: Connection, world: World) -> None:
    with pytest.raises(RefusedError):
        bulletin(FIRST, LAST, actor=world.actors["inspector"], at=MADE)
