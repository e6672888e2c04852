"""Streets from a terminal: loaded, looked at, measured against straight lines, taken out."""

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gis.travel import Mode
from terminal.speech import AsJson, Lang, only_county, printable, refusals, show
from words import say

streets_app = typer.Typer(no_args_is_help=True, help="Streets: load, show, fit the detour factor, drop.")

Language = Annotated[Lang, typer.Option(help="Language of the messages.")]
County = Annotated[str | None, typer.Option(help="Six digits; the only county where left out.")]


@streets_app.command("load")
def streets_load(
    file: Annotated[Path, typer.Argument(help=".osm.pbf, .osm, or lines as .gpkg, .geojson, .shp.")],
    *,
    county: County = None,
    lang: Language = Lang.zh,
    as_json: AsJson = False,
) -> None:
    """Put the streets of an OpenStreetMap extract in the place of the county's; plans made from then on follow them."""
    from actions.deed import now
    from actions.operator import operator
    from actions.streets import ground, load_streets
    from exchange.streets import read_streets

    with refusals(lang.value):
        actor = operator(county or only_county())
        read = read_streets(file, within=ground(actor.county), progress=None if as_json else _ways)
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        told = load_streets(read.streets, ways=read.ways, passed_over=read.passed_over, file=(file.name, digest),
                            actor=actor, at=now())  # fmt: skip
    if as_json:
        show(asdict(told), as_json=True)
        return
    left = sum(told.passed_over.values())
    typer.echo(say("streets.loaded", lang.value, ways=f"{told.ways:,}", streets=f"{told.streets:,}",
                   km=f"{told.kilometres:,.1f}", islands=f"{told.islands:,}", left=f"{left:,}"))  # fmt: skip


def _ways(read: int) -> None:
    typer.echo(f"\r{read:,}", err=True, nl=False)


@streets_app.command("show")
def streets_show(*, county: County = None, lang: Language = Lang.zh, as_json: AsJson = False) -> None:
    """Tell which streets are in use."""
    from actions.streets import streets_of

    with refusals(lang.value):
        told = streets_of(county or only_county())
    if as_json:
        show(told, as_json=True)
        return
    typer.echo(printable(say("streets.told", lang.value, file=told["file_name"], streets=f"{told['streets']:,}",
                             km=f"{told['metres'] / 1000:,.1f}", on=f"{told['loaded_at']:%Y-%m-%d}")))  # fmt: skip


@streets_app.command("fit")
def streets_fit(
    sample: Annotated[
        Path | None, typer.Argument(help="CSV with from_lon,from_lat,to_lon,to_lat,metres; left out: the streets.")
    ] = None,
    *,
    mode: Annotated[Mode, typer.Option(help="Whose ways along the streets.")] = Mode.EBIKE,
    apply: Annotated[bool, typer.Option("--apply", help="Plan with the factor from now on.")] = False,
    county: County = None,
    lang: Language = Lang.zh,
    as_json: AsJson = False,
) -> None:
    """Learn how much longer ways are than straight lines, from the streets or from a sample that was measured."""
    from actions.operator import operator
    from actions.streets import fit_to_streets, set_detour
    from exchange.way_files import fit_to_sample

    with refusals(lang.value):
        actor = operator(county or only_county())
        found = fit_to_streets(actor=actor, mode=mode) if sample is None else fit_to_sample(sample)
        if apply:
            set_detour(found, actor=actor)
    if as_json:
        show(asdict(found) | {"applied": apply}, as_json=True)
        return
    typer.echo(say("streets.fitted", lang.value, factor=f"{found.factor:g}", low=f"{found.low:g}",
                   high=f"{found.high:g}", n=f"{found.ways:,}"))  # fmt: skip


@streets_app.command("drop")
def streets_drop(*, county: County = None, lang: Language = Lang.zh) -> None:
    """Take the county's streets out; plans go by straight lines again."""
    from actions.operator import operator
    from actions.streets import drop_streets

    with refusals(lang.value):
        number = drop_streets(actor=operator(county or only_county()))
    typer.echo(say("streets.dropped", lang.value, n=f"{number:,}"))
