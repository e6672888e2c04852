"""How far it is from one door to the next on a round, from how close together doors are that are due."""

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

Floats = npt.NDArray[np.float64]

TOUR_CONSTANT = 0.7124
"""The shortest way through n points of an area A tends to this times root n A (Beardwood, Halton, Hammersley)."""
NEIGHBOURS = 12
LEAST_RADIUS_M = 10.0


def legs_m(lons: npt.ArrayLike, lats: npt.ArrayLike, due: npt.ArrayLike, *, longest_m: float) -> Floats:
    """Return for each door the metres from door to door there, as the crow flies.

    ``lons`` and ``lats`` are (n,) EPSG:4490 degrees; ``due`` (n,) is how many visits to each door a round holds on
    average (0 to 1). Around each door the ground of its twelve neighbours is taken, and of them those that are due; the
    way from one to the next is 0.7124 x the root of ground per visit, ``longest_m`` at most.
    """
    lon, lat, visits = (np.asarray(part, dtype=np.float64) for part in (lons, lats, due))
    if len(lon) < 2:
        return np.full(len(lon), longest_m)
    scale = 111_000.0 * np.cos(np.radians(lat.mean()))
    near, who = cKDTree(np.c_[lon * scale, lat * 111_000.0]).query(
        np.c_[lon * scale, lat * 111_000.0], k=min(NEIGHBOURS + 1, len(lon))
    )
    ground_m2 = np.pi * np.maximum(near[:, -1], LEAST_RADIUS_M) ** 2
    with np.errstate(divide="ignore"):
        found = TOUR_CONSTANT * np.sqrt(ground_m2 / visits[who].sum(axis=1))
    return np.minimum(found, longest_m)
