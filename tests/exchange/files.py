"""Register files that people bring, made on the spot."""

import csv
import json
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import xlwt
from openpyxl import Workbook
from shapely.geometry import box

from exchange.importing import ImportOptions, Prepared, prepare
from exchange.row import identity
from exchange.villages import CountyContext
from gis.division import Division
from tests.world import COUNTY, OTHER_VILLAGE, TODAY, TOWN, VILLAGE

HEADERS = ("房屋编号", "所属村", "房屋地址", "经度", "纬度", "房东姓名", "房东电话", "建筑面积", "层数", "备注")
OUTLINE = box(120.80, 31.60, 121.00, 31.80)
DIVISIONS = (
    Division(COUNTY, "常熟市"),
    Division(TOWN, "梅李镇"),
    Division(VILLAGE, "聚沙村委会"),
    Division(OTHER_VILLAGE, "珍北村委会"),
    Division("320581001", "虞山街道"),
    Division("320581001010", "菱塘社区居委会"),
    Division("320581401", "经济开发区"),
    Division("320581401498", "开发区虚拟社区"),
)
CHANGSHU = CountyContext(COUNTY, DIVISIONS, OUTLINE)


def line(number: int = 1, **changes: Any) -> list[Any]:
    """One good row of ``HEADERS``, changed where a test says so."""
    good = {
        "房屋编号": f"CZ{number:05}",
        "所属村": "聚沙村",
        "房屋地址": f"聚沙村{number}组{number}号",
        "经度": f"{120.90 + number * 1e-4:.6f}",
        "纬度": "31.700000",
        "房东姓名": "张小三",
        "房东电话": "13912345678",
        "建筑面积": "120.5",
        "层数": "3",
        "备注": "",
    }
    return [(good | changes)[header] for header in HEADERS]


def write_csv(
    path: Path,
    rows: Sequence[Sequence[Any]],
    *,
    headers: Sequence[str] = HEADERS,
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows([headers, *rows])
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[Any]], *, headers: Sequence[str] = HEADERS) -> Path:
    book = Workbook()
    for row in [headers, *rows]:
        book.active.append(list(row))
    book.save(path)
    return path


def write_xls(path: Path, rows: Sequence[Sequence[Any]], *, headers: Sequence[str] = HEADERS) -> Path:
    """The workbook of before 2007."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("出租房屋")
    for at, row in enumerate([headers, *rows]):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell)
    book.save(str(path))
    return path


def write_encrypted(path: Path) -> Path:
    """A compound file that says what Excel says of a workbook with a password: an EncryptedPackage inside."""
    sector = 512
    end, free, fat_mark = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header = magic + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9L", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109L", 0, *[free] * 108)
    chain = [fat_mark, end, *range(3, 10), end]
    table = struct.pack(f"<{sector // 4}L", *chain, *[free] * (sector // 4 - len(chain)))
    unused = ("", 0, free, 0, 0)
    entries = [("Root Entry", 5, 1, end, 0), ("EncryptedPackage", 2, free, 2, 4096), unused, unused]
    directory = b"".join(_directory_entry(*entry) for entry in entries)
    path.write_bytes(header + table + directory + bytes(8 * sector))
    return path


def _directory_entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    free = 0xFFFFFFFF
    text = (name + "\0").encode("utf-16-le") if name else b""
    head = text.ljust(64, b"\0") + struct.pack("<HBB3L", len(text), kind, 1, free, free, child)
    return head + bytes(36) + struct.pack("<LQ", start, size)


def write_geojson(path: Path, features: Sequence[tuple[Any, dict[str, Any]]], *, crs: str | None = None) -> Path:
    document: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": shape, "properties": properties} for shape, properties in features
        ],
    }
    if crs:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def frame(count: int = 3, *, crs: str | None = "EPSG:4490") -> gpd.GeoDataFrame:
    """Points of good houses with Chinese columns, in any system."""
    rows = [line(number) for number in range(1, count + 1)]
    lon, lat = [float(row[3]) for row in rows], [float(row[4]) for row in rows]
    table = gpd.GeoDataFrame(rows, columns=list(HEADERS), geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4490")
    table = table.drop(columns=["经度", "纬度"])
    return table.to_crs(crs) if crs else table.set_crs(None, allow_override=True)


def write_shapefile_zip(
    path: Path, table: gpd.GeoDataFrame, *, encoding: str = "GBK", without: Sequence[str] = ()
) -> Path:
    folder = path.parent / f"{path.stem}_parts"
    folder.mkdir()
    pyogrio.write_dataframe(table, folder / "houses.shp", encoding=encoding)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            if part.suffix not in without:
                archive.write(part, f"data/{part.name}")
    return path


def write_bomb(path: Path, *, member: str, megabytes: int) -> Path:
    """A zip of nothing but zeros, as an .xlsx where the member says so."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open(member, "w", force_zip64=True) as stream:
            for _ in range(megabytes):
                stream.write(bytes(1024 * 1024))
    return path


def write_lying_zip(path: Path) -> Path:
    """A zip whose directory says 10 bytes where 64 MB come out."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(64 * 1024 * 1024)) + packer.flush()
    name = b"xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    honest = path.read_bytes()
    cut = honest.index(b"PK\x01\x02")
    sizes = (zlib.crc32(b"0" * 10), len(packed), 10)
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 33, *sizes, len(name), 0) + name + packed
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, *sizes, len(name), 0, 0, 0, 0, 0, cut) + name
    first = honest[cut : honest.index(b"PK\x05\x06")]
    start = cut + len(local)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(first) + len(entry), start, 0)
    path.write_bytes(honest[:cut] + local + first + entry + end)
    return path


def brought_in(path: Path, *, county: CountyContext = CHANGSHU, **options: Any) -> Prepared:
    """A file prepared for the test county, with the law of the counter checked every time."""
    prepared = prepare(path, options=ImportOptions(**({"today": TODAY} | options)), county=county)
    assert prepared.read == len(prepared.rows) + len(prepared.quarantined)
    assert {problem.row for problem in prepared.problems} == set(prepared.quarantined)
    assert not {row.row for row in prepared.rows} & set(prepared.quarantined)
    identities = {identity(row) for row in prepared.rows}
    assert "" not in identities
    assert len(identities) == len(prepared.rows)
    return prepared


def reasons(prepared: Prepared) -> dict[int, list[str]]:
    """Row number -> reasons."""
    found: dict[int, list[str]] = {}
    for problem in prepared.problems:
        found.setdefault(problem.row, []).append(problem.reason)
    return found
