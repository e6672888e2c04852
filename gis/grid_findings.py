"""What a check of grids finds: faults, and the mends that would take them away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from shapely.geometry.base import BaseGeometry

from gis.grid_ground import Ground
from gis.measure import area_m2

Kind = Literal[
    "self_crossing", "empty", "overlap", "gap", "hole", "across", "outside", "sliver", "duplicate", "bad_code",
    "duplicate_code", "wrong_village", "houses_outside", "vacant", "on_leave", "numbering", "village_without_grid",
]  # fmt: skip
WORST: tuple[Kind, ...] = (
    "self_crossing", "empty", "duplicate", "duplicate_code", "wrong_village", "bad_code", "houses_outside", "overlap",
    "across", "gap", "hole", "outside", "sliver", "vacant", "on_leave", "numbering", "village_without_grid",
)  # fmt: skip
"""Kinds of faults, the worst first."""
Holding = tuple[BaseGeometry, int]
"""A piece of ground and the row of a grid."""


@dataclass(frozen=True, slots=True)
class Mend:
    """What would take a fault away: pieces that rows lose, pieces that rows gain where nobody else holds them.

    ``codes`` are new codes for rows; a row that has lost everything is gone.
    """

    takes: tuple[Holding, ...] = ()
    gives: tuple[Holding, ...] = ()
    codes: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault: its kind, the rows and codes of the grids it lies in, its village, size and place (EPSG:4490).

    ``count`` is a number of houses, for ``houses_outside``. ``mend`` is None where only a person can help.
    """

    kind: Kind
    rows: tuple[int, ...] = ()
    grids: tuple[str, ...] = ()
    village: str = ""
    area_m2: float = 0.0
    shape: BaseGeometry | None = None
    mend: Mend | None = None
    count: int = 0

    @property
    def at(self) -> tuple[float, float] | None:
        """Longitude and latitude of a point in the fault."""
        if self.shape is None or self.shape.is_empty:
            return None
        spot = self.shape.representative_point()
        return spot.x, spot.y


@dataclass(slots=True)
class Report:
    """Faults, the worst first, and what is only worth knowing (grids out of numbering order, villages without any)."""

    findings: list[Finding]
    notes: list[Finding] = field(default_factory=list)


def fault(ground: Ground, kind: Kind, rows: Sequence[int], shape: BaseGeometry, mend: Mend | None = None) -> Finding:
    """A fault of some rows, its codes and size filled in; its village is told later."""
    codes = tuple(ground.codes[row] for row in rows)
    return Finding(kind, tuple(rows), codes, "", round(area_m2(shape), 2), shape, mend)
