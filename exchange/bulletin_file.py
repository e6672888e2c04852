"""A bulletin as a Word document from a template that a city may edit, and as a workbook with charts."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from exchange.errors import ExchangeError
from inspections.bulletin import Bulletin, Unit, change, last_of, ranked
from inspections.deadline import SHANGHAI
from inspections.kpi import INDICATORS, Rate
from words import say

TEMPLATE = Path(__file__).parent / "templates" / "bulletin.docx"
SHOWN = ("closure", "closure_on_time", "handling_on_time", "rework", "extension")
"""Indicators in the tables of units, in their order."""


class TemplateUnreadable(ExchangeError):
    """The template {name} cannot be filled: {detail}."""


def bulletin_docx(told: Bulletin, *, template: Path | None = None, lang: str = "zh") -> bytes:
    """Return the bulletin as Word; ``template`` is the city's own. Raises ``TemplateUnreadable``."""
    path = template or TEMPLATE
    written = BytesIO()
    try:
        document = DocxTemplate(path)
        document.render(context(told, lang=lang), autoescape=True)
        document.save(written)
    except Exception as error:
        raise TemplateUnreadable(name=path.name, detail=str(error)) from error
    return written.getvalue()


def context(told: Bulletin, *, lang: str = "zh") -> dict[str, Any]:
    """Everything a template may name: texts, tables as rows of texts, labels."""
    heads = [say(f"kpi.{key}.name", lang) for key in SHOWN]
    return {
        "title": say("bulletin.title", lang, county=told.county),
        "period": say("bulletin.period", lang, first=f"{told.first_on:%Y-%m-%d}", last=f"{told.last_on:%Y-%m-%d}"),
        "made": say("bulletin.made", lang, at=f"{told.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"),
        "summary": _summary(told, lang), "indicators": _indicators(told, lang),
        "heads": heads, "towns": _units(told.towns), "departments": _units(told.departments),
        "last_towns": _last(told.towns, lang), "last_departments": _last(told.departments, lang),
        "word": {name: say(f"bulletin.word.{name}", lang) for name in WORDS},
    }  # fmt: skip


WORDS = ("indicator", "formula", "counts", "now", "before", "change", "rank", "unit", "towns", "departments", "due",
         "indicators", "last", "weeks", "week", "opened", "closed")  # fmt: skip


def _summary(told: Bulletin, lang: str) -> str:
    rates = told.whole.rates
    points = change(rates["closure_on_time"], told.before.rates["closure_on_time"])
    moved = say("bulletin.no_before", lang) if points is None else say("bulletin.moved", lang, points=f"{points:+.2f}")
    return say("bulletin.summary", lang, filed=rates["filing"].numerator, due=rates["closure"].denominator,
               closed=rates["closure"].numerator, closure=_percent(rates["closure"]),
               on_time=_percent(rates["closure_on_time"]), moved=moved)  # fmt: skip


def _indicators(told: Bulletin, lang: str) -> list[dict[str, str]]:
    found = []
    for row in INDICATORS:
        now, before = told.whole.rates[row.key], told.before.rates[row.key]
        points = change(now, before)
        found.append({
            "name": say(row.name_key, lang), "formula": say(row.formula_key, lang),
            "counts": f"{now.numerator} / {now.denominator}", "now": _percent(now), "before": _percent(before),
            "change": "—" if points is None else f"{points:+.2f}",
        })  # fmt: skip
    return found


def _units(units: Sequence[Unit]) -> list[dict[str, Any]]:
    return [
        {"rank": str(rank or "·"), "name": unit.name, "due": str(unit.rates["closure"].denominator),
         "rates": [_percent(unit.rates[key]) for key in SHOWN]}
        for rank, unit in ranked(units)
    ]  # fmt: skip


def _last(units: Sequence[Unit], lang: str) -> str:
    found = last_of(units)
    if not found:
        return say("bulletin.no_last", lang)
    told = [f"{unit.name}（{_percent(unit.rates['closure_on_time'])}）" for unit in found]
    return say("bulletin.last", lang, names="、".join(told))


def _percent(rate: Rate) -> str:
    return "—" if rate.percent is None else f"{rate.percent} %"


def bulletin_xlsx(told: Bulletin, *, lang: str = "zh") -> bytes:
    """Return the bulletin as a workbook: indicators, towns, departments and weeks, with their charts."""
    book = Workbook()
    book.remove(book.worksheets[0])
    word = {name: say(f"bulletin.word.{name}", lang) for name in WORDS}
    heads = [word[name] for name in ("indicator", "formula", "counts", "now", "before", "change")]
    _sheet(book, word["indicators"], heads, _indicator_rows(told, lang), widths=(18, 30, 18, 10, 10, 10))
    for name, units in (("towns", told.towns), ("departments", told.departments)):
        _unit_sheet(book, word, name, units, lang)
    _week_sheet(book, word, told)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _indicator_rows(told: Bulletin, lang: str) -> list[list[Any]]:
    rows = []
    for row in INDICATORS:
        now, before = told.whole.rates[row.key], told.before.rates[row.key]
        rows.append([
            say(row.name_key, lang), say(row.formula_key, lang), f"{now.numerator} / {now.denominator}",
            _number(now), _number(before), _points(now, before),
        ])  # fmt: skip
    return rows


def _number(rate: Rate) -> float | None:
    return None if rate.percent is None else float(rate.percent)


def _points(now: Rate, before: Rate) -> float | None:
    points = change(now, before)
    return None if points is None else float(points)


def _sheet(
    book: Workbook, title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], *, widths: Sequence[float]
) -> Worksheet:
    sheet = book.create_sheet(title)
    sheet.append(list(heads))
    for number, row in enumerate(rows, start=2):
        for at, value in enumerate(row, start=1):
            cell = sheet.cell(number, at, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a name that begins like a formula stays a name
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E5E7EB")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = "A2"
    return sheet


def _unit_sheet(book: Workbook, word: dict[str, str], name: str, units: Sequence[Unit], lang: str) -> None:
    heads = [word["rank"], word["unit"], word["due"], *(say(f"kpi.{key}.name", lang) for key in SHOWN)]
    rows = [
        [rank, unit.name, unit.rates["closure"].denominator, *(_number(unit.rates[key]) for key in SHOWN)]
        for rank, unit in ranked(units)
    ]
    sheet = _sheet(book, word[name], heads, rows, widths=(6, 20, 10, *(12 for _ in SHOWN)))
    if rows:
        chart = BarChart()
        chart.type, chart.title, chart.legend = "bar", heads[3 + SHOWN.index("closure_on_time")], None
        column = 4 + SHOWN.index("closure_on_time")
        chart.add_data(Reference(sheet, min_col=column, min_row=1, max_row=len(rows) + 1), titles_from_data=True)
        chart.set_categories(Reference(sheet, min_col=2, min_row=2, max_row=len(rows) + 1))
        chart.y_axis.scaling.min, chart.y_axis.scaling.max, chart.x_axis.scaling.orientation = 0, 100, "maxMin"
        chart.x_axis.delete = chart.y_axis.delete = False
        chart.height, chart.width = max(7, 0.7 * len(rows)), 18
        sheet.add_chart(chart, f"{get_column_letter(len(heads) + 2)}2")


def _week_sheet(book: Workbook, word: dict[str, str], told: Bulletin) -> None:
    rows = [[f"{monday:%Y-%m-%d}", opened, closed] for monday, opened, closed in told.weeks]
    sheet = _sheet(book, word["weeks"], [word["week"], word["opened"], word["closed"]], rows, widths=(14, 10, 10))
    if rows:
        chart = LineChart()
        chart.title = word["weeks"]
        chart.add_data(Reference(sheet, min_col=2, max_col=3, min_row=1, max_row=len(rows) + 1), titles_from_data=True)
        chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=len(rows) + 1))
        chart.x_axis.delete = chart.y_axis.delete = False
        chart.height, chart.width = 9, 24
        sheet.add_chart(chart, "E2")
