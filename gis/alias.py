"""Other numbers that one address goes by, by scheme: what each must look like. Pure; none of them is ever computed.

| scheme | shape | after |
|---|---|---|
| JGJ246 | 22 digits and a check character | JGJ/T 246-2012, as drafted; its check table is not public and not checked |
| BDCDY28 | 28 characters: 12 digits, 2 letters of land, 5 digits, a letter of buildings, 8 digits | GB/T 37346-2019 |
| SZ25 | 25 digits | Shenzhen's house code |
| GA_ADDR | 4 to 40 letters, digits and hyphens | the police's standard addresses; no length is published |
| METER_ELEC, METER_WATER | 4 to 20 digits, letters, hyphens | the meter's account |
| LEASE_FILING, REGISTER | 1 to 60 characters | whatever the office prints |
| DOORPLATE, TEXT | 1 to 200 characters | whatever hangs at the door, whatever people write |
"""

import re
import unicodedata
from enum import StrEnum

from gis.errors import AnjuError


class Scheme(StrEnum):
    """Who gave the number."""

    DOORPLATE = "DOORPLATE"
    JGJ246 = "JGJ246"
    BDCDY28 = "BDCDY28"
    GA_ADDR = "GA_ADDR"
    SZ25 = "SZ25"
    METER_ELEC = "METER_ELEC"
    METER_WATER = "METER_WATER"
    LEASE_FILING = "LEASE_FILING"
    REGISTER = "REGISTER"
    TEXT = "TEXT"


class UnknownSchemeError(AnjuError):
    """There is no scheme {scheme!r}; known are {known}."""


class AliasShapeError(AnjuError):
    """A number of scheme {scheme} {wanted}; {value!r} ({length} characters) does not fit."""


_CODED = re.compile(r"[\s\-_.·,/~\u2010-\u2015\u2212]+")
_SHAPES: dict[Scheme, tuple[re.Pattern[str], str]] = {
    Scheme.JGJ246: (re.compile(r"[0-9]{22}[0-9X]"), "has 22 digits and a check character"),
    Scheme.BDCDY28: (
        re.compile(r"[0-9]{12}[A-Z]{2}[0-9]{5}[A-Z][0-9]{8}"),
        "has 28 characters: 12 digits, 2 letters, 5 digits, a letter, 8 digits",
    ),
    Scheme.SZ25: (re.compile(r"[0-9]{25}"), "has 25 digits"),
    Scheme.GA_ADDR: (re.compile(r"[0-9A-Z]{4,40}"), "has 4 to 40 letters and digits"),
    Scheme.METER_ELEC: (re.compile(r"[0-9A-Z-]{4,20}"), "has 4 to 20 digits, letters or hyphens"),
    Scheme.METER_WATER: (re.compile(r"[0-9A-Z-]{4,20}"), "has 4 to 20 digits, letters or hyphens"),
    Scheme.LEASE_FILING: (re.compile(r".{1,60}"), "has 1 to 60 characters"),
    Scheme.REGISTER: (re.compile(r".{1,60}"), "has 1 to 60 characters"),
    Scheme.DOORPLATE: (re.compile(r".{1,200}"), "has 1 to 200 characters"),
    Scheme.TEXT: (re.compile(r".{1,200}"), "has 1 to 200 characters"),
}
_GROUPED = frozenset({Scheme.JGJ246, Scheme.BDCDY28, Scheme.SZ25, Scheme.GA_ADDR})
_FREE = frozenset({Scheme.LEASE_FILING, Scheme.REGISTER, Scheme.DOORPLATE, Scheme.TEXT})


def scheme_of(name: str) -> Scheme:
    """The scheme of that name; raises ``UnknownSchemeError``."""
    try:
        return Scheme(name.strip().upper())
    except ValueError:
        raise UnknownSchemeError(scheme=name, known=", ".join(Scheme)) from None


def canonical(scheme: str, value: str) -> str:
    """The number as it is stored: full-width folded, blanks trimmed, codes without separators and in capitals.

    Raises ``UnknownSchemeError``, or ``AliasShapeError`` for a number that cannot be one of that scheme.
    """
    kind = scheme_of(scheme)
    plain = " ".join(unicodedata.normalize("NFKC", value).split())
    if kind not in _FREE:
        plain = plain.upper()
    if kind in _GROUPED:
        plain = _CODED.sub("", plain)
    shape, wanted = _SHAPES[kind]
    if not shape.fullmatch(plain) or not plain.isprintable():
        raise AliasShapeError(scheme=kind.value, wanted=wanted, value=value[:80], length=len(plain))
    return plain
