"""One character for another: every width, dash, bracket and traditional form to the plain one, places kept."""

import re
import unicodedata
from importlib.resources import files

_PLANE = 0x10000
_SAME_AS = {
    "-": "‐‑‒–—―−﹣－-~〜～﹘⸺⸻─━ー_＿﹏",
    "(": "（[［【〔〖{｛<＜《〈「『﹙⦅",
    ")": "）]］】〕〗}｝>＞》〉」』﹚⦆",
    ",": "，、､﹐﹑",
    ".": "。．｡",
    '"': "“”„‟〝〞＂",
    "'": "‘’‚‛＇`´",
    "#": "＃№﹟♯",
    "·": "•・･‧∙⋅●",
    "/": "／∕⁄＼\\",
    "〇": "○◯",
    "号": "號呺",
}
_RUNS_OF_DIGITS = ("①", "⑴", "⒈", "❶", "➀", "➊", "⓵", "Ⅰ", "ⅰ")
_RUNS_OF_NUMERALS = ("㈠", "㊀")


def _plain(char: str) -> str:
    if char.isspace() or unicodedata.category(char) in ("Cc", "Cf", "Zs", "Zl", "Zp"):
        return " "
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 and plain < "\U00010000" and not plain.isspace() else char


def _table() -> list[int]:
    table = [ord(_plain(chr(place))) for place in range(_PLANE)]
    for pair in files("gis").joinpath("data/traditional.txt").read_text(encoding="utf-8").split():
        table[ord(pair[0])] = ord(pair[1])
    for plain, odd in _SAME_AS.items():
        for char in odd:
            table[ord(char)] = ord(plain)
    for runs, digits in ((_RUNS_OF_DIGITS, "123456789"), (_RUNS_OF_NUMERALS, "一二三四五六七八九十")):
        for first in runs:
            table[ord(first) : ord(first) + len(digits)] = map(ord, digits)
    return [table[table[table[place]]] for place in range(_PLANE)]


_TABLE = _table()
_ODD = re.compile(f"[{''.join(re.escape(chr(place)) for place in range(_PLANE) if _TABLE[place] != place)}]")


def fold(text: str) -> str:
    """Return a text of the same length in plain characters; what was at an offset is there still.

    Full-width, circled and bracketed characters become plain ones, every dash and tilde ``-``, every bracket ``(``
    or ``)``, ``，、`` a comma, ``。`` a full stop, line ends and invisible marks a space, ``№`` ``#``, Roman numerals
    up to nine a digit, ``○`` ``〇``, traditional characters simplified ones. Letters keep their case, Chinese numerals
    stay. Folding twice changes nothing. A second or so per million addresses.
    """
    return text.translate(_TABLE) if _ODD.search(text) else text
