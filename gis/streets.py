"""Ways along streets: minutes, metres and lines between doors, with SciPy's Dijkstra over the streets around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from shapely.geometry import LineString
from shapely.ops import substring

from gis.errors import AnjuError
from gis.travel import DETOUR, SPEED_KMH, Mode, TravelMatrix, mode_of, straight_matrix

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FOOT, BIKE, BIKE_BACK, CAR, CAR_BACK = 1, 2, 4, 8, 16
"""Who may use a street, as bits: people on foot both ways; e-bikes and cars along the line, and back along it."""
ALONG = {Mode.WALK: FOOT, Mode.EBIKE: BIKE, Mode.CAR: CAR}
BACK = {Mode.WALK: FOOT, Mode.EBIKE: BIKE_BACK, Mode.CAR: CAR_BACK}

KINDS_KMH: Mapping[str, tuple[float, float, float]] = {
    "motorway": (0, 0, 70), "trunk": (4.8, 15, 45), "primary": (4.8, 15, 30), "secondary": (4.8, 15, 28),
    "tertiary": (4.8, 15, 25), "residential": (4.8, 14, 18), "service": (4.8, 12, 12), "track": (4.8, 10, 10),
    "cycleway": (4.8, 15, 0), "path": (4.5, 8, 0), "footway": (4.8, 4.8, 0), "pedestrian": (4.8, 4.8, 0),
    "steps": (2.4, 0, 0),
}  # fmt: skip
"""What is made good on each kind of street on foot, by e-bike, by car, lights and crossings included; 0 is no way.
An e-bike is pushed where only walkers may go. The figures are of ``gis.travel.SPEED_KMH``'s order and, like them,
are assumptions to be checked against rounds that were walked."""

MOST_TO_STREET_M = 400.0
"""A door farther than this from every street that the mode may use is not on the network."""
LEAST_PART = 0.02
"""A part of the network with fewer than this share of its nodes is an island nobody would start from."""
BLOCK = 128
_SHIFT = float(1 << 26)
_AWAY = -1


class StreetsError(AnjuError):
    """These are no streets: {what}."""


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """Streets between junctions, m of them.

    ``tails`` and ``heads`` are (m,) int64 ids of junctions; ``kinds`` (m,) names of ``KINDS_KMH``; ``access`` (m,)
    uint8 bits of ``FOOT`` to ``CAR_BACK``; ``metres`` (m,) float64 along the line; ``lines`` (m,) LineStrings in
    EPSG:4490 from tail to head.
    """

    tails: Ints
    heads: Ints
    kinds: npt.NDArray[np.str_]
    access: npt.NDArray[np.uint8]
    metres: Floats
    lines: npt.NDArray[np.object_]

    def __post_init__(self) -> None:
        sizes = {len(part) for part in (self.tails, self.heads, self.kinds, self.access, self.metres, self.lines)}
        if len(sizes) > 1:
            raise StreetsError(what="the columns are not of one length")
        if unknown := set(np.unique(self.kinds).tolist()) - set(KINDS_KMH):
            raise StreetsError(what=f"kinds {sorted(unknown)} are not known")
        if len(self) and not (np.isfinite(self.metres).all() and self.metres.min() >= 0):
            raise StreetsError(what="a street of less than no length")

    def __len__(self) -> int:
        return len(self.tails)

    def only(self, rows: npt.NDArray[np.bool_] | Ints) -> "Streets":
        """Return some of the streets."""
        return Streets(self.tails[rows], self.heads[rows], self.kinds[rows], self.access[rows], self.metres[rows],
                       self.lines[rows])  # fmt: skip


def connected(streets: Streets) -> Streets:
    """Return the streets without islands: what no mode can reach from the bulk of the network and leave again.

    For each mode, streets outside a strongly connected part with at least ``LEAST_PART`` of the junctions lose the
    mode's bits, and streets left without any are dropped. The greatest part stays, however small.
    """
    access = streets.access.copy()
    for mode in Mode:
        usable = np.flatnonzero((streets.access & (ALONG[mode] | BACK[mode])) > 0)
        if usable.size:
            lost = usable[~_in_a_great_part(streets.only(usable), mode)]
            access[lost] &= np.uint8(~(ALONG[mode] | BACK[mode]) & 0xFF)
    kept = access > 0
    return Streets(streets.tails[kept], streets.heads[kept], streets.kinds[kept], access[kept], streets.metres[kept],
                   streets.lines[kept])  # fmt: skip


def _in_a_great_part(streets: Streets, mode: Mode) -> npt.NDArray[np.bool_]:
    nodes, ends = np.unique(np.concatenate([streets.tails, streets.heads]), return_inverse=True)
    tails, heads = ends[: len(streets)], ends[len(streets) :]
    along, back = ((streets.access & bits[mode]) > 0 for bits in (ALONG, BACK))
    rows, columns = np.concatenate([tails[along], heads[back]]), np.concatenate([heads[along], tails[back]])
    graph = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(nodes), len(nodes)))
    _, part = connected_components(graph, directed=True, connection="strong")
    sizes = np.bincount(part)
    great = (sizes >= max(3.0, LEAST_PART * len(nodes))) | (sizes == sizes.max())
    return np.asarray(great[part[tails]] & (part[tails] == part[heads]))


@dataclass(frozen=True, slots=True, eq=False)
class _Arcs:
    """Ways from node to node; each is a piece of street ``rows`` between two shares of it."""

    starts: Ints
    ends: Ints
    costs: Floats
    rows: Ints
    from_share: Floats
    to_share: Floats

    def also(self, more: "_Arcs") -> "_Arcs":
        return _Arcs(*(np.concatenate([getattr(self, name), getattr(more, name)]) for name in self.__slots__))

    def cheapest(self) -> "_Arcs":
        """One arc a pair of nodes, in their order: a sparse matrix adds up what is given twice."""
        order = np.lexsort((self.costs, self.ends, self.starts))
        starts, ends = self.starts[order], self.ends[order]
        first = np.r_[True, (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])] if len(order) else order
        kept = order[first]
        return _Arcs(*(getattr(self, name)[kept] for name in self.__slots__))


class StreetNetwork:
    """Streets that one mode can use, ready for questions.

    A door stands at the nearest point of the nearest street; from there to it one walks straight. Costs are whole
    milliseconds and, among equals, whole decimetres, so that the same question has the same answer on any machine.
    """

    def __init__(self, streets: Streets, *, mode: str) -> None:
        self.mode = mode_of(mode)
        speeds = {kind: KINDS_KMH[kind][list(Mode).index(self.mode)] for kind in KINDS_KMH}
        kmh = np.array([speeds[kind] for kind in streets.kinds.tolist()], dtype=np.float64)
        usable = np.flatnonzero((kmh > 0) & ((streets.access & (ALONG[self.mode] | BACK[self.mode])) > 0))
        self.streets = streets.only(usable)
        self._minutes = self.streets.metres / np.maximum(kmh[usable], 1e-9) * 0.06
        self._along = (self.streets.access & ALONG[self.mode]) > 0
        self._back = (self.streets.access & BACK[self.mode]) > 0
        nodes, ends = np.unique(np.concatenate([self.streets.tails, self.streets.heads]), return_inverse=True)
        self._size, self._tails, self._heads = len(nodes), ends[: len(usable)], ends[len(usable) :]

    def between(self, lons: npt.ArrayLike, lats: npt.ArrayLike, *, detour: float = DETOUR) -> "StreetWays":
        """Return the ways between all pairs of places (EPSG:4490 degrees).

        Where a place is off the network, or one cannot get from one to the other, the way is the straight line times
        ``detour`` at the mode's usual speed.
        """
        return StreetWays(self, np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64), detour)

    def _cost(self, rows: Ints, share: Floats) -> Floats:
        return cost(self._minutes[rows] * share, self.streets.metres[rows] * share)

    def snap(self, lons: Floats, lats: Floats) -> tuple[Ints, Floats, Floats]:
        """Return for each place its street's row (-1: none near), the share of it passed there, the metres to it."""
        rows, shares = np.full(len(lons), _AWAY, dtype=np.int64), np.zeros(len(lons))
        metres = np.full(len(lons), np.inf)
        if not len(self.streets) or not len(lons):
            return rows, shares, metres
        plane = self._plane
        points = np.asarray(shapely.points(plane.flat(np.c_[lons, lats])), dtype=np.object_)
        near = plane.tree.query_nearest(points, max_distance=MOST_TO_STREET_M, all_matches=False)
        rows[near[0]] = near[1]
        found = near[0]
        lines = plane.lines[near[1]]
        shares[found] = shapely.line_locate_point(lines, points[found], normalized=True)
        metres[found] = shapely.distance(lines, points[found])
        return rows, shares, metres

    def piece(self, row: int, low: float, high: float) -> Floats:
        """Return the corners of a street between two shares of it, backwards where ``high`` is the lesser."""
        part = substring(self._plane.lines[row], low, high, normalized=True)
        return self._plane.degrees(shapely.get_coordinates(part))

    @cached_property
    def _plane(self) -> "_Plane":
        return _Plane(self.streets.lines)

    def arcs(self, rows: Ints, shares: Floats) -> _Arcs:
        """Return the arcs between junctions and doors; door i is node ``size + i``, doors off the network have none."""
        every = np.arange(len(self.streets))
        found = self._pieces(every, self._tails, self._heads, np.zeros(len(every)), np.ones(len(every)))
        on = np.flatnonzero(rows >= 0)
        order = on[np.lexsort((shares[on], rows[on]))]
        if not len(order):
            return found.cheapest()
        row, share, node = rows[order], shares[order], self._size + order
        first = np.r_[True, row[1:] != row[:-1]]
        before = np.where(first, self._tails[row], np.r_[0, node[:-1]])
        passed = np.where(first, 0.0, np.r_[0.0, share[:-1]])
        last = np.r_[first[1:], True]
        found = found.also(self._pieces(row, before, node, passed, share))
        ends = self._heads[row[last]]
        return found.also(self._pieces(row[last], node[last], ends, share[last], np.ones(len(ends)))).cheapest()

    def _pieces(self, rows: Ints, starts: Ints, ends: Ints, low: Floats, high: Floats) -> _Arcs:
        """Both ways along pieces of streets, as far as they are allowed."""
        costs, along, back = self._cost(rows, high - low), self._along[rows], self._back[rows]
        forth = _Arcs(starts[along], ends[along], costs[along], rows[along], low[along], high[along])
        return forth.also(_Arcs(ends[back], starts[back], costs[back], rows[back], high[back], low[back]))

    @property
    def size(self) -> int:
        """How many junctions there are."""
        return self._size


class _Plane:
    """Lines in metres on a plane about their middle, with a tree over them."""

    def __init__(self, lines: npt.NDArray[np.object_]) -> None:
        west, south, east, north = shapely.total_bounds(lines)
        self._middle = np.array([(west + east) / 2, (south + north) / 2])
        self._scale = np.array([111_320.0 * np.cos(np.radians(self._middle[1])), 111_000.0])
        self.lines = shapely.transform(lines, self.flat)
        self.tree = shapely.STRtree(self.lines)

    def flat(self, degrees: Floats) -> Floats:
        return np.asarray((degrees - self._middle) * self._scale)

    def degrees(self, flat: Floats) -> Floats:
        return np.asarray(flat / self._scale + self._middle)


class StreetWays:
    """The ways between given places: a matrix of all, and the line of any."""

    def __init__(self, network: StreetNetwork, lons: Floats, lats: Floats, detour: float) -> None:
        self._network, self._at, self._detour = network, np.c_[lons, lats], detour
        self._rows, self._shares, self._off_m = network.snap(lons, lats)
        self._arcs = network.arcs(self._rows, self._shares)
        size = network.size + len(lons)
        self._graph = csr_array((self._arcs.costs, (self._arcs.starts, self._arcs.ends)), shape=(size, size))

    @property
    def matrix(self) -> TravelMatrix:
        """Metres and minutes of the fastest ways between all pairs; ``off`` counts places off the network."""
        return self._found[0]

    @property
    def reached(self) -> npt.NDArray[np.bool_]:
        """Between which pairs a way along streets was found, (n, n)."""
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[TravelMatrix, npt.NDArray[np.bool_]]:
        straight = straight_matrix(self._at[:, 0], self._at[:, 1], mode=self._network.mode, detour=self._detour)
        minutes, metres = straight.minutes.copy(), straight.metres.copy()
        reached = np.zeros(minutes.shape, dtype=np.bool_)
        on = np.flatnonzero(self._rows >= 0)
        for begin in range(0, len(on), BLOCK):
            mine = on[begin : begin + BLOCK]
            block = np.ix_(mine, on)
            took, went = self._from(mine, on)
            reached[block] = np.isfinite(took)
            minutes[block] = np.where(reached[block], took, minutes[block])
            metres[block] = np.where(reached[block], went, metres[block])
        minutes[straight.metres == 0.0] = metres[straight.metres == 0.0] = 0.0
        source = "gis.travel.streets" if (reached & ~np.eye(len(reached), dtype=bool)).any() else straight.source
        off = len(self._rows) - len(on)
        return TravelMatrix(metres, minutes, self._network.mode, source, self._detour, off=off), reached

    def _from(self, starts: Ints, ends: Ints) -> tuple[Floats, Floats]:
        """Minutes and metres door to door, infinite where no way leads: along the streets, and on foot to the doors."""
        nodes = self._network.size + ends
        took, went = uncost(dijkstra(self._graph, indices=self._network.size + starts)[:, nodes])
        kerbs_m = self._off_m[starts, None] + self._off_m[None, ends]
        return took + kerbs_m / SPEED_KMH[Mode.WALK] * 0.06, went + kerbs_m

    def line(self, start: int, end: int) -> LineString | None:
        """Return the fastest way from one place to another, door to door, EPSG:4490; None where no street leads."""
        return self.lines([(start, end)])[0]

    def lines(self, legs: Sequence[tuple[int, int]]) -> list[LineString | None]:
        """Return the lines of several ways."""
        starts = sorted({start for start, end in legs if self._leads(start, end)})
        if not starts:
            return [None] * len(legs)
        nodes = self._network.size + np.array(starts)
        before = dijkstra(self._graph, indices=nodes, return_predecessors=True)[1]
        trees = dict(zip(starts, before, strict=True))
        return [self._line(trees[start], start, end) if self._leads(start, end) else None for start, end in legs]

    def _leads(self, start: int, end: int) -> bool:
        """Whether both are on the network, and apart."""
        return bool((self._rows[[start, end]] >= 0).all() and (self._at[start] != self._at[end]).any())

    def _line(self, before: Ints, start: int, end: int) -> LineString | None:
        first, node = self._network.size + start, self._network.size + end
        path = [node]
        while node != first:
            node = int(before[node])
            if node < 0:
                return None
            path.append(node)
        pieces = [self._piece(one, other) for one, other in pairwise(reversed(path))]
        steps = [self._at[start], *(at for piece in pieces for at in piece), self._at[end]]
        return _tidy(np.array(steps))

    def _piece(self, start: int, end: int) -> Floats:
        arcs = self._arcs
        low, high = np.searchsorted(arcs.starts, [start, start + 1])
        at = low + int(np.searchsorted(arcs.ends[low:high], end))
        return self._network.piece(int(arcs.rows[at]), float(arcs.from_share[at]), float(arcs.to_share[at]))


def cost(minutes: Floats, metres: Floats) -> Floats:
    """Return whole milliseconds and whole decimetres in one exact number, time first; at least one of each.

    Sums stay exact up to 18 hours and 6,700 km of one way.
    """
    return np.asarray(np.maximum(np.rint(minutes * 60_000.0), 1.0) * _SHIFT + np.maximum(np.rint(metres * 10.0), 1.0))


def uncost(costs: Floats) -> tuple[Floats, Floats]:
    """Return minutes and metres of ``cost``'s numbers, summed or not; infinite where they are."""
    finite = np.where(np.isfinite(costs), costs, 0.0)
    whole = np.floor(finite / _SHIFT)
    there = np.isfinite(costs)
    return np.where(there, whole / 60_000.0, np.inf), np.where(there, (finite - whole * _SHIFT) / 10.0, np.inf)


def _tidy(steps: Floats) -> LineString | None:
    """A line without points given twice in a row; None where all are one."""
    kept = np.r_[True, np.abs(np.diff(steps, axis=0)).max(axis=1) > 1e-9]
    return LineString(steps[kept]) if kept.sum() > 1 else None
