"""The back door: what the pages do, from a terminal. The commands stand in ``terminal/``."""

import typer

from terminal import (
    addresses,
    balance,
    codes,
    database,
    evidence,
    footprints,
    grids,
    holidays,
    law,
    places,
    registers,
    rounds,
    streets,
    town,
    work,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Anju Grid from a terminal.")
app.add_typer(town.app)
app.add_typer(database.app, name="db")
app.add_typer(places.code_app, name="code")
app.add_typer(codes.alias_app, name="alias")
app.add_typer(registers.import_app, name="import")
app.add_typer(registers.division_app, name="division")
app.add_typer(places.crs_app, name="crs")
grids.grid_app.add_typer(balance.balance_app)
app.add_typer(grids.grid_app, name="grid")
app.add_typer(streets.streets_app, name="streets")
app.add_typer(addresses.address_app, name="address")
app.add_typer(evidence.evidence_app, name="evidence")
app.add_typer(footprints.footprints_app, name="footprints")
app.add_typer(law.rules_app, name="rules")
app.add_typer(law.routing_app, name="routing")
app.add_typer(holidays.calendar_app, name="calendar")
app.add_typer(work.app)
app.add_typer(rounds.app)

if __name__ == "__main__":
    app()
