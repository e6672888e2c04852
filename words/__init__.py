"""The catalogue: every string a person sees, Chinese first, English beside it.

One TOML file a section and language; the file's name is the first part of the key, so
``say("inbox.accept")`` reads ``accept`` from ``words/zh/inbox.toml``.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("zh", "en")
DEFAULT = "zh"


class MissingWordError(KeyError):
    """A key that the catalogue does not hold in the language asked for."""


@cache
def catalogue(lang: str) -> dict[str, str]:
    """All strings of one language, keyed by dotted path; raises ``MissingWordError`` for a language not held."""
    if lang not in LANGUAGES:
        raise MissingWordError(lang)
    found: dict[str, str] = {}
    for entry in sorted((files(__name__) / lang).iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            section = entry.name.removesuffix(".toml")
            _flatten(section, tomllib.loads(entry.read_text(encoding="utf-8")), into=found)
    return found


def _flatten(prefix: str, node: dict[str, Any], *, into: dict[str, str]) -> None:
    for key, value in node.items():
        path = f"{prefix}.{key}"
        if isinstance(value, dict):
            _flatten(path, value, into=into)
        else:
            into[path] = str(value)


class Term(str):
    """A code the catalogue has words for: the code to the program, said in the reader's language to a person."""

    __slots__ = ("key",)
    key: str

    def __new__(cls, code: str, section: str) -> "Term":
        """The code whose words stand under ``section.code``."""
        term = super().__new__(cls, code)
        term.key = f"{section}.{code}"
        return term


def say(key: str, lang: str = DEFAULT, /, **fields: Any) -> str:
    """The string under ``key``, with ``{fields}`` filled in; raises ``MissingWordError`` when there is none."""
    try:
        template = catalogue(lang)[key]
    except KeyError:
        raise MissingWordError(f"{lang}:{key}") from None
    return template.format(**fields) if fields else template


def say_hazard(code: str, lang: str = DEFAULT, /) -> str:
    """A hazard's name; another system's own word, or the code itself, where no catalogue names it."""
    return catalogue(lang).get(f"hazard.name.{code}", code.removeprefix("X:"))


def say_error(error: Exception, lang: str = DEFAULT, /) -> str:
    """The message of a domain error in the reader's language; falls back to the error's own English text."""
    template = catalogue(lang).get(f"error.{type(error).__name__}")
    fields = getattr(error, "fields", {})
    if template is None:
        return str(error)
    said = {name: say(value.key, lang) if isinstance(value, Term) else value for name, value in fields.items()}
    try:
        return template.format(**said)
    except (KeyError, IndexError):
        return template
