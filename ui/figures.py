"""The leader's figures as read from the record: one moment, one period, the period before, town by town.

A figure and the list it opens to are seen at the same moment. That moment stays for a minute while no deed is done to
any ticket, so that a wall of screens costs the record little and still moves with the deed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

import streamlit as st

from db import closing, division, kpi
from db.closing import URGENCIES, Urgency
from db.kpi import By, Group, Part, Period
from db.query import Row
from inspections.kpi import INDICATORS, Rate, rate
from ui.period import YEAR, Span
from ui.state import reading

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

SECONDS = 60
BYS: tuple[By, ...] = ("town", "department")
PARTS: tuple[Part, ...] = ("numerator", "denominator")
HANDLING = "handling"
RADAR = "radar"


@dataclass(frozen=True)
class Figures:
    """Everything on the board but the map's outlines. ``handled`` holds filed, handled, referred."""

    whole: Group
    before: Group
    towns: Sequence[Group]
    departments: Sequence[Group]
    handled: Row
    radar: dict[Urgency, int]
    weeks: list[Row]

    @property
    def handling(self) -> Rate:
        """处理率: what was dealt with of what was filed."""
        return rate(self.handled["handled"], self.handled["filed"])


@dataclass(frozen=True)
class Opened:
    """Which number is opened: an indicator's part, of one town or department if ``key`` is given."""

    indicator: str
    part: str
    by: By | None = None
    key: str | None = None

    def __str__(self) -> str:
        tail = f".{self.by}.{self.key}" if self.by and self.key else ""
        return f"{self.indicator}.{self.part}{tail}"


def opened(text: str) -> Opened | None:
    """What an address or a tap names; None for what is no number of ours."""
    words = text.split(".")
    if len(words) not in (2, 4):
        return None
    parts: tuple[str, ...] = tuple(URGENCIES) if words[0] == RADAR else PARTS
    known = {row.key for row in INDICATORS} | {RADAR, HANDLING}
    if words[0] not in known or words[1] not in parts:
        return None
    if len(words) == 2:
        return Opened(words[0], words[1])
    good = words[2] in BYS and words[3].isalnum() and words[0] not in (RADAR, HANDLING)
    return Opened(words[0], words[1], cast("By", words[2]), words[3]) if good else None


def version(county: str) -> int:
    """A number that grows with every deed done to a ticket."""
    with reading() as connection:
        return closing.version(connection, county=county)


def moment(county: str, at: datetime) -> datetime:
    """The moment at which the figures are seen; the same for a minute unless a ticket moves."""
    return _moment(county, version(county), at.replace(second=0, microsecond=0), at)


@st.cache_data(ttl=2 * SECONDS, max_entries=100, show_spinner=False)
def _moment(county: str, seen: int, minute: datetime, _at: datetime) -> datetime:
    return _at


@st.cache_data(ttl=2 * SECONDS, max_entries=100, show_spinner=False)
def figures(county: str, span: Span, seen_at: datetime) -> Figures:
    """Every figure of a period as seen at a moment; raises ``BadPeriodError``."""
    with reading() as connection:
        period = Period(span.from_at, span.to_at, seen_at)

        def counted(by: By | None = None) -> list[Group]:
            return kpi.indicators(
                connection, county=county, from_at=span.from_at, to_at=span.to_at, by=by, as_of=seen_at
            )

        first, last = span.before
        return Figures(
            whole=counted()[0],
            before=kpi.indicators(connection, county=county, from_at=first, to_at=last, as_of=last)[0],
            towns=counted("town"),
            departments=counted("department"),
            handled=closing.handled(connection, county=county, period=period),
            radar=closing.radar(connection, county=county, now=seen_at),
            weeks=kpi.trend(connection, county=county, from_at=seen_at - YEAR, to_at=seen_at),
        )


def cases(county: str, span: Span, seen_at: datetime, what: Opened) -> list[Row]:
    """Exactly the tickets behind one number."""
    period = Period(span.from_at, span.to_at, seen_at)
    with reading() as connection:
        if what.indicator == RADAR:
            return closing.radar_cases(connection, county=county, now=seen_at, urgency=cast("Urgency", what.part))
        part = cast("Part", what.part)
        if what.indicator == HANDLING:
            return closing.handled_cases(connection, county=county, period=period, part=part)
        return kpi.cases(
            connection, county=county, from_at=span.from_at, to_at=span.to_at, indicator=what.indicator, part=part,
            by=what.by, key=what.key, as_of=seen_at,
        )  # fmt: skip


@st.cache_data(ttl=timedelta(minutes=10), max_entries=20, show_spinner=False)
def outlines(county: str) -> "GeoDataFrame":
    """The towns' outlines, EPSG:4490: code, name, geometry."""
    with reading() as connection:
        return division.divisions_frame(connection, county=county, level="town")
