"""The paper of an evidence pack: the case as a clerk, a court or a mayor reads it, A4."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable, Image, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from exchange.sheet_canvas import ACCENT, INK, LINE, MUTED, PAPER, one_line
from exchange.sheet_font import font_for
from words import catalogue, say

EDGE, WIDTH = 18 * mm, 174 * mm
PHOTO_WIDTH, PHOTO_HEIGHT = 84 * mm, 63 * mm
SECTIONS = ("evidence.", "ticket.", "hazard.", "department.")


def evidence_pdf(
    case: Mapping[str, Any], events: Sequence[Mapping[str, Any]], photos: Mapping[str, bytes], *, key: str,
    font: Path | None = None, lang: str = "zh",
) -> bytes:  # fmt: skip
    """The case as a PDF; ``case`` and ``events`` are those of the pack, ``key`` the fingerprint printed on it."""
    written = BytesIO()
    with font_for(_letters(case, events, key, lang), own=font) as name:
        told = _Story(case, events, photos, key, name, lang).flowables()
        document = SimpleDocTemplate(
            written, pagesize=A4, leftMargin=EDGE, rightMargin=EDGE, topMargin=16 * mm, bottomMargin=16 * mm,
            title=one_line(f"{say('evidence.title', lang)} {case['ticket']['number']}"), creator="Anju Grid",
            lang="zh-CN" if lang == "zh" else "en", invariant=1,
        )  # fmt: skip
        document.build(told)
    return written.getvalue()


def _letters(case: Mapping[str, Any], events: Sequence[Mapping[str, Any]], key: str, lang: str) -> str:
    """Every letter that may come on the paper."""
    words = [text for name, text in catalogue(lang).items() if name.startswith(SECTIONS)]
    plain = "".join(chr(code) for code in range(32, 127)) + "…·→—、，。：；（）“”"
    return one_line(" ".join([plain, key, *words, *_texts(case), *_texts(list(events))]))


def _texts(told: Any) -> list[str]:
    if isinstance(told, Mapping):
        return [text for value in told.values() for text in _texts(value)]
    if isinstance(told, list | tuple):
        return [text for value in told for text in _texts(value)]
    return [told] if isinstance(told, str) else []


class _Story:
    """The paper part by part."""

    def __init__(
        self, case: Mapping[str, Any], events: Sequence[Mapping[str, Any]], photos: Mapping[str, bytes], key: str,
        font: str, lang: str,
    ) -> None:  # fmt: skip
        self.case, self.events, self.photos, self.key, self.lang = case, events, photos, key, lang
        base = {"fontName": font, "wordWrap": "CJK", "textColor": HexColor(INK)}
        self.big = ParagraphStyle("big", fontSize=17, leading=24, **base)
        self.head = ParagraphStyle("head", fontSize=12, leading=17, spaceBefore=10, spaceAfter=4, **base)
        self.text = ParagraphStyle("text", fontSize=9.5, leading=14, **base)
        self.small = ParagraphStyle("small", fontSize=8, leading=11.5, **(base | {"textColor": HexColor(MUTED)}))
        self.font = font

    def flowables(self) -> list[Flowable]:
        """Everything in its order."""
        return [*self._top(), *self._items(), *self._timeline(), *self._photos(), *self._foot()]

    def _say(self, name: str, /, **fields: Any) -> str:
        return say(f"evidence.{name}", self.lang, **fields)

    def _put(self, text: Any, style: ParagraphStyle) -> Paragraph:
        return Paragraph(escape(one_line(text)), style)

    def _hazard(self, code: str) -> str:
        return catalogue(self.lang).get(f"hazard.name.{code}", code)

    def _top(self) -> list[Flowable]:
        ticket = self.case["ticket"]
        state = say(f"ticket.state.{ticket['state']}", self.lang)
        rows = [
            ("number", ticket["number"]), ("address", ticket["address"]), ("code", ticket["address_code"]),
            ("severity", say(f"ticket.severity.{ticket['severity']}", self.lang)), ("state", state),
            ("lead", self._department(ticket["lead"])), ("co", self._departments(ticket["co"])),
            ("cc", self._departments(ticket["cc"])), ("opened", ticket["opened_at"]), ("due", ticket["due_at"]),
            ("closed", ticket["closed_at"]),
        ]  # fmt: skip
        told = [(self._say(f"field.{name}"), value) for name, value in rows if value]
        return [
            self._put(f"{self._say('title')} · {self._hazard(ticket['hazard'])}", self.big),
            self._grid([[self._put(name, self.small), self._put(value, self.text)] for name, value in told], (28, 146)),
        ]

    def _department(self, code: str | None) -> str:
        names = self.case["departments"].get(code or "", {})
        return str(names.get("name_en" if self.lang == "en" else "name") or code or "")

    def _departments(self, codes: Sequence[str]) -> str:
        return "、".join(self._department(code) for code in codes)

    def _grid(self, rows: list[list[Flowable]], widths_mm: tuple[float, ...]) -> Flowable:
        table = Table(rows, colWidths=[width * mm for width in widths_mm], hAlign="LEFT")
        table.setStyle(TableStyle([
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(LINE)),
            ("LEFTPADDING", (0, 0), (-1, -1), 2), ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ]))  # fmt: skip
        return table

    def _items(self) -> list[Flowable]:
        found: list[Flowable] = [self._put(self._say("hazards", n=len(self.case["findings"])), self.head)]
        for one in self.case["findings"]:
            words = one["words_en"] if self.lang == "en" else one["words_zh"]
            room = f"{one['room_label']} · " if one["room_label"] else ""
            sure = say(f"hazard.certainty.{one['certainty']}", self.lang)
            basis = (one["basis_en"] if self.lang == "en" else None) or one["basis"]
            lines = [
                self._put(f"{one['rule_code']} {room}{words}", self.text),
                self._put(self._say("law", basis=basis, sure=sure), self.small),
                self._put(self._say("found", at=one["found_at"], lead=self._department(one["lead"])), self.small),
            ]
            found.append(KeepTogether([*lines, Spacer(1, 5)]))
        return found

    def _timeline(self) -> list[Flowable]:
        rows: list[list[Flowable]] = []
        for one in self.events:
            event = say(f"ticket.event.{one['event']}", self.lang)
            who = " ".join(text for text in (self._department(one["actor_department"]), one["actor_name"]) if text)
            moved = ""
            if one["from_lead"] and one["from_lead"] != one["to_lead"]:
                moved = f"{self._department(one['from_lead'])} → {self._department(one['to_lead'])}"
            said = " · ".join(text for text in (moved, one["reason"], one["clause"]) if text)
            rows.append([
                self._put(one["at_local"], self.small), self._put(event, self.text), self._put(who, self.small),
                [self._put(said, self.small), self._put(one["hash"][:16], self.small)],
            ])  # fmt: skip
        return [self._put(self._say("history", n=len(rows)), self.head), self._grid(rows, (34, 22, 36, 82))]

    def _photos(self) -> list[Flowable]:
        shown = [self._photo(one) for one in self.case["photos"] if one["sha256"] in self.photos]
        if not shown:
            return []
        rows = [shown[at : at + 2] + [""] * (2 - len(shown[at : at + 2])) for at in range(0, len(shown), 2)]
        table = Table(rows, colWidths=[WIDTH / 2] * 2, hAlign="LEFT")
        table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
        return [self._put(self._say("photos", n=len(shown)), self.head), table]

    def _photo(self, one: Mapping[str, Any]) -> list[Flowable]:
        content = self.photos[one["sha256"]]
        width, height = ImageReader(BytesIO(content)).getSize()
        scale = min(PHOTO_WIDTH / width, PHOTO_HEIGHT / height)
        near = "" if one["house_m"] is None else self._say("distance", metres=round(one["house_m"]))
        said = " · ".join(text for text in (self._say(f"kind.{one['kind']}"), one["taken_at"], one["by"], near) if text)
        return [
            Image(BytesIO(content), width * scale, height * scale), self._put(said, self.small),
            self._put(one["sha256"][:32], self.small),
        ]  # fmt: skip

    def _foot(self) -> list[Flowable]:
        told = Table([[self._put(self._say("proof", key=self.key), self.small)]], colWidths=[WIDTH])
        told.setStyle(TableStyle([("BACKGROUND", (0, 0), (-1, -1), HexColor(PAPER)),
                                  ("LINEBEFORE", (0, 0), (0, -1), 2, HexColor(ACCENT))]))  # fmt: skip
        return [Spacer(1, 8), told]
