"""Administrative divisions: codes of 2 to 12 digits, their levels, their ranges, and the names people use."""

import re
from dataclasses import dataclass
from enum import StrEnum

from gis.errors import AnjuError


class DivisionLevel(StrEnum):
    """The rungs of the division tree."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"


class VillageKind(StrEnum):
    """What the village segment says: residents' committee, villagers' committee, or something like one."""

    RESIDENTS = "residents"
    VILLAGERS = "villagers"
    QUASI = "quasi"


class DivisionCodeError(AnjuError):
    """{code!r} is no division code: 2, 4, 6, 9 or 12 digits, segments within their ranges."""


_LEVEL_OF_LENGTH = {
    2: DivisionLevel.PROVINCE,
    4: DivisionLevel.CITY,
    6: DivisionLevel.COUNTY,
    9: DivisionLevel.TOWN,
    12: DivisionLevel.VILLAGE,
}
_LENGTH_OF_LEVEL = {level: length for length, level in _LEVEL_OF_LENGTH.items()}


@dataclass(frozen=True, slots=True)
class Division:
    """One division: ``code`` without padding (6, 9 or 12 digits from county down) and its official ``name``.

    Raises ``DivisionCodeError`` for a code that is out of range.
    """

    code: str
    name: str

    def __post_init__(self) -> None:
        level_of(self.code)
        if self.code != trimmed(self.code):
            raise DivisionCodeError(code=self.code)

    @property
    def level(self) -> DivisionLevel:
        """The rung of the tree, from the code's length."""
        return level_of(self.code)

    @property
    def parent(self) -> str | None:
        """The code one rung up; None for a province."""
        return parent_of(self.code)

    @property
    def short_name(self) -> str:
        """The name people say; see ``short_name``."""
        return short_name(self.name)

    @property
    def is_addressable(self) -> bool:
        """Whether houses can be coded here; see ``is_addressable``."""
        return is_addressable(self.code)


def trimmed(code: str) -> str:
    """Return a division code without padding zeros: '320581000000' -> '320581', '320581101000' -> '320581101'."""
    if len(code) == 12 and code.endswith("000"):
        code = code[:9]
    if len(code) == 9 and code.endswith("000"):
        code = code[:6]
    if len(code) == 6 and code.endswith("00"):
        code = code[:4]
    return code[:2] if len(code) == 4 and code.endswith("00") else code


def level_of(code: str) -> DivisionLevel:
    """Return the rung a code stands on, padded with zeros or not; raises ``DivisionCodeError``."""
    plain = trimmed(code)
    level = _LEVEL_OF_LENGTH.get(len(plain))
    if level is None or not (plain.isascii() and plain.isdigit()) or int(plain[:2]) < 11:
        raise DivisionCodeError(code=code)
    if any(not 1 <= int(segment) <= 599 for segment in (plain[6:9], plain[9:12]) if segment):
        raise DivisionCodeError(code=code)
    return level


def village_kind(code: str) -> VillageKind:
    """Return the kind of a 12-digit village code: 001-199, 200-399 or 400-599; raises ``DivisionCodeError``."""
    if level_of(code) is not DivisionLevel.VILLAGE:
        raise DivisionCodeError(code=code)
    serial = int(code[9:])
    if serial < 200:
        return VillageKind.RESIDENTS
    return VillageKind.VILLAGERS if serial < 400 else VillageKind.QUASI


def is_addressable(code: str) -> bool:
    """Whether houses can be coded in a division.

    Not in the statistical development zones (town segment 400-599) and not in the virtual communities that stand
    for them (village ending in 98): both exist in the statistics only, their houses lie in a real village.
    """
    level_of(code)
    plain = trimmed(code)
    in_zone = len(plain) >= 9 and int(plain[6:9]) >= 400
    return not in_zone and not (len(plain) == 12 and plain.endswith("98"))


def parent_of(code: str) -> str | None:
    """Return the code one rung up, without padding; None for a province."""
    length = _LENGTH_OF_LEVEL[level_of(code)]
    above = [shorter for shorter in _LEVEL_OF_LENGTH if shorter < length]
    return trimmed(code)[: max(above)] if above else None


def county_of(code: str) -> str:
    """Return the six-digit county of a code at or below county level; raises ``DivisionCodeError``."""
    return _cut(code, 6)


def town_of(code: str) -> str:
    """Return the nine-digit town of a code at or below town level; raises ``DivisionCodeError``."""
    return _cut(code, 9)


def _cut(code: str, length: int) -> str:
    level_of(code)
    plain = trimmed(code)
    if len(plain) < length:
        raise DivisionCodeError(code=code)
    return plain[:length]


_VILLAGERS = re.compile(r"村?(?:村民委员会|村委会)$")
_NEIGHBOURHOOD = re.compile(r"社区(?:居民委员会|居委会)$")
_RESIDENTS = re.compile(r"(?:居民委员会|居委会)$")
_STEM = re.compile(r"(?:村民委员会|村委会|社区居民委员会|社区居委会|居民委员会|居委会|社区|新村|村)$")
_TOWN_STEM = re.compile(r"(?:街道办事处|街道|镇人民政府|镇|民族乡|乡)$")


def short_name(name: str) -> str:
    """Return the name people say.

    聚沙村村民委员会 and 聚沙村委会 -> 聚沙村; 菱塘社区居委会 -> 菱塘社区; 马家路居委会 stays as it is.
    """
    name = name.strip()
    if _VILLAGERS.search(name):
        return _VILLAGERS.sub("村", name)
    if _NEIGHBOURHOOD.search(name):
        return _NEIGHBOURHOOD.sub("社区", name)
    return _RESIDENTS.sub("居委会", name)


def stem_of(name: str) -> str:
    """Return the bare proper name: 聚沙村委会 -> 聚沙, 梅李镇 -> 梅李; the name itself when nothing else is left."""
    name = name.strip()
    stem = _TOWN_STEM.sub("", name) if _TOWN_STEM.search(name) else _STEM.sub("", name)
    return stem if len(stem) >= 2 else name


def spoken_names(name: str) -> tuple[str, ...]:
    """Return every full form a village goes by in writing, the official one first, the bare stem not among them."""
    short, stem = short_name(name), stem_of(name)
    forms = [name.strip(), short]
    if name.endswith(("村委会", "村民委员会")):
        forms += [f"{stem}村", f"{stem}村委会", f"{stem}村民委员会", f"{stem}村村委会", f"{stem}村村民委员会"]
    elif name.endswith(("居委会", "居民委员会", "社区")):
        forms += [f"{stem}社区", f"{stem}居委会", f"{stem}社区居委会", f"{stem}社区居民委员会", f"{stem}居民委员会"]
    return tuple(dict.fromkeys(forms))
