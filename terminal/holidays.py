"""The calendar from a terminal: what is known, a year entered, open deadlines reckoned anew."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from terminal.speech import Lang, only_county, printable, refusals
from words import say

if TYPE_CHECKING:
    from actions.holidays import Moved

calendar_app = typer.Typer(no_args_is_help=True, help="Holidays and moved workdays: show, enter a year, reckon anew.")

County = Annotated[str | None, typer.Option(help="Six digits; the only county where left out.")]
Language = Annotated[Lang, typer.Option(help="Language of the messages.")]


@calendar_app.command("show")
def calendar_show(*, county: County = None, lang: Language = Lang.zh) -> None:
    """Say which years come with the product and which the county entered, each with its notice."""
    from db import engine, holiday
    from inspections.deadline import national_calendar

    with refusals(lang.value):
        asked = county or only_county()
        with engine.transaction() as connection:
            rows = holiday.years(connection, asked)
    known = national_calendar().years
    typer.echo(say("holiday.product", lang.value, first=min(known), last=max(known)))
    for row in rows:
        told = say("holiday.own", lang.value, year=row["year"], holidays=len(row["holidays"]),
                   workdays=len(row["workdays"]), source=row["source"])  # fmt: skip
        typer.echo(printable(told))


@calendar_app.command("enter")
def calendar_enter(
    file: Annotated[Path, typer.Argument(help="One year as .toml: year, source, holidays, workdays.", exists=True)],
    *,
    county: County = None,
    lang: Language = Lang.zh,
) -> None:
    """Enter a year's holidays with their notice; open deadlines that reach into it follow."""
    from actions.deed import now
    from actions.holidays import enter
    from actions.operator import operator
    from inspections.holiday import read_year

    with refusals(lang.value):
        year = read_year(file.read_text(encoding="utf-8", errors="replace"))
        found = enter(year, actor=operator(county or only_county()), at=now())
    typer.echo(say("holiday.entered", lang.value, year=year.year, holidays=len(year.holidays),
                   workdays=len(year.workdays)))  # fmt: skip
    _tell(found, lang)


@calendar_app.command("recompute")
def calendar_recompute(*, county: County = None, lang: Language = Lang.zh) -> None:
    """Reckon open deadlines anew by what is published now, as after an update of the product."""
    from actions.deed import now
    from actions.holidays import recompute
    from actions.operator import operator

    with refusals(lang.value):
        found = recompute(actor=operator(county or only_county()), at=now())
    _tell(found, lang)


def _tell(found: "Sequence[Moved]", lang: Lang) -> None:
    from inspections.deadline import SHANGHAI

    typer.echo(say("holiday.count", lang.value, n=len(found)))
    for one in found:
        key = "holiday.moved_ruling" if one.ruling else "holiday.moved"
        old, new = (f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for at in (one.old, one.new))
        typer.echo(say(key, lang.value, number=one.number, old=old, new=new))
