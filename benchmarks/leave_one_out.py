"""Public bicycle stations of 24 cities, each placed by the others of its city, beside taking the nearest text's point.

Claim: on the address alone the median error over all rows, answered or not, is at most 0.55 of the best baseline's; the
stated uncertainty, meant to hold nine places in ten, holds 85 to 95 % of them; >= 99 % of rows are answered.

Nothing is tuned to a city: what depends on one is learnt from its other stations. A row without an answer counts with
the error of its city's middle. Coordinates of a stated system are converted; a city that states none is taken as it is.
Five folds go through the matcher as ``cli.py address match`` does, so that no row has a part in what is believed of its
own kind. The data are not part of the repository; without ``../shared/data`` the benchmark says so.

    python -m benchmarks leave_one_out
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.ground import SHARED, Figure
from gis.crs import to_storage
from gis.matching.locate import Locator
from gis.matching.match import match_many
from gis.matching.outcome import Match
from gis.matching.reference import Reference, ReferenceAddress
from gis.measure import distance_m

Floats = npt.NDArray[np.float64]
STATIONS = "addresses/places_with_coordinates.csv"
SHARE_OF_BEST = 0.55
FOLDS = 5
BLOCK = 500


class City(NamedTuple):
    """The stations of one city, EPSG:4490 where the system is known."""

    name: str
    addresses: list[str]
    with_names: list[str]
    lon: Floats
    lat: Floats


class Row(NamedTuple):
    """One station placed: how, how far off, and how far off it said it might be."""

    city: str
    kind: str
    off_m: float
    stated_m: float
    answered: bool


def run() -> list[Figure]:
    """Measure both writings, the baselines, and the matcher in five folds."""
    if not (SHARED / STATIONS).is_file():
        return [Figure(f"skipped: {SHARED.name}/ is not there; it holds data that may not be committed", "")]
    cities = [city for city in read_cities() if len(city.addresses) > 1]
    alone = [row for city in cities for row in leave_one_out(city, city.addresses)]
    named = [row for city in cities for row in leave_one_out(city, city.with_names)]
    nearest = {name: nearest_text(cities, score) for name, score in SCORES.items()}
    best_m = min(float(np.median(off)) for off in nearest.values())
    centre = np.concatenate([_from_the_middle(city) for city in cities])
    half = float(np.median([row.off_m for row in alone])) / best_m
    return [
        *_summary("address alone", alone),
        Figure("median over the best baseline's", f"{half:.2f}", f"<= {SHARE_OF_BEST}", half <= SHARE_OF_BEST),
        *_summary("name and address", named),
        *(_errors(f"baseline: nearest by {name}", off) for name, off in nearest.items()),
        _errors("baseline: the middle of the city", centre),
        *_by(alone, "kind"),
        *_by(alone, "city"),
        *_summary("five folds through the matcher", [row for city in cities for row in in_folds(city)]),
    ]


def read_cities() -> list[City]:
    """The stations by city, as their ids begin."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (SHARED / STATIONS).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["id"].rsplit("-", 1)[0]].append(row)
    return [_city(name, own) for name, own in rows.items()]


def _city(name: str, rows: list[dict[str, str]]) -> City:
    lon, lat = (np.array([float(row[axis]) for row in rows]) for axis in ("lon", "lat"))
    (crs, _), *_ = Counter(row["crs"] for row in rows).most_common(1)
    if crs != "unknown":
        lon, lat = map(np.asarray, to_storage(lon, lat, source=crs))
    alone = [row["address"].strip() or row["name"] for row in rows]
    return City(name, alone, [f"{row['name']},{row['address']}" for row in rows], lon, lat)


class _Texts(NamedTuple):
    texts: Sequence[str]
    lon: Floats
    lat: Floats


def leave_one_out(city: City, texts: list[str]) -> Iterator[Row]:
    """Each station by all the others; reference and question are written the same way."""
    locator = Locator(_Texts(texts, city.lon, city.lat))
    middle = _from_the_middle(city)
    for row, text in enumerate(texts):
        found = locator.locate(text, without=np.array([row]))
        if found is None:
            yield Row(city.name, "none", float(middle[row]), 0.0, False)
            continue
        off_m = float(distance_m(city.lon[row], city.lat[row], found.lon, found.lat))
        yield Row(city.name, found.reasons[0].key.removeprefix("locating."), off_m, found.uncertainty_m, True)


def in_folds(city: City) -> Iterator[Row]:
    """Each fifth of the stations by the other four, through the matcher."""
    middle, every = _from_the_middle(city), np.arange(len(city.addresses))
    for fold in range(min(FOLDS, len(every))):
        known, asked = every[every % FOLDS != fold].tolist(), every[every % FOLDS == fold].tolist()
        rows = [ReferenceAddress(str(n), city.addresses[n], city.lon[n], city.lat[n]) for n in known]
        reference = Reference.build(rows)
        outcomes = match_many([city.addresses[n] for n in asked], reference, locator=Locator(reference), workers=1)
        for row, outcome in zip(asked, outcomes, strict=True):
            if not isinstance(outcome, Match):
                yield Row(city.name, "none", float(middle[row]), 0.0, False)
                continue
            missed_m = distance_m(city.lon[row], city.lat[row], outcome.lon, outcome.lat)
            yield Row(city.name, str(outcome.level), float(missed_m), outcome.uncertainty_m, True)


def _from_the_middle(city: City) -> Floats:
    return np.asarray(distance_m(city.lon, city.lat, np.median(city.lon), np.median(city.lat)))


Score = Callable[[Sequence[str], Sequence[str]], Floats]


def nearest_text(cities: list[City], score: Score) -> Floats:
    """How far off the point of the most similar other text lies."""
    off: list[Floats] = []
    for city in cities:
        texts = city.addresses
        for start in range(0, len(texts), BLOCK):
            scores = score(texts[start : start + BLOCK], texts)
            own = np.arange(len(scores))
            scores[own, start + own] = -1.0
            best = scores.argmax(axis=1)
            here = start + own
            off.append(distance_m(city.lon[here], city.lat[here], city.lon[best], city.lat[best]))
    return np.concatenate(off)


def _shared_grams(size: int) -> Score:
    def score(asked: Sequence[str], known: Sequence[str]) -> Floats:
        mine, theirs = _counted(asked, known, size), _counted(known, known, size)
        both = mine @ theirs.T
        return np.asarray(2.0 * both / (mine.sum(axis=1)[:, None] + theirs.sum(axis=1)[None, :]), dtype=np.float64)

    return score


def _counted(texts: Sequence[str], vocabulary: Sequence[str], size: int) -> npt.NDArray[np.float32]:
    """Which grams each text holds, shape (texts, grams)."""
    places = {gram: place for place, gram in enumerate(sorted(set().union(*(_grams(t, size) for t in vocabulary))))}
    held = np.zeros((len(texts), len(places)), dtype=np.float32)
    for row, text in enumerate(texts):
        held[row, [places[gram] for gram in _grams(text, size)]] = 1.0
    return held


def _grams(text: str, size: int) -> frozenset[str]:
    return frozenset(text[at : at + size] for at in range(max(1, len(text) - size + 1)))


def _rapidfuzz(name: str) -> Score:
    def score(asked: Sequence[str], known: Sequence[str]) -> Floats:
        from rapidfuzz import fuzz, process

        return np.asarray(process.cdist(asked, known, scorer=getattr(fuzz, name)), dtype=np.float64)

    return score


SCORES: dict[str, Score] = {
    "shared bigrams": _shared_grams(2),
    "shared trigrams": _shared_grams(3),
    "rapidfuzz ratio": _rapidfuzz("ratio"),
    "rapidfuzz WRatio": _rapidfuzz("WRatio"),
}


def _errors(what: str, off_m: Floats) -> Figure:
    within = " · ".join(f"{np.mean(off_m <= limit):.1%}" for limit in (100, 500))
    return Figure(f"{what}: <= 100 m · <= 500 m · median", f"{within} · {np.median(off_m):.0f} m")


def _summary(what: str, rows: list[Row]) -> list[Figure]:
    answered = [row for row in rows if row.answered]
    inside = float(np.mean([row.off_m <= row.stated_m for row in answered]))
    share = len(answered) / len(rows)
    return [
        _errors(f"{what}, {len(rows):,} rows", np.array([row.off_m for row in rows])),
        Figure(f"{what}: answered", f"{share:.1%}", ">= 99 %", share >= 0.99),
        Figure(f"{what}: inside the stated 90 % radius", f"{inside:.1%}", "85-95 %", 0.85 <= inside <= 0.95),
    ]


def _by(rows: list[Row], field: str) -> Iterator[Figure]:
    """A line a kind of clue, or a city: its errors, what was stated (median), and the share inside it."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, field)].append(row)
    for name, own in sorted(groups.items(), key=lambda item: -len(item[1])):
        figure = _errors(f"{field} {name}, {len(own):,}", np.array([row.off_m for row in own]))
        inside = np.mean([row.off_m <= row.stated_m for row in own])
        stated_m = np.median([row.stated_m for row in own])
        yield Figure(figure.what, f"{figure.measured} · stated {stated_m:.0f} m · inside {inside:.0%}")
