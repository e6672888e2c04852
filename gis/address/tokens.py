"""Cuts the tail of an address into tokens: numbers with their units, words up to their suffix, landmarks, chatter."""

import re

from gis.address import lexicon as lex

_UNIT_NUMERAL = rf"第?{lex.NUMERAL}(?={lex.HOUSE_UNIT}|号|{lex.CELL_UNIT}|楼|层|室|弄|[村小]*组|队|期)"
_UNIT_LETTER = rf"(?:{lex.LETTERED})(?=座|幢|栋|号楼|单元|梯)|[A-Za-z]+(?=区|楼)"
_END = r"(?![A-Za-z\d])"
_STOP = (
    rf"[\d{lex.GAP}]|{_UNIT_NUMERAL}|{_UNIT_LETTER}|[A-Za-z]{{1,2}}\d|[A-Za-z](?=-|$)|[与和](?=[一-龥]{{1,6}}(?:{lex.ROAD}))"
    rf"|{lex.BESIDE}|{lex.CHATTER}"
)

TOKEN = re.compile(
    rf"""
      (?P<phone>1[3-9]\d{{9}}(?!\d)|0\d{{2,3}}-?\d{{7,8}}(?!\d))
    | (?P<chatter>{lex.CHATTER})
    | (?P<assist>(?:往|向|以)?[东南西北]{{0,2}}侧?(?:\d+|{lex.NUMERAL})米处?|{lex.BESIDE}|[与和](?=[一-龥]{{1,6}}(?:{lex.ROAD})))
    | (?P<gap>[{lex.GAP}]+|一(?=\d))
    | (?:(?P<range>\d+[A-Za-z]?(?:[-,/]+[A-Za-z]?\d+[A-Za-z]?)+)|第?{lex.ARABIC}|{_UNIT_NUMERAL}|{_UNIT_LETTER})
      (?:
          (?P<street>号?(?:大街|路|国道|省道|县道|乡道|大道|街|巷|线))
        | (?P<lane>支?弄)
        | (?P<house>{lex.HOUSE_UNIT}|排)
        | (?P<gate>号门(?:口|卫)?)
        | (?P<no>号)
        | (?P<cell>单元|单无|梯)
        | (?P<group>村民小组|小组|组|队)
        | (?P<floor>{lex.FLOOR_UNIT})
        | (?P<room>{lex.ROOM_UNIT})
        | (?P<zone>区|期)
        | (?P<bare>)
      )
    | (?P<suffix>第?[一二三四五六七八九十]+[区期]|(?:{lex.SUBZONE}))(?![一-龥])
    | (?:(?!{_STOP})[一-龥A-Za-z])+?
      (?:
          (?P<town>{lex.TOWN})
        | (?P<estate>{lex.ESTATE})
        | (?P<village>{lex.COMMUNITY})
        | (?P<devzone>{lex.ZONE})
        | (?P<market>{lex.MARKET})
        | (?P<place>{lex.PLACE})
        | (?P<road>{lex.ROAD})
        | (?P<namedgroup>村民小组|组(?=\d|$))
        | (?P<word>(?={_STOP}|$))
      )
    | (?P<odd>.)
    """,
    re.VERBOSE | re.DOTALL,
)
