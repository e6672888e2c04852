"""The catalogue is whole: both languages hold the same keys, and every key the code asks for is there."""

import ast
import importlib
import string
from pathlib import Path

import pytest

from gis.errors import AnjuError
from words import LANGUAGES, MissingWordError, catalogue, say

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("gis", "inspections", "layers", "exchange", "actions", "api", "ui", "demo")


def asked() -> set[tuple[str, str]]:
    """Every literal key handed to ``say``, with the file that asks."""
    found = set()
    for path in [p for room in ROOMS for p in (ROOT / room).rglob("*.py")] + [ROOT / "cli.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name in {"say", "marked"}:
                key = node.args[0] if node.args else None
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    found.add((key.value, path.name))
    return found


def test_both_languages_hold_the_same_keys() -> None:
    first, *others = (set(catalogue(lang)) for lang in LANGUAGES)
    for other in others:
        assert first ^ other == set()


def test_every_key_the_code_asks_for_is_there() -> None:
    missing = {f"{key} ({file})" for key, file in asked() if key not in catalogue("zh")}
    assert missing == set()
    assert len(asked()) > 100


def test_both_languages_name_the_same_fields() -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    english = catalogue("en")
    odd = {key for key, text in catalogue("zh").items() if fields(text) != fields(english[key])}
    assert odd == set()


def test_no_string_is_empty_or_left_in_the_other_language() -> None:
    assert {key for lang in LANGUAGES for key, text in catalogue(lang).items() if not text.strip()} == set()
    chinese_in_english = {
        key for key, text in catalogue("en").items() if sum("一" <= char <= "鿿" for char in text) > len(text) // 2
    }
    assert chinese_in_english <= {"nav.language", "sign_in.other_language"}


def test_an_unknown_key_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(MissingWordError):
        say("nowhere.nothing")


def every_error() -> list[type[AnjuError]]:
    """Every error of the product, found by importing every module of every room."""
    for room in ("gis", "inspections", "db", "layers", "exchange", "actions", "api", "demo"):
        for path in sorted((ROOT / room).rglob("*.py")):
            dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            if "migrations" not in dotted and not dotted.endswith("__init__"):
                importlib.import_module(dotted)
    found, waiting = [], [AnjuError]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            if not kind.__module__.startswith("tests"):
                waiting.append(kind)
                found.append(kind)
    return found


def test_every_error_speaks_both_languages() -> None:
    silent = {
        f"{kind.__module__}.{kind.__name__} ({lang})"
        for kind in every_error()
        for lang in LANGUAGES
        if f"error.{kind.__name__}" not in catalogue(lang) and kind.__subclasses__() == []
    }
    assert silent == set()
