"""A name as people write it, learnt once, and every open case that it settles."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from actions import workbench_row
from actions.deed import deed
from actions.workbench import Decided, opened, settle_on, write_down
from actions.workbench_row import Landing
from db import division, workbench
from db.engine import transaction
from db.query import Row
from exchange.villages import CountyContext
from gis.address.learnt import Name, Names, is_division, text_key
from gis.division import Division, short_name
from gis.errors import AnjuError
from inspections.access import Actor

LONGEST = 60


class NoSuchNameError(AnjuError):
    """Say what the name stands for, and how it is written: both, and not the same."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a written name means: ``kind`` 'division' (``means`` its code), 'road' or 'estate' (``means`` the name).

    ``within`` is the town (9 digits) in whose addresses it holds, '' for the whole county.
    """

    written: str
    kind: str
    means: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """A case that a name settles, and how: the candidate it leads to, or None where the row can be placed by itself."""

    case: Row
    candidate: dict[str, Any] | None
    rewritten: str


def preview_alias(meaning: Meaning, *, actor: Actor, at: datetime) -> tuple[list[Settled], list[Row]]:
    """The open cases that a name would settle, the worst first, and those with the name in them that it would not."""
    actor.require("address.decide")
    with transaction() as connection:
        return _plan(connection, _checked(meaning), actor=actor, on=at.date())


def learn_alias(case_id: int, meaning: Meaning, *, actor: Actor, at: datetime) -> Decided:
    """Learn what a name means, from today on, and settle every open case that it settles; ``others`` says how many.

    One decision, undone as one. The case it was made at stays open where the name does not settle it.

    Raises
    ------
    NoSuchNameError
        The name or its meaning is empty, or both are the same, or the code is no division of the county.
    """
    meaning = _checked(meaning)
    detail = {"kind": "alias", "written": meaning.written, "means": meaning.means}
    with deed(actor, "address.decide", about=("address_case", case_id), detail=detail) as connection:
        row = opened(connection, case_id, actor=actor)
        settled, _ = _plan(connection, meaning, actor=actor, on=at.date())
        name_id = workbench.learn_name(
            connection, county=actor.county, name=asdict(meaning), account_id=actor.account_id or None, on=at.date()
        )
        said = {"name_id": name_id, "written": meaning.written, "means": meaning.means, "settled": len(settled),
                "name": _spoken(connection, meaning, county=actor.county)}  # fmt: skip
        return _settle(connection, row, settled, said, actor=actor, at=at)


def _settle(
    connection: Connection, row: Row, settled: Sequence[Settled], said: dict[str, Any], *, actor: Actor, at: datetime
) -> Decided:
    own = next((one for one in settled if one.case["id"] == row["id"]), None)
    county = _learnt_context(connection, actor.county, at.date())
    if own is None:
        before = {"state": row["state"], "ask_house_id": row["ask_house_id"]}
        decision = workbench.Decision(row["id"], "alias", actor.account_id or None, at, before, said)
        first = workbench.decide(connection, county=actor.county, decision=decision)
    else:
        before, after = _take(connection, own, county, at)
        told = write_down(connection, own.case, "alias", actor=actor, at=at, before=before, after=after | said)
        first = told.decision_id
    others = [one for one in settled if one is not own]
    for one in others:
        before, after = _take(connection, one, county, at)
        write_down(connection, one.case, "alias", actor=actor, at=at, before=before, after=after, part_of=first)
    return Decided(first, row["id"], len(others))


def _take(
    connection: Connection, one: Settled, county: CountyContext, at: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    if one.candidate is not None:
        return settle_on(connection, one.case, one.candidate, at=at, county=county)
    return workbench_row.take_in(connection, one.case, Landing(), on=at.date(), county=county)


def _checked(meaning: Meaning) -> Meaning:
    written, means = meaning.written.strip()[:LONGEST], meaning.means.strip()[:LONGEST]
    if not written or not means or written == means or (meaning.kind == "division") != is_division(means):
        raise NoSuchNameError
    if meaning.within and not is_division(meaning.within):
        raise NoSuchNameError
    return Meaning(written, meaning.kind, means, meaning.within)


def _plan(connection: Connection, meaning: Meaning, *, actor: Actor, on: date) -> tuple[list[Settled], list[Row]]:
    """What a name would settle: a case is settled when exactly one of its candidates says what the text then says."""
    names = Names([Name(meaning.written, _spoken(connection, meaning, county=actor.county), meaning.within)])
    context = None
    settled, left = [], []
    for row in workbench.written_like(
        connection, county=actor.county, areas=workbench.reach(actor), written=meaning.written, within=meaning.within
    ):
        rewritten = names.rewrite(row["text"], division=row["village"] or row["town"] or meaning.within)
        found = _candidate(row, rewritten)
        if found is None and meaning.kind == "division" and row["quarantine_id"] is not None:
            context = context or _learnt_context(connection, actor.county, on, extra=[meaning])
            if not workbench_row.prepared_row(connection, row, Landing(), county=context).problems:
                settled.append(Settled(row, None, rewritten))
                continue
        if found is None:
            left.append(row)
        else:
            settled.append(Settled(row, found, rewritten))
    return settled, left


def _spoken(connection: Connection, meaning: Meaning, *, county: str) -> str:
    """The name that stands for what is meant: of a division its spoken name."""
    if meaning.kind != "division":
        return meaning.means
    return short_name(division.one(connection, county=county, code=meaning.means)["name"])


def _candidate(row: Row, rewritten: str) -> dict[str, Any] | None:
    """The one candidate whose text is what the case's text becomes; the longer may name higher divisions besides."""
    key = text_key(rewritten)
    same = [one for one in row["candidates"] if _says_the_same(key, text_key(one["text"]))]
    usable = [one for one in same if row["quarantine_id"] is not None or one["lon"] is not None]
    return usable[0] if len(usable) == 1 and row["kind"] != "duplicate" else None


def _says_the_same(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return bool(short) and long.endswith(short) and long[: len(long) - len(short)][-1:] in ("", *"省市县区镇乡道")


def learnt_names(connection: Connection, county: str, *, on: date) -> Names:
    """The names a county has learnt, ready to be put in the place of those written."""
    rows = workbench.names(connection, county=county, on=on)
    return Names(
        Name(row["written"], short_name(row["official"]) if row["official"] else row["means"], row["within"])
        for row in rows
    )


def _learnt_context(connection: Connection, county: str, on: date, *, extra: Sequence[Meaning] = ()) -> CountyContext:
    context = workbench_row.context(connection, county, on=on)
    return with_names(context, extra)


def with_names(context: CountyContext, meanings: Sequence[Meaning]) -> CountyContext:
    """The county with names besides those it has learnt."""
    more = [Division(one.means, one.written) for one in meanings if one.kind == "division"]
    return replace(context, spoken=[*context.spoken, *more])
