"""The database: start, stop, look, migrate, empty, keep and bring back."""

import os
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from terminal.speech import AsJson, counties, refusals, show

app = typer.Typer(no_args_is_help=True, help="The database: start, stop, look, migrate, empty.")


@app.command("status")
def db_status(as_json: AsJson = False) -> None:
    """Tell where the database is and whether it runs; exit 0 if it does, 3 if not."""
    from db import server

    with refusals():
        told = server.status()
    show(told, as_json=as_json)
    if not told["running"] or "error" in told:
        raise typer.Exit(3)


@app.command("start")
def db_start(as_json: AsJson = False) -> None:
    """Start the private cluster, making it first where there is none, or check DATABASE_URL's server."""
    from db import server

    with refusals():
        server.ensure_database()
        show(server.status(), as_json=as_json)


@app.command("stop")
def db_stop() -> None:
    """Stop the private cluster; a server named by DATABASE_URL is left alone."""
    from db import cluster, settings

    if settings.external_url() is not None:
        typer.echo("DATABASE_URL names a server of its own: left running")
        return
    with refusals():
        typer.echo("stopped" if cluster.stop() else "was not running")


@app.command("migrate")
def db_migrate() -> None:
    """Bring the tables to this version."""
    from db import engine, migrate, server

    with refusals():
        server.ensure_database()
        migrate.upgrade(engine.engine())
    typer.echo(migrate.head())


@app.command("reset")
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


@app.command("psql", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
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


@app.command("sums")
def sums(
    *, county: Annotated[str | None, typer.Option(help="Six digits; every county where left out.")] = None
) -> None:
    """Make the sums behind the figures, and the cells behind the map, anew."""
    from actions.indicators import rebuild_sums

    with refusals():
        for one in [county] if county else counties():
            rebuild_sums(one, told=partial(_told, one))


def _told(county: str, done: int, of: int) -> None:
    typer.echo(f"\r{county} {done}/{of}", err=True, nl=done == of)


@app.command("backup")
def db_backup(file: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write the whole record into one file; evidence files and the key are copied apart (docs/operations.md)."""
    from db import backup

    with refusals():
        typer.echo(f"{file}: {backup.write(file):,} bytes")


@app.command("restore")
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
