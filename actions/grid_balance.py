"""Sharing a county, a town or a village out evenly: proposed, looked at, then put in force as one deed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np

from actions.deed import deed
from actions.grid_changes import Changed, GridChange, put_in_force
from db import division, grid, workload
from db.engine import transaction
from gis.balance import TOLERANCE
from gis.errors import AnjuError
from gis.evenness import Evenness, evenness
from gis.recut import NEW, Cut, shape_of
from gis.sharing import NOBODY, Doors, Grids, Layout, Sharing, lay_out, share_among_grids, share_among_people
from inspections.access import Actor, Place
from inspections.day import working_day
from inspections.workload import month_minutes

By = Literal["person", "grid"]
Progress = Callable[[float], None]


class NothingToShareError(AnjuError):
    """There are no grids in {area} to be shared out."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one part holds before and after: houses, minutes a month, red and orange houses.

    ``account_id`` and ``name`` are whose it is (None and empty: nobody yet), ``grid`` the code where parts are grids.
    """

    account_id: int | None
    name: str
    grid: str | None
    houses: tuple[int, int]
    minutes: tuple[float, float]
    danger: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Proposal:
    """How an area could be shared out: nothing is in force yet.

    ``stays`` is the share of houses that keep whoever (or the grid that) looks after them; ``changes`` are the grids as
    they are to be, with who is to have main duty; ``new`` and ``moved`` count grids that begin and whose edge moves;
    ``apart`` counts parts that hang together over an island's link only; ``parts`` says for each change whose share
    (by its place in ``shares``) the grid is, -1 for one that ends.
    """

    area: str
    by: By
    shares: tuple[Share, ...]
    before: Evenness
    after: Evenness
    stays: float
    new: int
    moved: int
    apart: int
    changes: tuple[GridChange, ...]
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """An area as it is: rows of grids, and the same as the domain takes it."""

    rows: list[dict[Any, Any]]
    grids: Grids
    doors: Doors
    danger: list[bool]


def propose(
    area: str, *, actor: Actor, on: date, by: By = "person", parts: int | None = None, tolerance: float = TOLERANCE,
    progress: Progress | None = None,
) -> Proposal:  # fmt: skip
    """Propose how an area (the code of a county, town or village) is shared out evenly; writes nothing.

    By person: ``parts`` people, those on main duty there where it is left out, each with ground that hangs together; a
    grid is cut only where evenness asks for it. By grid: as many grids as there are in each village, or ``parts`` of
    them shared among the villages by their work. Special grids keep their edges and change hands whole.
    Raises ``NothingToShareError``, ``gis.balance.BalanceError``, ``RefusedError``.
    """
    actor.require("grid.edit", _place(actor, area))
    read = _read(area, actor, on)
    _tell(progress, 0.2)
    people = len(set(read.grids.holder.tolist()) - {NOBODY})
    layout = lay_out(read.grids, read.doors, parts=parts or (people if by == "person" and people else len(read.rows)))
    _tell(progress, 0.5)
    share = share_among_people if by == "person" else share_among_grids
    sharing = share(layout, read.grids, parts=parts, tolerance=tolerance, seed=0)
    _tell(progress, 0.8)
    made = _proposal(area, by, read, layout, sharing)
    _tell(progress, 1.0)
    return made


def apply_proposal(proposal: Proposal, *, actor: Actor, on: date) -> Changed:
    """Put a proposal in force from a day on: edges, codes and main duties together, or nothing.

    Raises ``GridGoneError`` where somebody changed a grid meanwhile, ``PlannedLaterError``, ``RefusedError``.
    """
    place = _place(actor, proposal.area)
    actor.require("duty.edit", place)
    detail = {"why": "balance", "on": on, "by": proposal.by, "worst": round(proposal.after.worst, 3),
              "stays": round(proposal.stays, 3)}  # fmt: skip
    about = ("area", proposal.area)
    with deed(actor, "grid.edit", place=place, about=about, detail=detail) as connection:
        told = put_in_force(connection, proposal.changes, county=actor.county, on=on)
        whom: dict[int, list[int]] = {}
        for code, account in told.wanted.items():
            whom.setdefault(account, []).append(told.id_of[code])
        for account, ids in whom.items():
            grid.put_on_duty(connection, county=actor.county, grid_ids=ids, account_id=account, kind="main", since=on)
        for code in told.unwanted:
            grid.relieve(connection, county=actor.county, grid_id=told.id_of[code], kind="main", on=on)
    told.vacant = sorted({code for code in told.vacant if code not in told.wanted} | set(told.unwanted))
    return told


def _place(actor: Actor, area: str) -> Place:
    town, village = (area if len(area) == digits else None for digits in (9, 12))
    return Place(county=actor.county, town=town, village=village)


def _tell(progress: Progress | None, share: float) -> None:
    if progress is not None:
        progress(share)


def _read(area: str, actor: Actor, on: date) -> _Read:
    with transaction() as connection:
        day = working_day(division.county(connection, actor.county)["settings"])
        frame = grid.grids_frame(connection, county=actor.county, on=on)
        houses = workload.houses(connection, county=actor.county, area=area)
    frame = frame[frame["village"].str.startswith(area)].reset_index(drop=True)
    if frame.empty:
        raise NothingToShareError(area=area)
    row_of = {int(key): row for row, key in enumerate(frame["id"])}
    at = houses[["lon", "lat"]].to_numpy()
    minutes = month_minutes(houses["colour"].tolist(), houses["rooms"].tolist(), at, county=actor.county, day=day,
                            rechecks=houses["rechecks"].to_numpy())  # fmt: skip
    held = np.array([row_of.get(int(key), -1) if key == key else -1 for key in houses["grid_id"]], dtype=np.int64)  # noqa: PLR0124
    holder = frame["account_id"].fillna(NOBODY).to_numpy(dtype=np.int64)
    special = (frame["kind"] == "special").to_numpy()
    grids = Grids(frame.geometry.to_numpy(), frame["village"].to_numpy(np.str_), special, holder)
    doors = Doors(at, houses["village"].to_numpy(np.str_), held, minutes)
    return _Read(frame.to_dict("records"), grids, doors, houses["colour"].isin(["red", "orange"]).tolist())


def _proposal(area: str, by: By, read: _Read, layout: Layout, sharing: Sharing) -> Proposal:
    shares = _shares(read, layout, sharing)
    cuts = sharing.cuts(layout)
    changes = [_change(read, layout, cut, sharing.owner[cut.part], vacant=by == "person") for cut in cuts]
    kept = {cut.grid for cut in cuts}
    changes += [GridChange(str(one["village"]), str(one["code"]), None)
                for row, one in enumerate(read.rows) if row not in kept]  # fmt: skip
    moved = [cut for cut in cuts if cut.grid != NEW and layout.changes(cut)]
    doors = np.ones(len(read.danger))
    same = float(layout.over((sharing.now == sharing.then.labels).astype(np.int64), doors, 2)[1])
    known = float(layout.over((sharing.now >= 0).astype(np.int64), doors, 2)[1])
    return Proposal(
        area, by, shares, evenness([one.minutes[0] for one in shares]), evenness([one.minutes[1] for one in shares]),
        same / known if known else 1.0, sum(cut.grid == NEW for cut in cuts), len(moved), sharing.then.apart,
        tuple(changes), tuple(cut.part for cut in cuts) + (-1,) * (len(changes) - len(cuts)),
    )  # fmt: skip


def _shares(read: _Read, layout: Layout, sharing: Sharing) -> tuple[Share, ...]:
    parts = len(sharing.owner)
    now = np.where(sharing.now < 0, parts, sharing.now)
    told = [(layout.over(now, weights, parts + 1), layout.over(sharing.then.labels, weights, parts))
            for weights in (np.ones(len(read.danger)), read.doors.work, read.danger)]  # fmt: skip
    names = {
        int(one["account_id"]): str(one["inspector"]) for one in read.rows if one["account_id"] == one["account_id"]
    }
    found = []
    for at, (account, row) in enumerate(zip(sharing.owner, sharing.grid, strict=True)):
        houses, minutes, danger = ((float(before[at]), float(after[at])) for before, after in told)
        found.append(
            Share(None if account == NOBODY else account, names.get(account, ""),
                  None if row < 0 else str(read.rows[row]["code"]), _whole(houses), minutes, _whole(danger))
        )  # fmt: skip
    return tuple(found)


def _whole(pair: tuple[float, float]) -> tuple[int, int]:
    return round(pair[0]), round(pair[1])


def _change(read: _Read, layout: Layout, cut: Cut, owner: int, *, vacant: bool) -> GridChange:
    """A grid as it is to be; ``vacant``: a part without a person is to be vacant, not left to heirs."""
    one = read.rows[int(layout.home[cut.blocks[0]] if cut.grid == NEW else cut.grid)]
    special = one["kind"] == "special"
    shape = one["geometry"] if special else shape_of(layout.shapes[cut.blocks])
    account, nobody = (None, vacant) if owner == NOBODY else (owner, False)
    if cut.grid == NEW:
        return GridChange(str(one["village"]), None, shape, main=account, nobody=nobody)
    # A grid whose edge moves begins anew, and its heirs by houses need not be those who are meant here.
    wanted = account if layout.changes(cut) or account != one["account_id"] else None
    return GridChange(str(one["village"]), str(one["code"]), shape, kind=str(one["kind"]), main=wanted,
                      nobody=nobody)  # fmt: skip
