"""What a check of the grids is made from: the grids, the villages, houses that no grid holds, and who is on duty."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from db import division, grid, query

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame


@dataclass(frozen=True)
class Facts:
    """The arguments of ``gis.grid_check.check_grids``; ``stray`` are the houses in no grid, (n, 2) of lon, lat."""

    grids: "GeoDataFrame"
    villages: "GeoDataFrame"
    stray: npt.NDArray[np.float64]
    duties: "DataFrame"


def facts(connection: Connection, *, county: str, on: date, village: str | None = None) -> Facts:
    """Read them for a day, for a whole county or one of its villages."""
    grids = grid.grids_frame(connection, county=county, on=on, village=village)
    parent = village[:9] if village else None
    villages = division.divisions_frame(connection, county=county, level="village", parent=parent)
    villages = villages[villages.geometry.notna()]
    if village:
        villages = villages[villages["code"] == village]
    return Facts(grids, villages, _stray(connection, county, village), duties(connection, county=county, on=on))


def _stray(connection: Connection, county: str, village: str | None) -> npt.NDArray[np.float64]:
    found = query.rows(connection, "grid_stray_houses", county=county, village=village)
    return np.array([(row["lon"], row["lat"]) for row in found], dtype=np.float64).reshape(-1, 2)


def duties(connection: Connection, *, county: str, on: date) -> "DataFrame":
    """For each grid of a day: code, held (main duty), away (that person is on leave), backup (somebody stands in)."""
    from pandas import DataFrame

    columns = ["code", "held", "away", "backup"]
    found = query.rows(connection, "grid_duties_on", county=county, on=on)
    return DataFrame([[row[name] for name in columns] for row in found], columns=columns)
