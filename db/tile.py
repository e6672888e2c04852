"""Vector tiles of houses, cut to the person's reach: their own houses one by one, all others as counts."""

from collections.abc import Sequence

from sqlalchemy import Connection

from db import query
from db.house import reach
from inspections.access import Actor

SINGLE_FROM_ZOOM = 13
GRID_CODE_LENGTH = 15


def houses_tile(
    connection: Connection, *, actor: Actor, z: int, x: int, y: int, colours: Sequence[str] | None = None
) -> bytes:
    """One tile (XYZ, EPSG:3857) as Mapbox vector tile bytes; empty where nothing is.

    Layer ``houses``, from zoom 13 and only inside the person's areas or with a ticket on their desk: feature id is
    the house's id, with code, colour, kind, state (let status). Layer ``house_counts``, everything else in 16 x 16
    cells: n, colour (the worst), red, orange, yellow, green, unseen. The worst stand last and are drawn on top. No
    personal data in either.
    """
    areas, desks = reach(actor)
    codes = [code for code in areas or () if len(code) == GRID_CODE_LENGTH]
    single = z >= SINGLE_FROM_ZOOM
    same = {"county": actor.county}
    grids = query.rows(connection, "tile_grids", codes=codes, **same) if single and codes else []
    houses = query.rows(connection, "tile_houses_on_desks", desks=desks, **same) if single and desks else []
    found = query.value(
        connection, "tile_houses", z=z, x=x, y=y, single=single, areas=areas,
        grid_ids=[row["id"] for row in grids], house_ids=[row["house_id"] for row in houses],
        colours=None if colours is None else list(colours), **same,
    )  # fmt: skip
    return bytes(found)
