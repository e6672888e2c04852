"""The day's rounds and what came of the work."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from inspections.plan import plan_sentences
from terminal.speech import AsJson, Lang, counties, only_county, printable, refusals, show

app = typer.Typer()


class KpiKey(StrEnum):
    """What indicators may be broken down by."""

    town = "town"
    village = "village"
    department = "department"
    hazard = "hazard"
    severity = "severity"
    grid = "grid"
    source = "source"
    person = "person"


@app.command("plan")
def plan(
    from_on: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    *,
    days: Annotated[int, typer.Option(min=1, max=31, help="How many days.")] = 1,
    seconds: Annotated[float | None, typer.Option(min=0.05, help="Search time of one round.")] = None,
    county: Annotated[str | None, typer.Option(help="Six digits; every county where left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Plan the inspectors' rounds and publish them."""
    from actions.deed import now
    from actions.operator import operator
    from actions.plans import make_plan

    told = []
    with refusals():
        for one in [county] if county else counties():
            progress = None if as_json else _crews(one)
            made = make_plan(actor=operator(one), on=from_on.date(), days=days, at=now(), seconds=seconds,
                             progress=progress)  # fmt: skip
            told.append({"county": one, "from": from_on.date(), "days": days, **made.as_dict()})
    if as_json:
        show({"counties": told}, as_json=True)
        return
    for row in told:
        typer.echo(f"{row['county']} {row['from']} {row['days']} d: {len(row['rounds'])} rounds, {row['stops']} stops, "
                   f"{row['unserved']} left, {row['metres'] / 1000:.1f} km, {row['seconds']} s")  # fmt: skip
        for line in plan_sentences(row):
            typer.echo(f"  {line}")


@app.command("promise")
def promise(
    from_on: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day of the round.")],
    by_on: Annotated[datetime, typer.Option("--by", formats=["%Y-%m-%d"], help="The wished last day.")],
    *,
    inspectors: Annotated[int | None, typer.Option(min=1, help="How many; those on duty where left out.")] = None,
    county: Annotated[str | None, typer.Option(help="Six digits; every county where left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say by when every rental house is seen, and how many inspectors a wished day takes."""
    from actions.deed import now
    from actions.operator import operator
    from actions.promise import promise_for
    from inspections.promise import sentence

    told = {}
    with refusals():
        for one in [county] if county else counties():
            told[one] = promise_for(
                actor=operator(one), first=from_on.date(), by=by_on.date(), at=now(), inspectors=inspectors
            )  # fmt: skip
    if as_json:
        show({"counties": [{"county": one, **made.as_dict()} for one, made in told.items()]}, as_json=True)
        return
    for one, made in told.items():
        typer.echo("\n  ".join([f"{one} {line}" if at == 0 else line for at, line in enumerate(sentence(made, "en"))]))


@app.command("risk")
def risk(
    *,
    county: Annotated[str | None, typer.Option(help="Six digits; every county where left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Decide every house's colour anew: hazards age and history fades from day to day."""
    from actions.deed import now
    from actions.operator import operator
    from actions.risk import reassess_county

    told = []
    with refusals():
        for one in [county] if county else counties():
            houses, changed = reassess_county(actor=operator(one), at=now())
            told.append({"county": one, "houses": houses, "changed": changed})
    if as_json:
        show({"counties": told}, as_json=True)
        return
    for row in told:
        typer.echo(f"{row['county']} {row['houses']} houses, {row['changed']} changed")


@app.command("escalate")
def escalate(
    *,
    county: Annotated[str | None, typer.Option(help="Six digits; every county where left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Urge what runs out, put what is late under supervision, as the ladder says; the application does so by itself."""
    from actions.deed import now
    from actions.escalation import escalate as climb

    with refusals():
        told = climb(at=now(), county=county)
    if as_json:
        show({"cases": [{"number": one.number, "rung": one.rung, "event": one.event} for one in told]}, as_json=True)
        return
    for one in told:
        typer.echo(f"{one.number} {one.rung} {one.event}")


@app.command("worker")
def worker(
    *,
    until_done: Annotated[bool, typer.Option("--until-done", help="Send what waits now, then end.")] = False,
) -> None:
    """Send messages out (mail, group robots), for as long as it runs; the application does so by itself."""
    import asyncio
    import contextlib

    from actions.worker import work

    with refusals(), contextlib.suppress(KeyboardInterrupt):
        asyncio.run(work(until_done=until_done))


def _crews(county: str) -> Callable[[int, int], None]:
    return lambda done, total: typer.echo(f"\r{county} {done}/{total}", err=True, nl=done == total)


@app.command("kpi")
def kpi(
    from_on: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    to_on: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, counted in.")],
    *,
    by: Annotated[KpiKey | None, typer.Option(help="Break down by.")] = None,
    as_of_on: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="As the record knew it at the end of a day."),
    ] = None,
    county: Annotated[str | None, typer.Option(help="Six digits; every county where left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell the published indicators of a period, each with numerator and denominator."""
    from actions import indicators
    from db import server
    from inspections.deadline import end_of

    known_at = end_of(as_of_on.date()) if as_of_on else None
    with refusals():
        server.ensure_database()
        told = indicators.tell(
            from_on.date(), to_on.date(), by=by.value if by else None, county=county, as_of=known_at, known_at=known_at
        )
    if as_json:
        show(told, as_json=True)
        return
    for row in told["rows"]:
        typer.echo(f"{row['county']} {row['county_name']} {row['name'] or row['key'] or ''}".rstrip())
        for name, rate in row["indicators"].items():
            percent = "-" if rate["percent"] is None else f"{rate['percent']:.2f} %"
            typer.echo(f"  {name:<18}{rate['numerator']:>8} / {rate['denominator']:<8}{percent:>10}")
        for line in _ages(row["ages"] or {}):
            typer.echo(f"  {line}")


def _ages(told: Mapping[str, Any]) -> list[str]:
    """Tell how old, how fast and how many seen in time, each on a line; nothing that there is nothing to tell of."""
    lines = []
    if told.get("open"):
        lines.append(f"{'open':<18}{told['open']:>8}   median {told['median_days']:.1f} days, 9 of 10 within "
                     f"{told['p90_days']:.1f}")  # fmt: skip
    if told.get("closed"):
        lines.append(f"{'closed':<18}{told['closed']:>8}   median {told['median_days_to_close']:.1f} days")
    if told.get("coverage"):
        seen = told["coverage"]
        percent = "-" if seen["percent"] is None else f"{seen['percent']:.2f} %"
        lines.append(f"{'seen in time':<18}{seen['numerator']:>8} / {seen['denominator']:<8}{percent:>10}")
    return lines


@app.command("bulletin")
def bulletin_command(
    period: Annotated[str, typer.Argument(help="A month 2026-10 or a week 2026-W43.")],
    out: Annotated[Path, typer.Argument(help="The folder to write into.", file_okay=False)],
    *,
    as_of_on: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="As the record knew it at the end of a day."),
    ] = None,
    county: Annotated[str | None, typer.Option(help="Six digits; the only county where left out.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the bulletin.")] = Lang.zh,
) -> None:
    """Write the bulletin of a month or a week: Word from the template, and a workbook with charts."""
    from actions import bulletin
    from actions.deed import now
    from actions.operator import operator
    from inspections.bulletin import span
    from inspections.deadline import end_of

    known_at = end_of(as_of_on.date()) if as_of_on else None
    with refusals(lang.value):
        who = operator(county or only_county())
        told = bulletin.bulletin(*span(period), actor=who, at=known_at or now(), known_at=known_at)
        made = bulletin.files(told, lang=lang.value)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        (out / name).write_bytes(content)
        typer.echo(printable(str(out / name)))
