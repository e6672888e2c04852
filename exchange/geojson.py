"""GeoJSON, feature by feature: a broken feature is one row's damage and the rest is read."""

import json
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape

from exchange.encodings import decode_lines
from exchange.errors import DamagedFile, TooManyColumns, UnknownFormat, WrongEncoding
from exchange.table import MAX_COLUMNS, Damage, SourceRow, Table, cell_too_long

RFC_7946_CRS = "EPSG:4326"


def read_geojson(path: Path) -> Table:
    """The features of a FeatureCollection, numbered from 1 in file order.

    A file without a ``crs`` member is WGS 84 (RFC 7946, 4); the note ``geojson_wgs84`` says that this was assumed.
    """
    decoded = decode_lines(path.read_bytes())
    if decoded.spoilt:
        raise WrongEncoding(name=path.name, row=min(decoded.spoilt) + 1)
    document = _parse("".join(decoded.lines), path)
    features = _features(document, path)
    headers = _headers(features, path)
    crs = _declared_crs(document)
    rows = [_row(number, feature, headers) for number, feature in enumerate(features, 1)]
    notes: list[tuple[str, dict[str, Any]]] = [] if crs else [("geojson_wgs84", {})]
    return Table(headers, rows, "geojson", crs or RFC_7946_CRS, decoded.encoding, True, notes=notes)


def _parse(text: str, path: Path) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DamagedFile(name=path.name, detail=str(error)) from error


def _features(document: Any, path: Path) -> list[Any]:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "Feature":
        return [document]
    features = document.get("features") if kind == "FeatureCollection" else None
    if not isinstance(features, list):
        raise UnknownFormat(name=path.name)
    return features


def _headers(features: list[Any], path: Path) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for feature in features:
        names.update(dict.fromkeys(_properties(feature)))
    if len(names) > MAX_COLUMNS:
        raise TooManyColumns(name=path.name, count=len(names), limit=MAX_COLUMNS)
    return tuple(names)


def _properties(feature: Any) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _declared_crs(document: Any) -> str | None:
    """The name in a pre-2016 ``crs`` member, which Chinese exports still write."""
    member = document.get("crs")
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or not name.strip():
        return None
    if name.upper().endswith("CRS84"):
        return RFC_7946_CRS
    parts = [part for part in name.upper().split(":") if part]
    return f"EPSG:{parts[-1]}" if "EPSG" in parts and parts[-1].isdigit() else name


def _row(number: int, feature: Any, headers: tuple[str, ...]) -> SourceRow:
    properties = _properties(feature)
    cells = [_flat(properties.get(header)) for header in headers]
    damage = cell_too_long(cells)
    raw = feature.get("geometry") if isinstance(feature, dict) else None
    if raw is None:
        return SourceRow(number, cells, damage=damage)
    geometry = _geometry(raw)
    if geometry is None:
        damage = damage or Damage("geometry_unreadable", None, json.dumps(raw, ensure_ascii=False)[:40])
    return SourceRow(number, cells, geometry, damage)


def _flat(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _geometry(raw: Any) -> Any:
    try:
        geometry = shape(raw)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, shapely.errors.ShapelyError):
        return None
    return shapely.force_2d(geometry)
