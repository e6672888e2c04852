"""What goes out of the house: the rounds of a day as files, the hours of a period."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gis.errors import AnjuError
from terminal.speech import AsJson, Lang, only_county, printable, refusals, show

if TYPE_CHECKING:
    from actions.timesheet import Timesheet

app = typer.Typer()
_DAY = ["%Y-%m-%d"]


class UnknownInspectorError(AnjuError):
    """There is no inspector {who} (login, name or number)."""


Who = Annotated[list[str] | None, typer.Option("--inspector", help="Login, name or number; may be given repeatedly.")]
County = Annotated[str | None, typer.Option(help="Six digits; needed where the record holds several.")]


@app.command("round")
def round_files(
    on: Annotated[datetime, typer.Option("--on", formats=_DAY, help="The day.")],
    out: Annotated[Path, typer.Option("--out", help="The folder; made where it is missing.")],
    *,
    inspector: Who = None,
    forms: Annotated[str, typer.Option("--format", help="pdf, xlsx, gpx, parted by commas.")] = "pdf,xlsx,gpx",
    lang: Annotated[Lang, typer.Option(help="Language of the sheets.")] = Lang.zh,
    county: County = None,
    as_json: AsJson = False,
) -> None:
    """Write the published rounds of a day: a sheet to print, a workbook, a GPX."""
    from actions.operator import operator
    from actions.round_out import rounds_of_day, site_of
    from db.settings import site_url

    wanted, day = _forms(forms), on.date()
    with refusals():
        actor = operator(county or only_county())
        rows = _chosen(rounds_of_day(actor, day), inspector, actor.county, day)
        progress = None if as_json else _counted(len(rows))
        told = _written(rows, wanted, out, {"actor": actor, "on": day, "lang": lang.value}, progress)
        if site_url() is None:
            typer.echo(f"ANJU_URL is not set: links and codes lead to {site_of()}", err=True)
    if as_json:
        show({"on": day, "rounds": len(rows), "files": told}, as_json=True)
        return
    typer.echo(f"{day}: {len(rows)} rounds, {len(told)} files in {out}")


def _counted(total: int) -> Callable[[int], None]:
    return lambda done: typer.echo(f"\r{done}/{total}", err=True, nl=done == total)


def _written(
    rows: list[dict[str, Any]], forms: list[Any], out: Path, how: dict[str, Any], progress: Callable[[int], None] | None
) -> list[dict[str, Any]]:
    """Write every round in every format; what was written, a file each."""
    from actions.deed import now
    from actions.round_out import take_round
    from exchange.streams import put

    told = []
    for done, row in enumerate(rows, 1):
        for form in forms:
            made = take_round(row["account_id"], form, at=now(), **how)
            put(out / made.name, made.content)
            size = {"stops": made.stops, "bytes": len(made.content)}
            told.append({"inspector": row["inspector"], "file": made.name, **size})
        if progress is not None:
            progress(done)
    return told


def _forms(text: str) -> list[Any]:
    from actions.round_out import RoundFormat

    try:
        return [RoundFormat(name) for name in dict.fromkeys(part.strip().lower() for part in text.split(","))]
    except ValueError:
        raise typer.BadParameter(f"{printable(text)}: pdf, xlsx and gpx are known", param_hint="--format") from None


def _chosen(rows: list[dict[str, Any]], asked: list[str] | None, county: str, on: date) -> list[dict[str, Any]]:
    """The rounds of the people asked for, all where nobody is."""
    if not asked:
        return rows
    keys = _accounts(asked, county, on, on)
    return [row for row in rows if row["account_id"] in keys]


def _accounts(asked: Iterable[str], county: str, first: date, last: date) -> list[int]:
    from db import engine, timesheet

    with engine.reading() as connection:
        people = timesheet.people(connection, county=county, first=first, last=last)
    found = []
    for who in asked:
        keys = [row["account_id"] for row in people if who in {row["login"], row["name"], str(row["account_id"])}]
        if not keys:
            raise UnknownInspectorError(who=printable(who))
        found += keys
    return found


@app.command("timesheet")
def timesheet(
    from_on: Annotated[datetime, typer.Option("--from", formats=_DAY, help="First day.")],
    to_on: Annotated[datetime, typer.Option("--to", formats=_DAY, help="Last day, counted in.")],
    *,
    inspector: Who = None,
    out: Annotated[Path | None, typer.Option("--out", help="A workbook (.xlsx) to write.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the workbook.")] = Lang.zh,
    county: County = None,
    as_json: AsJson = False,
) -> None:
    """Tell people's hours by day, from the visits that were handed in: at doors, between them, and as planned."""
    from actions.operator import operator
    from actions.timesheet import take_hours, tell_hours
    from exchange.streams import put

    if out is not None and out.suffix.lower() != ".xlsx":
        raise typer.BadParameter(f"{printable(out.name)}: the workbook's name ends in .xlsx", param_hint="--out")
    with refusals():
        actor = operator(county or only_county())
        who = None if inspector is None else _accounts(inspector, actor.county, from_on.date(), to_on.date())
        span: dict[str, Any] = {"actor": actor, "first": from_on.date(), "last": to_on.date(), "accounts": who}
        told = tell_hours(**span)
        if out is not None:
            put(out, take_hours(**span, lang=lang.value))
    if as_json:
        days = [row.as_dict() | {"inspector": told.names[row.account_id]} for row in told.rows]
        show({"county": actor.county, "from": told.first, "to": told.last, "days": days}, as_json=True)
        return
    _speak(told)


def _speak(told: "Timesheet") -> None:
    from inspections.timesheet import totals

    for one in totals(told.rows):
        minutes = f"{one.door_minutes:.0f} min at doors, {one.way_minutes:.0f} min between"
        counted = f"{one.days} d, {one.visits} visits, {one.houses} houses"
        done = f"{one.planned_done}/{one.planned_stops} of the plan"
        typer.echo(f"{printable(told.names[one.account_id])}: {counted}, {minutes}, {done}")
