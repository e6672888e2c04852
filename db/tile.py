"""Vector tiles of houses, cut to the person's reach: their own houses one by one, all others as counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from db import query
from db.house import reach
from inspections.access import Actor

SINGLE_FROM_ZOOM = 13
"""From here on an inspector's own houses, and those on a desk, stand one by one."""
FAR_TO_ZOOM = 13
"""Up to here whatever does not is read from the cells that are kept, and not counted."""
GRID_CODE_LENGTH = 15


@dataclass(frozen=True, slots=True)
class Scope:
    """What a tile depends on of the person who asks, and nothing more: equal scopes see equal tiles.

    ``areas`` None: the whole county house by house.
    """

    county: str
    areas: tuple[str, ...] | None = ()
    desks: tuple[str, ...] = ()


def scope(actor: Actor, z: int) -> Scope:
    """What a person's tiles of a zoom depend on; from afar nothing but the county."""
    if z < SINGLE_FROM_ZOOM:
        return Scope(actor.county)
    areas, desks = reach(actor)
    return Scope(actor.county, None if areas is None else tuple(sorted(areas)), tuple(sorted(desks)))


def houses_tile(
    connection: Connection, *, actor: Actor, z: int, x: int, y: int, colours: Sequence[str] | None = None
) -> bytes:
    """Cut a tile to a person's scope (``cut``)."""
    return cut(connection, scope(actor, z), z=z, x=x, y=y, colours=colours)


def cut(connection: Connection, scope: Scope, *, z: int, x: int, y: int, colours: Sequence[str] | None = None) -> bytes:
    """One tile (XYZ, EPSG:3857) as Mapbox vector tile bytes; empty where nothing is.

    Layer ``houses``, from zoom 13 in the person's grids or with a ticket on their desk, from zoom 14 in all of their
    areas: feature id is the house's id, with code, colour, kind, state (let status). Layer ``house_counts``,
    everything else in 16 x 16 cells: n, colour (the worst), red, orange, yellow, green, unseen. The worst stand last
    and are drawn on top. No personal data in either.
    """
    areas = None if scope.areas is None else list(scope.areas)
    codes = [code for code in areas or () if len(code) == GRID_CODE_LENGTH]
    single = z >= SINGLE_FROM_ZOOM
    same = {"county": scope.county}
    grids = query.rows(connection, "tile_grids", codes=codes, **same) if single and codes else []
    houses = (
        query.rows(connection, "tile_houses_on_desks", desks=list(scope.desks), **same)
        if single and scope.desks else []
    )  # fmt: skip
    told: dict[str, Any] = {
        "z": z, "x": x, "y": y, "grid_ids": [row["id"] for row in grids],
        "house_ids": [row["house_id"] for row in houses], "colours": None if colours is None else list(colours), **same,
    }  # fmt: skip
    if z <= FAR_TO_ZOOM:
        return bytes(query.value(connection, "tile_far", **told))
    return bytes(query.value(connection, "tile_houses", single=single, areas=areas, **told))


def rebuild(connection: Connection, county: str) -> None:
    """Count the houses of a county in their cells anew, as after rows were written past the record's own triggers."""
    query.execute(connection, "tile_rebuild", county=county)
