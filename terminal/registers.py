"""What is brought in: registers of houses, divisions."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from terminal.speech import AsJson, Lang, only_county, printable, refusals, show
from words import say

if TYPE_CHECKING:
    from actions.imports import ImportReport

import_app = typer.Typer(no_args_is_help=True, help="Bring registers in.")
division_app = typer.Typer(no_args_is_help=True, help="Counties, towns and villages.")

SHOWN_PROBLEMS = 20
JSON_PROBLEMS = 1000


@import_app.command("houses")
def import_houses(  # noqa: PLR0913 - what may be said of a file
    file: Annotated[Path, typer.Argument(help=".xlsx .xls .csv .gpkg .geojson .zip (shapefile)", exists=True)],
    *,
    county: Annotated[str | None, typer.Option(help="Six digits; found from the rows where left out.")] = None,
    crs: Annotated[str | None, typer.Option(help="GCJ-02, BD-09, WGS84 or EPSG:n")] = None,
    mapping: Annotated[Path | None, typer.Option(help="TOML: which column is which field.", exists=True)] = None,
    village: Annotated[str | None, typer.Option(help="12 digits, for rows that name no village.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count and write nothing.")] = False,
    lang: Annotated[Lang, typer.Option(help="Language of the messages.")] = Lang.zh,
    as_json: AsJson = False,
) -> None:
    """Bring a register of houses in; exit 0 when the file was read, however many rows went to quarantine."""
    from actions import imports
    from actions.deed import now
    from actions.operator import operator
    from db import server
    from exchange.headers import Mapping

    with refusals(lang.value):
        server.ensure_database()
        overrides = Mapping.from_toml(mapping) if mapping else None
        options = imports.ImportOptions(crs=crs, mapping=overrides, default_village=village, sheet=sheet)
        county = county or imports.county_of_file(file, options=options, on=now().date())
        county = county or only_county()
        who = operator(county)
        report = imports.import_houses(file, options=options, actor=who, at=now(), dry_run=dry_run)
    _tell_import(county, report, lang.value, as_json=as_json)


def _tell_import(county: str, report: "ImportReport", lang: str, *, as_json: bool) -> None:
    """Print what came of a file: whose it was, the counts, what was assumed, and its first problems in words."""
    notes = [say(f"exchange.note.{name}", lang, **fields) for name, fields in report.notes]
    counts = {"county": county, **report.as_dict()}
    if as_json:
        shown = [problem.as_dict(lang) for problem in report.problems[:JSON_PROBLEMS]]
        more = max(0, len(report.problems) - JSON_PROBLEMS)
        show({**counts, "notes": notes, "problems": shown, "problems_not_shown": more}, as_json=True)
        return
    show(counts, as_json=False)
    for text in [*notes, *(problem.text(lang) for problem in report.problems[:SHOWN_PROBLEMS])]:
        typer.echo(printable(text))


@division_app.command("load")
def division_load(
    file: Annotated[Path, typer.Argument(help="Columns code, name and perhaps wkt (EPSG:4490).", exists=True)],
    version: Annotated[str | None, typer.Option(help="What the codes are called; the day by default.")] = None,
    as_json: AsJson = False,
) -> None:
    """Load counties, towns and villages, so that registers of any county can be brought in."""
    from actions.deed import now
    from actions.divisions import load_divisions
    from db import server

    with refusals():
        server.ensure_database()
        told = load_divisions(file, on=now().date(), version=version)
    show(told, as_json=as_json)
