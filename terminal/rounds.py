"""What goes out of the house: the rounds of a day as files, the hours of a period."""

from collections.abc import Iterable
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
    from actions.deed import now
    from actions.operator import operator
    from actions.round_out import rounds_of_day, site_of, take_round
    from db.settings import site_url

    wanted = _forms(forms)
    told: list[dict[str, Any]] = []
    with refusals():
        actor = operator(county or only_county())
        rows = _chosen(rounds_of_day(actor, on.date()), inspector, actor.county, on.date())
        out.mkdir(parents=True, exist_ok=True)
        for done, row in enumerate(rows, 1):
            for form in wanted:
                made = take_round(row["account_id"], form, actor=actor, on=on.date(), at=now(), lang=lang.value)
                (out / made.name).write_bytes(made.content)
                told.append({"inspector": row["inspector"], "file": made.name, "stops": made.stops,
                             "bytes": len(made.content)})  # fmt: skip
            if not as_json:
                typer.echo(f"\r{done}/{len(rows)}", err=True, nl=done == len(rows))
        if site_url() is None:
            typer.echo(f"ANJU_URL is not set: links and codes lead to {site_of()}", err=True)
    if as_json:
        show({"on": on.date(), "rounds": len(rows), "files": told}, as_json=True)
        return
    typer.echo(f"{on.date()}: {len(rows)} rounds, {len(told)} files in {out}")


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

    with refusals():
        actor = operator(county or only_county())
        who = None if inspector is None else _accounts(inspector, actor.county, from_on.date(), to_on.date())
        span: dict[str, Any] = {"actor": actor, "first": from_on.date(), "last": to_on.date(), "accounts": who}
        told = tell_hours(**span)
        if out is not None:
            out.write_bytes(take_hours(**span, lang=lang.value))
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
