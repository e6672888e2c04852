"""Where the map's scripts and styles are served from: this machine, never another."""

import hashlib
import inspect
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import folium
import folium.features
import folium.plugins
from folium.elements import JSCSSMixin

ASSETS_URL = "/assets"

_HERE = Path(__file__).parent
VENDOR_DIR = _HERE / "vendor"
SCRIPT_DIR = _HERE / "script"

_VECTORGRID = "leaflet.vectorgrid-1.3.0/Leaflet.VectorGrid.bundled.min.js"


def asset_route_dirs() -> dict[str, Path]:
    """The folders that the app serves, by the URL path each is mounted at."""
    return {f"{ASSETS_URL}/vendor": VENDOR_DIR, f"{ASSETS_URL}/map": SCRIPT_DIR}


def manifest() -> dict[str, str]:
    """The sha256 of each vendored file, by its path below ``layers/vendor``."""
    return dict(tomllib.loads((VENDOR_DIR / "manifest.toml").read_text(encoding="utf-8"))["files"])


@cache
def own_url(name: str) -> str:
    """The URL of one of our own scripts; its content's digest makes a new version a new address."""
    digest = hashlib.sha256((SCRIPT_DIR / name).read_bytes()).hexdigest()[:12]
    return f"{ASSETS_URL}/map/{name}?v={digest}"


def map_js() -> list[tuple[str, str]]:
    """The scripts of every map, in loading order; also those of layers that are handed in later."""
    return [
        ("leaflet", f"{ASSETS_URL}/vendor/leaflet-1.9.4/leaflet.js"),
        ("vectorGrid", f"{ASSETS_URL}/vendor/{_VECTORGRID}"),
        ("anju", own_url("anju.js")),
        ("anju_grid_tools", own_url("grid_tools.js")),
    ]


def map_css() -> list[tuple[str, str]]:
    """The styles of every map."""
    return [
        ("leaflet_css", f"{ASSETS_URL}/vendor/leaflet-1.9.4/leaflet.css"),
        ("anju_css", own_url("anju.css")),
    ]


def linked_classes() -> list[type[Any]]:
    """Every class of folium and its plugins that links scripts or styles of its own."""
    modules = (folium, folium.features, folium.plugins)
    members: list[Any] = [member for module in modules for _, member in inspect.getmembers(module, inspect.isclass)]
    found: set[type[Any]] = {
        member for member in members if issubclass(member, JSCSSMixin) and (member.default_js or member.default_css)
    }
    return sorted(found, key=lambda member: member.__qualname__)


def local_assets() -> None:
    """Point folium's map at local files and leave no plugin with an outside address.

    A plugin whose scripts are not vendored keeps no link at all: it fails loudly in the browser test
    instead of reaching for another host. Calling it twice changes nothing.
    """
    carried = {"vectorGrid": f"{ASSETS_URL}/vendor/{_VECTORGRID}"}
    for linked in linked_classes():
        if issubclass(linked, folium.Map):
            linked.default_js, linked.default_css = map_js(), map_css()
        else:
            linked.default_js = [(name, carried[name]) for name, _ in linked.default_js if name in carried]
            linked.default_css = []


local_assets()
