"""Sharing an area out evenly, from a terminal."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from terminal.grids import County, Language, day_of
from terminal.speech import AsJson, Lang, only_county, printable, refusals, show
from words import say

if TYPE_CHECKING:
    from actions.grid_balance import Proposal


balance_app = typer.Typer()


class By(StrEnum):
    """What is made even: people's work, or the grids of each village."""

    person = "person"
    grid = "grid"


@balance_app.command("balance")
def grid_balance(  # noqa: PLR0913 - each is one option
    area: Annotated[
        str | None, typer.Option("--in", help="Code of a town or village; the county where left out.")
    ] = None,
    *,
    by: Annotated[By, typer.Option(help="People on main duty, or grids.")] = By.person,
    parts: Annotated[int | None, typer.Option(min=1, help="How many; as many as there are where left out.")] = None,
    county: County = None,
    on: Annotated[str | None, typer.Option(help="YYYY-MM-DD it holds from; today where left out.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Put it in force: edges, codes and main duties.")] = False,
    lang: Language = Lang.zh,
    as_json: AsJson = False,
) -> None:
    """Propose how grids or people share an area evenly, in minutes of work a month; writes only with --apply."""
    from actions.grid_balance import apply_proposal, propose
    from actions.operator import operator

    progress = None if as_json else lambda share: typer.echo(f"\r{share:.0%}", err=True, nl=share >= 1)
    with refusals(lang.value):
        actor = operator(county or only_county())
        found = propose(area or actor.county, actor=actor, on=day_of(on), by=by.value, parts=parts, progress=progress)
        if apply:
            apply_proposal(found, actor=actor, on=day_of(on))
    if as_json:
        show(told(found, applied=apply), as_json=True)
        return
    for line in lines(found, lang=lang.value, on=day_of(on) if apply else None):
        typer.echo(printable(line))


def told(found: "Proposal", *, applied: bool) -> dict[str, Any]:
    """A proposal as plain values."""
    shares = [
        {"name": one.name, "account_id": one.account_id, "grid": one.grid, "houses": one.houses,
         "minutes": [round(value) for value in one.minutes], "danger": one.danger}
        for one in found.shares
    ]  # fmt: skip
    even = {when: {name: round(getattr(one, name), 3) for name in ("worst", "least", "gini")}
            for when, one in (("before", found.before), ("after", found.after))}  # fmt: skip
    return {"area": found.area, "by": found.by, **even, "stays": round(found.stays, 3), "new": found.new,
            "moved": found.moved, "apart": found.apart, "applied": applied, "shares": shares}  # fmt: skip


def lines(found: "Proposal", *, lang: str, on: date | None) -> list[str]:
    """A proposal in words, part by part."""
    made = [
        say("balance.part", lang, name=one.name or one.grid or say("balance.nobody", lang),
            before=f"{one.minutes[0]:,.0f}", after=f"{one.minutes[1]:,.0f}", houses=f"{one.houses[1]:,}")
        for one in sorted(found.shares, key=lambda one: -one.minutes[0])
    ]  # fmt: skip
    figures = {f"{name}{at}": f"{getattr(one, name):.2f}" for at, one in enumerate((found.before, found.after))
               for name in ("worst", "least", "gini")}  # fmt: skip
    made.append(say("balance.told", lang, stays=f"{found.stays:.0%}", new=found.new, moved=found.moved, **figures))
    if on is not None:
        made.append(say("balance.applied", lang, on=on.isoformat()))
    return made
