"""Cuts the tail of an address into tokens: numbers with their units, words up to their suffix, landmarks, chatter."""

import re

from gis.address import lexicon as lex

_ATOM = re.compile(
    r"(?P<around>\(\?<?[=!])|(?P<open>\((?:\?:|\?P<\w+>)?)|(?P<close>\))|(?P<bar>\|)|(?P<one>\[[^\]]*\]|\\.|\{[^}]*\}|.)"
)


def beginnings(pattern: str) -> frozenset[str]:
    """Return the Chinese characters that a match of a lexicon's pattern can begin with (a few more do no harm)."""
    found: set[str] = set()
    opened: list[bool] = [True]
    place, fresh = 0, True
    while place < len(pattern):
        atom = _ATOM.match(pattern, place)
        kind, end = (atom.lastgroup, atom.end()) if atom else ("one", place + 1)
        if kind == "around":
            end = _closing(pattern, place)
        elif kind == "open":
            opened.append(fresh)
        elif kind == "bar":
            fresh = opened[-1]
        else:
            optional = pattern.startswith(("?", "*", "{0"), end)
            if kind == "close":
                fresh = opened.pop() and optional
            else:
                found |= set(pattern[place:end]) if fresh else set()
                fresh = fresh and (optional or pattern[place:end] in "?*")
        place = end
    return frozenset(char for char in found if "一" <= char <= "龥" or char == "〇")


def _closing(pattern: str, place: int) -> int:
    depth = 0
    for here in range(place, len(pattern)):
        depth += {"(": 1, ")": -1}.get(pattern[here], 0)
        if depth == 0:
            return here + 1
    return len(pattern)


_UNIT_NUMERAL = (
    rf"(?!一(?<![路街道巷弄村线栋幢座元]一)号(?!楼|院))第?{lex.NUMERAL}"
    rf"(?={lex.HOUSE_UNIT}|号|{lex.CELL_UNIT}|楼|层|室|弄|[村小]*组(?!团)|队|期)"
)
_UNIT_LETTER = rf"(?:{lex.LETTERED})(?=座|幢|栋|号楼|单元|梯)|(?<![A-Za-z])[A-Za-z](?=楼)"
_AND = rf"(?<=[路街道巷弄线 ])(?<!街道)(?<!街道 )[与和及](?=[ ]*[一-龥]{{1,6}}(?:{lex.ROAD}))"
_METRES = rf"(?:往|向|以)?[东南西北]{{0,2}}侧?(?:\d+|{lex.NUMERAL})米处?"
_STOP = (
    rf"\d(?!\d{{0,2}}号?(?:路|大街|街)|\d{{0,3}}(?:{lex.NUMBERED_PLACE}))|[{lex.GAP}]|{_UNIT_NUMERAL}|{_UNIT_LETTER}|(?<![A-Za-z])[A-Za-z]{{1,2}}\d|(?<![A-Za-z])[A-Za-z](?=-|$)|{_AND}"
    rf"|[东南西北]区(?![一-龥])|(?:[东南西北]|负|地下)(?=\d+(?:号楼|[幢栋座楼层]))|[东南西北](?=\d+[号米])|{lex.BESIDE}|{lex.CHATTER}"
)
_PIECE = r"(?:[A-Za-z]{0,2}\d+[A-Za-z]?|[A-Za-z](?![A-Za-z]))"
_GROUP = r"村民小?组|组(?=\d|$)"
_BEFORE_NUMBER = "负地下第东南西北"

_SUFFIXES = "|".join((lex.TOWN, lex.ESTATE, lex.COMMUNITY, lex.MARKET, lex.ZONE, lex.PLACE, lex.ROAD, _GROUP))
_STOPPING = "".join(sorted(beginnings(_STOP)))
_ENDING = "".join(sorted(beginnings(_SUFFIXES)))
_DULL = rf"[^{_STOPPING}{_ENDING}\x00-\u4dff\u9fa6-\U0010ffff]"
_LETTER = rf"(?:[^{_STOPPING}\x00-\u4dff\u9fa6-\U0010ffff]|(?!{_STOP})[{_STOPPING}A-Za-z])"
"""What asks least comes first: one look into a set decides for nearly every character."""


def _first(pattern: str) -> str:
    """What a long list of words can begin with, as a set: most lists need not be walked."""
    return "[" + "".join(sorted(beginnings(pattern))) + r"\d]"


TOKEN = re.compile(
    rf"""
      (?=[\dA-Za-z{_BEFORE_NUMBER}{"".join(sorted(beginnings(lex.NUMERAL + "|" + lex.LETTERED)))}])
      (?:
          (?P<level>(?:负|地下)?(?:\d{{1,3}}|{lex.NUMERAL})(?:[楼层](?![梯下上])|[Ff](?![A-Za-z])))
        | (?P<alpha>[A-Za-z]楼)
        | (?P<metres>{_METRES})
        | (?P<one>一(?=\d))
        | (?:
              (?P<range>{_PIECE}(?:[-,/]+{_PIECE})+)
            | 第?(?:[东南西北](?=\d+(?:号楼|[幢栋座楼])))?{lex.ARABIC}
            | {_UNIT_NUMERAL}
            | {_UNIT_LETTER}
          )
          (?:
              (?P<no>号(?!路|大街|楼|院|{lex.NUMBERED_ROOM}|门(?!口|卫))(?:之[\d一二三四五六七八九十]+|[甲乙丙丁](?![一-龥]))?)
            | (?P<house>{lex.HOUSE_UNIT}|排)
            | (?P<cell>单元|单无|梯|门(?![一-龥]))
            | (?P<room>{lex.ROOM_UNIT})
            | (?P<street>号?(?:大街|路|国道|省道|县道|乡道|大道|街|巷|线))
            | (?P<lane>支?弄)
            | (?P<gate>号(?:门|{lex.NUMBERED_ROOM}))
            | (?P<group>村民小组|小组|组(?!团)|队)
            | (?P<floor>{lex.FLOOR_UNIT})
            | (?P<zone>区|期|组团)
            | (?P<bare>)
          )
      )
    | (?P<gap>[{lex.GAP}]+)
    | (?=[{_STOPPING}{"".join(sorted(beginnings(lex.NUMERAL)))}])
      (?:
          (?P<chatter>{lex.CHATTER})
        | (?P<assist>{_METRES}|{lex.BESIDE}|{_AND})
        | (?P<segment>[东南西北中后][一二三四]?段)
        | (?P<suffix>第?[一二三四五六七八九十]+[区期]|(?:{lex.SUBZONE}))(?![一-龥])
      )
    | (?:{_DULL}++|{_LETTER})+?
      (?:
          (?=[{_ENDING}\d])
          (?:
              (?P<town>{lex.TOWN})
            | (?={_first(lex.ESTATE)})(?P<estate>{lex.ESTATE})
            | (?P<village>{lex.COMMUNITY})
            | (?={_first(lex.MARKET + "|" + lex.ZONE)})(?P<market>{lex.MARKET}|{lex.ZONE})
            | (?={_first(lex.PLACE)})(?P<place>{lex.PLACE})
            | (?P<road>{lex.ROAD})
            | (?P<namedgroup>{_GROUP})
          )
        | (?P<word>(?=[{_STOPPING}\x00-\u4dff\u9fa6-\U0010ffff])(?={_STOP})|$)
      )
    | (?P<odd>.)
    """,
    re.VERBOSE | re.DOTALL,
)
