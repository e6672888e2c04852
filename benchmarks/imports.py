"""A register of 100,000 rows, from the file to houses with codes, people, grids and quarantine in the database.

Claim: <= 60 s end to end on two cores, as .csv (GB18030) and as .xlsx; again, with nothing changed, no slower.

Beside it what one would write instead: pandas reads the file, GeoPandas writes a table of points with ``to_postgis``.
That places every row unseen: no village, code, grid, sealed name, conversion of coordinates, quarantine, or second run
without doubles.

    python -m benchmarks imports
"""

import csv
import random
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import Workbook
from sqlalchemy import Engine

from benchmarks.ground import COUNTY, SEED, Figure, clock, model_town, on, seconds
from gis.crs import convert

ROWS = 100_000
BAD_SHARE = 0.01
HEADER = (
    "房屋编号", "村（社区）", "房屋地址", "经度", "纬度", "房东姓名", "联系电话", "身份证号", "建筑面积（㎡）", "层数",
    "房屋类型", "租住人数", "登记日期", "备注",
)  # fmt: skip


def run() -> list[Figure]:
    """Import the same register in both forms, again, and as a script would."""
    with model_town("imports", 1000) as own, tempfile.TemporaryDirectory() as folder:
        rows = register(own)
        paths = written(rows, Path(folder))
        figures = []
        for path in paths:
            figures += _imported(path)
        figures += _by_script(paths, own)
    return figures


def _imported(path: Path) -> list[Figure]:
    from actions.deed import now
    from actions.imports import ImportOptions, import_houses
    from actions.operator import operator

    def take() -> Any:
        return import_houses(path, options=ImportOptions(crs="GCJ-02"), actor=operator(COUNTY), at=now())

    with clock() as first:
        one = take()
    with clock() as second:
        two = take()
    told = f"{one.placed:,} placed, {one.quarantined:,} quarantined, {two.unchanged:,} then unchanged"
    whole = one.read == ROWS == one.placed + one.quarantined and two.unchanged == one.placed
    return [
        Figure(f"{path.name}: {ROWS:,} rows", seconds(first), "<= 60 s", first[0] <= 60),
        Figure(f"{path.name}: again", seconds(second), "no slower", second[0] <= first[0]),
        Figure(f"{path.name}: {told}", "", "read = placed + quarantined", whole),
    ]


def _by_script(paths: list[Path], own: Engine) -> list[Figure]:
    import geopandas as gpd
    import pandas as pd

    figures = []
    for path in paths:
        with clock() as took:
            if path.suffix == ".csv":
                frame = pd.read_csv(path, encoding="gb18030", dtype=str)
            else:
                frame = pd.read_excel(path, engine="calamine", dtype=str)
            lon, lat = (pd.to_numeric(frame[name], errors="coerce") for name in ("经度", "纬度"))
            points = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4490")
            points.to_postgis("by_script", own, if_exists="replace")
        figures.append(Figure(f"{path.name}: pandas and GeoPandas to_postgis, unchecked", seconds(took)))
    return figures


def register(own: Engine) -> list[list[Any]]:
    """Rows on the real villages of Changshu, GCJ-02, one in a hundred with something wrong."""
    from db import division

    with on(own) as connection:
        frame = division.divisions_frame(connection, county=COUNTY, level="village")
    drawn = random.Random(SEED)
    villages = [(name, shape.representative_point()) for name, shape in zip(frame["name"], frame.geometry, strict=True)]
    chosen = [villages[drawn.randrange(len(villages))] for _ in range(ROWS)]
    lons = np.array([point.x for _, point in chosen]) + np.array([drawn.uniform(-4e-4, 4e-4) for _ in chosen])
    lats = np.array([point.y for _, point in chosen]) + np.array([drawn.uniform(-4e-4, 4e-4) for _ in chosen])
    east, north = (np.asarray(axis).tolist() for axis in convert(lons, lats, source="EPSG:4490", target="GCJ-02"))
    return [_row(n, chosen[n][0], east[n], north[n], drawn) for n in range(ROWS)]


def _row(n: int, village: str, lon: float, lat: float, drawn: random.Random) -> list[Any]:
    row = [
        f"BM{n:06d}", village, f"{village}{n // 50 % 30 + 1}组{n}号", f"{lon:.6f}", f"{lat:.6f}", f"户主{n}",
        f"139{n:08d}", _id_number(n), f"{drawn.uniform(60, 400):.1f}", str(drawn.randint(1, 4)),
        drawn.choice(("自建房", "住宅", "集体宿舍", "商住")), str(drawn.randint(0, 12)), "2024-03-05", "",
    ]  # fmt: skip
    if drawn.random() < BAD_SHARE:
        at, wrong = drawn.choice(((3, "31.6"), (6, "1391"), (7, "320581199001011234"), (8, "-1"), (12, "2099-01-01")))
        row[at] = wrong
    return row


def _id_number(n: int) -> str:
    body = f"320581{1950 + n % 50}{1 + n % 12:02d}{1 + n % 28:02d}{n % 1000:03d}"
    weights = [2 ** (17 - at) % 11 for at in range(17)]
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def written(rows: list[list[Any]], folder: Path) -> list[Path]:
    """The register as .csv in GB18030 and as .xlsx, under other numbers, so that both are new."""
    plain, book_path = folder / "register.csv", folder / "register.xlsx"
    with plain.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    book = Workbook(write_only=True)
    sheet = book.create_sheet("出租房屋")
    sheet.append(list(HEADER))
    for row in rows:
        sheet.append([f"X{row[0]}", *row[1:2], f"{row[2]}乙", *row[3:]])
    book.save(book_path)
    return [plain, book_path]
