"""Published updates of divisions: a list of changes, or a whole new list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from exchange.reading import read_table
from exchange.table import Table
from exchange.values import clean_text
from gis.division import Division, trimmed
from gis.division_change import ChangeKind, DivisionChange
from gis.errors import AnjuError

COLUMNS = {
    "kind": ("kind", "变更类型", "类型"), "old_code": ("old_code", "原代码", "原区划代码"),
    "old_name": ("old_name", "原名称", "原区划名称"), "new_code": ("new_code", "新代码", "新区划代码", "现代码"),
    "new_name": ("new_name", "新名称", "新区划名称", "现名称"), "code": ("code", "代码", "区划代码"),
    "name": ("name", "名称", "区划名称"), "wkt": ("wkt", "geometry"),
}  # fmt: skip
KINDS = {
    "更名": ChangeKind.RENAME, "改名": ChangeKind.RENAME, "改码": ChangeKind.RECODE, "同名改码": ChangeKind.RECODE,
    "代码变更": ChangeKind.RECODE, "合并": ChangeKind.MERGE, "并入": ChangeKind.MERGE, "拆分": ChangeKind.SPLIT,
    "析置": ChangeKind.SPLIT, "撤销": ChangeKind.ABOLISH, "新设": ChangeKind.ESTABLISH, "设立": ChangeKind.ESTABLISH,
    **{kind.value: kind for kind in ChangeKind},
}  # fmt: skip


class DivisionUpdateError(AnjuError):
    """{name}, row {row}: {what}."""


@dataclass(frozen=True, slots=True)
class Published:
    """An update as it was published: ``changes``, or with ``whole`` the list of divisions as it is to be.

    ``shapes`` holds outlines (EPSG:4490) of new divisions by code, where the file gives them.
    """

    name: str
    changes: tuple[DivisionChange, ...] = ()
    whole: tuple[Division, ...] | None = None
    shapes: dict[str, BaseGeometry] = field(default_factory=dict)


def read_update(path: Path) -> Published:
    """Read columns kind, old_code, old_name, new_code, new_name (one row a pair), or code, name (a whole list).

    Raises ``DivisionUpdateError`` with the first row that cannot be used, and what ``exchange.reading`` raises.
    """
    table = read_table(path)
    at = {name: _column(table, words) for name, words in COLUMNS.items()}
    if at["old_code"] is not None and at["new_code"] is not None:
        return _changes(path.name, table, at)
    if at["code"] is None or at["name"] is None:
        raise DivisionUpdateError(name=path.name, row=1, what="no columns old_code and new_code, nor code and name")
    return _whole(path.name, table, at)


def _column(table: Table, words: Sequence[str]) -> int | None:
    return next((n for n, header in enumerate(table.headers) if header.strip().lower() in words), None)


def _whole(name: str, table: Table, at: dict[str, int | None]) -> Published:
    rows: dict[str, Division] = {}
    shapes: dict[str, BaseGeometry] = {}
    for source in table.rows:
        cells = {key: _cell(source.cells, index) for key, index in at.items()}
        one = _division(name, source.number, cells["code"], cells["name"])
        if len(one.code) >= 6:
            rows[one.code] = one
            _shape(shapes, name, source.number, one.code, cells["wkt"])
    return Published(name, whole=tuple(rows[code] for code in sorted(rows)), shapes=shapes)


@dataclass(slots=True)
class _Pair:
    row: int
    kind: ChangeKind
    old: Division | None
    new: Division | None


def _changes(name: str, table: Table, at: dict[str, int | None]) -> Published:
    pairs: list[_Pair] = []
    shapes: dict[str, BaseGeometry] = {}
    for source in table.rows:
        cells = {key: _cell(source.cells, index) for key, index in at.items()}
        sides = [
            _division(name, source.number, cells[f"{side}_code"], cells[f"{side}_name"])
            if cells[f"{side}_code"] else None for side in ("old", "new")
        ]  # fmt: skip
        pairs.append(_Pair(source.number, _kind(name, source.number, cells["kind"], sides[0], sides[1]), *sides))
        if sides[1] is not None:
            _shape(shapes, name, source.number, sides[1].code, cells["wkt"])
    return Published(name, changes=tuple(_grouped(name, pairs)), shapes=shapes)


def _kind(name: str, row: int, said: str, old: Division | None, new: Division | None) -> ChangeKind:
    if said:
        found = KINDS.get(said.strip().lower())
        if found is None:
            raise DivisionUpdateError(name=name, row=row, what=f"unknown kind {said[:20]!r}")
        return found
    if old is None or new is None:
        return ChangeKind.ESTABLISH if old is None else ChangeKind.ABOLISH
    return ChangeKind.RENAME if old.code == new.code else ChangeKind.RECODE


def _grouped(name: str, pairs: Sequence[_Pair]) -> list[DivisionChange]:
    """Rows of one merge share the new code, rows of one split the old; everything else is a row by itself."""
    groups: dict[tuple[str, str], list[_Pair]] = {}
    for pair in pairs:
        keys = {
            ChangeKind.MERGE: pair.new.code if pair.new else "",
            ChangeKind.SPLIT: pair.old.code if pair.old else "",
        }
        groups.setdefault((pair.kind.value, keys.get(pair.kind, str(pair.row))), []).append(pair)
    told = []
    for (kind, _), rows in groups.items():
        olds = tuple(dict.fromkeys(pair.old for pair in rows if pair.old is not None))
        news = tuple(dict.fromkeys(pair.new for pair in rows if pair.new is not None))
        try:
            told.append(DivisionChange(ChangeKind(kind), olds, news))
        except AnjuError as error:
            raise DivisionUpdateError(name=name, row=rows[0].row, what=str(error)) from error
    return told


def _cell(cells: Sequence[object], index: int | None) -> str:
    return "" if index is None or index >= len(cells) else clean_text(cells[index])


def _division(name: str, row: int, code: str, called: str) -> Division:
    try:
        one = Division(trimmed(code), called)
    except AnjuError as error:
        raise DivisionUpdateError(name=name, row=row, what=str(error)) from error
    if not called:
        raise DivisionUpdateError(name=name, row=row, what=f"{code} has no name")
    return one


def _shape(shapes: dict[str, BaseGeometry], name: str, row: int, code: str, wkt: str) -> None:
    if not wkt:
        return
    shape = shapely.from_wkt(wkt, on_invalid="ignore")
    valid = None if shape is None else shapely.make_valid(shape)
    if valid is None or valid.is_empty or valid.geom_type not in ("Polygon", "MultiPolygon"):
        raise DivisionUpdateError(name=name, row=row, what="wkt is no polygon")
    shapes[code] = valid
