"""Grids from a terminal: checked, brought in, written out, and who answered for a house on a day."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from terminal.speech import AsJson, Lang, only_county, printable, refusals, show
from words import say

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from gis.grid_findings import Finding, Report

grid_app = typer.Typer(no_args_is_help=True, help="Grids: check, import, export, who answers for a house.")

Language = Annotated[Lang, typer.Option(help="Language of the messages.")]
Crs = Annotated[str | None, typer.Option(help="System of the coordinates, where the file does not say it rightly.")]
County = Annotated[str | None, typer.Option(help="Six digits; the only county where left out.")]
ROUNDS = 5


def day_of(said: str | None) -> date:
    """The day that was said as YYYY-MM-DD, today where none was."""
    from actions.deed import now

    try:
        return date.fromisoformat(said) if said else now().date()
    except ValueError:
        raise typer.BadParameter(str(said)) from None


@grid_app.command("check")
def grid_check(  # noqa: PLR0913 - each is one option
    file: Annotated[Path | None, typer.Argument(help=".gpkg, .geojson or zipped .shp; left out: the record.")] = None,
    *,
    villages: Annotated[Path | None, typer.Option(help="Outlines of villages with their 12-digit codes.")] = None,
    crs: Crs = None,
    county: County = None,
    on: Annotated[str | None, typer.Option(help="YYYY-MM-DD, for the record; today where left out.")] = None,
    mended: Annotated[Path | None, typer.Option(help="Write the grids with every mend applied to this file.")] = None,
    lang: Language = Lang.zh,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Find overlaps, gaps, slivers, broken outlines, wrong codes and vacancies; exit code 1 when there are any."""
    with refusals(lang.value):
        if file is None:
            grids, outlines, report = _of_record(county or only_county(), day_of(on))
        else:
            grids, outlines, report = _of_file(file, villages, crs)
        left = _write_mended(grids, outlines, report, mended) if mended else None
    if as_json:
        told: dict[str, Any] = {"grids": len(grids), "findings": [as_row(one) for one in report.findings],
                                "notes": [as_row(one) for one in report.notes]}  # fmt: skip
        show(told | ({} if left is None else {"left_after_mending": [as_row(one) for one in left]}), as_json=True)
    else:
        for line in lines(report, grids=len(grids), left=left, lang=lang.value):
            typer.echo(printable(line))
    if report.findings:
        raise typer.Exit(1)


Checked = tuple["GeoDataFrame", "GeoDataFrame | None", "Report"]


def _of_file(file: Path, villages: Path | None, crs: str | None) -> Checked:
    from exchange.grid_files import read_grid_file
    from gis.grid_check import check_grids

    grids = read_grid_file(file, crs=crs)
    outlines = read_grid_file(villages, crs=crs) if villages else None
    return grids, outlines, check_grids(grids, villages=outlines)


def _of_record(county: str, on: date) -> Checked:
    from db import engine, grid_health, server
    from gis.grid_check import check_grids

    server.ensure_database()
    with engine.transaction() as connection:
        facts = grid_health.facts(connection, county=county, on=on)
    report = check_grids(facts.grids, villages=facts.villages, houses=facts.stray, duties=facts.duties)
    return facts.grids, facts.villages, report


def _write_mended(
    grids: "GeoDataFrame", villages: "GeoDataFrame | None", report: "Report", path: Path
) -> "list[Finding]":
    """Apply every mend, look again, a few times; write what comes out and return what is left for a person."""
    from exchange.grid_files import write_grid_file
    from gis.grid_check import check_grids
    from gis.grid_mend import mend_grids

    for _ in range(ROUNDS):
        if not any(one.mend for one in report.findings):
            break
        grids = mend_grids(grids, report.findings, villages=villages)
        report = check_grids(grids, villages=villages)
    kept = [name for name in ("code", "name", "village", "kind") if name in grids.columns]
    write_grid_file(grids[[*kept, grids.geometry.name]], path)
    return report.findings


def as_row(one: "Finding") -> dict[str, Any]:
    """A finding as JSON: the mend as the pieces of ground (WKT) that grids lose and gain, and codes that change."""
    at = one.at
    told: dict[str, Any] = {
        "kind": one.kind, "grids": list(one.grids), "rows": list(one.rows), "village": one.village,
        "area_m2": one.area_m2, "at": None if at is None else [round(part, 7) for part in at], "mend": None,
    }  # fmt: skip
    if one.count:
        told["houses"] = one.count
    if one.mend is not None:
        told["mend"] = {
            "loses": [{"row": row, "piece": piece.wkt} for piece, row in one.mend.takes],
            "gains": [{"row": row, "piece": piece.wkt} for piece, row in one.mend.gives],
            "codes": [{"row": row, "code": code} for row, code in one.mend.codes],
        }
    return told


def lines(report: "Report", *, grids: int, left: "list[Finding] | None", lang: str) -> list[str]:
    """What a check found, line by line, the worst first."""
    told = [say("grid_check.told", lang, n=grids, found=len(report.findings))]
    told += [line(one, lang) for one in report.findings]
    told += [line(one, lang) for one in report.notes]
    if left is not None:
        told.append(say("grid_check.left", lang, n=len(left)))
        told += [line(one, lang) for one in left]
    return told


def line(one: "Finding", lang: str) -> str:
    """A finding in one line: what, where, how large, whether it mends itself."""
    what = say(f"grid_check.kind.{one.kind}", lang)
    size = (
        say("grid_check.houses", lang, n=one.count)
        if one.count
        else say("grid_check.size", lang, m2=f"{one.area_m2:,.1f}")
    )
    where = " ".join(one.grids[:4]) or one.village
    spot = "" if one.at is None else f"{one.at[0]:.6f},{one.at[1]:.6f}"
    return f"{what}  {where}  {size}  {spot}".rstrip()


@grid_app.command("import")
def grid_import(
    file: Annotated[Path, typer.Argument(help=".gpkg, .geojson or zipped .shp, of one village or many.", exists=True)],
    *,
    crs: Crs = None,
    county: County = None,
    on: Annotated[str | None, typer.Option(help="YYYY-MM-DD they hold from; today where left out.")] = None,
    mend: Annotated[bool, typer.Option("--mend", help="Take the faults of the file away first.")] = False,
    lang: Language = Lang.zh,
    as_json: AsJson = False,
) -> None:
    """Put the grids of a file in force; people on duty go with the houses."""
    from actions.grid_files import import_file
    from actions.operator import operator
    from exchange.grid_files import read_grid_file

    with refusals(lang.value):
        actor = operator(county or only_county())
        told = import_file(read_grid_file(file, crs=crs), actor=actor, on=day_of(on), mend=mend)
    if as_json:
        show({"read": told.read, "villages": told.villages, "mended": told.mended, "ended": told.changed.ended,
              "begun": told.changed.begun, "vacant": told.changed.vacant}, as_json=True)  # fmt: skip
        return
    typer.echo(say("grid_check.brought", lang.value, n=told.read, villages=told.villages, mended=told.mended,
                   begun=len(told.changed.begun), vacant=len(told.changed.vacant)))  # fmt: skip


@grid_app.command("export")
def grid_export(
    file: Annotated[Path, typer.Argument(help=".gpkg, .geojson or .zip (shapefile) to write.")],
    *,
    county: County = None,
    within: Annotated[
        list[str] | None, typer.Option("--in", help="Code of a town or village; may be repeated.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="YYYY-MM-DD; today where left out.")] = None,
    lang: Language = Lang.zh,
) -> None:
    """Write the grids in force on a day to a file (EPSG:4490)."""
    from actions.grid_files import grids_out
    from actions.operator import operator
    from exchange.grid_files import write_grid_file

    with refusals(lang.value):
        actor = operator(county or only_county())
        written = write_grid_file(grids_out(actor=actor, on=day_of(on), villages=within or ()), file)
    typer.echo(say("grid_check.written", lang.value, n=written, file=printable(file.name)))


@grid_app.command("who")
def grid_who(
    house: Annotated[str, typer.Option(help="The house's 26-character code.")],
    *,
    on: Annotated[str | None, typer.Option(help="YYYY-MM-DD; today where left out.")] = None,
    lang: Language = Lang.zh,
    as_json: AsJson = False,
) -> None:
    """Tell who was responsible for a house on a day."""
    from actions.who import who_answered

    with refusals(lang.value):
        told = who_answered(house, on=day_of(on))
    if as_json:
        show(told, as_json=True)
        return
    if told["grid"] is None:
        typer.echo(say("grid_check.in_none", lang.value, on=told["on"]))
        return
    names = {kind: "、".join(told[kind]) or say(f"grids.vacant.{kind}", lang.value) for kind in ("main", "backup")}
    typer.echo(
        printable(say("grid_check.who", lang.value, on=told["on"], grid=told["grid"], name=told["name"], **names))
    )


@grid_app.command("assign")
def grid_assign(county: County = None) -> None:
    """Put every house into the grid that holds it today; tells how many were in another one."""
    from actions.deed import now
    from actions.grid_assignment import assign_houses
    from actions.operator import operator
    from db import server

    with refusals():
        server.ensure_database()
        actor = operator(county or only_county())
        typer.echo(f"{actor.county} {assign_houses(actor=actor, on=now().date()):,}")
