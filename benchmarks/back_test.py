"""What the risk score is worth: the share of what visits find that lies in the first quarter of them.

Each visit (or address) is scored from what was known before it alone; then they are put in the order of the score, of
the colour, of the longest not seen, of the most found before, and of nothing. Equal ones share their place; 95 %
intervals by drawing houses anew.

Claim: by score the first quarter holds more than by chance, intervals apart, and no simple order is ahead of it.

    python -m benchmarks back_test
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.ground import SEED, SHARED, Figure
from benchmarks.invented.town_history import calls_scored
from inspections.risk import OpenHazard, RiskFacts, assess

Floats = NDArray[np.float64]

HOUSES, DRAWS, QUARTER = 20_000, 400, 0.25
FILE = SHARED / "cases" / "chicago_sanitation_2011_2012.csv.gz"
PLOT = Path(__file__).resolve().parents[1] / "docs" / "img" / "back_test.png"
CUT = date(2012, 1, 1)
RANK = {"red": 4.0, "orange": 3.0, "unseen": 2.0, "yellow": 1.0, "green": 0.0}
NAMES = {"score": "by score", "colour": "by colour", "oldest": "longest not seen", "most": "most found before",
         "random": "by chance"}  # fmt: skip
INK, MUTED, LINE, PAPER = "#1F2937", "#6B7280", "#E5E7EB", "#FFFFFF"
HUES = {"score": "#0F766E", "colour": "#E65100", "oldest": "#1F2937", "most": "#F9A825", "random": "#9CA3AF"}


@dataclass(frozen=True, slots=True)
class Trial:
    """One back-test: what was found at each visit, whose house it was, and a number by order, the highest first."""

    name: str
    found: Floats
    house: NDArray[np.int64]
    orders: dict[str, Floats]


def places(order: Floats) -> NDArray[np.int64]:
    """The place of each visit in an order, 0 first; equal ones share theirs."""
    return np.unique(-order, return_inverse=True)[1]


def curve(place: NDArray[np.int64], found: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Share of what is found over share of visits; equal visits lie on one straight piece."""
    visits = np.concatenate([[0.0], np.cumsum(np.bincount(place, weights=weight))])
    finds = np.concatenate([[0.0], np.cumsum(np.bincount(place, weights=weight * found))])
    return visits / visits[-1], finds / finds[-1]


def first_quarter(place: NDArray[np.int64], found: Floats, weight: Floats | None = None) -> float:
    """Share of what is found in the first quarter of visits."""
    visits, finds = curve(place, found, np.ones(len(found)) if weight is None else weight)
    return float(np.interp(QUARTER, visits, finds))


def intervals(trial: Trial) -> dict[str, tuple[float, float]]:
    """95 % of the draws of houses, with all visits of each, lie between these."""
    rng = np.random.default_rng(SEED)
    many = int(trial.house.max()) + 1
    drawn = {name: list[float]() for name in trial.orders}
    place = {name: places(order) for name, order in trial.orders.items()}
    for _ in range(DRAWS):
        weight = np.bincount(rng.integers(0, many, many), minlength=many)[trial.house].astype(float)
        for name, shares in drawn.items():
            shares.append(first_quarter(place[name], trial.found, weight))
    return {name: (float(np.quantile(s, 0.025)), float(np.quantile(s, 0.975))) for name, s in drawn.items()}


def town_trials() -> list[Trial]:
    """The model town's last 120 days: hazards met at a visit, and those of them that nobody knew of."""
    calls = list(calls_scored(HOUSES, seed=SEED))
    house = np.unique([call.house for call in calls], return_inverse=True)[1]
    orders = _orders([call.facts for call in calls], [call.unseen_days for call in calls])
    met, new = (np.array([getattr(call, name) for call in calls], float) for name in ("met", "new"))
    return [Trial("model town, hazards met", met, house, orders), Trial("model town, new hazards", new, house, orders)]


def chicago_trial(path: Path = FILE, cut: date = CUT) -> Trial:
    """Addresses of the first year: which of them come back in the second, all scored on the day between."""
    rows = pd.read_csv(path, usecols=["Street_Address", "Status", "Creation_Date", "Completion_Date"])
    rows = rows.dropna(subset=["Street_Address"]).assign(again=rows["Status"].str.contains("Dup"))
    before = rows[rows["Creation_Date"] < cut.isoformat()]
    later = rows[(rows["Creation_Date"] >= cut.isoformat()) & ~rows["again"]]
    facts, unseen_days, addresses = [], [], []
    for address, one in before.groupby("Street_Address"):
        done, known = one["Completion_Date"], one[~one["again"]]
        facts.append(_address_facts(known, complaints=int(one["again"].sum()), cut=cut))
        seen = [day for day in done.dropna() if day < cut.isoformat()] or [one["Creation_Date"].max()]
        unseen_days.append((cut - date.fromisoformat(max(seen))).days)
        addresses.append(address)
    found = np.isin(np.array(addresses, str), later["Street_Address"].unique()).astype(float)
    return Trial("Chicago, addresses that come back", found, np.arange(len(found)), _orders(facts, unseen_days))


def _address_facts(known: pd.DataFrame, *, complaints: int, cut: date) -> RiskFacts:
    """Cases not completed on the day stand as ordinary hazards open; what was completed later was open then."""
    closed = known["Completion_Date"] < cut.isoformat()
    ages = [(cut - date.fromisoformat(day)).days for day in known["Creation_Date"][~closed]]
    past = [(cut - date.fromisoformat(day)).days for day in known["Completion_Date"][closed]]
    return RiskFacts(
        "other", open_hazards=tuple(OpenHazard(3, age) for age in ages), last_visit_on=cut, closed_days=tuple(past),
        complaints=complaints,
    )  # fmt: skip


def _orders(facts: list[RiskFacts], unseen_days: Sequence[float]) -> dict[str, Floats]:
    risks = [assess(one) for one in facts]
    return {
        "score": np.array([risk.score for risk in risks]),
        "colour": np.array([RANK[risk.colour.value] for risk in risks]),
        "oldest": np.array(unseen_days, float),
        "most": np.array([len(one.open_hazards) + len(one.closed_days) for one in facts], float),
        "random": np.zeros(len(risks)),
    }


def run() -> list[Figure]:
    """Measure both, draw them."""
    trials = town_trials() + ([chicago_trial()] if FILE.is_file() else [])
    figures = []
    for trial in trials:
        spans = intervals(trial)
        shares = {name: first_quarter(places(order), trial.found) for name, order in trial.orders.items()}
        behind = any(spans["score"][1] < share for share in shares.values())
        for name, share in shares.items():
            told = f"{share:.1%} ({spans[name][0]:.1%}-{spans[name][1]:.1%})"
            mine, held = name == "score", spans[name][0] > QUARTER and not behind
            figures.append(
                Figure(f"{trial.name} ({len(trial.found):,}, {trial.found.sum():,.0f} found), {NAMES[name]}", told,
                       "above chance, none ahead" if mine else "", held if mine else None)
            )  # fmt: skip
    if len(trials) < 3:
        return [*figures, Figure("Chicago", "its file is not there")]
    draw(trials)
    return figures


def draw(trials: list[Trial], path: Path = PLOT) -> None:
    """The curves of each trial beside each other, as a PNG."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, len(trials), figsize=(12.6, 4.4), sharey=True, layout="constrained")
    for axis, trial in zip(axes, trials, strict=True):
        for name, hue in HUES.items():
            place = places(trial.orders[name])
            visits, finds = curve(place, trial.found, np.ones(len(place)))
            label = f"{NAMES[name]}: {first_quarter(place, trial.found):.0%}"
            axis.plot(visits * 100, finds * 100, color=hue, linewidth=2.4 if name == "score" else 1.5, label=label)
        axis.axvline(25, color=LINE, zorder=0)
        axis.set_title(trial.name, color=INK, fontsize=11, loc="left")
        axis.set_xlabel("visits made, %", color=MUTED)
        axis.tick_params(colors=MUTED)
        axis.spines[["top", "right"]].set_visible(False)
        axis.spines[["left", "bottom"]].set_color(LINE)
        axis.legend(frameon=False, fontsize=9, labelcolor=INK, title="found in the first 25 %", loc="lower right")
    axes[0].set_ylabel("found, %", color=MUTED)
    figure.savefig(path, dpi=100, facecolor=PAPER)
    plt.close(figure)
