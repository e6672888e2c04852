"""How a command speaks: refusals in one line, rows as JSON or as text, one county where there is only one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any

import typer

from gis.errors import AnjuError
from words import say_error


class CountyUnnamedError(AnjuError):
    """Say which county with --county; the record holds: {found}."""


class Lang(StrEnum):
    """Languages of messages."""

    zh = "zh"
    en = "en"


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@contextmanager
def refusals(lang: str | None = None) -> Iterator[None]:
    """Turn a refusal of the product into one line on stderr and exit code 1; without a language in plain English."""
    try:
        yield
    except AnjuError as error:
        typer.echo(printable(say_error(error, lang) if lang else str(error)), err=True)
        raise typer.Exit(1) from None


def printable(text: str) -> str:
    """One line that cannot steer the terminal: file names and cells may hold control characters."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def show(told: dict[str, Any], *, as_json: bool) -> None:
    """Print a mapping as JSON or as aligned lines."""
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    for name, value in told.items():
        typer.echo(f"{name:<12}{'-' if value is None else value}")


def counties() -> list[str]:
    """The codes of the record's counties."""
    from db import division, engine, server

    server.ensure_database()
    with engine.transaction() as connection:
        return [str(row["county"]) for row in division.counties(connection)]


def only_county() -> str:
    """The one county of the record; raises ``CountyUnnamedError`` where there are several or none."""
    found = counties()
    if len(found) != 1:
        raise CountyUnnamedError(found=", ".join(found) or "-")
    return found[0]
