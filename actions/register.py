"""Bringing single houses and rooms into the register."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from actions.deed import deed
from db import grid, register, room
from db import house as houses
from db.engine import transaction
from db.register import NewHouse
from db.room import Home, NewRoom
from gis.code import AddressCode
from inspections.access import Actor, Place

__all__ = ["NewHouse", "NewRoom", "add_rooms", "register_house"]


def register_house(new: NewHouse, *, actor: Actor, at: datetime) -> str:
    """Register a house with its rooms and people; its address code, given once and for good.

    Raises ``RefusedError`` outside the actor's area, ``gis.code.CodeError`` for a village no code can be made of,
    ``AlreadyRegisteredError`` where the register knows its ``source_key`` already.
    """
    detail: dict[str, Any] = {"at": at}
    place = _place(new, county=actor.county, at=at)
    with deed(actor, "house.edit", place=place, about=("village", new.village), detail=detail) as connection:
        (code,) = register.add(connection, county=actor.county, houses=[new])
        detail["registered"] = code
    return code


def _place(new: NewHouse, *, county: str, at: datetime) -> Place:
    if new.lon is None or new.lat is None:
        return Place(county=county, village=new.village)
    with transaction() as connection:
        code = grid.code_at(connection, county=county, lon=new.lon, lat=new.lat, on=at.date())
    return Place(county=county, village=new.village, grid=code)


def add_rooms(house_id: int, rooms: Sequence[NewRoom], *, actor: Actor, at: datetime) -> list[int]:
    """Add rooms to a house; their ids in the order given. A room number once given is never given again."""
    with transaction() as connection:
        row = houses.one(connection, county=actor.county, key=house_id)
    detail = {"rooms": len(rooms), "at": at}
    with deed(actor, "house.edit", place=row["place"], about=("house", house_id), detail=detail) as connection:
        home = Home(house_id, row["address_id"], AddressCode.parse(row["code"]), row["address"])
        return room.add(connection, home=home, rooms=rooms)
