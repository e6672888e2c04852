"""How dangerous a hazard is, in a sum that explains itself: likelihood x spread of harm x people who are there.

The scale is the one of the British Housing Health and Safety Rating System; it rates one member of the most vulnerable
group. The term of the people really there is this product's own. Both are data (``rules/ratings.toml``).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from gis.errors import AnjuError
from inspections.rating_file import CLASSES, Move, Profile, ratings

Band = Literal["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"]
TERMS = ("likelihood", *CLASSES[:3], "people")
"""What is judged, and what a step up or down is taken with; class IV is what the other three leave."""
MOST_PEOPLE = 10_000


class BadRatingError(AnjuError):
    """No rating can be like that: {problem}."""


@dataclass(frozen=True, slots=True)
class Rating:
    """One judgement: harm once in so many years, the spread of harms in % (classes I to IV), how many are exposed.

    Raises ``BadRatingError`` for a likelihood off the scale, shares that do not sum to 100 %, and nobody exposed.
    """

    likelihood: int
    spread: tuple[float, float, float, float]
    exposed: int = 1

    def __post_init__(self) -> None:
        problems = {
            f"1 in {self.likelihood} is not on the scale": self.likelihood not in ratings().likelihoods,
            "the spread does not sum to 100 %": not math.isclose(sum(self.spread), 100, abs_tol=0.05),
            "a share of the spread is below 0 %": min(self.spread) < 0,
            "at least one person is exposed": not 1 <= self.exposed <= MOST_PEOPLE,
        }
        for problem, found in problems.items():
            if found:
                raise BadRatingError(problem=problem)

    @property
    def people(self) -> float:
        """The factor by which the people exposed count."""
        return _people(self.exposed)

    @property
    def for_one(self) -> int:
        """The score of the British system itself, for one person."""
        return _whole(sum(term.product for term in terms(self)))

    @property
    def score(self) -> int:
        """The score with everybody exposed in it, a whole number; bands are cut by it."""
        return _whole(sum(term.product for term in terms(self)) * self.people)

    @property
    def band(self) -> Band:
        """The band of the score: A the worst, J the least."""
        return band_of(self.score)

    @property
    def category(self) -> int:
        """1 for bands A to C, else 2."""
        return category_of(self.score)


@dataclass(frozen=True, slots=True)
class Term:
    """One class of harm in the sum: its weight, its share in %, and weight x share / likelihood."""

    harm: str
    weight: int
    share: float
    product: float


@dataclass(frozen=True, slots=True)
class Swing:
    """What one step of a term makes of a rating; None where there is no step that way."""

    term: str
    down: Rating | None
    up: Rating | None

    @property
    def width(self) -> int:
        """How far the score swings between the two."""
        scores = [one.score for one in (self.down, self.up) if one is not None]
        return max(scores, default=0) - min(scores, default=0)


@dataclass(frozen=True, slots=True)
class Default:
    """The rating a hazard starts from: what its profile says, and the facts of the visit that moved the likelihood."""

    rating: Rating
    profile: Profile
    moves: tuple[Move, ...]


def terms(rating: Rating) -> list[Term]:
    """Every class of harm of a rating, the gravest first."""
    weights = ratings().weights
    return [Term(harm, weights[harm], share, weights[harm] * share / rating.likelihood)
            for harm, share in zip(CLASSES, rating.spread, strict=True)]  # fmt: skip


def band_of(score: float) -> Band:
    """The band of a score."""
    return next(band for band, least in ratings().bands if score >= least)


def category_of(score: float) -> int:
    """1 where an authority would have to act under the British system, else 2."""
    return 1 if score >= ratings().category_1_from else 2


def default(code: str, facts: Mapping[str, Any], *, exposed: int) -> Default | None:
    """The rating a hazard of that code starts from in a house of these facts; None for a code without a profile.

    A fact that is not known moves nothing. Nobody there counts as one: whoever moves in.
    """
    profile = ratings().profiles.get(code)
    if profile is None:
        return None
    moves = tuple(move for move in profile.moves if move.when.value(dict(facts)) is True)
    likelihood = _along(ratings().likelihoods, profile.likelihood, sum(move.steps for move in moves))
    rating = Rating(likelihood, profile.spread, min(max(1, exposed), MOST_PEOPLE))
    return Default(rating, profile, moves)


def sensitivity(rating: Rating) -> list[Swing]:
    """What each term makes of the score one step down and one step up, the widest swing first."""
    swings = [Swing(term, stepped(rating, term, -1), stepped(rating, term, 1)) for term in TERMS]
    return sorted(swings, key=lambda one: (-one.width, TERMS.index(one.term)))


def turning(rating: Rating) -> list[tuple[str, int, Rating]]:
    """The single steps that change the category: term, -1 or 1, and what the rating becomes."""
    found = []
    for swing in sensitivity(rating):
        for way, one in ((-1, swing.down), (1, swing.up)):
            if one is not None and one.category != rating.category:
                found.append((swing.term, way, one))
    return found


def stepped(rating: Rating, term: str, way: Literal[-1, 1]) -> Rating | None:
    """The rating with one term a step more (1) or less (-1) dangerous; None where the scale ends."""
    if term == "likelihood":
        scale = ratings().likelihoods
        place = scale.index(rating.likelihood) + way
        return replace(rating, likelihood=scale[place]) if 0 <= place < len(scale) else None
    if term == "people":
        return _more_people(rating, way)
    return _more_harm(rating, CLASSES.index(term), way)


def likelihood_step(likelihood: int) -> int:
    """How far up the scale a likelihood stands, 0 for the least likely."""
    return ratings().likelihoods.index(likelihood)


def _more_people(rating: Rating, way: int) -> Rating | None:
    steps = [least for least, _ in ratings().people]
    here = max(n for n, least in enumerate(steps) if rating.exposed >= least)
    if not 0 <= here + way < len(steps):
        return None
    return replace(rating, exposed=steps[here + way])


def _more_harm(rating: Rating, harm: int, way: int) -> Rating | None:
    """One class to its next representative share; what it gains comes from the mildest classes first."""
    shares = ratings().shares
    ahead = [share for share in shares if (share > rating.spread[harm]) == (way > 0) and share != rating.spread[harm]]
    if not ahead:
        return None
    share = min(ahead) if way > 0 else max(ahead)
    spread = list(rating.spread)
    need, spread[harm] = share - spread[harm], share
    for milder in range(len(CLASSES) - 1, harm, -1):
        taken = min(need, spread[milder])
        spread[milder], need = round(spread[milder] - taken, 1), round(need - taken, 1)
    return None if need > 0 else replace(rating, spread=(spread[0], spread[1], spread[2], spread[3]))


def _people(exposed: int) -> float:
    return next(factor for least, factor in reversed(ratings().people) if exposed >= least)


def _along(scale: tuple[int, ...], value: int, steps: int) -> int:
    return scale[min(max(0, scale.index(value) + steps), len(scale) - 1)]


def _whole(score: float) -> int:
    return math.floor(score + 0.5 + 1e-9)
