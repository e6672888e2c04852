"""Written addresses placed by a list of standard addresses: two files in, one out, one row a query in their order."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
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
from gis.matching.match import DOOR_OR_BETTER, Matcher, match_many, matcher_of
from gis.matching.outcome import Match, Outcome, Reason
from gis.matching.reading import WORTH_A_PROCESS, chunks, spread
from gis.matching.reference import Reference, ReferenceAddress
from words import DEFAULT, say

COLUMNS = ("id", "matched_id", "level", "score", "lon", "lat", "uncertainty_m", "reason")
LOCATED_MOST = 100_000_000
"""Queries without a door times standard addresses, up to which such queries are placed by what is around them."""
UNKNOWN_CRS = frozenset(("unknown", "未知", "不明", "不详"))

_SPECIAL = re.compile(r"[,\"\r\n]")
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
    lines, doorless, matched = _first_lines(ids, texts, built, workers=workers)
    matched += _locate(lines, doorless, (ids, texts), built, workers=workers)
    with replacing(target) as out:
        out.write(lines_of([COLUMNS]))
        out.writelines(lines)
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
        checked = _checked(numbered, places, crs, seen=seen, refused=refused)
        while block := list(islice(checked, _BLOCK_ROWS)):
            rows += _placed(block, refused)
    return rows, sorted(refused)


def _places(stream: RowStream, names: Sequence[str]) -> list[int]:
    held = [name.casefold() for name in stream.header]
    if missing := [name for name in names if name not in held]:
        raise ColumnsMissing(name=stream.path.name, columns=", ".join(missing), headers=", ".join(stream.header[:30]))
    return [held.index(name) for name in names]


class _Given(NamedTuple):
    """One usable row of the reference before its point is converted."""

    number: int
    id: str
    address: str
    x: float
    y: float
    crs: str


def _checked(
    numbered: Iterable[tuple[int, Row]],
    places: Sequence[int],
    crs: int | None,
    *,
    seen: set[str],
    refused: list[Refusal],
) -> Iterator[_Given]:
    """Rows with an id of their own, an address and numbers for coordinates; the others are noted."""
    key_at, address_at, x_at, y_at = places
    last = max(*places, crs or 0)
    for number, cells in numbered:
        row = cells if len(cells) > last else cells + [""] * (last + 1 - len(cells))
        key, address = row[key_at].strip(), row[address_at].strip()
        point = _point(row[x_at], row[y_at])
        if key and address and point and key not in seen:
            seen.add(key)
            yield _Given(number, key, address, *point, row[crs].strip() if crs is not None else "")
        else:
            repeated = "id_twice" if key in seen else "no_point"
            refused.append(Refusal(number, "no_id" if not key else repeated if address else "no_address"))


def _point(x: str, y: str) -> tuple[float, float] | None:
    try:
        point = float(x), float(y)
    except ValueError:
        return None
    return point if isfinite(point[0]) and isfinite(point[1]) else None


def _placed(given: Sequence[_Given], refused: list[Refusal]) -> Iterator[ReferenceAddress]:
    """The rows with their points converted, each by the coordinate system it names."""
    x, y = np.array([one.x for one in given]), np.array([one.y for one in given])
    names = [one.crs for one in given]
    why = dict.fromkeys(names, "out_of_range")
    for name in why:
        own = np.array([one == name for one in names], dtype=np.bool_)
        system = _system(name)
        if system is None:
            x[own], why[name] = np.nan, "crs_unknown"
        else:
            x[own], y[own] = to_storage(x[own], y[own], source=system)
    for one, lon, lat in zip(given, x.tolist(), y.tolist(), strict=True):
        if abs(lon) <= _EAST_MOST and abs(lat) <= _NORTH_MOST:
            yield ReferenceAddress(one.id, one.address, lon, lat, one.crs.casefold() not in UNKNOWN_CRS)
        else:
            refused.append(Refusal(one.number, why[one.crs]))


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
    texts = [",".join(row[address:]) if last else row[address] if address < len(row) else "" for row in rows]
    return [row[key] if key < len(row) else "" for row in rows], texts


def _first_lines(
    ids: Sequence[str], texts: Sequence[str], reference: Reference, *, workers: int
) -> tuple[list[str], list[int], int]:
    """A line for each query, the queries that found no door but may be placed by what is around, how many matched."""
    lines: list[str] = []
    doorless: list[int] = []
    matched = 0
    tell = _told("matched_so_far")
    several = workers if len(texts) >= WORTH_A_PROCESS else 1
    given = list(zip(chunks(ids), chunks(texts), strict=True))
    for own_lines, own_doorless, own_matched in spread(
        partial(_chunk_lines, matcher_of(reference)), given, workers=several
    ):
        doorless += [len(lines) + place for place in own_doorless]
        lines += own_lines
        matched += own_matched
        tell(len(lines), len(texts))
    return lines, doorless, matched


def _chunk_lines(matcher: Matcher, given: tuple[Sequence[str], Sequence[str]]) -> tuple[list[str], list[int], int]:
    ids, texts = given
    outcomes = matcher.outcomes(texts)
    lines = [_line(key, outcome) for key, outcome in zip(ids, outcomes, strict=True)]
    doorless = [place for place, outcome in enumerate(outcomes) if _is_doorless(outcome)]
    return lines, doorless, sum(isinstance(outcome, Match) for outcome in outcomes)


def _is_doorless(outcome: Outcome) -> bool:
    if isinstance(outcome, Match):
        return outcome.level not in DOOR_OR_BETTER
    return outcome.reasons[-1].key not in _SETTLED


def _locate(
    lines: list[str], doorless: Sequence[int], queries: tuple[Sequence[str], Sequence[str]], reference: Reference,
    *, workers: int,
) -> int:  # fmt: skip
    """Place queries without a door by what is around them, and say how many more are matched by that.

    So many that it would take hours are left as they are.
    """
    ids, texts = queries
    if not doorless or not len(reference):
        return 0
    if len(doorless) * len(reference) > LOCATED_MOST:
        _say(say("matching.too_many_to_locate", "en", count=f"{len(doorless):,}"))
        return 0
    asked = [texts[place] for place in doorless]
    outcomes = match_many(asked, reference, locator=Locator(reference), progress=_told("located"), workers=workers)
    more = 0
    for place, outcome in zip(doorless, outcomes, strict=True):
        was_matched = not lines[place].startswith(f"{_quoted(ids[place])},,,,,,,")
        more += isinstance(outcome, Match) - was_matched
        lines[place] = _line(ids[place], outcome)
    return more


def _line(key: str, outcome: Outcome) -> str:
    reason = _spoken(outcome.reasons)
    if not isinstance(outcome, Match):
        return f"{_quoted(key)},,,,,,,{reason}\n"
    point = f"{outcome.lon:.7f},{outcome.lat:.7f},{outcome.uncertainty_m:.1f}"
    found = _quoted(outcome.reference_id or "")
    return f"{_quoted(key)},{found},{outcome.level.value},{outcome.score:g},{point},{reason}\n"


def _spoken(reasons: Sequence[Reason]) -> str:
    if len(reasons) == 1 and not reasons[0].fields:
        return _plainly(reasons[0].key)
    return _quoted(mask_in_place("；".join(one.say(DEFAULT) for one in reasons)))


@cache
def _plainly(key: str) -> str:
    return _quoted(Reason(key).say(DEFAULT))


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _SPECIAL.search(cell) else cell


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
