"""The words of ``vocabulary.toml``, folded and turned round: what is written -> what it means."""

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

from words import LANGUAGES, catalogue

CODED_FIELDS = ("house_kind", "let_status", "use", "structure", "id_type")
_SPACES = re.compile(r"\s+")


@cache
def vocabulary() -> dict[str, Any]:
    """The file as it stands."""
    return tomllib.loads((files("exchange") / "vocabulary.toml").read_text(encoding="utf-8"))


def fold(text: str) -> str:
    """The form in which words are compared: NFKC, no spaces, lower case."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).lower()


@cache
def codes(field: str) -> dict[str, str]:
    """Folded word -> code, for one of ``CODED_FIELDS``; the words we write ourselves are read as well."""
    found = {fold(word): code for code, spellings in vocabulary()[field].items() for word in spellings}
    prefix = f"exchange.value.{field}."
    for lang in LANGUAGES:
        spoken = {key: word for key, word in catalogue(lang).items() if key.startswith(prefix)}
        found |= {fold(word): key.removeprefix(prefix) for key, word in spoken.items()}
    return found


@cache
def words(name: str) -> frozenset[str]:
    """One of the flat lists, folded."""
    return frozenset(fold(word) for word in vocabulary()[name])
