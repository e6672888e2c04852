"""A named query as a frame: geometry in EPSG:4490, the other columns as the query names them."""

from typing import TYPE_CHECKING, Any

import shapely
from sqlalchemy import Connection

from db import query

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

SRID = 4490


def frame(connection: Connection, name: str, /, **parameters: Any) -> "GeoDataFrame":
    """Run a named query with a column ``geometry`` of ``ST_AsBinary(...)``; the frame keeps all columns when empty."""
    from geopandas import GeoDataFrame

    answer = connection.execute(query.clause(name), parameters)
    columns = list(answer.keys())
    found = answer.fetchall()
    at = columns.index("geometry")
    shapes = shapely.from_wkb([None if row[at] is None else bytes(row[at]) for row in found])
    data = {column: [row[index] for row in found] for index, column in enumerate(columns) if index != at}
    return GeoDataFrame(data, geometry=list(shapes), crs=SRID)
