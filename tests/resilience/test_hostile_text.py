"""Attacks in every text of the town, walked through page by page by every role: they are shown, and do nothing."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Frame, Page
from sqlalchemy import text

from inspections.access import PAGES, shown_to
from tests import world as tiny
from tests.browser import DESK, PHONE, Site, Visitor, start_app
from tests.resilience.hostile import CODES, FILLED, PAYLOAD, fill, hostile_register
from tests.towns import own_town

pytestmark = pytest.mark.browser
LOGINS = ("inspector", "fire", "centre", "leader", "admin")
HARM = """() => ({
    pwned: window.pwned ?? null,
    planted: [...document.querySelectorAll('[onerror], [onload], [onmouseover], [onfocus], img[src*="elsewhere"], '
        + 'img[src="x"], a[href^="javascript"]')].map(one => one.outerHTML.slice(0, 200)),
})"""
OPEN_POPUPS = """() => {
    let opened = 0;
    for (const one of Object.values(window)) {
        if (!one || typeof one.eachLayer !== 'function' || !one._container) continue;
        one.eachLayer(layer => {
            if (layer.getPopup && layer.getPopup() && opened < 40) { layer.openPopup(); opened += 1; }
            if (layer.getTooltip && layer.getTooltip()) layer.openTooltip();
        });
    }
    return opened;
}"""


@pytest.fixture(scope="module")
def hostile_site(apart: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The app on a database of its own, in which every text is an attack."""
    with own_town("hostile") as (url, engine, town):
        home = tmp_path_factory.mktemp("hostile")
        site = Site("", engine, town)
        fill(site, home)
        process, site.url = start_app(url, home)
        try:
            yield site
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture
def visitor(hostile_site: Site, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Somebody signed in whose browser lets no dialog and no request to another host pass unseen."""
    login = request.param
    size = PHONE if login == "inspector" else DESK
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    page = context.new_page()
    found = Visitor(page, hostile_site.url)
    socket = found.url.replace("http://", "ws://")
    known = (found.url, socket, "data:", "blob:", "about:")
    page.on("request", lambda asked: asked.url.startswith(known) or found.outside.append(asked.url))
    page.on("dialog", lambda dialog: (found.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: found.faults.append(str(error)))
    yield found.sign_in(login)
    context.close()


def harm(visitor: Visitor, where: str) -> list[str]:
    """What an attack did on the page as it stands; forgotten afterwards, so that the next page speaks for itself."""
    found = [f"{where}: {told}" for told in (*visitor.outside, *visitor.faults)]
    for frame in visitor.page.frames:
        told = None if frame.is_detached() else frame.evaluate(HARM)
        if told and told != {"pwned": None, "planted": []}:
            found.append(f"{where}: {told}")
    boxes = visitor.page.locator("[data-testid=stException]")
    found += [f"{where}: {box.inner_text()[:300]}" for box in boxes.all()]
    visitor.outside.clear()
    visitor.faults.clear()
    return found


def look_everywhere(visitor: Visitor) -> None:
    """Open what is folded up: details, tabs, cards of the maps."""
    page: Page = visitor.page
    page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(one => one.click())")
    for n in range(page.locator("[role=tab]").count()):
        page.evaluate("n => document.querySelectorAll('[role=tab]')[n]?.click()", n)
        visitor.settle()
    frame: Frame
    for frame in page.frames[1:]:
        if not frame.is_detached():
            frame.evaluate(OPEN_POPUPS)
    page.wait_for_timeout(200)


THROUGHOUT = "centre"
"""Who walks every address; the others walk each page of theirs, its first case, and an attack in its address."""


def addresses(site: Site, login: str) -> dict[str, list[str]]:
    """For each page the addresses to walk: bare, with each case and house, and with an attack in the address bar."""
    attack = quote(PAYLOAD)
    with site.engine.connect() as connection:
        codes = list(connection.execute(text("SELECT code FROM address WHERE level = 'house' ORDER BY id")).scalars())
        numbers = list(connection.execute(text("SELECT number FROM ticket ORDER BY id")).scalars())
        batch = connection.execute(text("SELECT id FROM import_batch")).scalar_one()
        grid = tiny.WEST
        added = list(connection.execute(text("SELECT id FROM footprint_candidate ORDER BY id")).scalars())
        cases = list(connection.execute(text("SELECT id FROM address_case WHERE state = 'open' ORDER BY id")).scalars())
    own = {
        "house": [f"/house?code={code}" for code in (codes[0], codes[6])] + [f"/house?code={attack}"],
        "ticket": [f"/ticket?number={number}" for number in numbers] + [f"/ticket?number={attack}"],
        "visit": [f"/visit?code={codes[1]}", f"/visit?code={attack}"],
        "imports": [f"/imports?batch={batch}", f"/imports?batch={attack}"],
        "grids": [f"/grids?grid={grid}", f"/grids?grid={attack}&town={attack}"],
        "inbox": [f"/inbox?number={numbers[0]}", f"/inbox?number={attack}&chip={attack}&kpi={attack}"],
        "centre": [f"/centre?number={numbers[1]}", f"/centre?number={attack}&chip={attack}"],
        "leader": [f"/leader?period=custom&from={attack}&to={attack}&cases={attack}"],
        "workbench": [f"/workbench?case={case}" for case in cases[:2]]
        + [
            f"/workbench?case={attack}&chip={attack}&town={attack}&source={attack}",
            "/workbench?chip=duplicate",
            "/workbench?tab=quality",
            f"/workbench?tab=quality&by=source&of={attack}&level={attack}",
        ],
        "footprints": [f"/footprints?addition={one}&state=all" for one in added]
        + [f"/footprints?addition={attack}&state={attack}&pair={attack}"],
        "map": [f"/map?at={attack}&house={attack}&ticket={attack}&grid={attack}"],
    }
    if login != THROUGHOUT:
        own = {page: [*walk[:1], *[one for one in walk[1:] if attack in one][:1]] for page, walk in own.items()}
    return {page: [f"/{page}", *own.get(page, [])] for page in PAGES}


@pytest.mark.parametrize("visitor", LOGINS, indirect=True, ids=LOGINS)
def test_an_attack_in_any_text_is_shown_and_does_nothing(
    hostile_site: Site, visitor: Visitor, request: pytest.FixtureRequest
) -> None:
    login = request.node.callspec.params["visitor"]
    role = tiny.PEOPLE[login][1]
    seen, found = "", []
    for page, walk in addresses(hostile_site, login).items():
        if role not in PAGES[page]:
            continue
        for address in walk:
            visitor.open(address)
            if address == f"/{page}" and shown_to(page, role, tiny.PEOPLE[login][4]):
                assert visitor.page.locator(".st-key-refusal").count() == 0, f"{login} is refused {page}"
            look_everywhere(visitor)
            found += harm(visitor, f"{role} on {address[:60]}")
            seen += visitor.page.locator("body").inner_text()
    assert "\n".join(found) == ""
    assert "onerror=window.pwned=1" in seen


@pytest.mark.parametrize("visitor", ["centre"], indirect=True)
def test_an_attack_in_a_register_does_nothing_on_its_way_in(visitor: Visitor, tmp_path: Path) -> None:
    """The wizard shows a file's name, headers, cells and problems before anything is in the record."""
    visitor.open("/imports")
    visitor.page.locator("input[type=file]").set_input_files(hostile_register(tmp_path))
    visitor.page.locator(".anju-column").first.wait_for()
    visitor.settle()
    look_everywhere(visitor)
    assert harm(visitor, "columns") == []
    assert "onerror=window.pwned=1" in visitor.page.locator("body").inner_text()


@pytest.mark.parametrize("visitor", ["centre"], indirect=True)
def test_an_attack_in_an_address_does_nothing_where_it_is_decided(visitor: Visitor) -> None:
    """Every panel of the workbench opened over a text, candidates and reasons that attack."""
    found: list[str] = []
    for chip in ("contradictory", "duplicate", "unmatched"):
        visitor.open(f"/workbench?chip={chip}")
        for key in "lpdm2":
            visitor.page.keyboard.press(key)
            visitor.page.wait_for_timeout(400)
            visitor.settle()
            found += harm(visitor, f"{chip} {key}")
            assert "onerror=window.pwned=1" in visitor.page.locator("body").inner_text()
    assert found == []


@pytest.mark.parametrize("visitor", ["centre"], indirect=True)
def test_the_walk_itself_sees_a_script_an_image_and_a_dialog(visitor: Visitor) -> None:
    for planted in ("<img src=x onerror=window.pwned=1>", "<img src=http://elsewhere.example/i.png>"):
        visitor.open("/centre")
        assert harm(visitor, "before") == []
        visitor.page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", planted)
        visitor.page.wait_for_timeout(300)
        assert harm(visitor, "after") != []
    visitor.page.evaluate("setTimeout(() => alert(1), 0)")
    visitor.page.wait_for_timeout(300)
    assert any("dialog" in one for one in harm(visitor, "after"))


def test_every_text_of_the_record_is_filled_or_known_to_be_a_code(hostile_site: Site) -> None:
    """A new column makes somebody decide: may a person or a register write into it?"""
    asked = """
        SELECT c.table_name, c.column_name FROM information_schema.columns c
        JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name <> 'county'
          AND c.data_type IN ('text', 'jsonb', 'ARRAY', 'character varying')
          AND c.table_name NOT IN ('spatial_ref_sys', 'alembic_version')"""
    decided = {(table, column) for listed in (FILLED, CODES) for table, columns in listed.items() for column in columns}
    with hostile_site.engine.connect() as connection:
        assert {tuple(row) for row in connection.execute(text(asked))} == decided
        for table, columns in FILLED.items():
            for column in columns:
                sql = f"SELECT count(*) FROM {table} WHERE strpos({column}::text, 'onerror=window.pwned') > 0"
                assert connection.execute(text(sql)).scalar_one() > 0, f"{table}.{column}"
