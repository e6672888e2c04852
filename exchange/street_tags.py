"""Who may use a way, by its OpenStreetMap tags."""

from collections.abc import Iterable, Mapping

from gis.streets import BIKE, BIKE_BACK, CAR, CAR_BACK, FOOT, KINDS_KMH

_ALIAS = {
    "motorway_link": "motorway", "trunk_link": "trunk", "primary_link": "primary", "secondary_link": "secondary",
    "tertiary_link": "tertiary", "unclassified": "residential", "living_street": "residential", "road": "residential",
    "trail": "path", "bridleway": "path", "corridor": "footway", "crossing": "footway", "platform": "footway",
    "highway": "motorway", "major_road": "secondary", "minor_road": "residential", "services": "service",
    "sidewalk": "footway",
}  # fmt: skip
"""Spellings besides ``KINDS_KMH``'s own: OpenStreetMap's finer kinds, and the coarse ones of Tilezen's road layers."""
_NO, _YES = frozenset({"no"}), frozenset({"yes", "designated", "permissive", "official"})


def kind_of(value: str | None) -> str | None:
    """Return the kind of street of a ``highway`` value; None for what nobody travels on (building sites, rails)."""
    name = (value or "").strip().lower()
    name = _ALIAS.get(name, name)
    return name if name in KINDS_KMH else None


def access_of(kind: str, tags: Mapping[str, str]) -> int:
    """Return who may use a way, as bits of ``gis.streets``.

    ``access=private`` counts as open: an inspector's doors are behind such gates. ``access=no`` does not, unless a
    mode is let in by name. One-way streets bind cars, and e-bikes where ``oneway:bicycle`` does not free them.
    """
    walk, bike, car = KINDS_KMH[kind]
    shut = tags.get("access") in _NO
    foot = walk > 0 and _may(tags, ("foot",), shut)
    cycle = bike > 0 and _may(tags, ("bicycle", "vehicle"), shut)
    drive = car > 0 and _may(tags, ("motor_vehicle", "motorcar", "vehicle"), shut)
    along, back = _ways(kind, tags)
    free = tags.get("oneway:bicycle") == "no"
    bits = FOOT if foot else 0
    bits |= (BIKE if cycle and (along or free) else 0) | (BIKE_BACK if cycle and (back or free) else 0)
    return bits | (CAR if drive and along else 0) | (CAR_BACK if drive and back else 0)


def _may(tags: Mapping[str, str], names: Iterable[str], shut: bool) -> bool:
    told = next((tags[name] for name in names if name in tags), None)
    return told in _YES if shut else told not in _NO


def _ways(kind: str, tags: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether one may go along the line, and back."""
    told = tags.get("oneway", "")
    if told in ("-1", "reverse"):
        return False, True
    implied = kind == "motorway" or tags.get("junction") in ("roundabout", "circular")
    return True, not (told in ("yes", "true", "1") or (implied and told not in ("no", "false", "0")))
