"""The two parts of ``docs/rules.md`` that are drawn from the code: the table of hazards and the diagram of states."""

import re
from collections.abc import Sequence

from inspections.rule_file import NATIONAL, Rule, packs
from inspections.ticket import as_mermaid

PLACES = {NATIONAL: "national", "32": "Jiangsu", "3205": "Suzhou", "33": "Zhejiang", "3302": "Ningbo", "31": "Shanghai"}
"""What the page calls a jurisdiction; one not named here stands as its code."""

_TABLE = re.compile(r"\| code \| hazard \|.*?\n(?=\n)", re.DOTALL)
_DIAGRAM = re.compile(r"```mermaid\n.*?\n```", re.DOTALL)


def hazard_table(rules: Sequence[Rule] | None = None) -> str:
    """Every hazard as a Markdown row, with where a row of law speaks of it and how certain its text is."""
    found: dict[str, dict[str, set[str]]] = {}
    names: dict[str, str] = {}
    for rule in packs() if rules is None else rules:
        names.setdefault(rule.code, rule.texts["name_en"])
        for place in rule.jurisdiction:
            found.setdefault(rule.code, {}).setdefault(place, set()).add(rule.certainty)
    rows = ["| code | hazard | packs, with how certain their text is |", "|---|---|---|"]
    rows += [f"| {code} | {_lower(names[code])} | {_said(found[code])} |" for code in sorted(found)]
    return "\n".join(rows) + "\n"


def redraw(page: str) -> str:
    """The page with both parts drawn anew."""
    page = _TABLE.sub(lambda _: hazard_table(), page, count=1)
    return _DIAGRAM.sub(lambda _: f"```mermaid\n{as_mermaid()}\n```", page, count=1)


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _said(places: dict[str, set[str]]) -> str:
    order = list(PLACES)
    listed = sorted(places, key=lambda place: (order.index(place) if place in order else len(order), place))
    return ", ".join(f"{PLACES.get(place, place)} {'/'.join(sorted(places[place]))}" for place in listed)
