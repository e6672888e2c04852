"""A real Chromium on the real app: a site with a database of its own, and visitors who sign in.

Every visitor writes down each request to another host and each script error; both fail the test at its end.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import Engine

from tests import world as tiny
from tests.towns import own_town

ROOT = Path(__file__).resolve().parent.parent
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_MS, EXPECT_MS = 60_000, 20_000
"""How long a screen may take on a machine whose other core kills databases; what is right at once costs nothing."""
expect.set_options(timeout=EXPECT_MS)
DESK, PHONE = (1440, 900), (390, 844)
CHROMIUM = os.environ.get("ANJU_CHROMIUM", "/usr/bin/chromium")


@dataclass
class Site:
    """The running app, its database and the keys of the tiny town in it."""

    url: str
    engine: Engine
    world: tiny.World


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(240):
        if process.poll() is not None:
            raise RuntimeError(f"the app ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError("the app did not come up")


def start_app(database_url: str, home: Path) -> "tuple[subprocess.Popen[bytes], str]":
    """Start ``streamlit run app.py`` on a free port; the process and its address, once it answers."""
    port = _free_port()
    environment = {**os.environ, "DATABASE_URL": database_url, "ANJU_HOME": str(home), "ANJU_ESCALATE_SECONDS": "0",
                   "ANJU_SEND": "0"}  # fmt: skip
    log = (home / "app.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    _wait(url, process)
    return process, url


@pytest.fixture(scope="session")
def site(apart: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The app on a database of its own, with the tiny town committed in it."""
    with own_town("site") as (url, engine, town):
        process, address = start_app(url, tmp_path_factory.mktemp("home"))
        try:
            yield Site(address, engine, town)
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the run."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@dataclass
class Visitor:
    """Somebody at a screen of the site."""

    page: Page
    url: str
    outside: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def sign_in(self, login: str) -> "Visitor":
        """Sign in with a tiny-town account as the form does, without drawing the form and the front page."""
        told: dict[str, str | float | bool] = {"login": login, "password": tiny.PASSWORD, "next": "/sign-in"}
        answer = self.page.request.post(f"{self.url}/sign-in", form=told, headers={"Origin": self.url}, max_redirects=0)
        assert answer.status == 303, answer.status_text
        return self

    def sign_in_by_hand(self, login: str) -> "Visitor":
        """Sign in with a tiny-town account on the form."""
        self.page.goto(f"{self.url}/sign-in")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", tiny.PASSWORD)
        self.page.click("button.enter")
        self.page.wait_for_load_state("domcontentloaded")
        return self

    def open(self, path: str) -> "Visitor":
        """Open a page by its address and wait until its script has run."""
        self.page.goto(f"{self.url}{path}")
        return self.settle()

    def settle(self) -> "Visitor":
        """Wait until the page's script is not running any more."""
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=PATIENCE_MS)
        return self


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Visit]:
    """Open screens of a given size; at the end none of them may have asked another host or thrown an error."""
    opened: list[Visitor] = []

    def come(size: tuple[int, int] = DESK) -> Visitor:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai",
            is_mobile=size[0] < 600, has_touch=size[0] < 600, permissions=["geolocation"],
            geolocation={"longitude": tiny.HOUSES[1][1], "latitude": tiny.HOUSES[1][2], "accuracy": 8},
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        visitor = Visitor(page, site.url)
        page.on("request", lambda request: _note(visitor, request.url))
        page.on("pageerror", lambda error: visitor.faults.append(str(error)))
        opened.append(visitor)
        return visitor

    yield come
    for visitor in opened:
        visitor.page.context.close()
    assert [address for visitor in opened for address in visitor.outside] == []
    assert [fault for visitor in opened for fault in visitor.faults] == []


def _note(visitor: Visitor, address: str) -> None:
    socket_address = visitor.url.replace("http://", "ws://")
    if not address.startswith((visitor.url, socket_address, "data:", "blob:", "about:")):
        visitor.outside.append(address)
