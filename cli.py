"""The back door: what the pages do, from a terminal. Thin; heavy imports wait inside the commands."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gis.errors import AnjuError
from words import say, say_error

if TYPE_CHECKING:
    from actions.imports import ImportReport

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Anju Grid from a terminal.")
db_app = typer.Typer(no_args_is_help=True, help="The database: start, stop, look, migrate, empty.")
code_app = typer.Typer(no_args_is_help=True, help="Unified address codes: make one, check one.")
crs_app = typer.Typer(no_args_is_help=True, help="Coordinate systems.")
app.add_typer(db_app, name="db")
import_app = typer.Typer(no_args_is_help=True, help="Bring registers in.")
division_app = typer.Typer(no_args_is_help=True, help="Counties, towns and villages.")
app.add_typer(code_app, name="code")
app.add_typer(import_app, name="import")
app.add_typer(division_app, name="division")
app.add_typer(crs_app, name="crs")

SHOWN_PROBLEMS = 20
JSON_PROBLEMS = 1000


class KpiKey(StrEnum):
    """What indicators may be broken down by."""

    town = "town"
    village = "village"
    department = "department"
    hazard = "hazard"
    severity = "severity"


class CountyUnnamedError(AnjuError):
    """Say which county with --county; the record holds: {found}."""


class Lang(StrEnum):
    """Languages of messages."""

    zh = "zh"
    en = "en"


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@contextmanager
def refusals(lang: str | None = None) -> Iterator[None]:
    """Turn a refusal of the product into one line on stderr and exit code 1; without a language in plain English."""
    try:
        yield
    except AnjuError as error:
        typer.echo(printable(say_error(error, lang) if lang else str(error)), err=True)
        raise typer.Exit(1) from None


def printable(text: str) -> str:
    """One line that cannot steer the terminal: file names and cells may hold control characters."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def show(told: dict[str, Any], *, as_json: bool) -> None:
    """Print a mapping as JSON or as aligned lines."""
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    for name, value in told.items():
        typer.echo(f"{name:<12}{'-' if value is None else value}")


@app.command("ready")
def ready() -> None:
    """Start the database, bring its tables to this version, lay a model town where there is no county yet."""
    from db import division, engine, migrate, server

    with refusals():
        server.ensure_database()
        migrate.upgrade(engine.engine())
        with engine.transaction() as connection:
            empty = not division.counties(connection)
        if empty:
            from demo import command

            command.run()
        _plan_model_day()


def _plan_model_day() -> None:
    from actions.deed import now
    from demo import today

    today.plan_today(now())


@app.command("demo")
def demo(
    houses: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many houses to lay.")] = 20_000,
    seed: Annotated[int, typer.Option(help="The same seed lays the same town.")] = 1,
    county: Annotated[str | None, typer.Option(help="320581 or 330282; both when none is named.")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Put it in the place of an older model town.")] = False,
) -> None:
    """Lay a model town on real divisions: everything in it is synthetic and marked so."""
    from db import engine, migrate, server
    from demo import command

    with refusals():
        server.ensure_database()
        migrate.upgrade(engine.engine())
        command.run(houses, seed, county, reset=reset)
        _plan_model_day()


@app.command("accounts")
def accounts(as_json: AsJson = False) -> None:
    """List the demonstration accounts, which exist only beside a model town."""
    from db import account, engine
    from demo.command import PASSWORD

    with refusals(), engine.transaction() as connection:
        found = [dict(row) for row in account.demo_accounts(connection)]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
        return
    if found:
        typer.echo(f"password: {PASSWORD}")
    for one in found:
        typer.echo("  ".join((f"{one['login']:<16}", f"{one['role'] or '-':<12}", one["name"], one["county_name"])))


@db_app.command("status")
def db_status(as_json: AsJson = False) -> None:
    """Tell where the database is and whether it runs; exit 0 if it does, 3 if not."""
    from db import server

    with refusals():
        told = server.status()
    show(told, as_json=as_json)
    if not told["running"] or "error" in told:
        raise typer.Exit(3)


@db_app.command("start")
def db_start(as_json: AsJson = False) -> None:
    """Start the private cluster, making it first where there is none, or check DATABASE_URL's server."""
    from db import server

    with refusals():
        server.ensure_database()
        show(server.status(), as_json=as_json)


@db_app.command("stop")
def db_stop() -> None:
    """Stop the private cluster; a server named by DATABASE_URL is left alone."""
    from db import cluster, settings

    if settings.external_url() is not None:
        typer.echo("DATABASE_URL names a server of its own: left running")
        return
    with refusals():
        typer.echo("stopped" if cluster.stop() else "was not running")


@db_app.command("migrate")
def db_migrate() -> None:
    """Bring the tables to this version."""
    from db import engine, migrate, server

    with refusals():
        server.ensure_database()
        migrate.upgrade(engine.engine())
    typer.echo(migrate.head())


@db_app.command("reset")
def db_reset(yes: Annotated[bool, typer.Option("--yes", help="Really throw every record away.")] = False) -> None:
    """Throw every record away and lay the tables anew."""
    if not yes:
        typer.echo("this throws every record away: say --yes", err=True)
        raise typer.Exit(2)
    from db import engine, migrate, server

    with refusals():
        server.ensure_database()
        migrate.reset(engine.engine())
    typer.echo("emptied")


@db_app.command("psql", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def db_psql(context: typer.Context) -> None:
    """Open psql on the database; further arguments go to psql."""
    from db import server, settings

    with refusals():
        url = settings.libpq_url(server.ensure_database())
    program = shutil.which("psql")
    if program is None:
        typer.echo("psql is not installed: tools/system.sh postgres", err=True)
        raise typer.Exit(1)
    shown, password = settings.without_password(url)
    # Not on the command line, where every account of the machine could read it.
    os.environ["PGPASSWORD"] = password
    sys.stdout.flush()
    os.execv(program, [program, shown, *context.args])  # noqa: S606


@db_app.command("backup")
def db_backup(file: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write the whole record into one file; evidence files and the key are copied apart (docs/operations.md)."""
    from db import backup

    with refusals():
        typer.echo(f"{file}: {backup.write(file):,} bytes")


@db_app.command("restore")
def db_restore(
    file: Annotated[Path, typer.Argument(help="A file that `db backup` wrote.", exists=True, dir_okay=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Really put it in the place of today's record.")] = False,
) -> None:
    """Put a backup in the place of the record and bring its tables to this version."""
    if not yes:
        typer.echo("this puts the backup in the place of today's record: say --yes", err=True)
        raise typer.Exit(2)
    from db import backup, engine, migrate

    with refusals():
        backup.restore(file)
        migrate.upgrade(engine.engine())
    typer.echo("restored")


@code_app.command("make")
def code_make(
    village: Annotated[str, typer.Option(help="12 digits: county, town, village.")],
    house: Annotated[int, typer.Option(help="Serial of the house in the village, 1-99999.")],
    unit: Annotated[int, typer.Option(help="Unit (stairwell), 0 for none.")] = 0,
    suite: Annotated[str, typer.Option(help="Floor and door, 0203; basements 91-99.")] = "0000",
    room: Annotated[int, typer.Option(help="Room inside the suite, 0 for none.")] = 0,
) -> None:
    """Print the 26-character code of a house, suite or room."""
    from gis.code import AddressCode

    with refusals():
        typer.echo(AddressCode.make(village=village, house=house, unit=unit, suite=suite, room=room))


@code_app.command("check")
def code_check(code: Annotated[str, typer.Argument(help="The code, with or without separators.")]) -> None:
    """Print the parts of a code as JSON; exit 1 with the reason when it is wrong."""
    from gis.code import AddressCode

    with refusals():
        show(AddressCode.parse(code).as_dict(), as_json=True)


@crs_app.command("convert", context_settings={"ignore_unknown_options": True})
def crs_convert(
    x: Annotated[float, typer.Argument(metavar="LON", help="Longitude, or easting in metres.")],
    y: Annotated[float, typer.Argument(metavar="LAT", help="Latitude, or northing in metres.")],
    source: Annotated[str, typer.Option("--from", help="GCJ-02, BD-09, WGS84, EPSG:n")],
    target: Annotated[str, typer.Option("--to", help="GCJ-02, BD-09, WGS84, EPSG:n")] = "EPSG:4490",
) -> None:
    """Convert one point and print it as `x y`: degrees to 9 decimals, metres to 4; exit 1 if it has no place."""
    import math

    from gis import crs

    with refusals():
        east, north = (float(value) for value in crs.convert(x, y, source=source, target=target))
    if math.isnan(east):
        typer.echo(f"{x} {y} is no place in {source}", err=True)
        raise typer.Exit(1)
    in_degrees = abs(east) <= 180 and abs(north) <= 90
    typer.echo(f"{east:.9f} {north:.9f}" if in_degrees else f"{east:.4f} {north:.4f}")


@import_app.command("houses")
def import_houses(  # noqa: PLR0913 - what may be said of a file
    file: Annotated[Path, typer.Argument(help=".xlsx .xls .csv .gpkg .geojson .zip (shapefile)", exists=True)],
    *,
    county: Annotated[str | None, typer.Option(help="Six digits; may be left out where there is one county.")] = None,
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
        who = operator(county or _only_county())
        report = imports.import_houses(file, options=options, actor=who, at=now(), dry_run=dry_run)
    _tell_import(report, lang.value, as_json=as_json)


def _tell_import(report: "ImportReport", lang: str, *, as_json: bool) -> None:
    """Print what came of a file: the counts, what was assumed, and the first problems in the reader's language."""
    notes = [say(f"exchange.note.{name}", lang, **fields) for name, fields in report.notes]
    counts = report.as_dict()
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


@app.command("plan")
def plan(
    from_on: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    *,
    days: Annotated[int, typer.Option(min=1, max=31, help="How many days.")] = 1,
    seconds: Annotated[float | None, typer.Option(min=0.05, help="Search time of one round.")] = None,
    county: Annotated[str | None, typer.Option(help="Six digits; may be left out where there is one county.")] = None,
    as_json: AsJson = False,
) -> None:
    """Plan the inspectors' rounds and publish them."""
    from actions.deed import now
    from actions.operator import operator
    from actions.plans import make_plan

    with refusals():
        actor, told = operator(county or _only_county()), []
        for number in range(days):
            on = from_on.date() + timedelta(days=number)
            made = make_plan(
                actor=actor, on=on, at=now(), seconds=seconds, progress=_rounds(on) if not as_json else None
            )
            told.append({"on": on, **made.as_dict()})
    if as_json:
        show({"days": told}, as_json=True)
        return
    for day in told:
        typer.echo(f"{day['on']} {len(day['rounds'])} rounds, {day['stops']} stops, {day['unserved']} left, "
                   f"{day['metres'] / 1000:.1f} km, {day['seconds']} s")  # fmt: skip


def _rounds(on: date) -> Callable[[int, int], None]:
    return lambda done, total: typer.echo(f"\r{on} {done}/{total}", err=True, nl=done == total)


@app.command("kpi")
def kpi(
    from_on: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    to_on: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, counted in.")],
    *,
    by: Annotated[KpiKey | None, typer.Option(help="Break down by.")] = None,
    county: Annotated[str | None, typer.Option(help="Six digits; every county where left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell the published indicators of a period, each with numerator and denominator."""
    from actions import indicators
    from db import server

    with refusals():
        server.ensure_database()
        told = indicators.tell(from_on.date(), to_on.date(), by=by.value if by else None, county=county)
    if as_json:
        show(told, as_json=True)
        return
    for row in told["rows"]:
        typer.echo(f"{row['county']} {row['county_name']} {row['name'] or row['key'] or ''}".rstrip())
        for name, rate in row["indicators"].items():
            percent = "-" if rate["percent"] is None else f"{rate['percent']:.2f} %"
            typer.echo(f"  {name:<18}{rate['numerator']:>8} / {rate['denominator']:<8}{percent:>10}")


def _only_county() -> str:
    from db import division, engine, server

    server.ensure_database()
    with engine.transaction() as connection:
        found = [row["county"] for row in division.counties(connection)]
    if len(found) != 1:
        raise CountyUnnamedError(found=", ".join(found) or "-")
    return str(found[0])


if __name__ == "__main__":
    app()
