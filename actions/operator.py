"""Who acts at a terminal of the machine itself: nobody's account, the whole county, and the audit says so."""

from inspections.access import Actor, Grant
from inspections.role import AreaKind, Role

TERMINAL = "terminal"


def operator(county: str) -> Actor:
    """The operator of a county at the terminal; account 0 stands for no account and is never stored."""
    roles = (Role.CENTRE, Role.ADMIN)
    grants = tuple(Grant(role, AreaKind.COUNTY, county) for role in roles)
    return Actor(account_id=0, county=county, name=TERMINAL, grants=grants)
