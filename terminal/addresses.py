"""Written addresses: read, matched and compared without a database; lists of standard ones taken into it."""

from pathlib import Path
from typing import Annotated

import typer

from terminal.speech import AsJson, Lang, only_county, printable, refusals, show
from words import say

SHOWN_PROBLEMS = 20

address_app = typer.Typer(no_args_is_help=True, help="Written addresses: read, match, compare.")

Source = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
Target = Annotated[Path, typer.Argument(dir_okay=False)]


@address_app.command("parse")
def address_parse(source: Source, target: Target) -> None:
    """Read the column `address` of a CSV file; one column a part, as written and normalised."""
    from exchange.address_files import parse_file

    with refusals():
        parse_file(source, target)


@address_app.command("match")
def address_match(reference: Source, queries: Source, target: Target) -> None:
    """Place the addresses of QUERIES by those of REFERENCE (id,address,lon,lat[,crs])."""
    from exchange.match_files import match_file

    with refusals():
        match_file(reference, queries, target)


@address_app.command("compare")
def address_compare(pairs: Source, target: Target) -> None:
    """Say of each pair of addresses (tab between) whether they name one place: 2 exact, 1 partial, 0 no."""
    from exchange.pair_files import compare_file

    with refusals():
        compare_file(pairs, target)


@address_app.command("load")
def address_load(
    source_file: Annotated[Path, typer.Argument(metavar="REFERENCE", help="id,address,lon,lat[,crs]", exists=True)],
    *,
    source: Annotated[str, typer.Option(help="Whose list it is: police, planning, survey...")],
    county: Annotated[str | None, typer.Option(help="Six digits; the only one where left out.")] = None,
    crs: Annotated[str | None, typer.Option(help="GCJ-02, BD-09, WGS84 or EPSG:n, for rows that name none.")] = None,
    part: Annotated[
        bool, typer.Option("--part", help="Only some of the source: end nothing it does not name.")
    ] = False,
    lang: Annotated[Lang, typer.Option(help="Language of the messages.")] = Lang.zh,
    as_json: AsJson = False,
) -> None:
    """Take a list of standard addresses in, which registers are then matched to."""
    from actions.deed import now
    from actions.operator import operator
    from actions.standard_addresses import load_reference
    from db import server

    with refusals(lang.value):
        server.ensure_database()
        who = operator(county or only_county())
        report = load_reference(source_file, source=source, actor=who, at=now(), crs=crs, part=part)
    told = {"county": who.county, **report.as_dict()}
    if as_json:
        show({**told, "problems": [one.as_dict(lang.value) for one in report.problems[:1000]]}, as_json=True)
        return
    show(told, as_json=False)
    notes = [say(f"exchange.note.{name}", lang.value, **fields) for name, fields in report.notes]
    for text in [*notes, *(one.text(lang.value) for one in report.problems[:SHOWN_PROBLEMS])]:
        typer.echo(printable(text))


@address_app.command("check")
def address_check(
    *,
    county: Annotated[str | None, typer.Option(help="Six digits; the only one where left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Look over every address of a county: place what now matches, open cases for what is doubtful, settle the rest."""
    from actions.address_check import check_addresses
    from actions.deed import now
    from actions.operator import operator
    from db import server

    with refusals():
        server.ensure_database()
        who = operator(county or only_county())
        report = check_addresses(actor=who, at=now())
    show({"county": who.county, **report.as_dict()}, as_json=as_json)
