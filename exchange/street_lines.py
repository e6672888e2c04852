"""Streets from lines of any GIS format, which know no junctions of their own."""

import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
import shapely

from exchange.errors import DamagedFile
from exchange.street_tags import access_of, kind_of
from gis.measure import lengths_m
from gis.streets import Streets

_ROUND = 7
_TAGS = ("highway", "kind_detail", "fclass", "kind")
_LEVELS = ("is_bridge", "is_tunnel", "bridge", "tunnel")


@dataclass(frozen=True, slots=True)
class _Line:
    line: shapely.LineString
    kind: str
    access: int
    level: bool


def read_lines(path: Path, within: tuple[float, float, float, float] | None) -> tuple[Streets, int, Counter[str]]:
    """Return the streets of a file of lines, how many lines it holds, and how many were passed over, by reason.

    The kind stands in a column ``highway``, ``kind_detail``, ``fclass`` or ``kind``. Lines are cut where they cross;
    bridges and tunnels meet others at their ends only. A file without CRS is taken to be in longitude and latitude.
    """
    passed: Counter[str] = Counter()
    kept = []
    rows = _read(path, within)
    for line, row in rows:
        tags = {key: value for key, value in row.items() if isinstance(value, str)}
        kind = next((found for name in _TAGS if (found := kind_of(tags.get(name))) is not None), None)
        bits = 0 if kind is None else access_of(kind, tags)
        if kind is None or not bits:
            passed["kind" if kind is None else "access"] += 1
            continue
        level = any(row.get(name) in (True, "yes", "true") for name in _LEVELS)
        kept.append(_Line(line, kind, bits, level))
    return _joined(kept), len(rows), passed


def _read(
    path: Path, within: tuple[float, float, float, float] | None
) -> list[tuple[shapely.LineString, dict[str, Any]]]:
    try:
        with warnings.catch_warnings():
            # A street that was cut at the edge of a tile comes twice under one id; ids are of no use here.
            warnings.filterwarnings("ignore", message="Several features with id")
            frame = pyogrio.read_dataframe(path, bbox=within)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        raise DamagedFile(name=path.name, detail=str(error)) from error
    if frame.crs is not None:
        frame = frame.to_crs(4490)
    frame = frame[frame.geometry.notna()].explode(index_parts=False)
    frame = frame[frame.geom_type == "LineString"]
    return list(zip(frame.geometry, frame.drop(columns="geometry").to_dict("records"), strict=True))


def _joined(kept: list[_Line]) -> Streets:
    """Streets from junction to junction; lines of one level are cut where they cross."""
    pieces: list[shapely.LineString] = []
    sources: list[_Line] = []
    for level in (False, True):
        group = [one for one in kept if one.level == level]
        shapes = np.array([one.line for one in group], dtype=np.object_)
        if group:
            cut = shapes if level else shapely.get_parts(shapely.node(shapely.multilinestrings(shapes)))
            middles = shapely.line_interpolate_point(cut, 0.5, normalized=True)
            pieces += list(cut)
            sources += [group[at] for at in shapely.STRtree(shapes).query_nearest(middles, all_matches=False)[1]]
    ends = np.array([at for line in pieces for at in (line.coords[0], line.coords[-1])]).reshape(-1, 2)
    _, ids = np.unique(np.round(ends, _ROUND), axis=0, return_inverse=True)
    lines = np.array(pieces, dtype=np.object_)
    return streets_of(ids[0::2], ids[1::2], [(one.kind, one.access) for one in sources], lines)


def streets_of(
    tails: npt.NDArray[np.int64], heads: npt.NDArray[np.int64], what: list[tuple[str, int]],
    lines: npt.NDArray[np.object_],
) -> Streets:  # fmt: skip
    """Return the streets of lines, each with its kind and access bits, but for those of no length."""
    metres = lengths_m(lines)
    kinds = np.array([kind for kind, _ in what], dtype=np.str_)
    access = np.array([bits for _, bits in what], dtype=np.uint8)
    return Streets(tails.astype(np.int64), heads.astype(np.int64), kinds, access, metres, lines).only(metres > 0)
