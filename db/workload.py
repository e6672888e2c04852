"""What decides how much work the houses of an area are."""

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from db import query

COLUMNS = ("village", "grid_id", "colour", "lon", "lat", "rooms", "rechecks")
NUMBERS = {"grid_id": np.float64, "lon": np.float64, "lat": np.float64, "rooms": np.int64, "rechecks": np.int64}


def houses(connection: Connection, *, county: str, area: str) -> pd.DataFrame:
    """Return the houses of an area (a county's, town's or village's code) that are let and have a place.

    Columns: village, grid_id (NaN: in none), colour, lon, lat (EPSG:4490 degrees), rooms, rechecks (tickets whose
    mending somebody will have to see).
    """
    found = connection.execute(query.clause("workload_houses"), {"county": county, "area": area}).fetchall()
    frame = pd.DataFrame([tuple(row) for row in found], columns=COLUMNS)
    return frame.astype(NUMBERS)
