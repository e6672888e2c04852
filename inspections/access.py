"""Who may do what, where: grants over areas, deeds, and the pages each role is shown."""

from dataclasses import dataclass

from gis.errors import AnjuError
from inspections.role import AreaKind, Role
from inspections.ticket import TRANSITIONS

__all__ = ["DEEDS", "HOME", "PAGES", "Actor", "AreaKind", "Grant", "Place", "RefusedError", "Role"]


class RefusedError(AnjuError):
    """{name} may not do {deed} here."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over an area: county 6 digits, town 9, village 12, grid 15, or a department's code."""

    role: Role
    area_kind: AreaKind
    area_code: str


@dataclass(frozen=True, slots=True)
class Place:
    """What a deed touches: where it lies, and for a ticket whose desks it is on.

    ``lead`` holds the ticket, ``pending`` has been passed it and has not signed, ``departments`` are all who
    may see it besides (co, cc; for a house those of its open tickets). A town or village not given is read
    from the longer code.
    """

    county: str
    town: str | None = None
    village: str | None = None
    grid: str | None = None
    lead: str | None = None
    pending: str | None = None
    departments: frozenset[str] = frozenset()

    def code(self, kind: AreaKind) -> str | None:
        """The code of the area of that kind this place lies in, None if unknown."""
        village = self.village or (self.grid[:12] if self.grid else None)
        town = self.town or (village[:9] if village else None)
        return {
            AreaKind.COUNTY: self.county,
            AreaKind.TOWN: town,
            AreaKind.VILLAGE: village,
            AreaKind.GRID: self.grid,
        }.get(kind)

    def seen_by(self) -> frozenset[str]:
        """Codes of every department that may look."""
        return self.departments | {code for code in (self.lead, self.pending) if code}


ALL = frozenset(Role)
INSPECTOR, DEPARTMENT, CENTRE, LEADER, ADMIN = Role

_TICKET_DEEDS = {
    f"ticket.{event}": frozenset(role for row in TRANSITIONS if row.event is event for role in row.roles)
    for event in dict.fromkeys(row.event for row in TRANSITIONS)
}

DEEDS: dict[str, frozenset[Role]] = {
    "map.view": ALL,
    "house.view": ALL,
    "house.view_person": frozenset({INSPECTOR, DEPARTMENT, CENTRE}),
    "house.edit": frozenset({INSPECTOR, CENTRE}),
    "visit.record": frozenset({INSPECTOR}),
    "visit.view": ALL,
    "ticket.view": ALL,
    **_TICKET_DEEDS,
    "ticket.urge": frozenset({CENTRE}),
    "plan.make": frozenset({CENTRE}),
    "plan.view": frozenset({INSPECTOR, CENTRE, LEADER}),
    "round.take": frozenset({INSPECTOR}),
    "round.hand_out": frozenset({CENTRE}),
    "timesheet.view": frozenset({CENTRE}),
    "plan.skip": frozenset({INSPECTOR}),
    "risk.reassess": frozenset({CENTRE, ADMIN}),
    "appointment.edit": frozenset({INSPECTOR, CENTRE}),
    "import.run": frozenset({CENTRE, ADMIN}),
    "export.run": frozenset({CENTRE, LEADER}),
    "kpi.view": frozenset({DEPARTMENT, CENTRE, LEADER}),
    "grid.edit": frozenset({CENTRE, ADMIN}),
    "duty.edit": frozenset({CENTRE, ADMIN}),
    "code.edit": frozenset({CENTRE, ADMIN}),
    "division.edit": frozenset({ADMIN}),
    "streets.load": frozenset({CENTRE, ADMIN}),
    "routing.edit": frozenset({CENTRE}),
    "footprints.load": frozenset({CENTRE, ADMIN}),
    "footprints.decide": frozenset({DEPARTMENT, CENTRE}),
    "calendar.enter": frozenset({CENTRE}),
    "calendar.recompute": frozenset({CENTRE}),
    "evidence.export": frozenset({DEPARTMENT, CENTRE}),
    "rating.give": frozenset({INSPECTOR, DEPARTMENT, CENTRE}),
    "rating.agreement": frozenset({CENTRE}),
    "reinspection.draw": frozenset({CENTRE}),
    "reinspection.take": frozenset({INSPECTOR, CENTRE}),
    "address.decide": frozenset({CENTRE, ADMIN}),
    "channel.manage": frozenset({CENTRE, ADMIN}),
    "account.manage": frozenset({ADMIN}),
    "audit.view": frozenset({ADMIN}),
}
"""Every deed and the roles that may do it; the area is checked besides."""

PAGES: dict[str, frozenset[Role]] = {
    "today": frozenset({INSPECTOR}),
    "visit": frozenset({INSPECTOR}),
    "my_grid": frozenset({INSPECTOR}),
    "me": frozenset({INSPECTOR}),
    "inbox": frozenset({DEPARTMENT}),
    "centre": frozenset({CENTRE}),
    "imports": frozenset({CENTRE, ADMIN}),
    "workbench": frozenset({CENTRE, ADMIN}),
    "grids": frozenset({CENTRE, ADMIN}),
    "plans": frozenset({CENTRE}),
    "roster": frozenset({CENTRE, ADMIN}),
    "routing": frozenset({CENTRE}),
    "footprints": frozenset({DEPARTMENT, CENTRE}),
    "leader": frozenset({LEADER, CENTRE}),
    "map": ALL,
    "house": ALL,
    "ticket": ALL,
    "messages": ALL,
    "channels": frozenset({CENTRE, ADMIN}),
    "accounts": frozenset({ADMIN}),
}
"""Every page and the roles it is shown to."""

DESK_PAGES: dict[str, frozenset[str]] = {"footprints": frozenset({"urban"})}
"""Pages that of all departments only these are shown."""

HOME: dict[Role, str] = {
    INSPECTOR: "today",
    DEPARTMENT: "inbox",
    CENTRE: "centre",
    LEADER: "leader",
    ADMIN: "accounts",
}
"""The page a role lands on after signing in."""


def shown_to(page: str, role: Role, department: str | None) -> bool:
    """Whether a page is shown to a role, and where it is one desk's, to somebody of that department."""
    return role in PAGES[page] and (role is not DEPARTMENT or department in DESK_PAGES.get(page, {department}))


def covers(grant: Grant, place: Place) -> bool:
    """Whether the grant's area holds the place; a department's area is what is on its desk or copied."""
    if grant.area_kind is AreaKind.DEPARTMENT:
        return grant.area_code in place.seen_by()
    return place.code(grant.area_kind) == grant.area_code


def desks(deed: str, place: Place) -> frozenset[str]:
    """The departments that may do the deed: the next one signs, the lead does the rest, all may look."""
    if deed in {"ticket.view", "ticket.copy", "ticket.report"} or not deed.startswith("ticket."):
        return place.seen_by()
    next_acts = deed == "ticket.sign" or (deed == "ticket.bounce" and place.pending is not None)
    holder = place.pending if next_acts else place.lead
    return frozenset({holder}) if holder else frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is doing it; ``department`` is the code of the department a clerk sits in."""

    account_id: int
    county: str
    name: str
    department: str | None = None
    grants: tuple[Grant, ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        """Every role this person holds somewhere."""
        return frozenset(grant.role for grant in self.grants)

    def may(self, deed: str, place: Place | None = None) -> bool:
        """Whether a grant allows the deed, at ``place`` if one is given (None asks: anywhere at all)."""
        grants = [grant for grant in self.grants if grant.role in DEEDS[deed]]
        if place is None:
            return bool(grants)
        return place.county == self.county and any(self._reaches(grant, deed, place) for grant in grants)

    def _reaches(self, grant: Grant, deed: str, place: Place) -> bool:
        if grant.role is not Role.DEPARTMENT:
            return covers(grant, place)
        by_department = grant.area_kind is AreaKind.DEPARTMENT
        code = grant.area_code if by_department else self.department
        if deed == "ticket.report":
            return True
        return code in desks(deed, place) and covers(grant, place)

    def require(self, deed: str, place: Place | None = None) -> None:
        """Do nothing if the deed is allowed; raise ``RefusedError`` otherwise."""
        if not self.may(deed, place):
            raise RefusedError(name=self.name, deed=deed)

    def may_open(self, page: str) -> bool:
        """Whether the page is shown to any of this person's roles."""
        return any(shown_to(page, role, self.department) for role in self.roles)

    def require_page(self, page: str) -> None:
        """Do nothing if the page may be opened; raise ``RefusedError`` otherwise."""
        if not self.may_open(page):
            raise RefusedError(name=self.name, deed=f"page.{page}")
