"""An attacker's text in any field of any layer is shown as text, and no script of it runs."""

import mapbox_vector_tile
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers import legend
from tests.layers.conftest import MapOpener, Opened
from tests.layers.frames import LAYERS, page

pytestmark = pytest.mark.browser

PAYLOADS = [
    "<img src=x onerror=window.pwned=1>",
    "<svg/onload=window.pwned=1>",
    "`);window.pwned=1;(`",
    "`${window.pwned=1}`",
    "${window.pwned=1}",
    "\\`${window.pwned=1}//",
    "</script><script>window.pwned=1</script>",
    "<!--<script>window.pwned=1",
    "'\");window.pwned=1;//",
    '" onmouseover="window.pwned=1" autofocus onfocus="window.pwned=1',
    "{{ this._parent.get_name() }}{{ 7*7 }}",
    "{% for x in range(9) %}{% endraw %}{# ",
    "\u2028window.pwned=1\u2029",
    "javascript:window.pwned=1",
]

# Opens every popup and tooltip that any layer carries, and gives back all text that then stands on the page.
OPEN_ALL = """() => {
    let cards = 0;
    const seen = [];
    theMap.eachLayer(layer => {
        if (layer.getPopup && layer.getPopup()) {
            layer.openPopup(); cards += 1; seen.push(layer.getPopup().getElement().textContent);
        }
        if (layer.getTooltip && layer.getTooltip()) {
            layer.openTooltip(); seen.push(layer.getTooltip().getElement().textContent);
        }
    });
    return {cards, text: seen.join('\\n') + document.body.innerText};
}"""
HARM = """() => ({
    pwned: window.pwned ?? null,
    elements: document.querySelectorAll(
        'img:not(.leaflet-tile), iframe, object, embed, [onerror], [onload], [onmouseover], [onfocus]').length,
})"""


def everything(text: str) -> str:
    groups = [make(text) for make in LAYERS.values()]
    groups[0].add_child(legend.on_map(legend.risk_legend({"red": 1})))
    return page(*groups, text=text)


def assert_harmless(opened: Opened) -> dict[str, object]:
    shown: dict[str, object] = opened.page.evaluate(OPEN_ALL)
    opened.page.wait_for_timeout(50)
    assert opened.page.evaluate(HARM) == {"pwned": None, "elements": 0}
    assert opened.errors == []
    assert opened.foreign == []
    return shown


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_in_every_field_of_every_layer_is_only_text(desk_map: MapOpener, payload: str) -> None:
    shown = assert_harmless(desk_map(everything(payload)))
    assert shown["cards"] == 10 + 7 + 3
    meant = " ".join(payload.replace("\u2028", " ").replace("\u2029", " ").split())
    assert meant in " ".join(str(shown["text"]).split())


def test_the_check_itself_sees_a_script_that_runs(desk_map: MapOpener) -> None:
    planted = page(LAYERS["houses"]("x")).replace("</body>", "<img src=x onerror=window.pwned=1></body>")
    with pytest.raises(AssertionError):
        assert_harmless(desk_map(planted))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.lists(
        st.sampled_from(
            ["<img src=x onerror=window.pwned=1>", "`", "${", "}", "{{", "}}", "{%", "%}", "\\", "'", '"', "\n"]
        )
        | st.text(max_size=4),
        max_size=10,
    ).map("".join)
)
def test_any_text_leaves_the_map_whole(desk_map: MapOpener, text: str) -> None:
    assert assert_harmless(desk_map(everything(text)))["cards"] == 20


@pytest.mark.parametrize("payload", PAYLOADS[:8])
def test_hostile_text_in_a_tile_is_only_text(desk_map: MapOpener, payload: str) -> None:
    house = {"geometry": "POINT(2048 2048)", "properties": {"code": payload, "colour": payload, "state": payload}}
    tile = mapbox_vector_tile.encode([{"name": "houses", "features": [house]}], default_options={"extents": 4096})
    opened = desk_map(page(LAYERS["tiles"]("")), tile=tile)
    desk_map.click_tile_centre()
    card = opened.page.locator(".leaflet-popup .anju-card")
    card.wait_for()
    assert " ".join(payload.split()) in " ".join(card.inner_text().split())
    assert "未查" in card.inner_text()
    assert_harmless(opened)
