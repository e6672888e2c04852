"""Reading rule packs: dated, cited rows of law from ``rules/*.toml``, refused at the door when anything is wrong."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Literal

from gis.errors import AnjuError
from inspections.deadline import BadDeadlineError, Spec
from inspections.expression import Expression, ExpressionError, parse
from inspections.facts import FACTS, HOUSE_KINDS
from inspections.witness import witness

DEPARTMENTS = frozenset({
    "center", "police", "fire", "housing", "urban", "planning", "market", "health", "emergency", "agri", "town",
    "property",
})  # fmt: skip
SEVERITIES = (1, 2, 3)
NATIONAL = "*"


class RuleFileError(AnjuError):
    """{file} line {line}, rule {code}: {problem}."""


class MissingCitationError(RuleFileError):
    """{file} line {line}, rule {code}: no source is given for {problem}."""


class UnknownNameError(RuleFileError):
    """{file} line {line}, rule {code}: {problem} is neither a fact of its scope nor a threshold."""


class ImpossibleTriggerError(RuleFileError):
    """{file} line {line}, rule {code}: {problem}."""


class OverlapError(RuleFileError):
    """{file} line {line}, rule {code}: valid at the same time and place as another row ({problem})."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number the law or a city sets, with its unit and where it stands."""

    name: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Severity:
    """``level`` where ``when`` holds; ``when`` None holds always."""

    level: int
    when: Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a pack: what is judged, by which text of law, in which places, from when until when.

    ``jurisdiction`` holds prefixes of division codes ("*" is the whole country); ``valid_until`` is the first day
    it is no longer in force, None while it is. ``certainty``: C the text was seen, P probable, U uncertain.
    ``limits`` are the thresholds as plain numbers.
    """

    code: str
    scope: Literal["house", "room"]
    jurisdiction: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    kinds: frozenset[str]
    trigger: Expression
    severities: tuple[Severity, ...]
    thresholds: dict[str, Threshold]
    terms: dict[str, Expression]
    lead: str
    co: tuple[str, ...]
    deadlines: dict[int, Spec]
    certainty: Literal["C", "P", "U"]
    texts: dict[str, str] = field(repr=False)
    file: str
    line: int
    limits: dict[str, float] = field(repr=False)

    def in_force(self, on: date) -> bool:
        """Whether the row is law on that day."""
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)

    def reach(self, county: str) -> int:
        """How exactly the row speaks of ``county``: digits of the prefix, 0 for the nation, -1 for not at all."""
        lengths = [
            0 if place == NATIONAL else len(place)
            for place in self.jurisdiction
            if place == NATIONAL or county.startswith(place)
        ]
        return max(lengths, default=-1)

    def names(self) -> frozenset[str]:
        """Every fact and threshold the row reads."""
        parts = [self.trigger, *self.terms.values(), *(s.when for s in self.severities if s.when)]
        return frozenset().union(*(part.names for part in parts))


@dataclass(frozen=True, slots=True)
class _Row:
    """One raw row and where it stands, so that every complaint can say so."""

    raw: dict[str, Any]
    file: str
    line: int

    def fail(self, problem: str, kind: type[RuleFileError] = RuleFileError) -> RuleFileError:
        return kind(file=self.file, line=self.line, code=self.raw.get("code", "?"), problem=problem)

    def need(self, key: str) -> Any:
        if key not in self.raw:
            raise self.fail(f"{key} is missing")
        return self.raw[key]

    def expression(self, text: str) -> Expression:
        try:
            return parse(text)
        except ExpressionError as error:
            raise self.fail(str(error)) from error


_TEXTS = ("name_zh", "name_en", "basis_zh", "basis_en", "words_zh", "words_en")
_KEYS = {
    "code", "scope", "jurisdiction", "valid_from", "valid_until", "kinds", "trigger", "severity", "thresholds",
    "terms", "lead", "co", "deadline", "certainty", *_TEXTS,
}  # fmt: skip


@cache
def packs() -> tuple[Rule, ...]:
    """Every rule of every pack that comes with the product; raises ``RuleFileError`` if a pack is wrong."""
    texts = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in sorted((files("inspections") / "rules").iterdir(), key=lambda item: item.name)
        if entry.name.endswith(".toml")
    }
    rules = [rule for name, text in texts.items() for rule in read_pack(text, file=name)]
    refuse_overlaps(rules)
    return tuple(rules)


def read_pack(text: str, *, file: str) -> list[Rule]:
    """The rules of one pack's TOML text; a file without ``[pack]`` is none of ours and gives no rules."""
    data = tomllib.loads(text)
    if "pack" not in data:
        return []
    starts = [n for n, line in enumerate(text.splitlines(), start=1) if line.strip() == "[[rule]]"]
    return [_rule(_Row(raw, file, line)) for raw, line in zip(data.get("rule", []), starts, strict=True)]


def refuse_overlaps(rules: Iterable[Rule]) -> None:
    """Raise ``OverlapError`` if two rows of one code are in force at the same time in the same jurisdiction."""
    seen: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        for place in rule.jurisdiction:
            for other in seen.setdefault((rule.code, place), []):
                if _overlap(rule, other):
                    raise OverlapError(
                        file=rule.file, line=rule.line, code=rule.code, problem=f"{other.file} line {other.line}"
                    )
            seen[rule.code, place].append(rule)


def _overlap(one: Rule, other: Rule) -> bool:
    far = date.max
    shared_kinds = not one.kinds or not other.kinds or one.kinds & other.kinds
    in_time = one.valid_from < (other.valid_until or far) and other.valid_from < (one.valid_until or far)
    return bool(shared_kinds) and in_time


def _rule(row: _Row) -> Rule:
    _check_shape(row)
    thresholds = _thresholds(row)
    rule = Rule(
        code=row.need("code"),
        scope=row.need("scope"),
        jurisdiction=tuple(row.need("jurisdiction")),
        valid_from=row.need("valid_from"),
        valid_until=row.raw.get("valid_until"),
        kinds=frozenset(row.raw.get("kinds", ())),
        trigger=row.expression(row.need("trigger")),
        severities=_severities(row),
        thresholds=thresholds,
        terms={name: row.expression(text) for name, text in row.raw.get("terms", {}).items()},
        lead=row.need("lead"),
        co=tuple(row.raw.get("co", ())),
        deadlines=_deadlines(row),
        certainty=row.need("certainty"),
        texts={key: row.need(key) for key in _TEXTS},
        file=row.file,
        line=row.line,
        limits={name: threshold.value for name, threshold in thresholds.items()},
    )
    _check_names(row, rule)
    return rule


def _check_shape(row: _Row) -> None:
    raw = row.raw
    for key in ("basis_zh", "basis_en"):
        if not str(raw.get(key, "")).strip():
            raise row.fail(key, MissingCitationError)
    until = raw.get("valid_until")
    problems = {
        f"unknown entry {', '.join(sorted(set(raw) - _KEYS))}": set(raw) - _KEYS,
        "scope is neither house nor room": row.need("scope") not in {"house", "room"},
        "certainty is not C, P or U": row.need("certainty") not in {"C", "P", "U"},
        "valid_from is not a date": type(row.need("valid_from")) is not date,
        "valid_until does not follow valid_from": until is not None and until <= raw["valid_from"],
        "jurisdiction is empty": not row.need("jurisdiction"),
        "unknown department": not {row.need("lead"), *raw.get("co", ())} <= DEPARTMENTS,
        "unknown house kind": not set(raw.get("kinds", ())) <= set(HOUSE_KINDS),
    }
    for problem, found in problems.items():
        if found:
            raise row.fail(problem)


def _thresholds(row: _Row) -> dict[str, Threshold]:
    found = {}
    for name, raw in row.raw.get("thresholds", {}).items():
        if not str(raw.get("source", "")).strip():
            raise row.fail(name, MissingCitationError)
        if not isinstance(raw.get("value"), int | float) or "unit" not in raw:
            raise row.fail(f"threshold {name} needs a number and a unit")
        if name in FACTS:
            raise row.fail(f"threshold {name} has the name of a fact")
        found[name] = Threshold(name, raw["value"], raw["unit"], raw["source"])
    return found


def _severities(row: _Row) -> tuple[Severity, ...]:
    raw = row.need("severity")
    steps: list[dict[str, Any]] = [{"is": raw}] if isinstance(raw, int) else raw
    found = tuple(Severity(s["is"], row.expression(s["when"]) if "when" in s else None) for s in steps)
    if not found or found[-1].when is not None or any(s.level not in SEVERITIES for s in found):
        raise row.fail("severity must be 1, 2 or 3, and the last step has no condition")
    return found


def _deadlines(row: _Row) -> dict[int, Spec]:
    raw = row.need("deadline")
    by_severity = all(key in {"1", "2", "3"} for key in raw)
    try:
        if by_severity:
            found = {int(key): Spec.read(value) for key, value in raw.items()}
        else:
            found = dict.fromkeys(SEVERITIES, Spec.read(raw))
    except BadDeadlineError as error:
        raise row.fail(str(error)) from error
    if not {step.level for step in _severities(row)} <= set(found):
        raise row.fail("a severity has no deadline")
    return found


def _check_names(row: _Row, rule: Rule) -> None:
    scopes = {"house"} if rule.scope == "house" else {"house", "room"}
    known = {name for name, fact in FACTS.items() if fact.scope in scopes} | set(rule.thresholds)
    for name in sorted(rule.names() - known):
        raise row.fail(name, UnknownNameError)
    for name in sorted(set(rule.thresholds) - rule.names()):
        raise row.fail(f"threshold {name} is never read")
    parts = [rule.trigger, *rule.terms.values(), *(s.when for s in rule.severities if s.when)]
    for part in parts:
        for name, word in part.constants_against():
            if name in FACTS and word not in FACTS[name].values:
                raise row.fail(f"{name} is never {word!r}")
    _check_words(row, rule)
    _check_possible(row, rule)


def _check_possible(row: _Row, rule: Rule) -> None:
    """Refuse a trigger that no house or every house fulfils, and a step of severity that is never reached."""
    for truth, problem in ((True, "no facts can fulfil its trigger"), (False, "every house fulfils its trigger")):
        if witness([(rule.trigger, truth)], rule.limits) is None:
            raise row.fail(problem, ImpossibleTriggerError)
    before: list[tuple[Expression, bool]] = [(rule.trigger, True)]
    for place, step in enumerate(rule.severities, start=1):
        wanted = before if step.when is None else [*before, (step.when, True)]
        if witness(wanted, rule.limits) is None:
            raise row.fail(f"its {place}. step of severity is never reached", ImpossibleTriggerError)
        before = before if step.when is None else [*before, (step.when, False)]


def _check_words(row: _Row, rule: Rule) -> None:
    known = rule.names() | set(rule.terms)
    for key in ("words_zh", "words_en"):
        fields = {name for _, name, _, _ in Formatter().parse(rule.texts[key]) if name is not None}
        if fields - known:
            raise row.fail(f"{key} names {', '.join(sorted(fields - known))}, which the rule does not read")
