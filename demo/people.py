"""Who works in the model town: accounts, roles and duties. Names are synthetic."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from demo.divisions import words
from demo.tickets import Desks

LOGIN_PREFIX = {"320581": "", "330282": "cx-"}
DEPARTMENTS = {
    "center": ("新市民事务中心", "New Residents' Centre"),
    "police": ("公安局", "Police"),
    "fire": ("消防救援大队", "Fire Brigade"),
    "housing": ("住建局", "Housing"),
    "urban": ("城管局", "Urban Management"),
    "planning": ("资规局", "Planning"),
    "market": ("市场监管局", "Market Supervision"),
    "health": ("卫健委", "Health"),
    "emergency": ("应急管理局", "Emergency Management"),
    "agri": ("农业农村局", "Agriculture"),
    "town": ("街镇", "Town"),
    "property": ("物业", "Property Management"),
}
URBAN_NAMES = {"330282": ("综合执法局", "Law Enforcement")}
FIRST_DESKS = ("fire", "housing", "police", "town", "urban")
CLERKS = 2
CENTRE_STAFF = 3
MOST_GRIDS = 6
HOUSES_EACH = 500


@dataclass(frozen=True, slots=True)
class Account:
    """An account to be written: ``demo`` ones can be signed in to with the printed password, others by nobody."""

    login: str
    name: str
    role: str
    area_kind: str
    area_code: str
    department: str | None = None
    demo: bool = False


@dataclass(slots=True)
class Staff:
    """Everybody of a county but the inspectors, in the order they are written."""

    accounts: list[Account] = field(default_factory=list)

    def desks(self, first_id: int) -> Desks:
        """Who sits where, once the first account has its id."""
        ids = {number: first_id + number for number in range(len(self.accounts))}
        clerks: dict[str, list[int]] = {}
        for number, account in enumerate(self.accounts):
            if account.role == "department" and account.department:
                clerks.setdefault(account.department, []).append(ids[number])
        return Desks(clerks, [ids[n] for n, account in enumerate(self.accounts) if account.role == "centre"])


def departments(county: str) -> dict[str, tuple[str, str]]:
    """Departments of a county by code: names in Chinese and English."""
    return DEPARTMENTS | ({"urban": URBAN_NAMES[county]} if county in URBAN_NAMES else {})


def person_name(rng: np.random.Generator) -> str:
    """A synthetic name of a common surname and one or two characters."""
    stock = words()
    draw = rng.random(4)
    given = [stock["given"][int(share * len(stock["given"]))] for share in draw[1:3]]
    return stock["surnames"][int(draw[0] * len(stock["surnames"]))] + "".join(given[: 1 if draw[3] < 0.4 else 2])


def staff(county: str, *, rng: np.random.Generator) -> Staff:
    """Clerks of every department, the centre's staff, a leader and an administrator."""
    prefix = LOGIN_PREFIX.get(county, f"{county}-")
    found = Staff()
    for number in range(1, CENTRE_STAFF + 1):
        login = f"{prefix}centre{'' if number == 1 else number}"
        found.accounts.append(Account(login, person_name(rng), "centre", "county", county, "center", demo=number < 3))
    for role in ("leader", "admin"):
        found.accounts.append(Account(f"{prefix}{role}", person_name(rng), role, "county", county, demo=True))
    for code in sorted(departments(county), key=lambda code: (code not in FIRST_DESKS, code)):
        for number in range(1, CLERKS + 1):
            login = f"{prefix}{code}{'' if number == 1 else number}"
            shown = number == 1 and code != "center"
            found.accounts.append(Account(login, person_name(rng), "department", "department", code, code, demo=shown))
    return found


def rounds(towns: Sequence[str], houses: Sequence[int]) -> list[list[int]]:
    """Grids (positions) for each inspector: neighbours of one town, until there are houses enough for one person."""
    found: list[list[int]] = []
    load = 0
    for position, (town, count) in enumerate(zip(towns, houses, strict=True)):
        full = load + count > HOUSES_EACH or (found and len(found[-1]) >= MOST_GRIDS)
        if not found or full or towns[found[-1][-1]] != town:
            found.append([])
            load = 0
        found[-1].append(position)
        load += count
    return found


def inspectors(
    county: str, codes: Sequence[Sequence[str]], *, first_number: int, demo: str | None, rng: np.random.Generator
) -> list[Account]:
    """An account for each round of grid codes; the one whose round holds ``demo`` is the demonstration inspector."""
    prefix = LOGIN_PREFIX.get(county, f"{county}-")
    found = []
    for number, own in enumerate(codes, start=first_number):
        shown = demo is not None and demo in own
        login = f"{prefix}inspector{'' if shown else f'-{number:04d}'}"
        found.append(Account(login, person_name(rng), "inspector", "grid", own[0], demo=shown))
    return found
