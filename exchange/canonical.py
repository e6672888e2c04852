"""An address under the full name of the village it is filed under, so that every writing of it begins alike."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from gis.address import names
from gis.address.fold import fold
from gis.division import short_name, stem_of, town_of
from gis.gazetteer import Ambiguous, Found, NotFound

Find = Callable[[str], Found | Ambiguous | NotFound]
_COUNTY_WORD = re.compile(r"[市县区]$")
_BREAK = re.compile(r"[\s,.;:、，。；]*")


class _Path(NamedTuple):
    """``text`` is the full name of a village, ``above`` matches what people write of it before the village."""

    text: str
    above: re.Pattern[str]


class Canonical:
    """Writes the addresses of one county; ``official`` leads from codes to names, ``find`` tells a text's village."""

    def __init__(self, county: str, official: Mapping[str, str], find: Find) -> None:
        self._county, self._official, self._find = county, official, find
        self._paths: dict[str, _Path] = {}

    def write(self, text: str, village: str) -> str:
        """The text with the names of province, city, county, town and village before it, each once.

        A text that names another village, or says something else before its village, stays as it is.
        """
        if village not in self._official:
            return text
        path = self._path(village)
        if text.startswith(path.text):
            return text
        plain = fold(text)
        answer = self._find(text)
        if isinstance(answer, Found):
            if answer.division.code != village:
                return text
            return self._cut(text, plain, path, before=answer.end - len(answer.matched), end=answer.end)
        if isinstance(answer, Ambiguous) and any(one.code == village for one in answer.candidates):
            before = "".join(plain.split()).find(answer.matched)
            if before >= 0:
                return self._cut(text, plain, path, before=before, end=before + len(answer.matched))
        return path.text + text[_end(path.above, plain) :].lstrip()

    def _cut(self, text: str, plain: str, path: _Path, *, before: int, end: int) -> str:
        """The path and what stands behind the village's name; both places count characters that are no spaces."""
        head = plain[: _place(plain, before)]
        if _end(path.above, head) < len(head.rstrip()):
            return text
        rest = text[_place(plain, end) :]
        return path.text + rest[_BREAK.match(rest).end() :]  # type: ignore[union-attr]  # it matches nothing, too

    def _path(self, village: str) -> _Path:
        held = self._paths.get(village)
        if held is None:
            held = self._paths[village] = self._made(village)
        return held

    def _made(self, village: str) -> _Path:
        town = self._official.get(town_of(village), "")
        county = self._official.get(self._county) or names.official(self._county) or ""
        upper = [names.official(self._county[:2]) or "", names.official(self._county[:4]) or ""]
        chain = [*upper, county, short_name(town)]
        said = {
            *chain,
            _COUNTY_WORD.sub("", county),
            town,
            *(names.stem(one, n) for one, n in zip(upper, (2, 4), strict=True)),
        }
        if town:
            said |= {f"{stem_of(town)}{kind}" for kind in ("镇", "街道", "乡")}
        words = sorted((fold(one) for one in said if len(one) > 1), key=len, reverse=True)
        above = re.compile(rf"(?:[\s,、]*(?:{'|'.join(map(re.escape, words))}))*[\s,、]*" if words else "")
        return _Path("".join(dict.fromkeys(chain)) + short_name(self._official[village]), above)


def _end(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return found.end() if found else 0


def _place(text: str, count: int) -> int:
    """Where the character with this many before it stands, spaces not counted."""
    for place, char in enumerate(text):
        if count == 0:
            return place
        count -= not char.isspace()
    return len(text)
