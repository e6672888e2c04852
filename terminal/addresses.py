"""Written addresses: read them, match them, compare them. No database is needed."""

from pathlib import Path
from typing import Annotated

import typer

from terminal.speech import refusals

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
