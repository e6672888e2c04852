"""The model town and the making ready of everything."""

import json
from typing import Annotated

import typer

from terminal.speech import AsJson, refusals

app = typer.Typer()


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
