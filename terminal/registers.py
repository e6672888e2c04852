"""What is brought in: registers of houses, divisions."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from terminal.speech import AsJson, Lang, only_county, printable, refusals, show
from words import say

if TYPE_CHECKING:
    from actions.division_update import Update
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


@import_app.command("tickets")
def import_tickets(
    file: Annotated[Path, typer.Argument(help=".csv, .tsv and the like, or gzipped.", exists=True)],
    *,
    mapping: Annotated[Path, typer.Option(help="TOML: which column is what, and what its words mean.", exists=True)],
    county: Annotated[str | None, typer.Option(help="Six digits; the only county where left out.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count and write nothing.")] = False,
    lang: Annotated[Lang, typer.Option(help="Language of the messages.")] = Lang.zh,
    as_json: AsJson = False,
) -> None:
    """Bring the cases of another system in; exit 0 when the file was read, however many rows went to quarantine."""
    from actions.deed import now
    from actions.elsewhere import import_cases
    from actions.operator import operator
    from exchange.case_mapping import read_mapping

    with refusals(lang.value):
        county = county or only_county()
        progress = None if as_json else _rows_read
        report = import_cases(
            file, read_mapping(mapping), actor=operator(county), at=now(), dry_run=dry_run, progress=progress
        )
    if as_json:
        shown = [problem.as_dict(lang.value) for problem in report.problems[:JSON_PROBLEMS]]
        more = max(0, len(report.problems) - JSON_PROBLEMS)
        show({"county": county, **report.as_dict(), "problems": shown, "more_problems": more}, as_json=True)
        return
    for problem in report.problems[:SHOWN_PROBLEMS]:
        typer.echo(printable(problem.text(lang.value)), err=True)
    counts = {name: value for name, value in report.as_dict().items() if isinstance(value, int | float)}
    show({"county": county, **counts}, as_json=False)


def _rows_read(done: int, total: int) -> None:
    typer.echo(f"\r{done}/{total}", err=True, nl=False)


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


@division_app.command("update")
def division_update(
    file: Annotated[Path, typer.Argument(
        help="kind, old_code, old_name, new_code, new_name; or a whole list: code, name.", exists=True)],
    *,
    on: Annotated[str | None, typer.Option(help="YYYY-MM-DD the update holds from; today where left out.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without this only what would happen is told.")] = False,
    system: Annotated[str, typer.Option(help="stat (the codes of houses) or civil (kept beside).")] = "stat",
    lang: Annotated[Lang, typer.Option(help="Language of the messages.")] = Lang.zh,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Show what a published update of divisions would do; with --apply do it. Address codes stay what they are."""
    from actions.division_update import update_divisions
    from db import server

    with refusals(lang.value):
        if system not in ("stat", "civil"):
            raise typer.BadParameter(system)
        server.ensure_database()
        told = update_divisions(file, on=_day(on), apply=apply, system=system)
    if as_json:
        show({"updates": [one.as_dict() for one in told]}, as_json=True)
        return
    for one in told:
        for line in update_lines(one, lang.value):
            typer.echo(printable(line))


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise typer.BadParameter(str(said)) from None


def update_lines(told: "Update", lang: str) -> list[str]:
    """What an update does, or would do, line by line."""
    lines = [say("division.head", lang, county=told.county, on=told.on, system=told.system)]
    if told.nothing:
        return [*lines, say("division.nothing", lang)]
    for change in told.changes:
        sides = [" + ".join(f"{one.code} {one.name}" for one in side) or "-" for side in (change.old, change.new)]
        lines.append(say(f"division.kind.{change.kind.value}", lang, old=sides[0], new=sides[1]))
    lines += [say("division.houses", lang, town=town, n=n) for town, n in told.houses.items()]
    lines += [say("division.grid", lang, old=old, new=new) for old, new in told.grids]
    lines.append(say("division.sums", lang, codes=told.codes_kept, tickets=told.tickets, roles=told.roles,
                     routing=told.routing))  # fmt: skip
    lines += [say(f"division.undecided.{one.what}", lang, code=one.code, n=one.n) for one in told.undecided]
    return [*lines, say("division.applied" if told.applied else "division.tried", lang)]


@division_app.command("conflicts")
def division_conflicts(
    county: Annotated[str | None, typer.Option(help="Six digits; every county where left out.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the messages.")] = Lang.zh,
    as_json: AsJson = False,
) -> None:
    """Show where the statistical and the civil affairs' codes disagree; nothing is ever merged by number."""
    from dataclasses import asdict

    from db import division, engine, server

    with refusals(lang.value):
        server.ensure_database()
        with engine.transaction() as connection:
            wanted = [county] if county else [row["county"] for row in division.counties(connection)]
            found = {one: division.conflicts(connection, county=one) for one in wanted}
    if as_json:
        show({"conflicts": {code: [asdict(one) for one in rows] for code, rows in found.items()}}, as_json=True)
        return
    for code, rows in found.items():
        typer.echo(say("division.conflicts", lang.value, county=code, n=len(rows)))
        for one in rows:
            ours, theirs = (f"{side.code} {side.name}" if side else "-" for side in (one.ours, one.theirs))
            typer.echo(printable(say(f"division.conflict.{one.what}", lang.value, ours=ours, theirs=theirs)))
