"""Colours, shapes and words of state: the same on map, list, chip, chart and print."""

import math
from dataclasses import dataclass
from typing import Any

from layers import escape
from layers.errors import UnknownColourError
from words import say

INK = "#1F2937"
MUTED = "#6B7280"
LINE = "#E5E7EB"
PAPER = "#F7F8FA"
CARD = "#FFFFFF"
ACCENT = "#0F766E"
CLOCK_AMBER = "#B45309"
CLOCK_RED = "#C62828"
FONT_STACK = "'Noto Sans SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',system-ui,sans-serif"


@dataclass(frozen=True, kw_only=True)
class RiskStyle:
    """One risk colour: its ink, its shape and the ink of a number standing on it.

    ``corners`` are x, y in units of the symbol's radius, y downwards; none means a circle.
    """

    fill: str
    stroke: str
    text: str
    shape: str
    corners: tuple[tuple[float, float], ...] = ()
    hollow: bool = False


RISK: dict[str, RiskStyle] = {
    "red": RiskStyle(
        fill="#C62828",
        stroke="#FFFFFF",
        text="#FFFFFF",
        shape="triangle",
        corners=((0.0, -1.2), (1.2, 0.9), (-1.2, 0.9)),
    ),
    "orange": RiskStyle(
        fill="#E65100",
        stroke="#FFFFFF",
        text="#FFFFFF",
        shape="diamond",
        corners=((0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)),
    ),
    "yellow": RiskStyle(
        fill="#F9A825",
        stroke="#FFFFFF",
        text=INK,
        shape="square",
        corners=((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    ),
    "green": RiskStyle(fill="#2E7D32", stroke="#FFFFFF", text="#FFFFFF", shape="circle"),
    "unseen": RiskStyle(fill="#FFFFFF", stroke="#9CA3AF", text=INK, shape="ring", hollow=True),
}
RISK_ORDER = tuple(RISK)

CLOCKS = {"normal": INK, "soon": CLOCK_AMBER, "late": CLOCK_RED}

# Closure rate: one hue from pale to deep, so that it also reads in grey; None is "no case due".
RATE_STEPS: tuple[tuple[float, str], ...] = (
    (0.40, "#E7F3F1"),
    (0.60, "#B5DAD4"),
    (0.80, "#7CBBB2"),
    (0.97, "#3E968B"),
    (1.01, ACCENT),
)
RATE_NONE = "#EEF0F3"

# Work over the mean, two hues that also part for the colour-blind; pale within a tenth of it.
LOAD_STEPS: tuple[tuple[float, str], ...] = (
    (0.75, "#5B8DB8"),
    (0.90, "#B3CDE3"),
    (1.10, "#F1F3EE"),
    (1.25, "#FDBE85"),
    (float("inf"), "#E6790F"),
)


def risk(colour: str) -> RiskStyle:
    """The style of a risk colour; raises ``UnknownColourError``."""
    try:
        return RISK[colour]
    except KeyError:
        raise UnknownColourError(colour=colour, known=", ".join(RISK)) from None


def risk_word(colour: str, lang: str = "zh", /) -> str:
    """The word of a risk colour, as it stands beside the shape everywhere."""
    risk(colour)
    return say(f"map.risk.{colour}", lang)


def risk_svg(colour: str, size: int = 16, *, label: str = "", faded: bool = False) -> str:
    """The shape of a risk colour as inline SVG.

    Parameters
    ----------
    colour
        One of ``RISK_ORDER``.
    size
        Width and height in CSS pixels.
    label
        At most three characters written on the shape, a stop's number for instance.
    faded
        True draws it grey: the stop is done.

    Raises
    ------
    UnknownColourError
        For a colour the house does not know.
    """
    style = risk(colour)
    fill, stroke = (LINE, MUTED) if faded else (style.fill, style.stroke)
    body = _svg_shape(style, fill=fill, stroke=stroke) + _svg_label(style, label, faded=faded)
    return (
        f'<svg class="anju-risk" width="{size}" height="{size}" viewBox="-14 -14 28 28" aria-hidden="true" '
        f'focusable="false">{body}</svg>'
    )


def _svg_shape(style: RiskStyle, *, fill: str, stroke: str) -> str:
    paint = f'fill="{fill}" stroke="{stroke}" stroke-width="{3 if style.hollow else 1.5}" stroke-linejoin="round"'
    if not style.corners:
        return f'<circle r="{9.5 if style.hollow else 11}" {paint}/>'
    points = " ".join(f"{x * 10.5:g},{y * 10.5:g}" for x, y in style.corners)
    return f'<polygon points="{points}" {paint}/>'


def _svg_label(style: RiskStyle, label: str, *, faded: bool) -> str:
    if not label:
        return ""
    size = 12 if len(label) < 3 else 9.5
    # The middle of a triangle's body lies below the middle of its box.
    drop = 7 if style.shape == "triangle" else 4.2
    ink = MUTED if faded else style.text
    return (
        f'<text y="{drop}" text-anchor="middle" font-size="{size}" font-weight="700" fill="{ink}">'
        f"{escape.html(label[:3])}</text>"
    )


def chip(kind: str, text: object, *, lang: str = "zh") -> str:
    """A small labelled mark as HTML: a risk colour (shape and word), a clock, or plain.

    Parameters
    ----------
    kind
        A risk colour, ``clock_normal``, ``clock_soon``, ``clock_late``, ``done`` or ``plain``.
    text
        What it says, escaped here. For a risk colour an empty text says the colour's own word.

    Raises
    ------
    UnknownColourError
        For a kind that is none of these.
    """
    if kind in RISK:
        words = escape.html(text if text not in (None, "") else risk_word(kind, lang))
        return f'<span style="{_CHIP}color:{INK}">{risk_svg(kind, 14)}{words}</span>'
    ink = {"done": MUTED, "plain": INK, **{f"clock_{name}": ink for name, ink in CLOCKS.items()}}.get(kind)
    if ink is None:
        raise UnknownColourError(colour=kind, known=", ".join([*RISK, "clock_*", "done", "plain"]))
    weight = "700" if kind == "clock_late" else "400"
    return f'<span style="{_CHIP}color:{ink};font-weight:{weight}">{escape.html(text)}</span>'


_CHIP = (
    f"display:inline-flex;align-items:center;gap:4px;padding:1px 8px;border:1px solid {LINE};border-radius:999px;"
    f"background:{CARD};white-space:nowrap;font-variant-numeric:tabular-nums;"
)


def rate_fill(rate: float | None) -> str:
    """The fill of a closure rate between 0 and 1; ``None`` or NaN is a district with no case due."""
    if rate is None or math.isnan(rate):
        return RATE_NONE
    return next(fill for below, fill in RATE_STEPS if rate < below)


_WORDS = ("open_house", "houses_here", "zoom_in", "zoom_out", "locate", "not_located")


def tokens(lang: str = "zh", /) -> dict[str, Any]:
    """What the map's script needs to draw in the same colours, shapes and words."""
    return {
        "ink": INK,
        "muted": MUTED,
        "card": CARD,
        "accent": ACCENT,
        "risk": {
            colour: {
                "fill": style.fill,
                "stroke": style.stroke,
                "corners": [list(corner) for corner in style.corners],
                "hollow": style.hollow,
                "word": risk_word(colour, lang),
            }
            for colour, style in RISK.items()
        },
        "words": {name: say(f"map.{name}", lang) for name in _WORDS},
    }


def load_fill(ratio: float) -> str:
    """The colour of work that is so many times the mean."""
    return next(colour for step, colour in LOAD_STEPS if ratio <= step)
