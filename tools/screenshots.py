"""Takes the pictures of the README from a running model town: one a role, desk and phone.

``make run`` in one terminal; in another ``.venv/bin/python tools/screenshots.py`` (needs requirements-dev.txt and
Chromium).
"""

import argparse
import os
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

PASSWORD = "model-town-only"  # noqa: S105 - printed by the demonstration town, which is all it opens
DESK, PHONE, WALL = (1440, 900), (390, 844), (1920, 1080)
PICTURES = (
    ("leader", "/leader", "leader", WALL),
    ("centre", "/map", "map", DESK),
    ("housing", "/inbox", "inbox", DESK),
    ("inspector", "/today", "today", PHONE),
)


def take(browser: Browser, url: str, picture: tuple[str, str, str, tuple[int, int]], folder: Path) -> Path:
    """Sign in, open the page, wait until it is drawn, and save it as ``folder/NAME.png``."""
    login, path, name, (width, height) = picture
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai",
        is_mobile=width < 600, has_touch=width < 600,
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{url}/sign-in")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click("button.enter")
    page.wait_for_load_state("domcontentloaded")
    page.goto(f"{url}{path}")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=60_000)
    page.wait_for_timeout(4000)
    target = folder / f"{name}.png"
    page.screenshot(path=target)
    context.close()
    return target


def main() -> None:
    """Take every picture."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--url", default="http://127.0.0.1:8501")
    reader.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent / "docs" / "img")
    given = reader.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("ANJU_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
        )
        for picture in PICTURES:
            print(take(browser, given.url, picture, given.out))  # noqa: T201 - a command that tells what it made
        browser.close()


if __name__ == "__main__":
    main()
