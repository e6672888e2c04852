"""A sample of ways that were measured, from a CSV file."""

import csv
from pathlib import Path

import numpy as np

from exchange.errors import ColumnsMissing, ExchangeError, MissingFile, NotText
from gis.measure import distance_m
from gis.travel import DetourFit, fit_detour

COLUMNS = ("from_lon", "from_lat", "to_lon", "to_lat", "metres")
_BOUNDS = {"from_lon": (-180.0, 180.0), "to_lon": (-180.0, 180.0), "from_lat": (-90.0, 90.0), "to_lat": (-90.0, 90.0),
           "metres": (0.0, 1e6)}  # fmt: skip


class WayValueError(ExchangeError):
    """Row {row}, {field}: {value!r} is no number between {low:g} and {high:g}."""


def fit_to_sample(path: Path) -> DetourFit:
    """Return the detour factor of a sample of ways (EPSG:4490 degrees, metres as gone).

    Raises ``MissingFile``, ``NotText``, ``ColumnsMissing``, ``WayValueError``, ``DetourSampleError``.
    """
    if not path.is_file():
        raise MissingFile(name=path.name)
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
    except UnicodeDecodeError:
        raise NotText(name=path.name) from None
    heads = set(rows[0]) if rows else set()
    if missing := [name for name in COLUMNS if name not in heads]:
        raise ColumnsMissing(name=path.name, columns=", ".join(missing), headers=", ".join(map(str, heads)) or "-")
    held = np.array([[_number(row[name], at, name) for name in COLUMNS] for at, row in enumerate(rows, 2)])
    return fit_detour(distance_m(*held[:, :4].T), held[:, 4])


def _number(text: str | None, row: int, field: str) -> float:
    low, high = _BOUNDS[field]
    try:
        value = float((text or "").strip())
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise WayValueError(row=row, field=field, value=text or "", low=low, high=high)
    return value
