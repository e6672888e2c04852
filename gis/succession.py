"""How the codes inside a house pass to its successors: which suite and room becomes which, pure.

A suite keeps its stair, floor and door where they are free in the new house, and takes the next free door of the floor
where two houses merge and both had it. A room keeps its number inside its suite. Codes themselves never change: what
passes on gets a code of the new house.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gis.code import AddressCode, Level
from gis.errors import AnjuError


class TooFewPartsError(AnjuError):
    """A split makes at least two houses of one, a merge takes at least two; {n} given."""


class UnknownPieceError(AnjuError):
    """There is no {what} {key} in this house."""


class PieceTwiceError(AnjuError):
    """The {what} {key} was given to two houses."""


class PieceLeftError(AnjuError):
    """{n} rooms or suites were given to no house: {keys}."""


class NoPartError(AnjuError):
    """There is no house number {part} among the {n} that this split makes."""


class FloorFullError(AnjuError):
    """Floor {floor} has no free door number left for suite {suite}."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A suite with its rooms, as ids."""

    suite: int
    rooms: tuple[int, ...] = ()


def share_out(
    pieces: Sequence[Piece], wanted: Sequence[tuple[Sequence[int], Sequence[int]]]
) -> tuple[dict[int, int], dict[int, int]]:
    """Which part each suite and each room goes to; ``wanted`` holds (suites, rooms) of each part.

    A room goes where it is named, else where its suite is named. A suite that is not named goes with its first room.
    A suite whose rooms part company stands in several houses from then on; it is counted where its own row goes.

    Raises ``TooFewPartsError``, ``UnknownPieceError``, ``PieceTwiceError`` or ``PieceLeftError``.
    """
    if len(wanted) < 2:
        raise TooFewPartsError(n=len(wanted))
    suites = _named("suite", {piece.suite for piece in pieces}, [one[0] for one in wanted])
    rooms = _named("room", {room for piece in pieces for room in piece.rooms}, [one[1] for one in wanted])
    left: list[int] = []
    for piece in pieces:
        left += _placed(piece, suites, rooms)
    if left:
        raise PieceLeftError(n=len(left), keys=", ".join(map(str, left[:20])))
    return suites, rooms


def _placed(piece: Piece, suites: dict[int, int], rooms: dict[int, int]) -> list[int]:
    """Place what nobody named after what somebody did; whatever is still left."""
    if piece.suite in suites:
        for room in piece.rooms:
            rooms.setdefault(room, suites[piece.suite])
    left = [room for room in piece.rooms if room not in rooms]
    if piece.suite not in suites and piece.rooms and not left:
        suites[piece.suite] = rooms[piece.rooms[0]]
    return left if piece.suite in suites or left else [piece.suite]


def _named(what: str, known: set[int], parts: Iterable[Sequence[int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for at, keys in enumerate(parts):
        for key in keys:
            if key not in known:
                raise UnknownPieceError(what=what, key=key)
            if found.setdefault(key, at) != at:
                raise PieceTwiceError(what=what, key=key)
    return found


def seats(house: AddressCode, inside: Iterable[AddressCode]) -> dict[AddressCode, AddressCode]:
    """The new code inside ``house`` of each old unit, suite and room code, first come first served.

    Raises ``FloorFullError`` where a floor has all 99 doors.
    """
    taken: set[tuple[int, str]] = set()
    suites: dict[AddressCode, tuple[int, str]] = {}
    told: dict[AddressCode, AddressCode] = {}
    for code in inside:
        if code.level is Level.UNIT:
            told[code] = AddressCode(house.village, house.house, code.unit)
            continue
        old = AddressCode(code.village, code.house, code.unit, code.suite)
        if old not in suites:
            suites[old] = _free(old, taken)
            taken.add(suites[old])
        unit, suite = suites[old]
        told[code] = AddressCode(house.village, house.house, unit, suite, code.room)
    return told


def _free(code: AddressCode, taken: set[tuple[int, str]]) -> tuple[int, str]:
    if (code.unit, code.suite) not in taken:
        return code.unit, code.suite
    floor, door = code.suite[:2], int(code.suite[2:])
    for step in range(1, 99):
        suite = f"{floor}{(door + step - 1) % 99 + 1:02d}"
        if (code.unit, suite) not in taken:
            return code.unit, suite
    raise FloorFullError(floor=code.floor, suite=code.suite)


def whole(codes: Mapping[AddressCode, AddressCode]) -> list[AddressCode]:
    """Every code that must stand for these new codes to stand: themselves and all above them below the house."""
    needed = {code for new in codes.values() for code in (new, *new.ancestors) if code.level is not Level.HOUSE}
    return sorted(needed, key=lambda code: (_DEPTH[code.level], code))


_DEPTH = {level: depth for depth, level in enumerate(Level)}
