"""What became of address codes, and other numbers: told at a terminal, changed one deed at a time."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from terminal.places import code_app
from terminal.speech import AsJson, Lang, printable, refusals, show

if TYPE_CHECKING:
    from actions.code_change import Change

alias_app = typer.Typer(no_args_is_help=True, help="Other numbers that addresses go by, and went by.")

Code = Annotated[str, typer.Argument(help="A 26-character address code, with or without separators.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it is kept with the change.")]
Apply = Annotated[bool, typer.Option("--apply", help="Do it; without this only what would happen is told.")]
Language = Annotated[Lang, typer.Option("--lang", help="Language of the messages.")]


@code_app.command("resolve")
def code_resolve(code: Code, as_json: AsJson = False) -> None:
    """Print what became of a code: whether it is in force, each step, and the codes in force it leads to."""
    from db import engine, lineage, server
    from gis.code import AddressCode

    with refusals():
        asked = AddressCode.parse(code)
        server.ensure_database()
        with engine.transaction() as connection:
            fate = lineage.fate(connection, county=asked.county, code=str(asked))
    if as_json:
        show(fate.as_dict(), as_json=True)
        return
    typer.echo(printable(f"{fate.code} {fate.level} {fate.status} {fate.text}"))
    for step in fate.steps:
        to = " ".join(step.to) or "-"
        typer.echo(printable(f"{step.at:%Y-%m-%d} {step.kind} {step.code} -> {to} ({step.reason})"))
    typer.echo("in force: " + (" ".join(fate.living) or "-"))


@code_app.command("history")
def code_history(code: Code, as_json: AsJson = False) -> None:
    """Print every change a code took part in or came of, newest first, undone ones too, and its other numbers."""
    from db import alias, engine, lineage, server
    from gis.code import AddressCode

    with refusals():
        asked = AddressCode.parse(code)
        server.ensure_database()
        with engine.transaction() as connection:
            row = lineage.address(connection, county=asked.county, code=str(asked))
            same: dict[str, Any] = {"county": asked.county, "address_id": row["id"]}
            changes = lineage.history(connection, level=row["level"], **same)
            numbers = alias.of_address(connection, **same)
    if as_json:
        show({"code": row["code"], "status": row["status"], "changes": changes, "aliases": numbers}, as_json=True)
        return
    for one in changes:
        undone = f" undone {one['undone_at']:%Y-%m-%d}: {one['undone_reason']}" if one["undone_at"] else ""
        pair = f"{' '.join(one['old_codes'])} -> {' '.join(one['new_codes'] or ['-'])}"
        who = one["who"] or "terminal"
        typer.echo(printable(f"{one['id']} {one['at']:%Y-%m-%d} {one['kind']} {pair} ({who}: {one['reason']}){undone}"))
    for one in numbers:
        typer.echo(printable(f"{one['scheme']} {one['value']} {one['since'] or '-'}..{one['until'] or ''}"))


@code_app.command("renumber")
def code_renumber(
    code: Code, address: Annotated[str, typer.Argument(help="The text of the address from now on.")], *, reason: Why,
    doorplate: Annotated[str | None, typer.Option(help="What the new plate says.")] = None, apply: Apply = False,
    lang: Language = Lang.zh, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Give a house another door number; its code stays, the old plate is kept on record."""
    from actions.codes import renumber_house

    with refusals(lang.value):
        key, given = _one(code, reason, apply=apply)
        _tell(renumber_house(key, address, doorplate=doorplate, **given), lang, as_json=as_json)


@code_app.command("move")
def code_move(
    code: Code, village: Annotated[str, typer.Argument(help="12 digits of the village it belongs to.")], *, reason: Why,
    apply: Apply = False, lang: Language = Lang.zh, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Give a house a new code in another village; the old one leads to it."""
    from actions.codes import move_houses

    with refusals(lang.value):
        key, given = _one(code, reason, apply=apply)
        _tell(move_houses([key], village, **given), lang, as_json=as_json)


@code_app.command("merge")
def code_merge(
    codes: Annotated[list[str], typer.Argument(help="The codes of the houses that are one from now on.")], *,
    address: Annotated[str, typer.Option(help="The text of the whole's address.")], reason: Why, apply: Apply = False,
    lang: Language = Lang.zh, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Make one house of several under a new code; the old codes lead to it."""
    from actions.code_change import Part
    from actions.codes import merge_houses

    with refusals(lang.value):
        found = [_one(code, reason, apply=apply) for code in codes]
        _tell(merge_houses([key for key, _ in found], Part(address), **found[0][1]), lang, as_json=as_json)


@code_app.command("demolish")
def code_demolish(
    code: Code, *, reason: Why, apply: Apply = False, lang: Language = Lang.zh, as_json: AsJson = False
) -> None:
    """Close a house that is no more; its code leads nowhere, its history stays."""
    from actions.codes import demolish_house

    with refusals(lang.value):
        key, given = _one(code, reason, apply=apply)
        _tell(demolish_house(key, **given), lang, as_json=as_json)


@code_app.command("undo")
def code_undo(
    event: Annotated[int, typer.Argument(help="The number of the change, as `code history` tells it.")], *,
    county: Annotated[str | None, typer.Option(help="Six digits; may be left out where there is only one.")] = None,
    reason: Why, apply: Apply = False, lang: Language = Lang.zh, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Take a change back, as long as nothing was built on it."""
    from actions.code_undo import undo_change
    from actions.deed import now
    from actions.operator import operator
    from db import server
    from terminal.speech import only_county

    with refusals(lang.value):
        server.ensure_database()
        who = operator(county or only_county())
        _tell(undo_change(event, actor=who, at=now(), reason=reason, dry_run=not apply), lang, as_json=as_json)


@alias_app.command("find")
def alias_find(
    value: Annotated[str, typer.Argument(help="The number.")],
    scheme: Annotated[str | None, typer.Option(help="DOORPLATE, JGJ246, BDCDY28, SZ25, METER_ELEC ...")] = None,
    on: Annotated[str | None, typer.Option(help="YYYY-MM-DD; without it whoever ever had it.")] = None,
    county: Annotated[str | None, typer.Option(help="Six digits; may be left out where there is only one.")] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Print who has a number, or had it on a day."""
    from datetime import date

    from db import alias, engine, server
    from gis.alias import canonical
    from terminal.speech import only_county

    with refusals():
        server.ensure_database()
        number = canonical(scheme, value) if scheme else value.strip()
        day = date.fromisoformat(on) if on else None
        with engine.transaction() as connection:
            rows = alias.holders(connection, county=county or only_county(), value=number,
                                 scheme=scheme and scheme.upper(), on=day)  # fmt: skip
    if as_json:
        show({"holders": rows}, as_json=True)
        return
    for row in rows:
        said = (
            f"{row['scheme']} {row['since'] or '-'}..{row['until'] or ''} {row['code']} {row['status']} {row['text']}"
        )
        typer.echo(printable(said))


@alias_app.command("add")
def alias_add(
    code: Code, scheme: Annotated[str, typer.Argument()], value: Annotated[str, typer.Argument()],
    since: Annotated[str | None, typer.Option(help="YYYY-MM-DD; today where left out.")] = None,
    lang: Language = Lang.zh,
) -> None:  # fmt: skip
    """Give a house, suite or room another number from a day on; its key."""
    from datetime import date

    from actions.aliases import add_alias
    from actions.deed import now
    from actions.operator import operator
    from db import server
    from gis.code import AddressCode

    with refusals(lang.value):
        asked = AddressCode.parse(code)
        server.ensure_database()
        day = date.fromisoformat(since) if since else None
        typer.echo(add_alias(str(asked), scheme, value, actor=operator(asked.county), at=now(), since=day))


def _one(code: str, reason: str, *, apply: bool) -> tuple[int, dict[str, Any]]:
    """The house of a code, and what every deed is told."""
    from actions.deed import now
    from actions.operator import operator
    from db import engine, house, server
    from gis.code import AddressCode

    asked = AddressCode.parse(code)
    server.ensure_database()
    with engine.transaction() as connection:
        key = int(house.one(connection, county=asked.county, key=str(asked))["id"])
    return key, {"actor": operator(asked.county), "at": now(), "reason": reason, "dry_run": not apply}


def _tell(change: "Change", lang: Lang, *, as_json: bool) -> None:
    if as_json:
        show(change.as_dict(lang.value), as_json=True)
        return
    for what, lines in (("retired", change.retired), ("allotted", change.allotted), ("kept", change.kept)):
        for line in lines:
            typer.echo(printable(f"{what} {line.code} {line.level} {line.text}"))
    for one in change.follows:
        typer.echo(printable(f"{one.what} {one.name} {one.origin} -> {one.to or '-'}"))
    for warning in change.warnings:
        typer.echo(printable(f"! {warning.text(lang.value)}"))
    typer.echo(f"change {change.event_id}" if change.event_id else "nothing written; --apply does it")
