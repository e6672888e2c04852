"""Indicators one can trust: each has its formula in words, its numerator and denominator, and counts named cases.

A period is half open, ``from_at <= t < to_at``, and is seen ``as_of`` a moment: what happened later is not known yet.
"""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from gis.errors import AnjuError
from inspections.deadline import NaiveTimeError


class BadPeriodError(AnjuError):
    """The period from {from_at} to {to_at} does not end after it begins."""


class BadRateError(AnjuError):
    """A rate of {numerator} over {denominator} cannot be: the part must lie between 0 and the whole."""


class Count(StrEnum):
    """What is counted, case by case; the names are those of ``Flags``."""

    RECEIVED = "received"
    FILED = "filed"
    DISPATCHED = "dispatched"
    SHOULD_CLOSE = "should_close"
    CLOSED_IN = "closed_in"
    CLOSED_ON_TIME = "closed_on_time"
    SHOULD_HANDLE = "should_handle"
    HANDLED_ON_TIME = "handled_on_time"
    REWORKED = "reworked"
    EXTENDED = "extended"
    OVERDUE_OPEN = "overdue_open"
    HANDLED = "handled"
    ACCURATE = "accurate"
    ANSWERED = "answered"
    REFERRED = "referred"


@dataclass(frozen=True, slots=True)
class Indicator:
    """A published rate: ``numerator`` over ``denominator``; ``better`` is the direction that is good."""

    key: str
    numerator: Count
    denominator: Count
    better: str = "more"

    @property
    def name_key(self) -> str:
        """Catalogue key of its name."""
        return f"kpi.{self.key}.name"

    @property
    def formula_key(self) -> str:
        """Catalogue key of its formula in words."""
        return f"kpi.{self.key}.formula"


INDICATORS: tuple[Indicator, ...] = (
    Indicator("filing", Count.FILED, Count.RECEIVED),
    Indicator("dispatch", Count.DISPATCHED, Count.FILED),
    Indicator("closure", Count.CLOSED_IN, Count.SHOULD_CLOSE),
    Indicator("closure_on_time", Count.CLOSED_ON_TIME, Count.SHOULD_CLOSE),
    Indicator("handling_on_time", Count.HANDLED_ON_TIME, Count.SHOULD_HANDLE),
    Indicator("rework", Count.REWORKED, Count.SHOULD_CLOSE, "less"),
    Indicator("extension", Count.EXTENDED, Count.SHOULD_CLOSE, "less"),
    Indicator("overdue_open", Count.OVERDUE_OPEN, Count.SHOULD_HANDLE, "less"),
    Indicator("handled", Count.HANDLED, Count.SHOULD_HANDLE),
    Indicator("accuracy", Count.ACCURATE, Count.DISPATCHED),
    Indicator("answer", Count.ANSWERED, Count.FILED),
)
"""立案率 派遣率 结案率 按期结案率 按期处置率 返工率 延期率 超期待处置率, in the order of a bulletin.

Then 处置率, 派遣准确率, and 处理率 as the Changshu opinion of 2013 means it: closed, or referred with a receipt, of
what was filed.
"""


@dataclass(frozen=True, slots=True)
class Case:
    """The times of one ticket that indicators read; all aware, None where it has not happened.

    ``due_at`` is the deadline now in force, ``handled_at`` the last time the department said it was rectified and
    that was not sent back, ``closed_at`` the closure that stands (None once reopened), ``reworked_at`` and
    ``extended_at`` the first of their kind, ``suspended_until`` the approved end while it is suspended, ``bounced_at``
    when a department first said it was not its own, ``answered_at`` the first receipt of another authority.
    """

    reported_at: datetime
    filed_at: datetime | None = None
    dispatched_at: datetime | None = None
    due_at: datetime | None = None
    handled_at: datetime | None = None
    closed_at: datetime | None = None
    voided_at: datetime | None = None
    reworked_at: datetime | None = None
    extended_at: datetime | None = None
    suspended_until: datetime | None = None
    bounced_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Flags:
    """For which counts one case stands in one period."""

    received: bool
    filed: bool
    dispatched: bool
    should_close: bool
    closed_in: bool
    closed_on_time: bool
    should_handle: bool
    handled_on_time: bool
    reworked: bool
    extended: bool
    overdue_open: bool
    handled: bool
    accurate: bool
    answered: bool
    referred: bool


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate as it is published: percent to two places (None when nothing is to be counted), 95 % interval beside."""

    numerator: int
    denominator: int
    percent: Decimal | None
    low_percent: Decimal | None
    high_percent: Decimal | None


def flags(case: Case, *, from_at: datetime, to_at: datetime, as_of: datetime) -> Flags:
    """For which counts ``case`` stands in the period, as known at ``as_of``.

    Let end = the earlier of ``to_at`` and ``as_of``. What happened at or after the end is not known, and a case
    voided before the end counts nowhere. For every other case:

    - received 受理: reported in the period. filed 立案: of those, filed before the end. dispatched 派遣: of those,
      dispatched before the end.
    - should_close 应结案: filed before the end, not closed before the period, and either due before the end or
      closed in the period; not while it is suspended with an approved end at or after the end of the period.
    - closed_in 结案: of those, closed in the period. closed_on_time 按期结案: of those, closed no later than due.
    - should_handle 应处置: dispatched before the end, not handled before the period, and either due before the end
      or handled in the period; not while suspended. handled_on_time 按期处置: of those, handled in the period, no
      later than due. overdue_open 超期待处置: of those, due before the end and still not handled.
    - handled 处置: of those, handled before the end. accurate 准确派遣: of the dispatched, not passed on before the
      end. answered 处理: of the filed, closed before the end or answered by another authority's receipt; referred 移送:
      those that were answered.
    - reworked 返工, extended 延期: of those that should close, sent back, or granted more time, before the end.

    Raises ``BadPeriodError`` and ``NaiveTimeError``.
    """
    _check_period(from_at, to_at, as_of)
    end = min(to_at, as_of)
    if _before(case.voided_at, end):
        return Flags(*[False] * len(Count))
    received = from_at <= case.reported_at < end
    filed = received and _before(case.filed_at, end)
    should_close = _should_finish(case, case.filed_at, case.closed_at, from_at, end)
    closed_in = should_close and _before(case.closed_at, end)
    should_handle = _should_finish(case, case.dispatched_at, case.handled_at, from_at, end)
    handled = should_handle and _before(case.handled_at, end)
    dispatched = filed and _before(case.dispatched_at, end)
    return Flags(
        received=received,
        filed=filed,
        dispatched=dispatched,
        should_close=should_close,
        closed_in=closed_in,
        closed_on_time=closed_in and _in_time(case.closed_at, case.due_at),
        should_handle=should_handle,
        handled_on_time=handled and _in_time(case.handled_at, case.due_at),
        reworked=should_close and _before(case.reworked_at, end),
        extended=should_close and _before(case.extended_at, end),
        overdue_open=should_handle and not handled and _before(case.due_at, end),
        handled=handled,
        accurate=dispatched and not _before(case.bounced_at, end),
        answered=filed and (_before(case.closed_at, end) or _before(case.answered_at, end)),
        referred=filed and _before(case.answered_at, end),
    )


def _check_period(from_at: datetime, to_at: datetime, as_of: datetime) -> None:
    for at in (from_at, to_at, as_of):
        if at.tzinfo is None:
            raise NaiveTimeError(at=at)
    if from_at >= to_at:
        raise BadPeriodError(from_at=from_at, to_at=to_at)


def _before(at: datetime | None, end: datetime) -> bool:
    return at is not None and at < end


def _in_time(done_at: datetime | None, due_at: datetime | None) -> bool:
    return done_at is not None and due_at is not None and done_at <= due_at


def _should_finish(
    case: Case, began_at: datetime | None, done_at: datetime | None, from_at: datetime, end: datetime
) -> bool:
    if not _before(began_at, end) or _before(done_at, min(from_at, end)):
        return False
    if _before(done_at, end):
        return True
    suspended = case.suspended_until is not None and case.suspended_until >= end
    return _before(case.due_at, end) and not suspended


def count(all_flags: Iterable[Flags]) -> dict[Count, int]:
    """How many cases stand for each count."""
    totals = dict.fromkeys(Count, 0)
    for one in all_flags:
        for name, held in asdict(one).items():
            totals[Count(name)] += held
    return totals


def rates(counts: dict[Count, int]) -> dict[str, Rate]:
    """Every indicator by key from counted cases."""
    return {row.key: rate(counts[row.numerator], counts[row.denominator]) for row in INDICATORS}


def rate(numerator: int, denominator: int) -> Rate:
    """The rate as bulletins print it, halves rounded up to two places; raises ``BadRateError``."""
    if not 0 <= numerator <= denominator:
        raise BadRateError(numerator=numerator, denominator=denominator)
    if denominator == 0:
        return Rate(0, 0, None, None, None)
    low, high = wilson(numerator, denominator)
    percent = Decimal(numerator) * 100 / Decimal(denominator)
    return Rate(numerator, denominator, _two_places(percent), _percent(low), _percent(high))


def wilson(numerator: int, denominator: int, *, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson's interval of a share, as shares between 0 and 1; ``z`` 1.96 is 95 %. ``denominator`` is not 0."""
    share = numerator / denominator
    shrink = 1 + z * z / denominator
    middle = (share + z * z / (2 * denominator)) / shrink
    half = z / shrink * math.sqrt(share * (1 - share) / denominator + z * z / (4 * denominator**2))
    return min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half))


def _percent(share: float) -> Decimal:
    return _two_places(Decimal(repr(share)) * 100)


def _two_places(percent: Decimal) -> Decimal:
    return percent.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
