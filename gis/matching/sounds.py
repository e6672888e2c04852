"""How characters sound and look: what a clerk writes for another by ear, by hand or by eye.

The reading of a character is its first one in ``pypinyin`` (MIT licence). Sounds that many speakers of the lower
Yangtze do not tell apart count as near: zh/z, ch/c, sh/s, initial n/l, final -ng/-n.
"""

import unicodedata
from functools import cache
from importlib.resources import files

from pypinyin.pinyin_dict import pinyin_dict

_FIRST_CODE = 0x100000


@cache
def syllable(char: str) -> str:
    """The first reading of a character without its tone ('庄' -> 'zhuang'); the character itself where it has none."""
    return _bare(pinyin_dict.get(ord(char), char).split(",")[0]) or char


@cache
def readings(char: str) -> frozenset[str]:
    """All readings without tones."""
    return frozenset(_bare(reading) for reading in pinyin_dict.get(ord(char), char).split(","))


def _bare(reading: str) -> str:
    plain = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(char for char in plain if not unicodedata.combining(char))


@cache
def near_sound(char: str) -> str:
    """The syllable with the sounds folded that are taken for one another."""
    said = syllable(char)
    if said == char:
        return char
    said = said[0] + said[2:] if said[:2] in ("zh", "ch", "sh") else said
    said = "l" + said[1:] if said[0] == "n" and len(said) > 1 else said
    return said.removesuffix("g") if said.endswith("ng") else said


_codes: dict[str, str] = {}


@cache
def _code(char: str) -> str:
    return _codes.setdefault(near_sound(char), chr(_FIRST_CODE + len(_codes)))


def sound_key(name: str) -> str:
    """One private character a syllable: two names sound alike when their keys are equal. Good within one process."""
    return "".join(map(_code, name))


def same_sound(one: str, other: str) -> bool:
    """Whether one character is said as the other is in the first place."""
    return syllable(one) in readings(other) or syllable(other) in readings(one)


def alike(one: str, other: str) -> bool:
    """Whether the table of confusable characters holds the two together."""
    return bool(_looks().get(one, frozenset()) & _looks().get(other, frozenset()))


@cache
def _looks() -> dict[str, frozenset[int]]:
    """The groups of the table each character stands in."""
    groups: dict[str, set[int]] = {}
    table = (files(__package__) / "shape_alikes.txt").read_text(encoding="utf-8")
    for number, line in enumerate(table.splitlines()):
        for char in "" if line.startswith("#") else line.strip():
            groups.setdefault(char, set()).add(number)
    return {char: frozenset(found) for char, found in groups.items()}
