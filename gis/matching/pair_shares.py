"""How much of two texts is the same: measures of strings, from 0 (nothing) to 1 (all).

The places of a character in a text are the bits of one number, so a step goes over all places at once.
"""

from itertools import pairwise

LONGEST_RUN = 10


def longest_run(one: str, other: str) -> float:
    """The longest run of characters that both texts hold, in tenths; ten and more count as 1."""
    places = _places(one)
    ends = [places.get(char, 0) for char in other]
    length = 0
    while length < LONGEST_RUN and any(ends):
        length += 1
        ends = [here & before << 1 for before, here in pairwise(ends)]
    return length / LONGEST_RUN


def overlap(one: str, other: str) -> float:
    """Harmonic mean of the shares of each text that stand in runs of two or more characters of the other."""
    covered, its = covered_share(one, other), covered_share(other, one)
    return 2 * covered * its / (covered + its) if covered + its else 0.0


def covered_share(text: str, other: str) -> float:
    """The share of a text that stands in runs of two or more characters of the other."""
    count = open_end = 0
    for at in range(len(text) - 1):
        if text[at : at + 2] in other:
            count += 1 if at < open_end else 2
            open_end = at + 2
    return count / len(text) if text else 0.0


def in_order(one: str, other: str) -> int:
    """How many characters of one text come in the other in the same order (longest common subsequence).

    Bit-parallel after Hyyrö (2004).
    """
    places = _places(one)
    full = (1 << len(one)) - 1
    row = full
    for char in other:
        here = row & places.get(char, 0)
        row = ((row + here) | (row - here)) & full
    return len(one) - row.bit_count()


def _places(text: str) -> dict[str, int]:
    places: dict[str, int] = {}
    for at, char in enumerate(text):
        places[char] = places.get(char, 0) | 1 << at
    return places
