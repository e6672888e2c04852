"""Streets of a county, as they were loaded."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from db import query
from db.bulk import copy_in, shape_hex
from db.frame import frame
from gis.streets import Streets

Box = tuple[float, float, float, float]
_COLUMNS = ("county", "load_id", "tail", "head", "kind", "access", "metres", "geom")


@dataclass(frozen=True, slots=True)
class NewLoad:
    """A loading of streets: the file, how many ways it held, how many were passed over, by reason."""

    file_name: str
    sha256: str
    ways: int
    passed_over: Mapping[str, int]
    loaded_by: int | None
    loaded_at: datetime


def ground(connection: Connection, *, county: str) -> Box | None:
    """Return the box in which a county's streets matter (west, south, east, north in EPSG:4490 degrees)."""
    row = query.row(connection, "street_ground", county=county)
    return None if row is None else (row["west"], row["south"], row["east"], row["north"])


def replace(connection: Connection, streets: Streets, load: NewLoad, *, county: str) -> int:
    """Put streets in the place of those of a county; the id of the loading."""
    forget(connection, county=county)
    told = asdict(load) | {"passed_over": json.dumps(dict(load.passed_over))}
    load_id = query.value(connection, "street_load_add", county=county, streets=len(streets),
                          metres=float(streets.metres.sum()), **told)  # fmt: skip
    columns = (streets.tails, streets.heads, streets.kinds, streets.access, streets.metres, streets.lines)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    copy_in(connection, "street", _COLUMNS, ((county, load_id, *row[:5], shape_hex(row[5])) for row in rows))
    return int(load_id)


def forget(connection: Connection, *, county: str) -> int:
    """Take the streets of a county out; how many there were."""
    return query.execute(connection, "street_forget", county=county)


def current(connection: Connection, *, county: str) -> query.Row | None:
    """Return the loading whose streets are in use.

    Columns: id, file_name, sha256, ways, streets, metres, passed_over, loaded_by, loaded_at.
    """
    return query.row(connection, "street_current", county=county)


def around(connection: Connection, *, county: str, box: Box) -> Streets:
    """Return the streets that touch a box (west, south, east, north in EPSG:4490 degrees)."""
    west, south, east, north = box
    found = frame(connection, "street_around", county=county, west=west, south=south, east=east, north=north)
    return Streets(
        found["tail"].to_numpy(np.int64), found["head"].to_numpy(np.int64), found["kind"].to_numpy(np.str_),
        found["access"].to_numpy(np.uint8), found["metres"].to_numpy(np.float64), found.geometry.to_numpy(),
    )  # fmt: skip


def sample(connection: Connection, *, county: str, most: int, seed: int) -> npt.NDArray[np.float64]:
    """Return where houses drawn by chance stand: (n, 2) of lon, lat in EPSG:4490 degrees."""
    rows = query.rows(connection, "street_sample", county=county, most=most, seed=seed)
    return np.array([(row["lon"], row["lat"]) for row in rows], dtype=np.float64).reshape(-1, 2)
