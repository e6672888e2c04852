"""The page on rules names every code, state and event, and every word and error of this room is in the catalogue."""

import importlib
import pkgutil
import re
import tomllib
from pathlib import Path

import pytest

import inspections
from gis.errors import AnjuError
from inspections.law_page import redraw
from inspections.rule_file import DEPARTMENTS
from inspections.rules import rule_codes
from inspections.ticket import Event, State, as_mermaid
from words import catalogue, say, say_error

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
SECTIONS = ("inspections", "ticket", "hazard", "facts", "risk", "kpi")


def _errors():
    for module in pkgutil.iter_modules(inspections.__path__):
        for thing in vars(importlib.import_module(f"inspections.{module.name}")).values():
            if isinstance(thing, type) and issubclass(thing, AnjuError) and thing.__module__.startswith("inspections"):
                yield thing


@pytest.mark.parametrize("name", [*rule_codes(), *State, *Event])
def test_the_page_names_every_code_state_and_event(name):
    table = PAGE.split("```mermaid")[0]
    assert re.search(rf"\b{name}\b", table)


def test_the_diagram_on_the_page_is_the_one_the_table_draws():
    assert as_mermaid() in PAGE


def test_the_page_is_as_the_command_draws_it():
    assert redraw(PAGE) == PAGE
    assert redraw(PAGE.replace("| GR01 |", "| XX01 |").replace("CLOSED --> [*]", "")) == PAGE


def test_every_rule_file_is_named_on_the_page():
    for path in (ROOT / "inspections" / "rules").glob("*.toml"):
        assert re.sub(r"\d{4}", "YYYY", path.name) in PAGE


@pytest.mark.parametrize("section", SECTIONS)
def test_both_languages_say_the_same_things(section):
    zh, en = (tomllib.loads((ROOT / "words" / lang / f"{section}.toml").read_text("utf-8")) for lang in ("zh", "en"))
    assert _paths(zh) == _paths(en)


@pytest.mark.parametrize("section", SECTIONS)
def test_both_languages_fill_in_the_same_blanks(section):
    zh, en = catalogue("zh"), catalogue("en")
    for key in (key for key in zh if key.startswith(f"{section}.")):
        assert set(re.findall(r"{(\w+)}", zh[key])) >= set(re.findall(r"{(\w+)}", en[key])), key


def _paths(node, prefix=""):
    if not isinstance(node, dict):
        return {prefix}
    return set().union(*(_paths(value, f"{prefix}.{key}") for key, value in node.items()))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("error", sorted(set(_errors()), key=lambda e: e.__name__))
def test_every_error_of_the_domain_speaks_both_languages(error, lang):
    fields = {name: "X" for name in re.findall(r"{(\w+)}", error.__doc__.splitlines()[0])}
    told = say_error(error(**fields), lang)
    assert f"error.{error.__name__}" in catalogue(lang)
    assert "{" not in told


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_hazard_and_department_has_its_name(lang):
    assert all(say(f"hazard.name.{code}", lang) for code in rule_codes())
    assert all(say(f"ticket.department.{code}", lang) for code in DEPARTMENTS)
