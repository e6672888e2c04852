"""Address codes and coordinate systems."""

from typing import Annotated

import typer

from terminal.speech import refusals, show

code_app = typer.Typer(no_args_is_help=True, help="Unified address codes: make one, check one.")
crs_app = typer.Typer(no_args_is_help=True, help="Coordinate systems.")


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
