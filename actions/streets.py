"""Bringing a county's streets in, and learning from them how much longer ways are than the straight line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from actions.deed import deed
from db import division, street
from db.engine import transaction
from db.query import Row
from db.street import Box, NewLoad
from gis.errors import AnjuError
from gis.measure import distance_matrix_m
from gis.streets import StreetNetwork, Streets, connected
from gis.travel import DetourFit, fit_detour
from inspections.access import Actor, Place

SAMPLE, FARTHEST_M = 300, 3000.0
"""So many houses are drawn for a fit, and ways between those of them that are no farther apart, as in a day's round."""


class NoStreetsLoadedError(AnjuError):
    """No streets are loaded for this county; run streets load first."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loading came to: ways in the file, streets kept, islands left out, ways passed over by reason."""

    ways: int
    streets: int
    islands: int
    kilometres: float
    passed_over: Mapping[str, int]


def ground(county: str) -> Box | None:
    """The box in which a county's streets matter, EPSG:4490 degrees."""
    with transaction() as connection:
        return street.ground(connection, county=county)


def load_streets(
    streets: Streets, *, ways: int, passed_over: Mapping[str, int], file: tuple[str, str], actor: Actor, at: datetime
) -> Loaded:
    """Put streets in the place of the county's; ``file`` is its name and sha256. Islands nobody can get to stay out."""
    actor.require("streets.load", Place(county=actor.county))
    kept = connected(streets)
    load = NewLoad(*file, ways, passed_over, actor.account_id or None, at)
    detail = {"file": file[0], "streets": len(kept)}
    with deed(actor, "streets.load", place=Place(county=actor.county), about=("streets", actor.county),
              detail=detail) as connection:  # fmt: skip
        street.replace(connection, kept, load, county=actor.county)
    return Loaded(ways, len(kept), len(streets) - len(kept), round(float(kept.metres.sum()) / 1000, 1), passed_over)


def drop_streets(*, actor: Actor) -> int:
    """Take the county's streets out; plans made from then on go by straight lines again. How many there were."""
    with deed(actor, "streets.load", place=Place(county=actor.county), about=("streets", actor.county),
              detail={"streets": 0}) as connection:  # fmt: skip
        return street.forget(connection, county=actor.county)


def streets_of(county: str) -> Row:
    """What is loaded; raises ``NoStreetsLoadedError``."""
    with transaction() as connection:
        found = street.current(connection, county=county)
    if found is None:
        raise NoStreetsLoadedError()
    return found


def fit_to_streets(*, actor: Actor, mode: str, seed: int = 0) -> DetourFit:
    """Compare ways along the streets with straight lines between houses drawn by chance; nothing is written.

    Raises ``NoStreetsLoadedError``, ``DetourSampleError``.
    """
    actor.require("streets.load", Place(county=actor.county))
    streets_of(actor.county)
    with transaction() as connection:
        at = street.sample(connection, county=actor.county, most=SAMPLE, seed=seed)
        box = street.ground(connection, county=actor.county)
        streets = street.around(connection, county=actor.county, box=box or (-180.0, -90.0, 180.0, 90.0))
    ways = StreetNetwork(streets, mode=mode).between(at[:, 0], at[:, 1])
    straight_m = distance_matrix_m(at[:, 0], at[:, 1])
    told = ways.reached & (straight_m <= FARTHEST_M) & ~np.eye(len(at), dtype=bool)
    return fit_detour(straight_m[told], ways.matrix.metres[told])


def set_detour(fit: DetourFit, *, actor: Actor) -> None:
    """Plan with a fitted factor from now on, where no street leads."""
    detail = {"detour_factor": fit.factor, "ways": fit.ways}
    with deed(actor, "streets.load", place=Place(county=actor.county), about=("streets", actor.county),
              detail=detail) as connection:  # fmt: skip
        division.set_day(connection, county=actor.county, name="detour_factor", value=fit.factor)
