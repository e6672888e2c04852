"""Making inspectors' days: due houses in, walkable rounds out, over one day or several."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from actions.deed import SHANGHAI, deed
from actions.plan_crew import CrewPlan, DayRound, plan_crew
from actions.plan_roster import Asked, ask
from db import plan
from db.engine import transaction
from db.plan import NewPlan
from inspections.access import Actor, Place
from inspections.fairness import Share, shares
from inspections.roster import working_days
from inspections.week import crews_of

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Round:
    """One inspector's planned day: ``due`` houses were weighed, ``stops`` are on it, ``unserved`` are not."""

    account_id: int
    inspector: str
    on: date
    plan_id: int | None
    due: int
    stops: int
    unserved: int
    metres: float
    minutes: float


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """The rounds made, one an inspector and day; what could not be done, in numbers; how even it is; how long it took.

    ``missing``: houses that must be seen and are on no round, by colour; ``beyond``: due houses too many to be weighed;
    ``nobody``: due houses that nobody looks after, by grid code; ``more``: how many people more would see what must be
    seen, None where nothing is missing.
    """

    rounds: tuple[Round, ...]
    seconds: float
    due: int = 0
    missing: dict[str, int] | None = None
    beyond: int = 0
    nobody: dict[str, int] | None = None
    more: int | None = None
    shares: tuple[Share, ...] = ()
    source: str = "gis.travel.straight"

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        rounds = [
            {name: getattr(one, name) for name in one.__slots__}
            | {"metres": round(one.metres), "minutes": round(one.minutes)}
            for one in self.rounds
        ]  # fmt: skip
        totals = {name: sum(row[name] for row in rounds) for name in ("stops", "unserved", "metres")}
        return {"rounds": rounds, **totals, **self.numbers(), "seconds": round(self.seconds, 2)}

    def numbers(self) -> dict[str, Any]:
        """Return what could not be done and how even it is, as it is kept."""
        return {
            "due": self.due, "missing": self.missing or {}, "beyond": self.beyond, "nobody": self.nobody or {},
            "more": self.more, "travel": self.source, "people": len({one.account_id for one in self.rounds}),
            "shares": [one.as_dict() for one in self.shares],
        }  # fmt: skip


def make_plan(  # noqa: PLR0913 - each is a word of the command
    *, actor: Actor, on: date, at: datetime, days: int = 1, inspectors: Sequence[int] | None = None,
    seconds: float | None = None, seed: int = 0, progress: Progress | None = None,
) -> PlanSummary:  # fmt: skip
    """Plan the rounds of all inspectors on main duty (or of those given) for one day or several in a row; publish each.

    Whoever shares houses (a backup while the main is away, two who go together) is planned as one crew, all days at
    once. A plan published before for the same inspector and day is replaced; what was done or skipped in it stays.
    Houses planned for an earlier day and not seen yet do not come twice. ``seconds`` is the search time of one round.
    """
    started = time.perf_counter()
    actor.require("plan.make")
    asked = ask(actor, working_days(on, days), today=min(at.astimezone(SHANGHAI).date(), on), inspectors=inspectors)
    detail = {"on": on, "days": days, "seed": seed, "people": len(asked.mine)}
    with deed(actor, "plan.make", place=asked.place, about=("plan", on.isoformat()), detail=detail) as connection:
        batch = plan.begin_batch(connection, county=actor.county, first=on, last=asked.days[-1], made_at=at,
                                 made_by=actor.account_id or None)  # fmt: skip
    made: list[CrewPlan] = []
    crews = crews_of(asked.wanted, asked.roster.cover, asked.pairs)
    crews += [(account,) for account in asked.mine if not any(account in crew for crew in crews)]
    for done, crew in enumerate(crews, 1):
        one = plan_crew(crew, asked, seconds=seconds or asked.roster.usual.seconds, seed=seed)
        _publish(one, asked, actor=actor, at=at, batch=batch, seed=seed, seconds=seconds)
        made.append(one)
        if progress is not None:
            progress(done, len(crews))
    summary = _summary(made, asked, time.perf_counter() - started)
    with transaction() as connection:
        plan.tell_batch(connection, county=actor.county, batch_id=batch, detail=summary.numbers())
    return summary


def _publish(one: CrewPlan, asked: Asked, *, actor: Actor, at: datetime, batch: int, seed: int,
             seconds: float | None) -> None:  # fmt: skip
    """Write each person's days; each is a deed of its own and stands by itself."""
    for made in one.days:
        place = Place(county=actor.county, grid=asked.grid_of(made.account_id))
        new = NewPlan(
            account_id=made.account_id, on=made.on, seed=seed, seconds=seconds or asked.roster.usual.seconds,
            detour_factor=one.travel.detour, shift_minutes=made.shift_minutes, travel_mode=str(one.travel.mode),
            metres=made.metres, minutes=made.minutes, lon=made.start[0], lat=made.start[1], made_at=at, batch_id=batch,
            travel_source=one.travel.source, beyond=made.beyond,
        )  # fmt: skip
        detail = {"on": made.on, "seed": seed, "due": made.due}
        with deed(actor, "plan.make", place=place, about=("account", made.account_id), detail=detail) as connection:
            made.plan_id = plan.publish(connection, new, made.stops, county=actor.county, unserved=made.unserved)
            detail["plan"] = made.plan_id


def _summary(made: Sequence[CrewPlan], asked: Asked, seconds: float) -> PlanSummary:
    days = [one for crew in made for one in crew.days]
    missing: dict[str, int] = {}
    for left in (row for one in days for row in one.unserved if row["required"]):
        missing[left["colour"]] = missing.get(left["colour"], 0) + 1
    more = [crew.more for crew in made if crew.more is not None]
    sources = [crew.travel.source for crew in made]
    return PlanSummary(
        rounds=tuple(_round(one, asked) for one in sorted(days, key=lambda one: (one.on, one.account_id))),
        seconds=seconds, due=len(asked.wanted), missing=missing, beyond=sum(one.beyond for one in days),
        nobody=asked.nobody, more=sum(more) if more else None, source=sources[0] if sources else "gis.travel.straight",
        shares=shares([(one.account_id, asked.name_of(one.account_id), one.minutes, one.danger_m) for one in days],
                      most_uneven=asked.roster.usual.most_uneven),
    )  # fmt: skip


def _round(one: DayRound, asked: Asked) -> Round:
    return Round(one.account_id, asked.name_of(one.account_id), one.on, one.plan_id, one.due, len(one.stops),
                 len(one.unserved), one.metres, one.minutes)  # fmt: skip
