"""State is a colour and a shape and a word."""

import re

import pytest

from layers import style, tiles
from layers.errors import UnknownColourError

PRINTED = {"red": "#C62828", "orange": "#E65100", "yellow": "#F9A825", "green": "#2E7D32", "unseen": "#9CA3AF"}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", style.RISK_ORDER)
def test_each_risk_has_its_colour_and_its_word(colour: str) -> None:
    assert PRINTED[colour] in style.risk_svg(colour)
    assert style.risk_word(colour) in style.chip(colour, "")
    assert style.risk_word(colour, "en") in style.chip(colour, "", lang="en")


def test_no_two_risks_share_a_shape() -> None:
    shapes = {re.sub(r"#\w{6}", "", style.risk_svg(colour)) for colour in style.RISK_ORDER}
    assert len(shapes) == len(style.RISK_ORDER) == 5


@pytest.mark.parametrize("colour", style.RISK_ORDER)
def test_a_number_on_a_shape_can_be_read(colour: str) -> None:
    found = style.risk(colour)
    assert contrast(found.text, found.fill) >= 3.5


@pytest.mark.parametrize("ink", style.CLOCKS.values())
def test_a_clock_can_be_read_on_a_card(ink: str) -> None:
    assert contrast(ink, style.CARD) >= 4.5


def test_rate_steps_grow_darker() -> None:
    greys = [luminance(fill) for _, fill in style.RATE_STEPS]
    assert greys == sorted(greys, reverse=True)


@pytest.mark.parametrize("fill", [fill for _, fill in style.RATE_STEPS])
def test_a_rate_can_be_read_on_its_town(fill: str) -> None:
    ink = "#FFFFFF" if fill == style.RATE_STEPS[-1][1] else style.INK
    assert contrast(ink, fill) >= 4


def test_an_overdue_clock_is_red_and_bold() -> None:
    late = style.chip("clock_late", "超期 3 天")
    assert style.CLOCK_RED in late
    assert "font-weight:700" in late
    assert "font-weight:700" not in style.chip("clock_soon", "还剩 4 小时")


def test_an_unknown_kind_is_refused() -> None:
    for refused in (lambda: style.chip("purple", "x"), lambda: style.risk_svg("purple"), lambda: style.risk_word("x")):
        with pytest.raises(UnknownColourError):
            refused()


def test_tiles_name_the_colours_that_the_style_draws_and_nobodys_data() -> None:
    assert set(tiles.DRAW_ORDER) == set(tiles.COLOURS) == set(style.tokens()["risk"])
    named = {name for layer in tiles.TILE_LAYERS.values() for name in layer.attributes}
    assert named == {"code", "colour", "kind", "state", "n", *tiles.COLOURS}
