"""The leader's figures as read from the record: one moment, one period, the period before, town by town.

A figure and the list it opens to are seen at the same moment. That moment stays for a minute while no deed is done to
any ticket, so that a wall of screens costs the record little and still moves with the deed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, cast

import streamlit as st

from db import closing, department, division, grid, kpi
from db.closing import URGENCIES, Urgency
from db.kpi import By, Group, Part
from db.query import Row
from inspections.kpi import INDICATORS
from ui.period import YEAR, Span
from ui.state import reading

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

SECONDS = 60
STREETS = 12
BYS: tuple[By, ...] = ("town", "department", "grid")
PARTS: tuple[Part, ...] = ("numerator", "denominator")
HANDLING = "answer"
RADAR, BOUNCE, STREET = "radar", "bounce", "street"
_GIVEN: dict[str, tuple[str, ...]] = {RADAR: tuple(URGENCIES), BOUNCE: ("passed",), STREET: ("late",)}
"""What is no indicator, with its parts."""


@dataclass(frozen=True)
class Figures:
    """Everything on the board but the map's outlines; ``named`` holds every department by code.

    ``grids`` are those of the town that is looked into.
    """

    whole: Group
    before: Group
    towns: Sequence[Group]
    departments: Sequence[Group]
    named: dict[str, Row]
    radar: dict[Urgency, int]
    weeks: list[Row]
    bounces: list[Row]
    streets: list[Row]
    grids: Sequence[Group] = ()


@dataclass(frozen=True)
class Opened:
    """Which number is opened: an indicator's part, of one town, department or grid if ``key`` is given.

    Of bounces ``by`` is who passed on and ``key`` to whom; of a street ``by`` is its village and ``key`` its name.
    """

    indicator: str
    part: str
    by: str | None = None
    key: str | None = None

    def __str__(self) -> str:
        tail = f".{self.by}.{self.key}" if self.by and self.key else ""
        return f"{self.indicator}.{self.part}{tail}"


def opened(text: str) -> Opened | None:
    """What an address or a tap names; None for what is no number of ours."""
    words = text.split(".", 3)
    if len(words) not in (2, 4):
        return None
    if words[1] not in _GIVEN.get(words[0], PARTS) or words[0] not in {row.key for row in INDICATORS} | set(_GIVEN):
        return None
    if len(words) == 2:
        return None if words[0] in (BOUNCE, STREET) else Opened(words[0], words[1])
    return Opened(*words) if _has_key(*words) else None


def _has_key(what: str, _part: str, by: str, key: str) -> bool:
    if what == STREET:
        return by.isalnum() and key.strip() != ""
    if what == BOUNCE:
        return by.isalnum() and key.isalnum()
    return what != RADAR and by in BYS and key.isalnum()


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
            named=department.names(connection, county=county),
            radar=closing.radar(connection, county=county, now=seen_at),
            weeks=kpi.trend(connection, county=county, from_at=seen_at - YEAR, to_at=seen_at),
            bounces=kpi.bounces(connection, county=county, from_at=span.from_at, to_at=min(span.to_at, seen_at)),
            streets=closing.streets(connection, county=county, now=seen_at, limit=STREETS),
        )


@st.cache_data(ttl=2 * SECONDS, max_entries=100, show_spinner=False)
def grids(county: str, span: Span, seen_at: datetime, town: str) -> list[Group]:
    """The indicators of a town's grids."""
    with reading() as connection:
        return kpi.indicators(
            connection, county=county, from_at=span.from_at, to_at=span.to_at, by="grid", as_of=seen_at, town=town
        )


def cases(county: str, span: Span, seen_at: datetime, what: Opened) -> list[Row]:
    """Exactly the tickets behind one number."""
    by, key = what.by or "", what.key or ""
    with reading() as connection:
        if what.indicator == RADAR:
            return closing.radar_cases(connection, county=county, now=seen_at, urgency=cast("Urgency", what.part))
        if what.indicator == STREET:
            return closing.street_cases(connection, county=county, now=seen_at, village=by, street=key)
        if what.indicator == BOUNCE:
            return kpi.bounce_cases(
                connection, county=county, from_at=span.from_at, to_at=min(span.to_at, seen_at), from_department=by,
                to_department=key, now=seen_at,
            )  # fmt: skip
        return kpi.cases(
            connection, county=county, from_at=span.from_at, to_at=span.to_at, indicator=what.indicator,
            part=cast("Part", what.part), by=cast("By | None", what.by), key=what.key, as_of=seen_at,
        )  # fmt: skip


@st.cache_data(ttl=timedelta(minutes=10), max_entries=20, show_spinner=False)
def outlines(county: str) -> "GeoDataFrame":
    """The towns' outlines, EPSG:4490: code, name, geometry."""
    with reading() as connection:
        return division.divisions_frame(connection, county=county, level="town")


@st.cache_data(ttl=timedelta(minutes=10), max_entries=60, show_spinner=False)
def grid_outlines(county: str, town: str, on: date) -> "GeoDataFrame":
    """The outlines of a town's grids on a day, EPSG:4490: code, name, geometry."""
    with reading() as connection:
        frame = grid.grids_frame(connection, county=county, on=on)
    return frame.loc[frame["village"].str.startswith(town), ["code", "name", "geometry"]].reset_index(drop=True)
