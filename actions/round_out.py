"""A round goes out of the house: on paper, as a workbook, into a navigation device; each time an audited deed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import urlsplit

from sqlalchemy import Connection

from actions.deed import SHANGHAI, deed
from db import plan, settings
from db.engine import reading
from db.query import Row
from exchange.round_files import round_gpx, round_xlsx
from exchange.round_pdf import Looks, round_pdf
from gis.errors import AnjuError
from inspections.access import Actor, Place
from inspections.round_sheet import RoundSheet, SheetStop
from layers.style import RISK


class NoRoundError(AnjuError):
    """Nobody published a round of this inspector for {on}."""


class SiteAddressError(AnjuError):
    """{site} is no address of this deployment; give one such as https://anju.example.gov.cn in ANJU_URL."""


class RoundFormat(StrEnum):
    """What a round is handed out as."""

    PDF = "pdf"
    XLSX = "xlsx"
    GPX = "gpx"


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that went out: its name, its bytes, and how many stops are on it."""

    name: str
    content: bytes
    stops: int


def site_of(seen: str | None = None) -> str:
    """Return the deployment's address for links: ``ANJU_URL``, else the one it was ``seen`` under, else its own.

    Raises ``SiteAddressError`` for what is no http(s) address of a host.
    """
    site = (settings.site_url() or seen or settings.own_address()).rstrip("/")
    parts = urlsplit(site)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise SiteAddressError(site=site)
    return site


def take_round(
    account_id: int, form: RoundFormat, *, actor: Actor, on: date, at: datetime, lang: str = "zh",
    site: str | None = None,
) -> Handed:  # fmt: skip
    """Hand out the published round of an inspector's day as a file; ``site`` is the address the links lead to.

    An inspector takes the own round; anybody else's is handed out by the centre of an area that holds every stop of it.
    No person's name or number but those of inspectors and of who took it comes into the file.

    Raises ``RefusedError``, ``NoRoundError``, ``SiteAddressError``.
    """
    own = account_id == actor.account_id and actor.may("round.take")
    name = "round.take" if own else "round.hand_out"
    actor.require(name)
    address = site_of(site)
    detail = {"on": on, "format": str(form), "account": account_id}
    # The round is read before the deed, so that a refusal leaves no trace of an export that did not happen.
    with reading() as connection:
        row, stops, grids = _read(connection, account_id, actor, on)
    if not own:
        for place in _places(grids, actor.county):
            actor.require(name, place)
    sheet = _sheet(row, stops, grids, (actor.name, at, address), lang)
    content = _WRITERS[form](sheet, lang)
    with deed(actor, name, about=("plan", row["id"]), detail=detail | {"stops": len(stops)}):
        return Handed(f"round-{on:%Y%m%d}-{account_id}.{form}", content, len(stops))


def _read(connection: Connection, account_id: int, actor: Actor, on: date) -> tuple[Row, list[Row], list[Row]]:
    row = plan.of_day(connection, county=actor.county, account_id=account_id, on=on)
    if row is None:
        raise NoRoundError(on=on)
    stops = plan.stops(connection, county=actor.county, plan_id=row["id"])
    return row, stops, plan.grids_of(connection, county=actor.county, plan_id=row["id"])


def _places(grids: Sequence[Row], county: str) -> list[Place]:
    """Where the stops lie; the county itself where there are none."""
    places = [Place(county=county, village=row["village"], grid=row["code"]) for row in grids]
    return places or [Place(county=county)]


def _sheet(
    row: Row, stops: Sequence[Row], grids: Sequence[Row], taken: tuple[str, datetime, str], lang: str
) -> RoundSheet:
    who, at, site = taken
    known = [grid for grid in grids if grid["code"] is not None]
    return RoundSheet(
        inspector=row["inspector"], on=row["on_date"], grids=tuple(grid["name"] for grid in known),
        minutes=row["minutes"], metres=row["metres"], mode=row["travel_mode"],
        start=None if row["start_lon"] is None else (row["start_lon"], row["start_lat"]),
        stops=tuple(_stop(stop, lang) for stop in stops), made_at=row["made_at"].astimezone(SHANGHAI), site=site,
        taken_by=who, taken_at=at, outlines=tuple(grid["geom"] for grid in known),
    )  # fmt: skip


def _stop(row: Row, lang: str) -> SheetStop:
    window = row["reason"].get("window")
    return SheetStop(
        number=row["seq"], code=row["code"], address=row["short"], colour=row["colour"],
        why=plan.why(row["reason"], lang), eta_at=row["eta_at"], service_minutes=row["service_minutes"],
        travel_m=row["travel_m"], state=row["state"], lon=row["lon"], lat=row["lat"], way=row["way"],
        window=None if window is None else (float(window[0]), float(window[1])),
    )  # fmt: skip


_WRITERS: dict[RoundFormat, Callable[[RoundSheet, str], bytes]] = {
    RoundFormat.PDF: lambda sheet, lang: round_pdf(sheet, Looks(RISK, settings.print_font()), lang=lang),
    RoundFormat.XLSX: lambda sheet, lang: round_xlsx(sheet, lang=lang),
    RoundFormat.GPX: lambda sheet, lang: round_gpx(sheet, lang=lang),
}


def rounds_of_day(actor: Actor, on: date) -> list[Row]:
    """The published rounds of a day that may be handed out: account_id, inspector, stops; by inspector."""
    actor.require("round.hand_out")
    with reading() as connection:
        rows = plan.days(connection, county=actor.county, first=on, last=on)
        lie = {row["id"]: plan.grids_of(connection, county=actor.county, plan_id=row["id"]) for row in rows}
    return [
        row for row in rows
        if all(actor.may("round.hand_out", place) for place in _places(lie[row["id"]], actor.county))
    ]  # fmt: skip
