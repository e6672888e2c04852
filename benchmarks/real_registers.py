"""Registers that nobody here made, taken in as houses: bicycle stations of 30 cities, footprints of two.

Claim: every row read is placed or quarantined with a reason, a second import changes nothing, and naming the
system of rows that state none places those.

Each city becomes a county of its own under a made-up code: 9901nn for the cities of
``addresses/places_with_coordinates.csv`` (a box of one degree around the middle of its points), 9902nn for ``osm``
(the box around its footprints), with one village each that takes rows which name none. The data are not part of
the repository; without ``../shared/data`` the benchmark says so and measures nothing.

    python -m benchmarks real_registers
"""

import csv
import json
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median
from typing import Any

import shapely

from benchmarks.ground import SHARED, Figure, own_database

HALF_A_DEGREE = 0.5
TAIL = "001001"


def run() -> list[Figure]:
    """Import everything, then the stations once more with their system named."""
    if not SHARED.is_dir():
        return [Figure(f"skipped: {SHARED.name}/ is not there; it holds data that may not be committed", "")]
    with own_database("real") as _, tempfile.TemporaryDirectory() as folder:
        stations = _stations(Path(folder))
        outlines = _outlines()
        _counties({code: box for code, (_, box) in (stations | outlines).items()}, Path(folder))
        files = {code: path for code, (path, _) in stations.items()}
        figures = _told("stations, 30 cities", files)
        figures += _told("stations again, GCJ-02 for those that state none", files, crs="GCJ-02")
        for code, (path, _) in outlines.items():
            figures += _told(path.stem, {code: path})
            figures += _told(f"{path.stem} again", {code: path})
    return figures


def _stations(folder: Path) -> dict[str, tuple[Path, shapely.Polygon]]:
    """One file and one box a city; a city is what its rows' ids begin with."""
    with (SHARED / "addresses" / "places_with_coordinates.csv").open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        header = list(reader.fieldnames or ())
        cities: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in reader:
            cities[row["id"].rsplit("-", 1)[0]].append(row)
    found = {}
    for n, (city, rows) in enumerate(sorted(cities.items()), 1):
        path = folder / f"{city}.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, header)
            writer.writeheader()
            writer.writerows(rows)
        x, y = (median(float(row[name]) for row in rows) for name in ("lon", "lat"))
        box = shapely.box(x - HALF_A_DEGREE, y - HALF_A_DEGREE, x + HALF_A_DEGREE, y + HALF_A_DEGREE)
        found[f"9901{n:02d}"] = (path, box)
    return found


def _outlines() -> dict[str, tuple[Path, shapely.Polygon]]:
    found = {}
    for n, name in enumerate(("shanghai_buildings", "wuhan_buildings"), 1):
        path = SHARED / "osm" / f"{name}.geojson"
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        shapes = [shapely.geometry.shape(one["geometry"]) for one in features if one["geometry"]]
        found[f"9902{n:02d}"] = (path, shapely.box(*shapely.total_bounds(shapes)).buffer(0.01, join_style="mitre"))
    return found


def _counties(boxes: dict[str, Any], folder: Path) -> None:
    from actions.deed import now
    from actions.divisions import load_divisions

    path = folder / "divisions.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("code", "name", "wkt"))
        for code, box in boxes.items():
            writer.writerow((code, f"试验区{code}", shapely.to_wkt(box)))
            writer.writerow((f"{code}001", "试验镇", ""))
            writer.writerow((f"{code}{TAIL}", "试验村", shapely.to_wkt(box)))
    load_divisions(path, on=now().date())


def _told(name: str, files: dict[str, Path], *, crs: str | None = None) -> list[Figure]:
    from actions.deed import now
    from actions.imports import ImportOptions, import_houses
    from actions.operator import operator

    total: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for county, path in files.items():
        options = ImportOptions(crs=crs, default_village=f"{county}{TAIL}")
        report = import_houses(path, options=options, actor=operator(county), at=now())
        total.update({one: getattr(report, one) for one in ("read", "placed", "unchanged", "quarantined")})
        reasons.update(report.by_reason)
    whole = total["read"] == total["placed"] + total["unchanged"] + total["quarantined"]
    counts = f"{total['read']:,} read"
    figures = [Figure(f"{name}: {total['placed']:,} placed, {total['unchanged']:,} unchanged, "
                      f"{total['quarantined']:,} quarantined", counts, "none lost", whole)]  # fmt: skip
    return figures + [Figure(f"    {reason}", f"{count:,}") for reason, count in reasons.most_common()]
