"""The back door: what the pages do, from a terminal. Thin; heavy imports wait inside the commands."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from gis.errors import AnjuError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Anju Grid from a terminal.")
db_app = typer.Typer(no_args_is_help=True, help="The database: start, stop, look, migrate, empty.")
app.add_typer(db_app, name="db")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a refusal of the product into one line on stderr and exit code 1."""
    try:
        yield
    except AnjuError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def show(told: dict[str, Any], *, as_json: bool) -> None:
    """Print a mapping as JSON or as aligned lines."""
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    for name, value in told.items():
        typer.echo(f"{name:<12}{'-' if value is None else value}")


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


if __name__ == "__main__":
    app()
