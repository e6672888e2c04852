"""A rule as it stands on paper: every part of a row of law, as plain values."""

from typing import Any

from inspections.rule_file import Rule


def as_dict(rule: Rule) -> dict[str, Any]:
    """The row as JSON-ready values, in the order of the page on rules."""
    return {
        "code": rule.code, **{key: rule.texts[key] for key in ("name_zh", "name_en")}, "scope": rule.scope,
        "jurisdiction": list(rule.jurisdiction), "valid_from": rule.valid_from.isoformat(),
        "valid_until": rule.valid_until.isoformat() if rule.valid_until else None, "kinds": sorted(rule.kinds),
        "trigger": rule.trigger.text,
        "severity": [{"is": one.level, "when": one.when.text if one.when else None} for one in rule.severities],
        "thresholds": {
            name: {"value": one.value, "unit": one.unit, "source": one.source} for name, one in rule.thresholds.items()
        },
        "lead": rule.lead, "co": list(rule.co),
        "deadline": {str(level): spec.as_dict() for level, spec in sorted(rule.deadlines.items())},
        **{key: rule.texts[key] for key in ("basis_zh", "basis_en")}, "certainty": rule.certainty, "file": rule.file,
    }  # fmt: skip
