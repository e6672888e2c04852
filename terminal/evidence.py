"""The evidence of a case from a terminal: put together, and verified without the record."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from terminal.speech import AsJson, Lang, only_county, printable, refusals, show
from words import say

evidence_app = typer.Typer(no_args_is_help=True, help="Evidence packs: export one, verify one.")

Language = Annotated[Lang, typer.Option(help="Language of the messages.")]


@evidence_app.command("export")
def evidence_export(
    number: Annotated[str, typer.Argument(help="The ticket's number.", metavar="TICKET")],
    out: Annotated[Path, typer.Argument(help="The pack to write, .zip.", metavar="OUT.zip")],
    *,
    county: Annotated[str | None, typer.Option(help="Six digits; the only county where left out.")] = None,
    lang: Language = Lang.zh,
    as_json: AsJson = False,
) -> None:
    """Put the evidence of a ticket into one signed file: paper, data, photos, rule texts, chained history."""
    from actions.deed import now
    from actions.evidence_pack import export_evidence
    from actions.operator import operator
    from exchange.evidence_pack import verify

    with refusals(lang.value):
        content = export_evidence(number, actor=operator(county or only_county()), at=now())
    out.write_bytes(content)
    told = verify(content)
    if as_json:
        show({"ticket": told.number, "out": str(out), "bytes": len(content), "fingerprint": told.fingerprint,
              "events": told.events, "photos": told.photos}, as_json=True)  # fmt: skip
        return
    typer.echo(printable(say("evidence.exported", lang.value, number=told.number, events=told.events,
                             photos=told.photos)))  # fmt: skip
    typer.echo(printable(say("evidence.key", lang.value, key=told.fingerprint)))


@evidence_app.command("verify")
def evidence_verify(
    file: Annotated[Path, typer.Argument(help="The pack.", exists=True, dir_okay=False, metavar="OUT.zip")],
    *,
    key: Annotated[str | None, typer.Option(help="The fingerprint it must be signed with.")] = None,
    lang: Language = Lang.zh,
    as_json: AsJson = False,
) -> None:
    """Look for anything in a pack that was changed; needs neither the record nor the key. Exit code 1 if there is."""
    from exchange.evidence_pack import verify

    told = verify(file.read_bytes(), key=key)
    if as_json:
        show({"whole": told.whole, **asdict(told)}, as_json=True)
    else:
        for one in told.problems:
            typer.echo(printable(one.words(lang.value)), err=True)
        if told.whole:
            typer.echo(printable(say("evidence.whole", lang.value, number=told.number, events=told.events,
                                     photos=told.photos, made_at=told.made_at)))  # fmt: skip
            if told.masked:
                typer.echo(printable(say("evidence.masked", lang.value, n=told.masked)))
        typer.echo(printable(say("evidence.key", lang.value, key=told.fingerprint or "-")))
    if not told.whole:
        raise typer.Exit(1)
