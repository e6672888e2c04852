"""How far it is from one door to the next on a round, from how close together doors are that are due."""

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

Floats = npt.NDArray[np.float64]

TOUR_CONSTANT = 0.7124
"""The shortest way through n points of an area A tends to this times root n A (Beardwood, Halton, Hammersley)."""
NEIGHBOURS = (12, 24, 48, 96, 192)
ENOUGH = 4.0
"""Around a door as many neighbours are looked at as hold four visits of a round; with fewer the root says little."""
LEAST_RADIUS_M = 10.0


def legs_m(lons: npt.ArrayLike, lats: npt.ArrayLike, due: npt.ArrayLike, *, longest_m: float) -> Floats:
    """Return for each door the metres from door to door there, as the crow flies.

    ``lons`` and ``lats`` are (n,) EPSG:4490 degrees; ``due`` (n,) is how many visits to each door a round holds on
    average (0 to 1). Around each door the ground of its neighbours is taken, of as many as hold four visits together;
    the way from one visit to the next is 0.7124 x the root of ground per visit, ``longest_m`` at most.
    """
    lon, lat, visits = (np.asarray(part, dtype=np.float64) for part in (lons, lats, due))
    if len(lon) < 2:
        return np.full(len(lon), longest_m)
    at = np.c_[lon * 111_320.0 * np.cos(np.radians(lat.mean())), lat * 111_000.0]
    tree, found = cKDTree(at), np.full(len(lon), longest_m)
    left = np.arange(len(lon))
    for neighbours in NEIGHBOURS:
        near, who = tree.query(at[left], k=min(neighbours + 1, len(lon)))
        held = visits[who].sum(axis=1)
        ground_m2 = np.pi * np.maximum(near[:, -1], LEAST_RADIUS_M) ** 2
        with np.errstate(divide="ignore"):
            found[left] = np.minimum(TOUR_CONSTANT * np.sqrt(ground_m2 / held), longest_m)
        left = left[held < ENOUGH]
        if not len(left) or neighbours >= len(lon):
            break
    return found
