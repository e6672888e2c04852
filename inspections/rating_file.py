"""Reading ``rules/ratings.toml``: the scale of ratings and what each hazard starts from, refused where it is wrong."""

import math
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from gis.errors import AnjuError
from inspections.expression import Expression, ExpressionError, parse
from inspections.facts import FACTS
from inspections.rule_file import packs

CLASSES = ("I", "II", "III", "IV")
BANDS = "ABCDEFGHIJ"
_KEYS = {
    "code",
    "likelihood",
    "spread",
    "why_zh",
    "why_en",
    "source_zh",
    "source_en",
    "certainty",
    "valid_from",
    "move",
}


class RatingFileError(AnjuError):
    """{file} line {line}, rating {code}: {problem}."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a fact of the visit does: so many steps up (or down) the scale of likelihood where ``when`` holds."""

    when: Expression
    steps: int
    why: dict[str, str]


@dataclass(frozen=True, slots=True)
class Profile:
    """What a hazard starts from before anybody judged it: 1 in ``likelihood`` years, the spread of harms in %."""

    code: str
    likelihood: int
    spread: tuple[float, float, float, float]
    why: dict[str, str]
    source: dict[str, str]
    certainty: str
    valid_from: date
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Ratings:
    """The scale with its source, and the profiles by code.

    ``likelihoods`` are 1 in n, the least likely first; ``shares`` the representative shares of classes I to III in %;
    ``bands`` the least score of each, A first; ``people`` from how many persons on which factor holds.
    """

    source: str
    likelihoods: tuple[int, ...]
    shares: tuple[float, ...]
    weights: dict[str, int]
    bands: tuple[tuple[Any, int], ...]
    category_1_from: int
    people: tuple[tuple[int, float], ...]
    people_source: str
    profiles: dict[str, Profile]


@cache
def ratings() -> Ratings:
    """The ratings that come with the product; raises ``RatingFileError``."""
    text = (files("inspections") / "rules" / "ratings.toml").read_text(encoding="utf-8")
    return read_ratings(text, file="ratings.toml", codes={rule.code for rule in packs()})


def read_ratings(text: str, *, file: str, codes: Iterable[str]) -> Ratings:
    """Ratings from TOML; ``codes`` are the hazards there are. Raises ``RatingFileError`` with file and line."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RatingFileError(file=file, line=0, code="-", problem=str(error)) from error
    scale, people = data.get("scale", {}), data.get("people", {})
    _check_scale(scale, people, file)
    known, lines = frozenset(codes), [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == "[[rating]]"]
    profiles: dict[str, Profile] = {}
    for raw, line in zip(data.get("rating", []), lines, strict=True):
        row = _Row(raw, file, line)
        if raw.get("code") in profiles:
            raise row.fail("stands twice")
        profiles[row.need("code")] = _profile(row, scale, known)
    return Ratings(
        scale["source"], tuple(scale["likelihoods"]), tuple(scale["shares"]), dict(scale["weights"]),
        tuple(scale["bands"].items()), scale["category_1_from"],
        tuple((least, factor) for least, factor in people["steps"]), people["source"], profiles,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    """One raw profile and where it stands, so that every complaint can say so."""

    raw: dict[str, Any]
    file: str
    line: int

    def fail(self, problem: str) -> RatingFileError:
        return RatingFileError(file=self.file, line=self.line, code=self.raw.get("code", "?"), problem=problem)

    def need(self, key: str) -> Any:
        if self.raw.get(key) in (None, "", []):
            raise self.fail(f"{key} is missing")
        return self.raw[key]


def _check_scale(scale: dict[str, Any], people: dict[str, Any], file: str) -> None:
    bands, steps = scale.get("bands", {}), people.get("steps", [])
    problems = {
        "the scale has no source": not scale.get("source"),
        "the people term has no source": not people.get("source"),
        "likelihoods do not fall from step to step": not _falls(scale.get("likelihoods", [])),
        "shares do not rise from step to step": not _falls(list(reversed(scale.get("shares", [])))),
        "weights are not those of I, II, III and IV, each heavier than the next": (
            list(scale.get("weights", {})) != list(CLASSES) or not _falls(list(scale["weights"].values()))
        ),
        "bands are not A to J, falling to 0": "".join(bands) != BANDS or not _falls(list(bands.values()), to=0),
        "category_1_from is not where a band begins": scale.get("category_1_from") not in bands.values(),
        "people do not rise from one person at factor 1": not (
            steps and steps[0] == [1, 1] and all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(steps))
        ),
    }
    for problem, found in problems.items():
        if found:
            raise RatingFileError(file=file, line=0, code="-", problem=problem)


def _falls(values: list[float], to: float | None = None) -> bool:
    return bool(values) and all(a > b for a, b in pairwise(values)) and (to is None or values[-1] == to)


def _profile(row: _Row, scale: dict[str, Any], codes: frozenset[str]) -> Profile:
    raw = row.raw
    spread = row.need("spread")
    problems = {
        f"unknown entry {', '.join(sorted(set(raw) - _KEYS))}": set(raw) - _KEYS,
        "there is no such hazard": row.need("code") not in codes,
        f"1 in {raw.get('likelihood')} is not on the scale": row.need("likelihood") not in scale["likelihoods"],
        "the spread does not name I, II, III and IV": list(spread) != list(CLASSES),
        "the spread does not sum to 100 %": not math.isclose(sum(spread.values()), 100, abs_tol=0.05),
        "a share is not a representative one": not set(list(spread.values())[:3]) <= set(scale["shares"]),
        "certainty is not C, P or U": row.need("certainty") not in {"C", "P", "U"},
        "valid_from is not a date": type(row.need("valid_from")) is not date,
    }
    for problem, found in problems.items():
        if found:
            raise row.fail(problem)
    return Profile(
        raw["code"], raw["likelihood"], (spread["I"], spread["II"], spread["III"], spread["IV"]),
        {"zh": row.need("why_zh"), "en": row.need("why_en")},
        {"zh": row.need("source_zh"), "en": row.need("source_en")}, raw["certainty"], raw["valid_from"],
        tuple(_move(row, one) for one in raw.get("move", [])),
    )  # fmt: skip


def _move(row: _Row, raw: dict[str, Any]) -> Move:
    try:
        when = parse(str(raw.get("when", "")))
    except ExpressionError as error:
        raise row.fail(str(error)) from error
    unknown = sorted(name for name in when.names if name not in FACTS or FACTS[name].scope != "house")
    wrong = [word for name, word in when.constants_against() if name in FACTS and word not in FACTS[name].values]
    problems = {
        f"{', '.join(unknown)} is no fact of a house": unknown,
        f"a fact is never {', '.join(wrong)}": wrong,
        "a move needs steps other than 0": type(raw.get("steps")) is not int or raw["steps"] == 0,
        "a move needs its reason in both languages": not (raw.get("why_zh") and raw.get("why_en")),
    }
    for problem, found in problems.items():
        if found:
            raise row.fail(problem)
    return Move(when, raw["steps"], {"zh": raw["why_zh"], "en": raw["why_en"]})
