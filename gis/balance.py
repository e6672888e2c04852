"""Dividing ground among people: contiguous, compact parts of near-equal work, along edges that are there already.

METIS (Karypis and Kumar, through ``pymetis``) finds parts from nothing; where there are parts already, work flows from
the heavy ones to the light ones over their common edges until they are even (Hu and Blake's diffusion), which moves as
little as possible. Both are tried and the better one is taken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pymetis
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array, diags_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import lsqr

from gis.errors import AnjuError
from gis.evenness import evenness

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Progress = Callable[[float], None]

TOLERANCE = 0.08
"""How far from the mean any part may be, as a share of it, before work stops flowing."""
ROUNDS = 160
NUDGED = 12
_METIS_UNITS = 1e6
_BRIDGE_M = 1.0


class BalanceError(AnjuError):
    """The ground cannot be divided: {what}."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Blocks to be divided, b of them, and what lies between them.

    ``work`` (b,) of any unit, not negative; ``pairs`` (e, 2) rows side by side; ``edges`` (e,) what it costs to cut
    between them (metres of common edge, less where an edge is wished for); ``middles`` (b, 2) lon, lat, from which
    islands are linked to what is nearest.
    """

    work: Floats
    pairs: Ints
    edges: Floats
    middles: Floats

    def __post_init__(self) -> None:
        if len(self.middles) != len(self.work) or len(self.edges) != len(self.pairs):
            raise BalanceError(what="columns of unequal length")
        if len(self.work) and not (np.isfinite(self.work).all() and self.work.min() >= 0):
            raise BalanceError(what="work must be finite and not negative")


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """Which part each block belongs to (0 to parts - 1), and what came of it.

    ``worst`` is the heaviest part over the mean, ``least`` the lightest; ``stays`` the share of the work that stays
    where it was (1 where nothing was given before); ``apart`` how many parts hang together by a link to an island only.
    """

    labels: Ints
    work: Floats
    worst: float
    least: float
    stays: float
    apart: int


def divide(
    ground: Ground, parts: int, *, present: npt.ArrayLike | None = None, tolerance: float = TOLERANCE, seed: int = 0,
    progress: Progress | None = None,
) -> Division:  # fmt: skip
    """Divide blocks into contiguous parts of near-equal work.

    ``present`` (b,) are the parts as they are, -1 for none: the result keeps as much work where it is as the tolerance
    allows. The same seed gives the same division. Raises ``BalanceError`` for more parts than blocks.
    """
    if not 1 <= parts <= len(ground.work):
        raise BalanceError(what=f"{parts} parts of {len(ground.work)} blocks")
    before = np.full(len(ground.work), -1) if present is None else np.asarray(present, dtype=np.int64)
    net = _Net(ground)
    begun = [_metis(net, parts, seed)]
    begun[0] = _as_before(begun[0], before, ground, parts)
    if set(before.tolist()) - {-1} == set(range(parts)):
        begun.append(before)
    _tell(progress, 0.3)
    tried = [_flow(net, net.mended(labels, parts), parts, tolerance) for labels in begun]
    _tell(progress, 1.0)
    good = [labels for labels in tried if _off(ground, labels, parts) <= tolerance]
    if good:
        best = max(good, key=lambda labels: float(ground.work[labels == before].sum()))
    else:
        best = min(tried, key=lambda labels: _off(ground, labels, parts))
    return division(ground, best, before, parts)


def sums(labels: Ints, weights: Floats, parts: int) -> Floats:
    """Return the sum of the weights of each label, (parts,)."""
    return np.bincount(labels, weights=weights, minlength=parts).astype(np.float64)


def _tell(progress: Progress | None, share: float) -> None:
    if progress is not None:
        progress(share)


def _off(ground: Ground, labels: Ints, parts: int) -> float:
    """How far from the mean the part is that is farthest from it, as a share of the mean."""
    work = sums(labels, ground.work, parts)
    return float(np.abs(work / max(work.mean(), 1e-12) - 1).max())


def division(ground: Ground, labels: Ints, before: Ints, parts: int) -> Division:
    """Return what came of labels; ``before`` are the parts as they were, -1 for none."""
    work = sums(labels, ground.work, parts)
    known = before >= 0
    was = float(ground.work[known].sum())
    stays = float(ground.work[known & (before == labels)].sum()) / was if was else 1.0
    told = evenness(work)
    return Division(labels, work, told.worst, told.least, stays, apart(labels, ground.pairs))


def apart(labels: Ints, pairs: Ints) -> int:
    """Return how many parts do not hang together by the pairs of blocks that lie side by side."""
    piece = _pieces(labels, pairs)
    return int((np.bincount(np.unique(np.c_[labels, piece], axis=0)[:, 0]) > 1).sum())


def _pieces(labels: Ints, pairs: Ints) -> Ints:
    """Number the connected pieces of equal labels."""
    own = pairs[labels[pairs[:, 0]] == labels[pairs[:, 1]]]
    graph = csr_array((np.ones(len(own)), (own[:, 0], own[:, 1])), shape=(len(labels), len(labels)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


class _Net:
    """The ground as a graph that hangs together: islands are linked to what is nearest."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.size = ground, len(ground.work)
        pairs, edges = ground.pairs, ground.edges
        while (bridge := _bridge(pairs, ground.middles)) is not None:
            pairs, edges = np.vstack([pairs, [bridge]]), np.append(edges, _BRIDGE_M)
        self.pairs, self.edges = pairs, edges
        both = np.concatenate([pairs, pairs[:, ::-1]])
        self.graph = csr_array((np.tile(edges, 2), (both[:, 0], both[:, 1])), shape=(self.size, self.size))

    def near(self, block: int) -> tuple[Ints, Floats]:
        """The neighbours of a block, and the edges to them."""
        low, high = self.graph.indptr[block], self.graph.indptr[block + 1]
        return self.graph.indices[low:high], self.graph.data[low:high]

    def mended(self, labels: Ints, parts: int) -> Ints:
        """The parts in one piece each: the heaviest piece stays, the others go to whom they touch most."""
        labels = labels.copy()
        for _ in range(self.size):
            piece = _pieces(labels, self.pairs)
            loose = self._loose(labels, piece)
            if not len(loose):
                break
            for row in loose:
                blocks = np.flatnonzero(piece == row)
                labels[blocks] = self._neighbour(blocks, labels, parts)
        return labels

    def _loose(self, labels: Ints, piece: Ints) -> list[int]:
        """Pieces that are not the heaviest of their part, and those of no part; one of each part at a time."""
        label_of = np.full(int(piece.max()) + 1, -1)
        label_of[piece] = labels
        work = np.bincount(piece, weights=self.ground.work + 1e-9)
        order = np.lexsort((-work, label_of))
        first = np.r_[True, label_of[order][1:] != label_of[order][:-1]]
        return [int(row) for row, keeps in zip(order, first, strict=True) if not keeps or label_of[row] < 0]

    def _neighbour(self, blocks: Ints, labels: Ints, parts: int) -> int:
        touch = np.zeros(parts)
        mine = set(blocks.tolist())
        for block in blocks.tolist():
            for other, edge in zip(*self.near(block), strict=True):
                if int(other) not in mine and labels[other] >= 0:
                    touch[labels[other]] += edge
        return int(touch.argmax()) if touch.any() else int(labels[blocks[0]])


def _bridge(pairs: Ints, middles: Floats) -> tuple[int, int] | None:
    """The shortest link between the least island and the rest; None where all hangs together."""
    size = len(middles)
    graph = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    number, island = connected_components(graph, directed=False)
    if number < 2:
        return None
    least = int(np.bincount(island).argmin())
    inside, outside = np.flatnonzero(island == least), np.flatnonzero(island != least)
    apart = np.hypot(*(middles[inside][:, None] - middles[outside][None]).transpose(2, 0, 1))
    one, other = np.unravel_index(int(apart.argmin()), apart.shape)
    return int(inside[one]), int(outside[other])


def _metis(net: _Net, parts: int, seed: int) -> Ints:
    if parts == 1:
        return np.zeros(net.size, dtype=np.int64)
    work = np.maximum(np.rint(net.ground.work / max(net.ground.work.sum(), 1e-12) * _METIS_UNITS), 1).astype(int)
    edges = np.maximum(np.rint(net.graph.data), 1).astype(int)
    options = pymetis.Options(seed=seed, ufactor=30, niter=20, contig=True)
    _, labels = pymetis.part_graph(
        parts, xadj=net.graph.indptr.tolist(), adjncy=net.graph.indices.tolist(), vweights=work.tolist(),
        eweights=edges.tolist(), recursive=False, options=options,
    )  # fmt: skip
    return _every(np.asarray(labels, dtype=np.int64), net, parts)


def _every(labels: Ints, net: _Net, parts: int) -> Ints:
    """A part that METIS left empty gets a block of the heaviest one."""
    for part in range(parts):
        if not (labels == part).any():
            counts = np.bincount(labels, minlength=parts)
            work = np.where(counts > 1, np.bincount(labels, weights=net.ground.work, minlength=parts), -1.0)
            labels[np.flatnonzero(labels == int(work.argmax()))[0]] = part
    return labels


def _as_before(labels: Ints, before: Ints, ground: Ground, parts: int) -> Ints:
    """Number parts so that as much work as possible stays under the number it had."""
    known = (before >= 0) & (before < parts)
    shared = np.zeros((parts, parts))
    np.add.at(shared, (labels[known], before[known]), ground.work[known] + 1e-9)
    rows, columns = linear_sum_assignment(shared, maximize=True)
    names = np.empty(parts, dtype=np.int64)
    names[rows] = columns
    return np.asarray(names[labels])


def _flow(net: _Net, labels: Ints, parts: int, tolerance: float) -> Ints:
    """Let work flow from heavy parts to light ones until all are within the tolerance, or nothing moves."""
    labels = labels.copy()
    mean = float(net.ground.work.sum()) / parts
    best, least = labels.copy(), _off(net.ground, labels, parts)
    for _ in range(ROUNDS if parts > 1 and mean > 0 else 0):
        if least <= tolerance:
            break
        load = sums(labels, net.ground.work, parts)
        if not _pass_on(net, labels, load, _wanted(net, labels, load, mean)) and not _nudge(net, labels, load, mean):
            break
        off = _off(net.ground, labels, parts)
        if off < least:
            best, least = labels.copy(), off
    return best


def _wanted(net: _Net, labels: Ints, load: Floats, mean: float) -> list[tuple[float, int, int]]:
    """How much work is to go from which part to which neighbour, the most first: least squares over the quotient."""
    ends = labels[net.pairs]
    ends = np.unique(np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1), axis=0)
    if not len(ends):
        return []
    parts = len(load)
    ones = np.ones(len(ends))
    beside = csr_array(
        (np.tile(ones, 2), (ends.ravel(order="F"), ends[:, ::-1].ravel(order="F"))), shape=(parts, parts)
    )
    laplace = diags_array(beside.sum(axis=1)) - beside
    level = lsqr(laplace, load - mean, iter_lim=400)[0]
    flows = level[ends[:, 0]] - level[ends[:, 1]]
    rows = [(abs(flow), int(one), int(other)) if flow > 0 else (abs(flow), int(other), int(one))
            for flow, (one, other) in zip(flows.tolist(), ends.tolist(), strict=True)]  # fmt: skip
    return sorted(rows, key=lambda row: (-row[0], row[1], row[2]))


def _pass_on(net: _Net, labels: Ints, load: Floats, wanted: Sequence[tuple[float, int, int]]) -> int:
    """Move blocks along the flows, those that shorten the edge most first, never tearing a part; how many moved."""
    moved = 0
    for flow, source, target in wanted:
        left = flow
        while left > 0:
            group = _next_group(net, labels, source, target, left * 1.5)
            if not group:
                break
            work = float(net.ground.work[group].sum())
            labels[group] = target
            load[source] -= work
            load[target] += work
            left -= max(work, 1e-9)
            moved += len(group)
    return moved


def _nudge(net: _Net, labels: Ints, load: Floats, mean: float) -> bool:
    """Where flows are smaller than blocks: one group between the part farthest from the mean and a neighbour."""
    for part in np.argsort(-np.abs(load - mean))[:NUDGED].tolist():
        heavy = load[part] > mean
        for other in sorted(_neighbours(net, labels, part), key=lambda one: load[one] if heavy else -load[one]):
            source, target = (part, other) if heavy else (other, part)
            group = _next_group(net, labels, source, target, max(load[source] - load[target], 0.0))
            work = float(net.ground.work[group].sum()) if group else 0.0
            off = max(abs(load[source] - work - mean), abs(load[target] + work - mean))
            if group and off < abs(load[part] - mean) - 1e-9:
                labels[group] = target
                return True
    return False


def _neighbours(net: _Net, labels: Ints, part: int) -> set[int]:
    ends = labels[net.pairs]
    return {int(one) for pair in ends[(ends == part).any(axis=1)] for one in pair if one != part}


def _next_group(net: _Net, labels: Ints, source: int, target: int, most: float) -> list[int]:
    """What of one part had best go to another: a block that touches it, with what would hang in the air without it."""
    mine = np.flatnonzero(labels == source)
    ranked = []
    for block in mine.tolist() if len(mine) > 1 else ():
        others, edges = net.near(block)
        beside = labels[others]
        there = float(edges[beside == target].sum())
        if there > 0 and net.ground.work[block] <= most:
            ranked.append((float(edges[beside == source].sum()) - there, -net.ground.work[block], block))
    members = set(mine.tolist())
    for _, _, block in sorted(ranked):
        group = _with_its_tail(net, members, block)
        if len(group) < len(members) and net.ground.work[group].sum() <= most:
            return group
    return []


def _with_its_tail(net: _Net, members: set[int], block: int) -> list[int]:
    """A block and every piece of its part that it alone holds on to the heaviest one."""
    left = members - {block}
    pieces: list[list[int]] = []
    for near in net.near(block)[0].tolist():
        if near in left:
            pieces.append(_reached(net, left, near))
            left -= set(pieces[-1])
    pieces.sort(key=lambda piece: (-float(net.ground.work[piece].sum()), piece))
    return [block, *(other for piece in pieces[1:] for other in piece)]


def _reached(net: _Net, members: set[int], start: int) -> list[int]:
    seen, edge = {start}, [start]
    while edge:
        for other in net.near(edge.pop())[0].tolist():
            if other in members and other not in seen:
                seen.add(other)
                edge.append(other)
    return sorted(seen)
