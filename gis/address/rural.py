"""What the country says below the village: villagers' groups and natural villages, picked out of the parts."""

import re

from gis.address.parts import AddressParts, Label

_GROUP = re.compile(r"(?:村民小组|小组|组|生产队|队)$")


def groups(parts: AddressParts) -> list[str]:
    """Villagers' groups as they stand in the text: 8组, 第三村民小组, 陆庄组."""
    return [parts.text[start:end] for start, end, label in parts.spans if _is_group(parts.text[start:end], label)]


def hamlets(parts: AddressParts) -> list[str]:
    """Natural villages as they stand in the text.

    What says 自然村, and a place between a village and a door number or group (聚沙村 东巷 12号), where no road,
    estate or building was named.
    """
    found = []
    inside = False
    spans = [span for span in parts.spans if span.label not in (Label.REDUNDANT, Label.ASSIST)]
    for place, (start, end, label) in enumerate(spans):
        text = parts.text[start:end]
        after = spans[place + 1] if place + 1 < len(spans) else None
        if text.endswith("自然村") or (inside and label == Label.POI and _leads_to_door(parts.text, after)):
            found.append(text)
        inside = label == Label.COMMUNITY
    return found


def _is_group(text: str, label: str) -> bool:
    return label == Label.ROAD and _GROUP.search(text) is not None


def _leads_to_door(text: str, after: tuple[int, int, Label] | None) -> bool:
    if after is None:
        return True
    start, end, label = after
    return label == Label.ROADNO or _is_group(text[start:end], label)
