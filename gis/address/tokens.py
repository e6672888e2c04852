"""Cuts the tail of an address into tokens: numbers with their units, words up to their suffix, landmarks, chatter."""

import re

from gis.address import lexicon as lex

_UNIT_NUMERAL = rf"(?!(?<![路街道巷弄村线])一号(?!楼|院))第?{lex.NUMERAL}(?={lex.HOUSE_UNIT}|号|{lex.CELL_UNIT}|楼|层|室|弄|[村小]*组(?!团)|队|期)"
_UNIT_LETTER = rf"(?:{lex.LETTERED})(?=座|幢|栋|号楼|单元|梯)|(?<![A-Za-z])[A-Za-z](?=楼)"
_AND = rf"(?<=[路街道巷弄线])[与和及](?=[一-龥]{{1,6}}(?:{lex.ROAD}))"
_STOP = (
    rf"\d(?!\d{{0,2}}号?(?:路|大街|街))|[{lex.GAP}]|{_UNIT_NUMERAL}|{_UNIT_LETTER}|(?<![A-Za-z])[A-Za-z]{{1,2}}\d|[A-Za-z](?=-|$)|{_AND}"
    rf"|[东南西北]区(?![一-龥])|(?:[东南西北]|负|地下)(?=\d+(?:号楼|[幢栋座楼层]))|[东南西北](?=\d+号)|{lex.BESIDE}|{lex.CHATTER}"
)
_PIECE = r"(?:[A-Za-z]{0,2}\d+[A-Za-z]?|[A-Za-z](?![A-Za-z]))"

TOKEN = re.compile(
    rf"""
      (?P<phone>1[3-9]\d{{9}}(?!\d)|0\d{{2,3}}-?\d{{7,8}}(?!\d))
    | (?P<chatter>{lex.CHATTER})
    | (?P<assist>(?:往|向|以)?[东南西北]{{0,2}}侧?(?:\d+|{lex.NUMERAL})米处?|{lex.BESIDE}|{_AND})
    | (?P<gap>[{lex.GAP}]+|一(?=\d))
    | (?P<segment>[东南西北中后][一二三四]?段)
    | (?P<level>(?:负|地下)?(?:\d{{1,3}}|{lex.NUMERAL})(?:[楼层](?![梯下上])|[Ff](?![A-Za-z])))
    | (?P<alpha>[A-Za-z]楼)
    | (?:(?P<range>{_PIECE}(?:[-,/]+{_PIECE})+)|第?(?:[东南西北](?=\d+(?:号楼|[幢栋座楼])))?{lex.ARABIC}|{_UNIT_NUMERAL}|{_UNIT_LETTER})
      (?:
          (?P<street>号?(?:大街|路|国道|省道|县道|乡道|大道|街|巷|线))
        | (?P<lane>支?弄)
        | (?P<house>{lex.HOUSE_UNIT}|排)
        | (?P<gate>号门(?:口|卫)?)
        | (?P<no>号)
        | (?P<cell>单元|单无|梯)
        | (?P<group>村民小组|小组|组(?!团)|队)
        | (?P<floor>{lex.FLOOR_UNIT})
        | (?P<room>{lex.ROOM_UNIT})
        | (?P<zone>区|期|组团)
        | (?P<bare>)
      )
    | (?P<suffix>第?[一二三四五六七八九十]+[区期]|(?:{lex.SUBZONE}))(?![一-龥])
    | (?P<devzone>(?:(?!镇|街道|路)[一-龥]){{0,6}}?(?:{lex.ZONE}))
    | (?!{_STOP})[一-龥A-Za-z](?:(?!{_STOP})[一-龥A-Za-z])*?
      (?:
          (?P<town>(?<=[一-龥])(?:{lex.TOWN}))
        | (?P<estate>{lex.ESTATE})
        | (?P<village>{lex.COMMUNITY})
        | (?P<market>{lex.MARKET})
        | (?P<place>{lex.PLACE})
        | (?P<road>(?<=[一-龥])(?:{lex.ROAD}))
        | (?P<namedgroup>村民小组|组(?=\d|$))
        | (?P<word>(?={_STOP}|$))
      )
    | (?P<odd>.)
    """,
    re.VERBOSE | re.DOTALL,
)
