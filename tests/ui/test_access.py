"""Every role on every page: what is theirs opens, what is not is refused, and nobody gets in without signing in."""

import urllib.error
import urllib.request

import pytest
from sqlalchemy import text

from inspections.access import PAGES, shown_to
from tests.browser import Site, Visit
from tests.world import PEOPLE

ROLE_LOGINS = ("inspector", "fire", "centre", "leader", "admin")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def ask(url: str, **headers: str) -> tuple[int, dict[str, str]]:
    opener = urllib.request.build_opener(NoRedirect)
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=20) as answer:
            return answer.status, dict(answer.headers)
    except urllib.error.HTTPError as refused:
        return refused.code, dict(refused.headers)


@pytest.mark.browser
@pytest.mark.parametrize("page", sorted(PAGES))
def test_without_a_session_every_page_leads_to_the_sign_in(site: Site, page: str) -> None:
    status, headers = ask(f"{site.url}/{page}", Accept="text/html")
    assert (status, headers["location"]) == (303, f"/sign-in?next=%2F{page}")


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/tiles/houses/1/14/13700/6700.mvt", "/photo/1.jpg", "/_stcore/upload_file/a/b"])
def test_without_a_session_every_route_is_refused(site: Site, path: str) -> None:
    status, _ = ask(f"{site.url}{path}")
    assert status == 401


@pytest.mark.browser
@pytest.mark.parametrize("login", ROLE_LOGINS)
def test_a_role_is_refused_the_pages_of_others(visit: Visit, login: str) -> None:
    """Its own are opened one by one in ``tests/resilience/test_hostile_text.py``."""
    visitor = visit().sign_in(login)
    for page in sorted(PAGES):
        if shown_to(page, PEOPLE[login][1], PEOPLE[login][4]):
            continue
        visitor.open(f"/{page}")
        assert visitor.page.locator(".st-key-refusal").count() == 1, f"{login} on {page}"
        assert visitor.page.locator("[data-testid=stException]").count() == 0, f"{login} on {page}"


@pytest.mark.browser
@pytest.mark.parametrize("login", ROLE_LOGINS)
def test_the_bar_shows_a_role_nothing_it_cannot_use(visit: Visit, login: str) -> None:
    role = PEOPLE[login][1]
    visitor = visit().sign_in(login).open("/")
    visitor.page.locator(".st-key-tabs a").first.wait_for()
    shown = {
        str(link.get_attribute("href")).rsplit("/", 1)[-1] for link in visitor.page.locator(".st-key-tabs a").all()
    }
    own = {page for page in PAGES if shown_to(page, role, PEOPLE[login][4])}
    assert shown == own - {"visit", "house", "ticket", "messages", "channels"}


@pytest.mark.browser
@pytest.mark.parametrize("page", ["house", "visit"])
def test_an_inspector_who_opens_anothers_house_by_its_address_is_refused(site: Site, visit: Visit, page: str) -> None:
    own, other = site.world.codes[1], site.world.codes[5]
    inspector = visit().sign_in("inspector").open(f"/{page}?code={other}")
    inspector.page.locator(".st-key-refusal").wait_for()
    assert other not in inspector.page.locator("[data-testid=stMain]").inner_text().replace("-", "")
    inspector.open(f"/{page}?code={own}")
    inspector.page.locator(".anju-title").first.wait_for()
    assert inspector.page.locator(".st-key-refusal").count() == 0
    with site.engine.begin() as connection:  # opening the visit began a draft that no other test is to meet
        connection.execute(text("DELETE FROM visit WHERE state = 'draft'"))
