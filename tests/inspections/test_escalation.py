"""The ladder of escalation: reached in order, each rung once, never made up for."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.deadline import SHANGHAI, national_calendar
from inspections.escalation import BadRungError, ladder, next_rung, read

BEGAN = datetime(2026, 6, 15, 9, tzinfo=SHANGHAI)
DUE = BEGAN + timedelta(days=8)
NAMES = [rung.name for rung in ladder()]


def reached(now: datetime, *, done: list[str] | None = None, severity: int = 2) -> str | None:
    rung = next_rung(ladder(), done=done or [], began_at=BEGAN, due_at=DUE, severity=severity, now=now,
                     calendar=national_calendar())  # fmt: skip
    return rung.name if rung else None


@pytest.mark.parametrize(
    ("days", "name"), [(5.9, None), (6.1, "near"), (8.1, "late"), (8.9, "late"), (14, "supervised")]
)
def test_a_case_climbs_as_its_time_runs(days: float, name: str | None) -> None:
    assert reached(BEGAN + timedelta(days=days)) == name


def test_the_gravest_are_supervised_after_a_day_and_not_after_working_days() -> None:
    # The deadline is a Tuesday.
    assert reached(DUE + timedelta(hours=25), severity=1) == "supervised"
    assert reached(DUE + timedelta(hours=25), severity=2) == "late"


@given(st.lists(st.floats(0, 30), min_size=1, max_size=12))
def test_however_often_one_looks_each_rung_comes_once_and_never_a_lower_one_after_it(days: list[float]) -> None:
    done: list[str] = []
    for day in sorted(days):
        name = reached(BEGAN + timedelta(days=day), done=done)
        if name:
            done.append(name)
    assert [NAMES.index(name) for name in done] == sorted({NAMES.index(name) for name in done})


@pytest.mark.parametrize("wrong", [
    {"name": "a", "event": "urge"}, {"name": "a", "event": "urge", "used_percent": 0},
    {"name": "a", "event": "close", "used_percent": 50},
    {"name": "a", "event": "urge", "used_percent": 50, "late": {"hours": 2}},
    {"name": "near", "event": "urge", "used_percent": 80}, {"name": "b", "event": "urge", "used_percent": 10},
])  # fmt: skip
def test_a_ladder_that_cannot_be_climbed_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadRungError):
        read({"rung": [{"name": "near", "event": "urge", "used_percent": 75}, wrong]})
