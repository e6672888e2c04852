"""The verdicts on real pairs that are not part of the repository."""

from pathlib import Path

import pytest

from gis.matching.compare import Verdict, compare

FLOOR = 0.68
EACH_HALF_FLOOR = 0.66


def macro_f1(told: list[tuple[int, int]]) -> float:
    """Mean of the F1 of the three verdicts over (true, said)."""
    scores = []
    for verdict in Verdict:
        hits = sum(true == said == verdict for true, said in told)
        named = sum((true == verdict) + (said == verdict) for true, said in told)
        scores.append(2 * hits / named if named else 0.0)
    return sum(scores) / len(scores)


@pytest.mark.shared
def test_verdicts_on_real_pairs_keep_their_floor_in_both_halves(shared_data: Path) -> None:
    lines = (shared_data / "addresses" / "pairs_dev.tsv").read_text(encoding="utf-8").splitlines()
    told: dict[int, list[tuple[int, int]]] = {0: [], 1: []}
    queries: dict[str, int] = {}
    for line in lines:
        query, candidate, true = line.split("\t")
        half = queries.setdefault(query, len(queries) % 2)
        told[half].append((int(true), int(compare(query, candidate).verdict)))
    assert macro_f1(told[0] + told[1]) >= FLOOR
    assert min(macro_f1(told[0]), macro_f1(told[1])) >= EACH_HALF_FLOOR
