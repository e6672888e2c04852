"""A county's standard addresses, ready to be matched: built once for what the record holds, kept, loaded again."""

import hashlib
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from actions.workbench_names import learnt_names
from db import reference, settings
from db.engine import transaction
from db.reference import Known
from exchange.addresses import DOORS
from exchange.villages import CountyContext
from gis.address.learnt import Names
from gis.address.parse import parse
from gis.matching.doubt import SEVERAL
from gis.matching.keys import GROUP, values
from gis.matching.locate import Locator
from gis.matching.match import match, match_many
from gis.matching.outcome import Match, MatchLevel, Outcome, PlaceLocator, Reason, Unmatched
from gis.matching.reference import Reference, ReferenceAddress, ReferenceFormatError
from gis.matching.texts import Texts

Tell = Callable[[int, int], None]
SAME_PLACE_M = 50.0
"""Two lists that hold one address hold it once, if their points agree this well."""
WORTH_A_FILE = 5000
"""Fewer addresses are read again in less time than a file is worth."""
_METRES_A_DEGREE = 111_320.0
_DEEPEST = list(MatchLevel)
_WORKERS = 2
_GROUP = re.compile(r"[组队]")


@dataclass(frozen=True, slots=True)
class Shelf:
    """One reference with the village of each of its rows (12 digits, '' where nobody knows)."""

    rows: Reference
    villages: Texts
    place: dict[str, int]
    locator: PlaceLocator

    @classmethod
    def of(cls, rows: Reference, villages: Texts) -> "Shelf":
        """A reference made ready."""
        return cls(rows, villages, {key: row for row, key in enumerate(rows.ids)}, Locator(rows))

    def group_of(self, reference_id: str) -> str:
        """The villagers' group that an address of the list names, '' for none."""
        return self.rows.words[self.rows.codes[self.place[reference_id], GROUP]]

    def __len__(self) -> int:
        """How many addresses it holds."""
        return len(self.rows)


class CountyMatcher:
    """Matches texts to the standard addresses of a county and, failing those, to the houses of its register.

    Either is read when it is first asked for: an import of which every row says where it is needs neither.
    """

    def __init__(self, county: CountyContext, *, names: Names) -> None:
        self._county, self._names = county, names

    @cached_property
    def standard(self) -> Shelf:
        """The lists in force."""
        return self._shelf(houses=False)

    @cached_property
    def houses(self) -> Shelf:
        """The houses of the register whose place is known well."""
        return self._shelf(houses=True)

    def _shelf(self, *, houses: bool) -> Shelf:
        with transaction() as connection:
            return _shelf(connection, self._county, houses=houses)

    def match_all(self, texts: Sequence[str], *, progress: Tell | None = None) -> list[Outcome]:
        """What becomes of each text, in order; names that were taught are understood."""
        said = [self._names.rewrite(text) for text in texts] if self._names else list(texts)
        found = self._matched(self.standard, said, progress)
        weak = [n for n, outcome in enumerate(found) if _depth(outcome) > _depth_of(MatchLevel.DOOR)]
        if weak and len(self.houses):
            for n, other in zip(weak, self._matched(self.houses, [said[n] for n in weak], None), strict=True):
                found[n] = _better(found[n], other)
        return found

    def match_standard(self, texts: Sequence[str], *, progress: Tell | None = None) -> list[Outcome]:
        """What becomes of each text where only standard addresses count: a house is not held against itself."""
        said = [self._names.rewrite(text) for text in texts] if self._names else list(texts)
        return self._matched(self.standard, said, progress)

    def locate(self, texts: Sequence[str], outcomes: Sequence[Outcome], *, seconds: float) -> list[Outcome]:
        """The outcomes with a place, known roughly, for those that came to no door; as many as the time allows.

        Working a place out costs milliseconds where matching costs microseconds.
        """
        told, until = list(outcomes), time.monotonic() + seconds
        shelf = self.standard if len(self.standard) else self.houses
        if not len(shelf):
            return told
        for n, outcome in enumerate(told):
            if time.monotonic() > until:
                break
            if isinstance(outcome, Unmatched) and not _is_told_apart_by_people(outcome):
                text = self._names.rewrite(texts[n]) if self._names else texts[n]
                told[n] = _careful(shelf, text, match(text, shelf.rows, locator=shelf.locator))
        return told

    def _matched(self, shelf: Shelf, texts: Sequence[str], progress: Tell | None) -> list[Outcome]:
        if not len(shelf) or not texts:
            return [Unmatched((Reason("not_held"),)) for _ in texts]
        workers = _WORKERS if threading.active_count() == 1 else 1  # a fork among threads may never wake
        found = match_many(texts, shelf.rows, progress=progress, workers=workers)
        return [_careful(shelf, text, outcome) for text, outcome in zip(texts, found, strict=True)]

    def village_of(self, reference_id: str | None) -> str | None:
        """The village that a standard address or a house lies in, None where nobody knows."""
        if reference_id is None:
            return None
        shelf = self.houses if reference_id.startswith("h") else self.standard
        row = shelf.place.get(reference_id)
        return None if row is None else shelf.villages[row] or None


def _careful(shelf: Shelf, text: str, outcome: Outcome) -> Outcome:
    """Say so where the text names a villagers' group and the door it matches does not: doors begin anew in each."""
    if not isinstance(outcome, Match) or outcome.reference_id is None or _GROUP.search(text) is None:
        return outcome
    said = values(parse(text))[GROUP]
    if not said or said == shelf.group_of(outcome.reference_id):
        return outcome
    return outcome._replace(reasons=(*outcome.reasons, Reason("doubt.group_unknown", {"group": said})))


def _is_told_apart_by_people(outcome: Unmatched) -> bool:
    """Several addresses answer: which one is meant nobody can work out."""
    return any(reason.key in SEVERAL for reason in outcome.reasons)


def _depth_of(level: MatchLevel) -> int:
    return _DEEPEST.index(level)


def _depth(outcome: Outcome) -> int:
    return _depth_of(outcome.level) if isinstance(outcome, Match) else len(_DEEPEST)


def _better(one: Outcome, other: Outcome) -> Outcome:
    """The match that is known better; a standard address that cannot be told from another stays untold."""
    if not isinstance(other, Match):
        return one if isinstance(one, Match) or one.candidates or not other.candidates else other
    if not isinstance(one, Match):
        return other if other.level in DOORS or not one.candidates else one
    return other if (other.uncertainty_m, _depth(other)) < (one.uncertainty_m, _depth(one)) else one


_held: dict[tuple[str, str, bool], tuple[str, Shelf]] = {}
_lock = threading.Lock()


def county_matcher(connection: Connection, county: CountyContext, *, on: date) -> CountyMatcher:
    """The matcher of a county as its record stands now; what was built for the same addresses is used again."""
    return CountyMatcher(county, names=learnt_names(connection, county.code, on=on))


def _shelf(connection: Connection, county: CountyContext, *, houses: bool) -> Shelf:
    code, names = county.code, sorted((one.code, one.name) for one in (*county.divisions, *county.spoken))
    state = f"{reference.state(connection, county=code, houses=houses)} {names}"
    key = (str(connection.engine.url), code, houses)
    with _lock:
        if (found := _held.get(key)) is not None and found[0] == state:
            return found[1]
    given = reference.houses if houses else reference.standard
    shelf = _loaded_or_built(
        lambda: canonical(given(connection, county=code), county), path=_file(code, state, houses=houses)
    )
    with _lock:
        _held[key] = (state, shelf)
    return shelf


def _file(county: str, state: str, *, houses: bool) -> Path:
    mark = hashlib.sha256(state.encode()).hexdigest()[:16]
    return settings.home() / "reference" / f"{county}-{'houses' if houses else 'standard'}-{mark}.npz"


def _loaded_or_built(rows: Callable[[], Iterable[Known]], *, path: Path) -> Shelf:
    villages = path.with_suffix(".villages.npz")
    try:
        held = Reference.load(path)
        with np.load(villages, allow_pickle=False) as kept:
            told = Texts(kept["data"], kept["ends"])
    except (ReferenceFormatError, OSError, KeyError, ValueError):
        held, told = build(rows())
        _keep(held, told, path=path, villages=villages)
    return Shelf.of(held, told)


def _keep(held: Reference, told: Texts, *, path: Path, villages: Path) -> None:
    """Write both files whole or not at all, and drop what was kept for an earlier state."""
    if len(held) < WORTH_A_FILE:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        kind = path.stem.rpartition("-")[0]
        before = [one for one in path.parent.glob(f"{kind}-*") if not one.name.startswith(path.stem)]
        _write(villages, lambda place: np.savez(place, data=told.data, ends=told.ends))
        _write(path, held.save)
        for one in before:
            one.unlink(missing_ok=True)
    except OSError:
        return  # a folder that cannot be written costs time at the next start, nothing else


def _write(path: Path, save: Callable[[Path], None]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".npz")
    os.close(handle)
    try:
        save(Path(name))
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def canonical(rows: Iterable[Known], county: CountyContext) -> Iterator[Known]:
    """The addresses written under the full names of their villages, as those are that will be matched to them."""
    write = county.canonical.write
    for key, text, lon, lat, village in rows:
        yield key, write(text, village), lon, lat, village


def build(rows: Iterable[Known], *, progress: Tell | None = None) -> tuple[Reference, Texts]:
    """A reference of addresses and the village of each; of two that are one address at one place the first is kept."""
    found = list(rows)
    workers = _WORKERS if threading.active_count() == 1 else 1
    whole = Reference.build(
        [ReferenceAddress(key, text, lon, lat) for key, text, lon, lat, _ in found], progress=progress, workers=workers
    )
    kept = _once(whole)
    if len(kept) < len(whole):
        whole = Reference(
            Texts.of([found[row][0] for row in kept]), Texts.of([found[row][1] for row in kept]),
            points=whole.points[:, kept], datum_known=whole.datum_known[kept], words=whole.words,
            codes=whole.codes[kept], text_keys=whole.text_keys[kept],
        )  # fmt: skip
    return whole, Texts.of([found[row][4] for row in kept])


def _once(whole: Reference) -> npt.NDArray[np.int64]:
    """The rows that are left when equal addresses at one place count once."""
    if not len(whole):
        return np.zeros(0, dtype=np.int64)
    _, group = np.unique(whole.codes, axis=0, return_inverse=True)
    group = group.reshape(-1)
    order = np.argsort(group, kind="stable")
    follows = np.flatnonzero(np.diff(group[order]) == 0)
    one, other = order[follows], order[follows + 1]
    east = (whole.lon[one] - whole.lon[other]) * np.cos(np.radians(whole.lat[one]))
    near = np.hypot(east, whole.lat[one] - whole.lat[other]) * _METRES_A_DEGREE <= SAME_PLACE_M
    kept = np.ones(len(whole), dtype=bool)
    kept[other[near]] = False
    return np.flatnonzero(kept)
