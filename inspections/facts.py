"""The dictionary of named facts: what a visit may measure and a rule may read. Nothing else is a fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gis.errors import AnjuError

HOUSE_KINDS = ("self_built", "apartment", "dormitory", "mixed_use", "converted", "other")
LET_STATUSES = ("let", "vacant", "self_use", "unknown")
ROOM_KINDS = (
    "bedroom", "living", "kitchen", "bathroom", "balcony", "corridor", "garage", "storage", "basement",
    "partition", "shop", "workshop",
)  # fmt: skip
BUSINESS_USES = ("none", "shop", "restaurant", "storage", "production")
DANGER_GRADES = ("none", "A", "B", "C", "D")
STAIR_MATERIALS = ("concrete", "wood", "bare_metal", "protected_metal")

Kind = Literal["bool", "int", "float", "enum"]
Scope = Literal["house", "room"]


class UnknownFactError(AnjuError):
    """There is no fact named {fact} for a {scope}."""


class BadFactError(AnjuError):
    """The fact {fact} cannot be {value}: {problem}."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its scope, kind and unit, whether the visit asks it and whether the answer needs a photo.

    ``asked`` is False for what the register already holds or the rooms add up to. ``proof_when`` is the answer
    that has to be proved by a photo, None if none is. ``usual`` is the answer of a house in order: such facts are
    looked over together and only the exceptions are touched; None for what has to be measured or counted.
    """

    name: str
    scope: Scope
    kind: Kind
    unit: str = ""
    values: tuple[str, ...] = ()
    asked: bool = True
    proof_when: bool | None = None
    usual: bool | str | None = None
    low: float = 0
    high: float = 100_000

    @property
    def label_key(self) -> str:
        """Catalogue key of the short name."""
        return f"facts.{self.name}.label"

    @property
    def question_key(self) -> str:
        """Catalogue key of the question on the form."""
        return f"facts.{self.name}.question"

    @property
    def proof(self) -> bool:
        """Whether some answer needs a photo."""
        return self.proof_when is not None

    def value_key(self, value: str) -> str:
        """Catalogue key of one value of an enum."""
        return f"facts.{self.name}.value.{value}"


def _house(name: str, kind: Kind, unit: str = "", **rest: Any) -> Fact:
    return Fact(name, "house", kind, unit, **rest)


def _room(name: str, kind: Kind, unit: str = "", **rest: Any) -> Fact:
    return Fact(name, "room", kind, unit, **rest)


_LIST = (
    _house("house_kind", "enum", values=HOUSE_KINDS, asked=False),
    _house("let_status", "enum", values=LET_STATUSES, asked=False),
    _house("height_m", "float", "m", high=700),
    _house("area_m2", "float", "m2", high=1_000_000),
    _house("persons_total", "int", "person", asked=False),
    _house("rooms_let", "int", "room", asked=False),
    _house("partitions", "int", "room", asked=False),
    _house("in_planning_area", "bool", asked=False),
    _house("floors", "int", "floor", high=200),
    _house("stairs", "int", "stair", high=50),
    _house("stair_material", "enum", values=STAIR_MATERIALS),
    _house("beds", "int", "bed"),
    _house("tenant_is_unit", "bool", usual=False),
    _house("residential_building", "bool"),
    _house("business_use", "enum", values=BUSINESS_USES, usual="none"),
    _house("business_licence", "bool"),
    _house("fire_separation", "bool", proof_when=False),
    _house("separate_exit", "bool", proof_when=False),
    _house("underground", "bool"),
    _house("hazmat", "bool", proof_when=True, usual=False),
    _house("partition_living_m2", "float", "m2", high=2_000),
    _house("partition_noncombustible", "bool", proof_when=False),
    _house("partition_daylight", "bool", proof_when=False),
    _house("unpermitted_structure", "bool", proof_when=True, usual=False),
    _house("building_in_progress", "bool", proof_when=True),
    _house("blocks_fire_lane", "bool", proof_when=True),
    _house("illegal_building", "bool", usual=False),
    _house("danger_grade", "enum", values=DANGER_GRADES, usual="none"),
    _house("use_changed", "bool", proof_when=True, usual=False),
    _house("ebike_inside", "bool", proof_when=True, usual=False),
    _house("stairs_blocked", "bool", proof_when=True, usual=False),
    _house("gas_in_bedroom", "bool", proof_when=True, usual=False),
    _house("window_bars", "bool", usual=False),
    _house("bars_open_inside", "bool", proof_when=False),
    _house("insanitary", "bool", proof_when=True, usual=False),
    _house("extinguishers", "int", "extinguisher", high=100),
    _house("smoke_detectors_everywhere", "bool", proof_when=False, usual=True),
    _house("escape_kit_every_room", "bool", proof_when=False, usual=True),
    _house("escape_ladder", "bool", proof_when=False, usual=True),
    _house("managed_register", "bool", usual=True),
    _house("tenants_registered", "bool", usual=True),
    _house("days_unregistered", "int", "day", high=3_650),
    _house("lease_filed", "bool", usual=True),
    _house("days_since_contract", "int", "day", high=3_650),
    _house("security_guarantee", "bool", usual=True),
    _room("room_kind", "enum", values=ROOM_KINDS),
    _room("use_m2", "float", "m2", high=2_000),
    _room("persons", "int", "person", high=500),
    _room("family", "bool"),
    _room("window", "bool", proof_when=False),
)

FACTS: dict[str, Fact] = {fact.name: fact for fact in _LIST}
"""Every fact by name, in the order a form asks them."""

ROOM_KEY = "key"
"""The one entry of a room that is no fact: what names it (its code or number)."""


def check(facts: Mapping[str, Any], *, scope: Scope) -> None:
    """Refuse a name that is no fact of ``scope`` (``UnknownFactError``) and an impossible value (``BadFactError``)."""
    for name, value in facts.items():
        if scope == "room" and name == ROOM_KEY:
            continue
        fact = FACTS.get(name)
        if fact is None or fact.scope != scope:
            raise UnknownFactError(fact=name, scope=scope)
        problem = _problem(fact, value)
        if problem:
            raise BadFactError(fact=name, value=value, problem=problem)


def only_known(row: Mapping[str, Any], *, scope: Scope) -> dict[str, Any]:
    """The entries of ``row`` that are facts of ``scope`` (and a room's key)."""
    names = {name for name, fact in FACTS.items() if fact.scope == scope}
    return {k: v for k, v in row.items() if k in names or (scope == "room" and k == ROOM_KEY)}


def _problem(fact: Fact, value: Any) -> str | None:
    if value is None:
        return None
    if fact.kind == "enum":
        return None if value in fact.values else "not one of " + ", ".join(fact.values)
    if fact.kind == "bool":
        return None if isinstance(value, bool) else "not yes or no"
    return _number_problem(fact, value)


def _number_problem(fact: Fact, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "not a number"
    if fact.kind == "int" and not isinstance(value, int):
        return "not a whole number"
    if not fact.low <= value <= fact.high:
        return f"not between {fact.low:g} and {fact.high:g}"
    return None
