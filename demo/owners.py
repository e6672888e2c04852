"""Owners of model houses: synthetic names, numbers nobody has, identity numbers of people who cannot be alive."""

from datetime import date, timedelta

import numpy as np

from db.party import Person
from demo.houses import Houses
from demo.people import person_name
from demo.streets import Ints, Kind

SAME_AS_NEIGHBOUR = 0.12
BORN_FIRST = date(1900, 1, 1)
BIRTHDAYS = 7300
"""Days of birth run over twenty years from 1900: a valid check character, and clearly nobody of today."""


def owners(houses: Houses, *, first_number: int, rng: np.random.Generator) -> tuple[list[Person], Ints]:
    """People of a chunk and which of them owns each house; ``first_number`` keeps numbers apart between chunks.

    One owner in nine holds the house next door as well; dormitories belong to made-up firms.
    """
    firm = houses.kind == Kind.DORMITORY
    follows = rng.random(len(houses)) < SAME_AS_NEIGHBOUR
    follows[1:] &= (houses.village[1:] == houses.village[:-1]) & (houses.kind[1:] == houses.kind[:-1])
    follows[0] = False
    owner = np.cumsum(~follows) - 1
    found: list[Person] = []
    for house in np.flatnonzero(~follows).tolist():
        number = first_number + len(found)
        if firm[house]:
            name = str(houses.estate[house]).removesuffix("宿舍")
            found.append(Person(name, phone=_phone(number), kind="organisation"))
        else:
            found.append(Person(
                person_name(rng), phone=_phone(number), id_no=_id_no(houses.county, number), id_type="resident_id"
            ))  # fmt: skip
    return found, owner


def _phone(number: int) -> str:
    """A mobile number of a range set aside for the model: 1990 and seven digits counted up."""
    return f"1990{number % 10_000_000:07d}"


def _id_no(county: str, number: int) -> str:
    """A well-formed identity number (GB 11643, check by MOD 11-2), different for every number below seven million."""
    day, order = divmod(number, 999)
    born = BORN_FIRST + timedelta(days=day % BIRTHDAYS)
    body = f"{county}{born:%Y%m%d}{order + 1:03d}"
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]
