"""Who works here: the five roles and the kinds of area a role is granted over."""

from enum import StrEnum


class Role(StrEnum):
    """What a person does in the system."""

    INSPECTOR = "inspector"
    DEPARTMENT = "department"
    CENTRE = "centre"
    LEADER = "leader"
    ADMIN = "admin"


class AreaKind(StrEnum):
    """What an area code of a grant names."""

    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    GRID = "grid"
    DEPARTMENT = "department"
