"""Ratings that synthetic raters gave of the model town's cases: mostly alike, sometimes far apart, some by one only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
import pyarrow as pa

from demo.columns import Columns, times
from demo.history import History, Year
from inspections.rating import TERMS, Rating, default, stepped
from inspections.ticket import State

CASES = 60
"""How many cases of a chunk are rated."""
ALONE = 0.2
"""The share of them that a second person has not come to yet."""
HEADS = 40
"""Most people that somebody guesses to be in a house."""
Row = tuple[int, int, datetime, str, Rating]


def rating_rows(history: History, year: Year, *, first: dict[str, int], rng: np.random.Generator) -> Columns:
    """Rating rows: the lead's clerk first, somebody of the centre a day or so later, neither knowing of the other."""
    rows = sorted(_rows(history, year, first, rng), key=lambda row: row[2])
    many = len(rows)
    told = [row[4] for row in rows]
    return {
        "county": [year.houses.county] * many, "ticket_id": pa.array([row[0] for row in rows], type=pa.int64()),
        "account_id": pa.array([row[1] for row in rows], type=pa.int64()), "at": times([row[2] for row in rows]),
        "hazard": pa.array([row[3] for row in rows], type=pa.string()),
        "likelihood": pa.array([one.likelihood for one in told], type=pa.int64()),
        "spread": pa.array([_array(one) for one in told], type=pa.string()),
        "exposed": pa.array([one.exposed for one in told], type=pa.int64()), "blind": [True] * many,
    }  # fmt: skip


def _array(one: Rating) -> str:
    return "{" + ",".join(f"{share:.1f}" for share in one.spread) + "}"


def _rows(history: History, year: Year, first: dict[str, int], rng: np.random.Generator) -> Iterator[Row]:
    facts = {row.ticket: history.facts.get(row.visit, {}) for row in history.findings}
    able = [n for n, ticket in enumerate(history.tickets) if n in facts and _stands(ticket.life.state)]
    for number in sorted(rng.permutation(able)[:CASES].tolist()):
        life, house = history.tickets[number].life, history.tickets[number].house
        heads = int(year.rooms.persons[year.rooms.house == house].sum())
        base = default(life.hazard, facts[number], exposed=min(heads, HEADS))
        if base is None:
            continue
        clerk = int(rng.choice(year.desks.clerks.get(life.lead, year.desks.centre)))
        raters = [clerk, int(rng.choice([one for one in year.desks.centre if one != clerk]))]
        for rater in raters[: 1 if rng.random() < ALONE else 2]:
            at = life.opened_at + timedelta(hours=float(rng.uniform(2, 60)))
            yield first["ticket"] + number, rater, min(at, year.now), life.hazard, _judged(base.rating, rng)


def _stands(state: State | None) -> bool:
    return state is not None and state is not State.VOID


def _judged(base: Rating, rng: np.random.Generator) -> Rating:
    """The default as somebody else sees it: likelihood mostly within two steps, one share of harm a step off."""
    told = base
    steps = abs(round(float(rng.normal(0, 0.9))))
    way: Literal[-1, 1] = 1 if rng.random() < 0.5 else -1
    for term in ("likelihood",) * steps + (str(rng.choice(TERMS[1:4])),):
        told = stepped(told, term, way) or told
    guess = round(base.exposed * float(rng.uniform(0.8, 1.3)))
    return replace(told, exposed=max(1, guess))
