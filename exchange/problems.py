"""One thing wrong with one row: where, what, why and the cure, in the reader's words."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from exchange.people import mask_value
from words import say


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is quarantined.

    ``reason`` is a key under ``exchange.reason`` and ``exchange.cure``; ``header`` the column as the file calls it.
    ``value`` is what may be shown (masked); ``raw`` what stood there, for the repair file and for nobody's screen.
    """

    row: int
    field: str | None
    reason: str
    value: str = ""
    header: str | None = None
    raw: str = dataclasses.field(default="", repr=False)
    fields: dict[str, Any] = dataclasses.field(default_factory=dict)

    def where(self, lang: str = "zh", /) -> str:
        """The column's name: the file's own, otherwise ours."""
        if self.header:
            return self.header[:40]
        return say(f"exchange.field.{self.field}", lang) if self.field else say("exchange.whole_row", lang)

    def why(self, lang: str = "zh", /) -> str:
        """What is wrong."""
        return say(f"exchange.reason.{self.reason}", lang, **self._spoken(lang))

    def cure(self, lang: str = "zh", /) -> str:
        """What to do about it."""
        return say(f"exchange.cure.{self.reason}", lang, **self._spoken(lang))

    def text(self, lang: str = "zh", /) -> str:
        """The whole line: row · column · value · reason · cure."""
        parts = [say("exchange.row", lang, row=self.row), self.where(lang)]
        if self.value:
            parts.append(say("exchange.quoted", lang, value=self.value))
        return " · ".join([*parts, self.why(lang), self.cure(lang)])

    def as_dict(self, lang: str = "zh", /) -> dict[str, Any]:
        """Plain values, ready for JSON; nothing in it that may not be shown."""
        told = {"row": self.row, "field": self.field, "header": self.header, "column": self.where(lang)}
        return told | {"value": self.value, "reason": self.reason, "why": self.why(lang), "cure": self.cure(lang)}

    def _spoken(self, lang: str) -> dict[str, Any]:
        """Fields for the template; a list of hints is joined from its own catalogue entries."""
        spoken = dict(self.fields)
        hints = spoken.pop("hints", None)
        if hints is not None:
            texts = [say(f"exchange.hint.{name}", lang, **values) for name, values in hints]
            spoken["hint"] = say("exchange.hint.joint", lang).join(texts)
        return {"row": self.row, **spoken}


def problem_of(
    row: int, field_name: str | None, reason: str, *, raw: str = "", header: str | None = None, **fields: Any
) -> Problem:
    """A problem with its value masked for showing."""
    return Problem(row, field_name, reason, mask_value(field_name, raw), header, raw, fields)
