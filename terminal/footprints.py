"""Surveys of building outlines from a terminal: loaded, compared, listed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from terminal.grids import day_of
from terminal.speech import AsJson, Lang, only_county, printable, refusals, show
from words import say

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

footprints_app = typer.Typer(no_args_is_help=True, help="Building outlines: load surveys, compare two, list.")

Language = Annotated[Lang, typer.Option(help="Language of the messages.")]
County = Annotated[str | None, typer.Option(help="Six digits; the only county where left out.")]
MOST, ALL = 20, 1_000_000


@footprints_app.command("load")
def footprints_load(
    file: Annotated[Path, typer.Argument(help=".gpkg, .geojson or zipped .shp of building outlines.")],
    *,
    name: Annotated[str, typer.Option(help="What the survey is called, a year for instance.")],
    on: Annotated[str, typer.Option(help="The day it shows, YYYY-MM-DD.")],
    crs: Annotated[str | None, typer.Option(help="System of the coordinates, where the file says it wrongly.")] = None,
    county: County = None,
    lang: Language = Lang.zh,
) -> None:
    """Keep a survey of building outlines; loading the same file again changes nothing."""
    from actions.deed import now
    from actions.footprints import load_survey
    from actions.operator import operator
    from exchange.footprint_files import read_footprints

    with refusals(lang.value):
        actor, made_on = operator(county or only_county()), day_of(on)
        read = read_footprints(file, crs=crs)
        fresh = load_survey(read.outlines, name=name, on=made_on, file=(file.name, read.sha256), crs=read.crs,
                            actor=actor, at=now())  # fmt: skip
    key = "footprints.loaded" if fresh else "footprints.loaded_before"
    typer.echo(printable(say(key, lang.value, name=name, n=f"{len(read.outlines):,}", left=f"{read.passed_over:,}")))


@footprints_app.command("compare")
def footprints_compare(
    old: Annotated[str, typer.Argument(help="The earlier survey's name.")],
    new: Annotated[str, typer.Argument(help="The later survey's name.")],
    *,
    out: Annotated[Path | None, typer.Option(help="Write the candidates to .gpkg, .geojson or a zip.")] = None,
    county: County = None,
    lang: Language = Lang.zh,
    as_json: AsJson = False,
) -> None:
    """Find what was built between two surveys; compared before, the candidates are told as they stand."""
    from actions.deed import now
    from actions.footprints import compare_surveys
    from actions.operator import operator
    from exchange.footprint_files import write_candidates

    with refusals(lang.value):
        actor = operator(county or only_county())
        told = compare_surveys(old, new, actor=actor, at=now())
        found = _candidates(actor.county, told.row["id"])
        if out is not None:
            write_candidates(_plain(found), out)
    if as_json:
        show(told.row | {"made_now": told.new, "candidates": _listed(found)}, as_json=True)
        return
    row = told.row
    typer.echo(printable(say("footprints.compared", lang.value, n=f"{len(found):,}", matched=f"{row['matched']:,}",
                             centre=f"{row['centre_m']:.2f}", wall=f"{row['residual_m']:.2f}",
                             tolerance=f"{row['tolerance_m']:.2f}", gone=f"{row['gone']:,}",
                             outside=f"{row['outside']:,}")))  # fmt: skip
    for one in _listed(found)[:MOST]:
        kind = say(f"footprints.kind.{one['kind']}", lang.value)
        where = one["address"] or one["village_name"] or "-"
        size = f"{one['added_m2']:>9,.1f} ± {one['plus_minus_m2']:.1f} m²"
        typer.echo(printable(f"{one['id']:>8} {size}  {kind}  {where}"))


@footprints_app.command("list")
def footprints_list(*, county: County = None, lang: Language = Lang.zh, as_json: AsJson = False) -> None:
    """List the surveys, and which of them were compared."""
    from db import footprint
    from db.engine import transaction

    with refusals(lang.value):
        code = county or only_county()
        with transaction() as connection:
            surveys, compared = footprint.surveys(connection, code), footprint.comparisons(connection, code)
    if as_json:
        show({"surveys": surveys, "comparisons": compared}, as_json=True)
        return
    for row in surveys:
        typer.echo(printable(f"{row['name']:<12} {row['made_on']}  {row['outlines']:>9,}  {row['file_name']}"))
    for row in compared:
        typer.echo(printable(say("footprints.listed", lang.value, **{name: row[name] for name in (
            "old", "new", "open", "visit_asked", "confirmed", "dismissed")})))  # fmt: skip
    if not surveys:
        typer.echo(say("footprints.none_loaded", lang.value))


def _candidates(county: str, comparison_id: int) -> "GeoDataFrame":
    from db import footprint
    from db.engine import transaction

    with transaction() as connection:
        return footprint.candidates(connection, county, comparison_id, most=ALL)


def _listed(found: "GeoDataFrame") -> list[dict[str, Any]]:
    names = ("id", "kind", "certainty", "added_m2", "plus_minus_m2", "share", "width_m", "storeys", "state", "code",
             "address", "house_m", "village_name")  # fmt: skip
    return [{name: row[name] for name in names} for row in found.astype(object).to_dict("records")]


def _plain(found: "GeoDataFrame") -> "GeoDataFrame":
    """The candidates with columns that any GIS format takes."""
    told = found.drop(columns=["house_id", "visit_id", "like_id", "comparison_id"])
    told["decided_at"] = [None if at is None or at != at else f"{at:%Y-%m-%d %H:%M}" for at in told["decided_at"]]  # noqa: PLR0124
    return told
