"""The routes on the running app: the cookie, the gate, the tiles and the photos of each role."""

import gzip
import json
import math
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

import mapbox_vector_tile
import pytest
from sqlalchemy import text

from db import host
from layers.tiles import TILE_LAYERS
from tests.browser import Site
from tests.world import HOUSES, PASSWORD

pytestmark = pytest.mark.browser
ROLES = ("inspector", "fire", "centre", "leader", "admin")


@dataclass
class Answer:
    """What came back: status, headers with small names, body unzipped."""

    status: int
    headers: dict[str, str]
    body: bytes


class Still(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def ask(url: str, *, form: dict[str, str] | None = None, **headers: str) -> Answer:
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.build_opener(Still).open(
            urllib.request.Request(url, data=data, headers=sent), timeout=20
        ) as got:
            answer = Answer(got.status, {k.lower(): v for k, v in got.headers.items()}, got.read())
    except urllib.error.HTTPError as got:
        answer = Answer(got.code, {k.lower(): v for k, v in got.headers.items()}, got.read())
    if answer.headers.get("content-encoding") == "gzip":
        answer.body = gzip.decompress(answer.body)
    return answer


Enter = Callable[[str], str]


@pytest.fixture(scope="module")
def enter(site: Site) -> Enter:
    """Sign in once a login; the cookie to send."""
    held: dict[str, str] = {}

    def come(login: str) -> str:
        if login not in held:
            answer = ask(f"{site.url}/sign-in", form={"login": login, "password": PASSWORD, "next": "/"})
            assert answer.status == 303
            held[login] = answer.headers["set-cookie"].split(";")[0]
        return held[login]

    return come


def tile_of(number: int, zoom: int) -> str:
    """The path of the tile in which a house of the tiny town lies."""
    _, lon, lat, _ = HOUSES[number]
    x = int((lon + 180) / 360 * 2**zoom)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)
    return f"/tiles/houses/v1/{zoom}/{x}/{y}.mvt"


def houses_in(answer: Answer) -> set[str]:
    decoded = mapbox_vector_tile.decode(answer.body)
    return {item["properties"]["code"] for item in decoded.get("houses", {}).get("features", [])}


def test_the_cookie_cannot_be_read_by_scripts_or_sent_from_elsewhere(site: Site) -> None:
    answer = ask(f"{site.url}/sign-in", form={"login": "leader", "password": PASSWORD, "next": "/leader"})
    cookie = answer.headers["set-cookie"].lower()
    assert (answer.status, answer.headers["location"]) == (303, "/leader")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_behind_https_the_cookie_is_sent_over_https_only(site: Site) -> None:
    answer = ask(f"{site.url}/sign-in", form={"login": "leader", "password": PASSWORD}, X_Forwarded_Proto="https")
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "where", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:1"]
)
def test_signing_in_never_leads_to_another_site(site: Site, where: str) -> None:
    answer = ask(f"{site.url}/sign-in", form={"login": "leader", "password": PASSWORD, "next": where})
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Sec_Fetch_Site": "cross-site"}])
def test_a_form_of_another_site_is_refused(site: Site, headers: dict[str, str]) -> None:
    assert ask(f"{site.url}/sign-in", form={"login": "leader", "password": PASSWORD}, **headers).status == 403


def test_what_is_typed_into_the_form_comes_back_harmless(site: Site) -> None:
    hostile = '"><script>alert(1)</script>'
    answer = ask(f"{site.url}/sign-in", form={"login": hostile, "password": "x", "next": hostile})
    assert answer.status == 401
    assert b"<script>alert" not in answer.body
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_signing_out_ends_the_session_for_every_route(site: Site) -> None:
    answer = ask(f"{site.url}/sign-in", form={"login": "admin", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].split(";")[0]
    assert ask(f"{site.url}/accounts", Cookie=cookie, Accept="text/html").status == 200
    assert ask(f"{site.url}/sign-out", Cookie=cookie).status == 303
    assert ask(f"{site.url}/accounts", Cookie=cookie, Accept="text/html").status == 303
    assert ask(f"{site.url}{tile_of(1, 16)}", Cookie=cookie).status == 401


def test_an_inspector_reads_houses_of_the_own_grid_in_a_tile_and_no_others(site: Site, enter: Enter) -> None:
    own, other = site.world.codes[1], site.world.codes[5]
    assert own in houses_in(ask(f"{site.url}{tile_of(1, 16)}", Cookie=enter("inspector")))
    assert other not in houses_in(ask(f"{site.url}{tile_of(5, 16)}", Cookie=enter("inspector")))
    assert other in houses_in(ask(f"{site.url}{tile_of(5, 16)}", Cookie=enter("inspector2")))


@pytest.mark.parametrize("login", ["centre", "leader", "admin"])
def test_the_county_sees_every_house_in_a_tile(site: Site, enter: Enter, login: str) -> None:
    for number in (1, 5, 6):
        assert site.world.codes[number] in houses_in(ask(f"{site.url}{tile_of(number, 16)}", Cookie=enter(login)))


@pytest.mark.parametrize("login", ROLES)
@pytest.mark.parametrize("zoom", [9, 12, 14, 16])
def test_no_tile_carries_anything_personal(site: Site, enter: Enter, login: str, zoom: int) -> None:
    answer = ask(f"{site.url}{tile_of(1, zoom)}", Cookie=enter(login))
    assert answer.status == 200
    for name, layer in mapbox_vector_tile.decode(answer.body).items():
        for item in layer["features"]:
            assert set(item["properties"]) == set(TILE_LAYERS[name].attributes)
    assert "房".encode() not in answer.body


def test_a_tile_that_has_not_changed_is_not_sent_again(site: Site, enter: Enter) -> None:
    first = ask(f"{site.url}{tile_of(1, 16)}", Cookie=enter("centre"))
    again = ask(f"{site.url}{tile_of(1, 16)}", Cookie=enter("centre"), If_None_Match=first.headers["etag"])
    assert (first.status, again.status, again.body) == (200, 304, b"")


@pytest.mark.parametrize("zoom", [8, 11, 13, 16])
def test_a_house_that_changes_is_soon_seen_to_have_changed(site: Site, enter: Enter, zoom: int) -> None:
    cookie, house = enter("centre"), site.world.houses[6]

    def reds() -> int:
        layers = mapbox_vector_tile.decode(ask(f"{site.url}{tile_of(6, zoom)}", Cookie=cookie).body)
        seen = [item["properties"] for layer in layers.values() for item in layer["features"]]
        return sum(one.get("red", one["colour"] == "red") for one in seen)

    before = reds()
    recolour(site, house, "red")
    assert host.within(10, lambda: reds() == before + 1)
    recolour(site, house, "unseen")
    assert host.within(10, lambda: reds() == before)


def recolour(site: Site, house: int, colour: str) -> None:
    with site.engine.begin() as connection:
        connection.execute(text("UPDATE house SET colour = :c WHERE id = :h"), {"c": colour, "h": house})


@pytest.mark.parametrize(
    "path",
    ["/tiles/people/v1/14/1/1.mvt", "/tiles/houses/v1/3/9/0.mvt", "/tiles/houses/v1/40/0/0.mvt", "/photo/999999.jpg"],
)
def test_what_is_not_there_is_not_found(site: Site, enter: Enter, path: str) -> None:
    assert ask(f"{site.url}{path}", Cookie=enter("centre")).status == 404


def test_health_tells_no_more_than_that_the_database_answers(site: Site) -> None:
    answer = ask(f"{site.url}/health")
    assert answer.status == 200
    assert set(json.loads(answer.body)) == {"status", "postgis"}


@pytest.mark.parametrize("path", ["/leader", "/health", "/assets/own/sign_in.js", "/tiles/houses/v1/14/1/1.mvt"])
def test_every_answer_forbids_the_browser_other_hosts(site: Site, enter: Enter, path: str) -> None:
    headers = ask(f"{site.url}{path}", Cookie=enter("leader"), Accept="text/html").headers
    allowed = {word for rule in headers["content-security-policy"].split(";") for word in rule.split()[1:]}
    host = site.url.removeprefix("http://")
    assert not {word for word in allowed if "//" in word} - {f"ws://{host}", f"wss://{host}"}
    assert headers["x-content-type-options"] == "nosniff"
