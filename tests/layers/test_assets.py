"""Nothing on a map is fetched from another host."""

import re

import folium
import pytest
from folium import plugins

from layers import assets
from tests.layers.frames import LAYERS, page

OUTSIDE = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?\s*(?:https?:)?//""", re.IGNORECASE)


@pytest.mark.parametrize("name", LAYERS)
def test_a_rendered_layer_links_to_local_files_only(name: str) -> None:
    rendered = page(LAYERS[name]("聚沙村"))
    assert rendered.count("/assets/") >= 5
    assert not OUTSIDE.findall(rendered)


def test_no_plugin_of_folium_keeps_an_outside_address() -> None:
    assets.local_assets()
    for linked in assets.linked_classes():
        for _, url in [*linked.default_js, *linked.default_css]:
            assert url.startswith("/assets/"), (linked.__qualname__, url)


def test_a_plugin_that_is_not_carried_has_no_link_rather_than_an_outside_one() -> None:
    made = folium.Map(tiles=None)
    plugins.MarkerCluster().add_to(made)
    assert not OUTSIDE.findall(made.get_root().render())


def test_the_search_for_outside_links_does_find_one() -> None:
    assert OUTSIDE.findall('<script src="https://cdn.example/leaflet.js"></script>')
    assert OUTSIDE.findall('<link rel="stylesheet" href="//cdn.example/a.css"/>')
    assert OUTSIDE.findall("background: url(http://cdn.example/a.png)")


def test_taking_the_outside_addresses_away_twice_changes_nothing() -> None:
    before = {linked: (linked.default_js, linked.default_css) for linked in assets.linked_classes()}
    assets.local_assets()
    assert {linked: (linked.default_js, linked.default_css) for linked in assets.linked_classes()} == before


def test_a_changed_script_gets_a_new_address(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    was = assets.own_url("anju.js")
    folder = assets.Path(str(tmp_path))
    (folder / "anju.js").write_text("changed", encoding="utf-8")
    monkeypatch.setattr(assets, "SCRIPT_DIR", folder)
    assets.own_url.cache_clear()
    try:
        assert assets.own_url("anju.js") != was
    finally:
        assets.own_url.cache_clear()
