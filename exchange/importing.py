"""A register file -> rows that can be placed, and everything that is wrong with the others."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from exchange.addresses import Matcher, match_lost, read_addresses
from exchange.duplicates import find_duplicates
from exchange.errors import DuplicateHeaders, NothingRecognised
from exchange.headers import Mapping, Overrides, guess_mapping
from exchange.placing import place_points
from exchange.problems import Problem, problem_of
from exchange.reading import read_table
from exchange.row import CheckContext, HouseRow, check_row
from exchange.table import SourceRow, Table
from exchange.villages import CountyContext, find_villages
from gis.crs import parse_crs
from words import say

Progress = Callable[[str, int, int], None]
REPORT_EVERY = 2000
STAGES = ("reading", "checking", "placing", "villages", "matching", "duplicates")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the person says about a file.

    ``crs`` goes before what the file declares, a row's own system column before both. ``mapping`` overrides guesses.
    ``default_village`` (12 digits) takes rows that name none. ``require_point`` quarantines rows without coordinates,
    which otherwise are placed by their village and address. ``today`` is the day no registration lies after.
    """

    crs: str | None = None
    mapping: Overrides | None = None
    default_village: str | None = None
    sheet: str | None = None
    require_point: bool = False
    today: dt.date | None = None


@dataclass(slots=True)
class Prepared:
    """``read`` rows of a file: ``rows`` can be placed, ``quarantined`` (by row number) cannot, for ``problems``.

    ``crs`` is the system that rows without one of their own were read in. ``notes`` say what was assumed.
    """

    rows: list[HouseRow]
    problems: list[Problem]
    read: int
    mapping: Mapping
    table: Table
    crs: str | None
    quarantined: dict[int, SourceRow] = field(repr=False)
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def counts(self) -> Counter[str]:
        """How many quarantined rows each reason has (a row with two reasons counts under both)."""
        return Counter(reason for _row, reason in {(problem.row, problem.reason) for problem in self.problems})

    def spoken_notes(self, lang: str = "zh", /) -> list[str]:
        """The notes in the reader's language."""
        return [say(f"exchange.note.{name}", lang, **fields) for name, fields in self.notes]


def prepare(
    path: Path | str, *, options: ImportOptions, county: CountyContext, matcher: Matcher | None = None,
    progress: Progress | None = None,
) -> Prepared:  # fmt: skip
    """Read, check, place, match and compare every row of a file; ``read == len(rows) + len(quarantined)`` always.

    A row whose village nobody told is matched by ``matcher``, where there is one.

    Raises
    ------
    exchange.errors.ExchangeError
        For a file nothing can be read from; a bad row never stops the others.
    gis.crs.UnknownCrsError
        For ``options.crs`` that is no system.
    """
    tell = progress or _silent
    if options.crs:
        parse_crs(options.crs)  # a slip of the pen is told at once, not after a long file was read
    tell("reading", 0, 1)
    table = read_table(path, sheet=options.sheet)
    return prepare_table(table, name=Path(path).name, options=options, county=county, matcher=matcher, progress=tell)


def prepare_table(
    table: Table, *, name: str, options: ImportOptions, county: CountyContext, matcher: Matcher | None = None,
    progress: Progress | None = None,
) -> Prepared:  # fmt: skip
    """``prepare`` for a table that was read already; ``name`` is the file's, for messages."""
    tell = progress or _silent
    stated = parse_crs(options.crs) if options.crs else None
    mapping = map_columns(table, options.mapping, name=name)
    tell("checking", 0, len(table.rows))
    rows, problems = check_rows(table, mapping, options, tell)
    crs = stated or mapping.crs_hint or table.crs
    batch = Batch(rows, problems)
    tell("placing", 0, len(rows))
    batch.drop(place_points(batch.rows, crs=crs, county_polygon=county.polygon))
    if options.require_point:
        batch.drop(problem_of(row.row, "point", "point_missing") for row in batch.rows if row.lon is None)
    tell("villages", 0, len(batch.rows))
    lost = find_villages(batch.rows, county=county, default=options.default_village)
    if matcher is not None and lost:
        lost = match_lost(batch.rows, lost, county=county, matcher=matcher, progress=partial(tell, "matching"))
    batch.drop(lost)
    tell("duplicates", 0, len(batch.rows))
    read_addresses([row for row in batch.rows if not row.source_key], county=county)
    batch.drop(find_duplicates(batch.rows))
    return gathered(batch, table, mapping, crs)


SAMPLE = 400
"""Rows looked at to find the county of a file."""


def county_of(path: Path | str, *, options: ImportOptions, counties: Sequence[CountyContext]) -> str | None:
    """The county that takes most of a sample of a file's rows; None where no county takes any, or two as many.

    Raises what ``prepare`` raises for a file nothing can be read from.
    """
    table = read_table(path, sheet=options.sheet)
    step = max(1, len(table.rows) // SAMPLE)
    sample = dataclasses.replace(table, rows=table.rows[::step])
    taken = Counter[str]()
    for county in counties:
        found = prepare_table(sample, name=Path(path).name, options=options, county=county)
        taken[county.code] = len(found.rows)
    best = taken.most_common(2)
    if not best or best[0][1] == 0 or (len(best) > 1 and best[0][1] == best[1][1]):
        return None
    return best[0][0]


def map_columns(table: Table, overrides: Overrides | None, *, name: str) -> Mapping:
    """The mapping of a table; raises ``DuplicateHeaders`` or ``NothingRecognised`` where a person has to decide."""
    mapping = guess_mapping(table.headers, cut=table.format == "shp")
    if overrides is not None:
        mapping = mapping.overridden(overrides)
    used = set(mapping.header_of.values())
    for header in table.duplicate_headers if overrides is None else ():
        if header in used:
            raise DuplicateHeaders(name=name, header=header)
    if not mapping.says_where(has_geometry=table.has_geometry):
        raise NothingRecognised(name=name, headers=", ".join(table.headers[:30]))
    return mapping


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Nobody is watching."""


def check_rows(
    table: Table, mapping: Mapping, options: ImportOptions, tell: Progress
) -> tuple[list[HouseRow], list[Problem]]:
    """Clean every row of a table: the houses, and the problems of the others."""
    context = CheckContext(options.today or dt.datetime.now(dt.UTC).astimezone().date())
    rows: list[HouseRow] = []
    problems: list[Problem] = []
    for at, source in enumerate(table.rows):
        outcome = check_row(source, mapping, context=context)
        if isinstance(outcome, HouseRow):
            rows.append(outcome)
        else:
            problems += outcome
        if at % REPORT_EVERY == 0:
            tell("checking", at, len(table.rows))
    return rows, problems


class Batch:
    """The rows still good and the problems of the others."""

    def __init__(self, rows: list[HouseRow], problems: list[Problem]) -> None:
        self.rows, self.problems = rows, problems

    def drop(self, problems: Any) -> None:
        """Take the rows of these problems out."""
        found = list(problems)
        bad = {problem.row for problem in found}
        self.problems += found
        if bad:
            self.rows = [row for row in self.rows if row.row not in bad]


def gathered(batch: Batch, table: Table, mapping: Mapping, crs: str | None) -> Prepared:
    """What a table came to: its good rows, the others with their problems, and what was assumed."""
    bad = {problem.row for problem in batch.problems}
    quarantined = {source.number: source for source in table.rows if source.number in bad}
    problems = [_in_words_of_file(problem, mapping) for problem in sorted(batch.problems, key=lambda one: one.row)]
    notes = [*table.notes, *_notes(batch.rows, mapping, crs, table)]
    return Prepared(batch.rows, problems, len(table.rows), mapping, table, crs, quarantined, notes)


def _in_words_of_file(problem: Problem, mapping: Mapping) -> Problem:
    """Name the column as the file does; a point is named by its two columns."""
    if problem.header or problem.field is None:
        return problem
    pairs = (("lon", "lat"), ("x", "y"), ("point",)) if problem.field == "point" else ((problem.field,),)
    for fields in pairs:
        if all(name in mapping.header_of for name in fields):
            header = " / ".join(mapping.header_of[name] for name in fields)
            return dataclasses.replace(problem, header=header)
    return problem


def _notes(rows: list[HouseRow], mapping: Mapping, crs: str | None, table: Table) -> list[tuple[str, dict[str, Any]]]:
    notes: list[tuple[str, dict[str, Any]]] = []
    if table.encoding == "gb18030":
        notes.append(("gb18030", {}))
    if mapping.crs_hint and crs == mapping.crs_hint:
        notes.append(("crs_from_header", {"crs": crs}))
    withheld = [column.header for column in mapping.columns if column.role == "withheld"]
    if withheld:
        notes.append(("withheld", {"columns": ", ".join(withheld)}))
    without_point = sum(row.lon is None for row in rows)
    if without_point:
        notes.append(("without_point", {"count": without_point}))
    unknown = Counter(pair for row in rows for pair in row.unrecognised)
    for (name, word), count in unknown.most_common(10):
        notes.append(("word_unknown", {"column": mapping.header_of[name], "word": word, "count": count}))
    return notes
