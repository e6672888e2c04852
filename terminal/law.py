"""Law and routing from a terminal: which rules hold, whether a pack will do, the page on rules, areas for routing."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from terminal.speech import AsJson, Lang, only_county, printable, refusals, show
from words import say

rules_app = typer.Typer(no_args_is_help=True, help="Rules of law: list, check a pack, draw the page.")
routing_app = typer.Typer(no_args_is_help=True, help="Routing: draw the areas that rules may name.")

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"
County = Annotated[str | None, typer.Option(help="Six digits; the only county where left out.")]
Language = Annotated[Lang, typer.Option(help="Language of the messages.")]


@rules_app.command("list")
def rules_list(
    county: Annotated[str, typer.Option(help="Six digits.")],
    *,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today where left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the rules in force in a county on a day, each with its law and how certain the text is."""
    from inspections.rules import rules_for

    day = on.date() if on else date.today()  # noqa: DTZ011 - the law of this machine's day
    rules = rules_for(county, day)
    if as_json:
        rows = [
            {"code": rule.code, "name": rule.texts["name_zh"], "trigger": rule.trigger.text, "lead": rule.lead,
             "co": rule.co, "basis": rule.texts["basis_zh"], "certainty": rule.certainty,
             "valid_from": rule.valid_from, "valid_until": rule.valid_until, "file": rule.file, "line": rule.line}
            for rule in rules
        ]  # fmt: skip
        show({"county": county, "on": day, "rules": rows}, as_json=True)
        return
    for rule in rules:
        typer.echo(f"{rule.code} {rule.texts['name_zh']} [{rule.certainty}] {rule.texts['basis_zh']}")


@rules_app.command("check")
def rules_check(file: Annotated[Path, typer.Argument(help="A pack as .toml.", exists=True)]) -> None:
    """Read a pack as the product would, beside its own; the first thing wrong is told with file and line."""
    from inspections.rule_file import packs, read_pack, refuse_overlaps

    with refusals():
        rules = read_pack(file.read_text(encoding="utf-8"), file=file.name)
        refuse_overlaps([*(rule for rule in packs() if rule.file != file.name), *rules])
    typer.echo(f"{len(rules)} rules, {len({rule.code for rule in rules})} codes: good")


@rules_app.command("draw")
def rules_draw(*, write: Annotated[bool, typer.Option("--write", help="Into docs/rules.md.")] = False) -> None:
    """Draw the table of hazards and the diagram of a ticket's states, or put them into the page on rules."""
    from inspections.law_page import hazard_table, redraw
    from inspections.ticket import as_mermaid

    if write:
        PAGE.write_text(redraw(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        return
    typer.echo(hazard_table())
    typer.echo(as_mermaid())


@routing_app.command("areas")
def routing_areas(
    file: Annotated[Path, typer.Argument(help="Polygons with code and name: .gpkg, .geojson or zipped .shp.")],
    *,
    crs: Annotated[str | None, typer.Option(help="Their system, whatever the file says.")] = None,
    county: County = None,
    lang: Language = Lang.zh,
) -> None:
    """Draw areas that routing rules may name, from today on; one of the same code ends."""
    from actions.deed import now
    from actions.operator import operator
    from actions.routing import put_zones
    from exchange.grid_files import read_grid_file

    with refusals(lang.value):
        actor = operator(county or only_county())
        number = put_zones(read_grid_file(file, crs=crs), source=file.name, actor=actor, at=now())
    typer.echo(printable(say("routing.loaded", lang.value, n=number)))
