"""How evenly minutes and danger of a week are spread over people."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Share:
    """What one person bears: minutes on rounds, danger (what the stops are worth in metres), each also over the mean.

    ``uneven`` where either is above what the county lets pass.
    """

    account_id: int
    name: str
    minutes: float
    danger_m: float
    of_mean_minutes: float
    of_mean_danger: float
    uneven: bool

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, rounded as they are shown."""
        return {
            "account_id": self.account_id, "name": self.name, "minutes": round(self.minutes),
            "danger_m": round(self.danger_m), "of_mean_minutes": round(self.of_mean_minutes, 3),
            "of_mean_danger": round(self.of_mean_danger, 3), "uneven": self.uneven,
        }  # fmt: skip


def shares(days: Iterable[tuple[int, str, float, float]], *, most_uneven: float) -> tuple[Share, ...]:
    """Sum people's days (account, name, minutes, danger in metres) and set each beside the mean, the most first."""
    minutes: dict[int, float] = {}
    danger: dict[int, float] = {}
    names: dict[int, str] = {}
    for account, name, spent, worth in days:
        names[account] = name
        minutes[account] = minutes.get(account, 0.0) + spent
        danger[account] = danger.get(account, 0.0) + worth
    of_minutes, of_danger = _over_mean(minutes), _over_mean(danger)
    found = [
        Share(one, names[one], minutes[one], danger[one], of_minutes[one], of_danger[one],
              max(of_minutes[one], of_danger[one]) > most_uneven)
        for one in names
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda share: (-share.minutes, share.account_id)))


def _over_mean(sums: dict[int, float]) -> dict[int, float]:
    mean = sum(sums.values()) / len(sums) if sums else 0.0
    return {one: value / mean if mean > 0 else 1.0 for one, value in sums.items()}
