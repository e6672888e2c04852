"""A real Chromium in which a map is opened with no network but its own files."""

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Route

from layers.assets import asset_route_dirs

SITE = "http://anju.test"


@dataclass
class Opened:
    """A page with a map on it and all that went wrong while it opened."""

    page: Page
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    tiles: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def chromium(browser: Browser) -> Browser:
    """The run's one Chromium: a second driver cannot stand beside it in the same thread."""
    return browser


FULL_TILES = """() => {
    let drawn = false;
    window.theMap.eachLayer(layer => {
        if (!(layer instanceof L.VectorGrid)) return;
        drawn = !layer.isLoading() && !!document.querySelector('canvas.leaflet-tile-loaded');
    });
    return drawn;
}"""
TILE_CENTRE = """() => [...document.querySelectorAll('canvas.leaflet-tile')].map(one => one.getBoundingClientRect())
    .map(box => [box.x + box.width / 2, box.y + box.height / 2])
    .find(([x, y]) => x > 60 && y > 260 && x < innerWidth - 60 && y < innerHeight - 60)"""


class MapOpener:
    """Opens a map's HTML as a page of the site and answers its requests from the served folders."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.html = ""
        self.tile = b""
        self.opened = Opened(page)
        page.on("pageerror", lambda error: self.opened.errors.append(str(error)))
        page.on("dialog", lambda dialog: (self.opened.errors.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.route("**/*", self._answer)

    def __call__(self, html: str, *, tile: bytes = b"") -> Opened:
        self.html, self.tile = html, tile
        self.page.goto(f"{SITE}/")
        self.page.locator(".leaflet-control-zoom").wait_for()
        self.page.evaluate(
            """() => { window.theMap = Object.entries(window)
                .find(([name, value]) => name.startsWith('map_') && value instanceof L.Map)[1]; }"""
        )
        self.page.wait_for_function(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        return self.opened

    def click_tile_centre(self, zoom: int = 16) -> None:
        """Zoom in, wait for the tiles, press the middle of one that is wholly in view."""
        self.page.evaluate("zoom => { theMap.setZoom(zoom, {animate: false}); }", zoom)
        self.page.wait_for_function(FULL_TILES)
        self.page.mouse.click(*self.page.evaluate(TILE_CENTRE))

    def _answer(self, route: Route) -> None:
        url = route.request.url
        if not url.startswith(SITE):
            if not url.startswith(("data:", "blob:")):
                self.opened.foreign.append(url)
            route.abort()
            return
        path = url.removeprefix(SITE).split("?")[0]
        if path == "/":
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")
        elif path.startswith("/tiles/"):
            self.opened.tiles.append(path)
            route.fulfill(body=self.tile, content_type="application/vnd.mapbox-vector-tile")
        else:
            self._serve(route, path)

    def _serve(self, route: Route, path: str) -> None:
        for prefix, folder in asset_route_dirs().items():
            file = folder / path.removeprefix(prefix + "/")
            if path.startswith(prefix) and file.is_file():
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                route.fulfill(body=file.read_bytes(), content_type=kind)
                return
        if path != "/favicon.ico":
            self.opened.errors.append(f"nothing is served at {path}")
        route.fulfill(status=404)


@pytest.fixture(params=["desk", "phone"])
def open_map(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[MapOpener]:
    desk = request.param == "desk"
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900} if desk else {"width": 390, "height": 844},
        has_touch=not desk,
        is_mobile=not desk,
        device_scale_factor=1 if desk else 3,
    )
    yield MapOpener(context.new_page())
    context.close()


@pytest.fixture
def desk_map(chromium: Browser) -> Iterator[MapOpener]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    yield MapOpener(context.new_page())
    context.close()
