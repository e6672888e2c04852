"""How much of two texts is the same: measures of strings, from 0 (nothing) to 1 (all)."""

LONGEST_RUN = 10


def longest_run(one: str, other: str) -> float:
    """The longest run of characters that both texts hold, in tenths; ten and more count as 1."""
    length = 0
    while length < LONGEST_RUN:
        runs = {one[at : at + length + 1] for at in range(len(one) - length)}
        if not any(other[at : at + length + 1] in runs for at in range(len(other) - length)):
            break
        length += 1
    return length / LONGEST_RUN


def overlap(one: str, other: str) -> float:
    """Harmonic mean of the shares of each text that stand in runs of two or more characters of the other."""
    covered, its = covered_share(one, other), covered_share(other, one)
    return 2 * covered * its / (covered + its) if covered + its else 0.0


def covered_share(text: str, other: str) -> float:
    """The share of a text that stands in runs of two or more characters of the other."""
    pairs = {other[at : at + 2] for at in range(len(other) - 1)}
    count, open_end = 0, 0
    for at in range(len(text) - 1):
        if text[at : at + 2] in pairs:
            count += at + 2 - max(at, open_end)
            open_end = at + 2
    return count / len(text) if text else 0.0


def in_order(one: str, other: str) -> int:
    """How many characters of one text come in the other in the same order (longest common subsequence).

    Bit-parallel after Hyyrö (2004): one big-integer step a character.
    """
    places: dict[str, int] = {}
    for at, char in enumerate(one):
        places[char] = places.get(char, 0) | 1 << at
    full = (1 << len(one)) - 1
    row = full
    for char in other:
        here = row & places.get(char, 0)
        row = ((row + here) | (row - here)) & full
    return len(one) - row.bit_count()
