"""A map inside a page of the desk: nothing from outside, one run for a click and none for a look around."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the page's server has ended"
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the page's server did not come up in 60 s")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "tests/layers/page/app.py")]
    command += [f"--{name}={value}" for name, value in options.items()]
    folder = tmp_path_factory.mktemp("page")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=log, stderr=log
        )
        try:
            wait_until_up(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


class Desk:
    """An open page and what it asked for."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(site)
        self.frame: Frame = self._map_frame()

    def _map_frame(self) -> Frame:
        self.page.frame_locator("iframe").locator("path.leaflet-interactive").first.wait_for()
        return next(frame for frame in self.page.frames if "streamlit_folium" in frame.url)

    def told(self, text: str) -> None:
        self.page.get_by_text(text).wait_for()

    def foreign(self) -> list[str]:
        own = (self.site, self.site.replace("http", "ws"), "data:", "blob:")
        return [url for url in self.asked if not url.startswith(own)]


@pytest.fixture(params=[1440, 390])
def desk(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[Desk]:
    context = chromium.new_context(viewport={"width": request.param, "height": 900}, has_touch=request.param < 500)
    yield Desk(context.new_page(), site)
    context.close()


def test_a_click_reruns_once_and_a_look_around_never(desk: Desk) -> None:
    desk.told("runs=1 clicked=nothing")
    desk.frame.evaluate("() => { window.sameFrame = true; }")
    desk.frame.evaluate(
        "() => { window.map.setZoom(15, {animate: false}); window.map.panBy([40, 10], {animate: false}); }"
    )
    desk.frame.locator("path.leaflet-interactive").last.dispatch_event("click")
    # The second run is the click's: a run for the zoom or the move would have made it a later one.
    desk.told("runs=2 clicked=house 32058110120100000")
    assert desk.frame.evaluate("() => window.sameFrame") is True
    assert desk.errors == []


def test_new_houses_are_laid_on_the_map_that_is_already_there(desk: Desk) -> None:
    desk.frame.evaluate("() => { window.sameFrame = true; }")
    assert desk.frame.locator("path.leaflet-interactive").count() == 1
    desk.page.get_by_role("button", name="three houses").click()
    desk.frame.wait_for_function("() => document.querySelectorAll('path.leaflet-interactive').length === 3")
    desk.told("runs=2")
    assert desk.frame.evaluate("() => window.sameFrame") is True


def test_the_button_of_a_card_leads_the_whole_page_to_the_house(desk: Desk) -> None:
    desk.frame.locator("path.leaflet-interactive").last.dispatch_event("click")
    desk.frame.locator("a.anju-go").click()
    desk.page.wait_for_url("**/?page=house&code=32058110120100000")
    desk.told("house page 32058110120100000")


def test_nothing_is_asked_of_another_host_and_no_script_of_a_text_runs(desk: Desk) -> None:
    desk.told("runs=1 clicked=nothing")
    desk.frame.locator(".anju-mark").last.dispatch_event("click")
    desk.frame.locator(".leaflet-popup .anju-card").wait_for()
    assert any("/assets/map/anju.js" in url for url in desk.asked)
    assert desk.foreign() == []
    assert desk.page.evaluate("() => window.pwned ?? null") is None
    assert desk.frame.locator(".leaflet-container img").count() == 0
    assert "{{ 7*7 }}" in desk.frame.locator(".leaflet-popup").inner_text()


def test_the_map_fills_the_width_it_is_given(desk: Desk) -> None:
    frame = desk.page.locator("iframe").bounding_box()
    inner = desk.frame.evaluate("() => window.map.getContainer().getBoundingClientRect().width")
    assert frame is not None
    assert inner == pytest.approx(frame["width"], abs=1)
    assert desk.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
