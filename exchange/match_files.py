"""Written addresses placed by a list of standard addresses: two files in, one out, one row a query in their order."""

import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import NamedTuple

import numpy as np

from exchange.errors import ColumnsMissing
from exchange.streams import Progress, Row, RowStream, lines_of, replacing
from gis.crs import UnknownCrsError, parse_crs, to_storage
from gis.mask import mask_in_place
from gis.matching.locate import Locator
from gis.matching.match import DOOR_OR_BETTER, match_many
from gis.matching.outcome import Match, Outcome
from gis.matching.reference import Reference, ReferenceAddress
from words import DEFAULT, say

COLUMNS = ("id", "matched_id", "level", "score", "lon", "lat", "uncertainty_m", "reason")
LOCATED_MOST = 300_000_000
"""Queries without a door times standard addresses, up to which such queries are placed by what is around them."""
UNKNOWN_CRS = frozenset(("unknown", "未知", "不明", "不详"))

_SHOWN_REFUSALS = 5
_BLOCK_ROWS = 50_000
_EAST_MOST, _NORTH_MOST = 180.0, 90.0
_SETTLED = frozenset(("ambiguous", "held_twice", "nothing_read"))


class Refusal(NamedTuple):
    """A row of the reference that cannot be used: its number in the file, and the word for why."""

    row: int
    why: str


def match_file(reference: Path, queries: Path, target: Path, *, workers: int = 2) -> int:
    """Match every row of ``queries`` (id, address) to ``reference`` (id, address, lon, lat, perhaps crs).

    Writes ``COLUMNS``, one row a query in order, coordinates in EPSG:4490; returns how many were matched. A blank
    ``crs`` is EPSG:4490; ``unknown`` keeps the coordinates as given and says so. Rows of the reference that cannot be
    used are counted on stderr; of rows with one id the first counts.

    Raises
    ------
    exchange.errors.ExchangeError
        ``EmptyFile``, ``NotText``; ``ColumnsMissing`` naming the columns; ``CannotWrite``.
    """
    rows, refused = read_reference(reference)
    _report(refused)
    ids, texts = _queries(queries)
    built = Reference.build(rows, progress=_told("read_all"), workers=workers)
    del rows
    lines, doorless = _first_lines(ids, texts, built, workers=workers)
    _locate(lines, doorless, (ids, texts), built, workers=workers)
    with replacing(target) as out:
        out.write(lines_of([COLUMNS]))
        out.writelines(lines)
    matched = len(ids) - sum(",,,,,,," in line for line in lines)
    _say(say("matching.done", "en", total=f"{len(ids):,}", matched=f"{matched:,}", unmatched=f"{len(ids) - matched:,}"))
    return matched


def read_reference(path: Path) -> tuple[list[ReferenceAddress], list[Refusal]]:
    """Standard addresses with their points in EPSG:4490, and the rows that cannot be used."""
    rows: list[ReferenceAddress] = []
    refused: list[Refusal] = []
    seen: set[str] = set()
    with RowStream(path) as stream:
        places = _places(stream, ("id", "address", "lon", "lat"))
        crs = stream.column("crs") if "crs" in map(str.casefold, stream.header) else None
        numbered = ((number, row) for number, row in enumerate(stream, start=2) if row)
        while block := list(islice(numbered, _BLOCK_ROWS)):
            good = [item for item in block if not _refuse(item, places, seen, refused)]
            rows += _placed(good, places, crs, refused)
    return rows, sorted(refused)


def _places(stream: RowStream, names: Sequence[str]) -> list[int]:
    held = [name.casefold() for name in stream.header]
    if missing := [name for name in names if name not in held]:
        raise ColumnsMissing(name=stream.path.name, columns=", ".join(missing), headers=", ".join(stream.header[:30]))
    return [held.index(name) for name in names]


def _cell(row: Row, place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _refuse(item: tuple[int, Row], places: Sequence[int], seen: set[str], refused: list[Refusal]) -> bool:
    """Note a row without id, address or numbers for coordinates, or with an id that was there before."""
    number, row = item
    key = _cell(row, places[0])
    why = ""
    if not key:
        why = "no_id"
    elif key in seen:
        why = "id_twice"
    elif not _cell(row, places[1]):
        why = "no_address"
    elif not (_is_number(_cell(row, places[2])) and _is_number(_cell(row, places[3]))):
        why = "no_point"
    if why:
        refused.append(Refusal(number, why))
    else:
        seen.add(key)
    return bool(why)


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def _placed(
    items: Sequence[tuple[int, Row]], places: Sequence[int], crs: int | None, refused: list[Refusal]
) -> Iterator[ReferenceAddress]:
    """The rows with their points converted, each by the coordinate system it names."""
    named = [_cell(row, crs) if crs is not None else "" for _, row in items]
    x = np.array([float(_cell(row, places[2])) for _, row in items])
    y = np.array([float(_cell(row, places[3])) for _, row in items])
    why = np.full(len(items), "out_of_range", dtype=object)
    for name in set(named):
        own = np.array([one == name for one in named], dtype=np.bool_)
        system = _system(name)
        if system is None:
            x[own], why[own] = np.nan, "crs_unknown"
        else:
            x[own], y[own] = to_storage(x[own], y[own], source=system)
    for (number, row), name, lon, lat, reason in zip(items, named, x.tolist(), y.tolist(), why, strict=True):
        if abs(lon) <= _EAST_MOST and abs(lat) <= _NORTH_MOST:
            known = name.casefold() not in UNKNOWN_CRS
            yield ReferenceAddress(_cell(row, places[0]), _cell(row, places[1]), lon, lat, known)
        else:
            refused.append(Refusal(number, reason))


def _system(name: str) -> str | None:
    """The coordinate system a cell names; EPSG:4490 where it is blank or says that nobody knows."""
    if not name or name.casefold() in UNKNOWN_CRS:
        return "EPSG:4490"
    try:
        return parse_crs(name)
    except UnknownCrsError:
        return None


def _queries(path: Path) -> tuple[list[str], list[str]]:
    with RowStream(path) as stream:
        key, address = _places(stream, ("id", "address"))
        last = address == len(stream.header) - 1
        rows = [row for row in stream if row]
    texts = [",".join(row[address:]) if last else _cell(row, address) for row in rows]
    return [row[key] if key < len(row) else "" for row in rows], texts


def _first_lines(
    ids: Sequence[str], texts: Sequence[str], reference: Reference, *, workers: int
) -> tuple[list[str], list[int]]:
    """A finished line for each query, and which of them found no door but may be placed by what is around them."""
    lines, doorless = [], []
    outcomes = match_many(texts, reference, progress=_told("matched_so_far"), workers=workers)
    for place, (key, outcome) in enumerate(zip(ids, outcomes, strict=True)):
        lines.append(_line(key, outcome))
        if _is_doorless(outcome):
            doorless.append(place)
    return lines, doorless


def _is_doorless(outcome: Outcome) -> bool:
    if isinstance(outcome, Match):
        return outcome.level not in DOOR_OR_BETTER
    return outcome.reasons[-1].key not in _SETTLED


def _locate(
    lines: list[str], doorless: Sequence[int], queries: tuple[Sequence[str], Sequence[str]], reference: Reference,
    *, workers: int,
) -> None:  # fmt: skip
    """Place queries without a door by what is around them; so many that it would take hours are left as they are."""
    ids, texts = queries
    if not doorless or not len(reference):
        return
    if len(doorless) * len(reference) > LOCATED_MOST:
        _say(say("matching.too_many_to_locate", "en", count=f"{len(doorless):,}"))
        return
    asked = [texts[place] for place in doorless]
    outcomes = match_many(asked, reference, locator=Locator(reference), progress=_told("located"), workers=workers)
    for place, outcome in zip(doorless, outcomes, strict=True):
        lines[place] = _line(ids[place], outcome)


def _line(key: str, outcome: Outcome) -> str:
    reason = mask_in_place("；".join(one.say(DEFAULT) for one in outcome.reasons))
    if not isinstance(outcome, Match):
        return lines_of([[key, "", "", "", "", "", "", reason]])
    point = (f"{outcome.lon:.7f}", f"{outcome.lat:.7f}", f"{outcome.uncertainty_m:.1f}")
    return lines_of([[key, outcome.reference_id or "", outcome.level.value, f"{outcome.score:g}", *point, reason]])


def _report(refused: Sequence[Refusal]) -> None:
    if not refused:
        return
    _say(say("matching.refused", "en", count=len(refused)))
    for one in refused[:_SHOWN_REFUSALS]:
        _say(say("matching.refused_row", "en", row=one.row, why=say(f"matching.refusal.{one.why}", "en")))
    if len(refused) > _SHOWN_REFUSALS:
        _say(say("matching.refused_more", "en", count=len(refused) - _SHOWN_REFUSALS))


def _told(key: str) -> Callable[[int, int], None]:
    state = {"share": 0.0}
    progress = Progress(say(f"matching.{key}", "en"), lambda: state["share"])

    def tell(done: int, total: int) -> None:
        state["share"] = done / max(1, total)
        progress.tell(done)

    return tell


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
