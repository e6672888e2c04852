"""What a tile shows to whom: one's own houses one by one, everybody else's as counts, nothing personal."""

import math

import mapbox_vector_tile as mvt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from db import query, tile
from tests import world as tiny


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    n, phi = 2**z, math.radians(lat)
    return int((lon + 180) / 360 * n), int((1 - math.asinh(math.tan(phi)) / math.pi) / 2 * n)


def around(z: int) -> list[tuple[int, int]]:
    x0, y0 = tile_of(tiny.X0, tiny.Y0 + 0.02, z)
    x1, y1 = tile_of(tiny.X0 + 0.04, tiny.Y0, z)
    return [(x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)]


def inside(pixel: list[int]) -> bool:
    """Whether a point lies in the tile itself, not in the margin that is there to be drawn across its edge."""
    return all(0 <= at < 4096 for at in pixel)


def seen(connection: Connection, world: tiny.World, who: str, z: int, **options: object) -> tuple[set[int], int]:
    singles: set[int] = set()
    counted = 0
    for x, y in around(z):
        data = tile.houses_tile(connection, actor=world.actors[who], z=z, x=x, y=y, **options)  # type: ignore[arg-type]
        layers = mvt.decode(data) if data else {}
        singles |= {feature["id"] for feature in layers.get("houses", {}).get("features", [])}
        cells = layers.get("house_counts", {}).get("features", [])
        counted += sum(one["properties"]["n"] for one in cells if inside(one["geometry"]["coordinates"]))
    return singles, counted


@pytest.mark.parametrize("z", [13, 14, 16])
def test_an_inspector_sees_their_own_houses_and_counts_of_the_others(
    connection: Connection, world: tiny.World, z: int
) -> None:
    assert seen(connection, world, "inspector", z) == ({world.houses[n] for n in (1, 2, 3, 4)}, 2)
    assert seen(connection, world, "inspector2", z) == ({world.houses[5]}, 5)
    every = set(world.houses.values())
    assert seen(connection, world, "centre", z) == ((set(), 6) if z == 13 else (every, 0))


def test_from_afar_everybody_sees_counts_only(connection: Connection, world: tiny.World) -> None:
    for who in ("inspector", "centre", "fire", "leader"):
        assert seen(connection, world, who, 10) == (set(), 6)


def test_a_department_sees_the_houses_on_its_desk(connection: Connection, world: tiny.World) -> None:
    connection.execute(
        text("INSERT INTO ticket (county, number, house_id, village, lead, hazard, severity, opened_at, last_at)"
             " VALUES (:c, 'T1', :h, :v, 'fire', 'FI06', 1, :at, :at)"),
        {"c": tiny.COUNTY, "h": world.houses[6], "v": tiny.OTHER_VILLAGE, "at": tiny.NOW},
    )  # fmt: skip
    assert seen(connection, world, "fire", 14) == ({world.houses[6]}, 5)
    assert seen(connection, world, "urban", 14) == (set(), 6)


def test_colours_filter_houses_and_counts_alike(connection: Connection, world: tiny.World) -> None:
    connection.execute(text("UPDATE house SET colour = 'red' WHERE id = :h"), {"h": world.houses[2]})
    assert seen(connection, world, "centre", 14, colours=["red"]) == ({world.houses[2]}, 0)
    assert seen(connection, world, "inspector2", 14, colours=["red"]) == (set(), 1)


def test_a_tile_holds_place_code_colour_and_kind_and_nothing_of_anybody(
    connection: Connection, world: tiny.World
) -> None:
    lon, lat = tiny.HOUSES[1][1:3]
    x, y = tile_of(lon, lat, 16)
    data = tile.houses_tile(connection, actor=world.actors["centre"], z=16, x=x, y=y)
    (feature, *_) = [one for one in mvt.decode(data)["houses"]["features"] if one["id"] == world.houses[1]]
    assert feature["properties"] == {"code": world.codes[1], "colour": "unseen", "kind": "self_built", "state": "let"}
    n = 2**16
    px = feature["geometry"]["coordinates"]
    found_lon = (x + px[0] / 4096) / n * 360 - 180
    found_lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + 1 - px[1] / 4096) / n))))
    assert (found_lon, found_lat) == pytest.approx((lon, lat), abs=5e-6)


def test_what_stands_near_an_edge_is_in_the_tiles_on_both_sides_of_it(
    connection: Connection, world: tiny.World
) -> None:
    z = 16
    lon, lat = tiny.HOUSES[6][1:3]
    x, y = tile_of(lon, lat, z)
    edge = x / 2**z * 360 - 180
    connection.execute(text("UPDATE house SET geom = ST_SetSRID(ST_MakePoint(:lon, :lat), 4490) WHERE id = :h"),
                       {"lon": edge + 1e-5, "lat": lat, "h": world.houses[6]})  # fmt: skip
    for column in (x, x - 1):
        data = tile.houses_tile(connection, actor=world.actors["centre"], z=z, x=column, y=y)
        assert world.houses[6] in {one["id"] for one in mvt.decode(data)["houses"]["features"]}
        others = tile.houses_tile(connection, actor=world.actors["inspector"], z=z, x=column, y=y)
        assert [one["properties"]["n"] for one in mvt.decode(others)["house_counts"]["features"]] == [1]


def test_a_tile_of_the_sea_is_empty(connection: Connection, world: tiny.World) -> None:
    assert tile.houses_tile(connection, actor=world.actors["centre"], z=14, x=0, y=0) == b""


COLOURS = ("red", "orange", "yellow", "green", "unseen")
HOUSES = st.integers(1, 6)
CHANGES = st.one_of(
    st.tuples(st.just("colour"), HOUSES, st.sampled_from(COLOURS)),
    st.tuples(st.just("move"), HOUSES, st.tuples(st.floats(120.6, 121.2), st.floats(31.4, 31.9))),
    st.tuples(st.just("status"), HOUSES, st.sampled_from(["active", "closed"])),
    st.tuples(st.just("let"), HOUSES, st.sampled_from(["let", "vacant", "unknown"])),
    st.tuples(st.just("lose"), HOUSES, st.none()),
    st.tuples(st.just("fold"), HOUSES, st.none()),
)
STATEMENTS = {
    "colour": "UPDATE house SET colour = :v WHERE id = :h", "let": "UPDATE house SET let_status = :v WHERE id = :h",
    "status": "UPDATE house SET status = :v, closed_on = CASE WHEN :v = 'closed' THEN CURRENT_DATE END WHERE id = :h",
    "lose": "UPDATE house SET geom = NULL WHERE id = :h",
    "move": "UPDATE house SET geom = ST_SetSRID(ST_MakePoint(:lon, :lat), 4490) WHERE id = :h",
    "fold": "SELECT house_cells_fold(:c)",
}  # fmt: skip
KEPT = """
    SELECT x, y, colour, let_status, sum(n) AS n, sum(sx) AS sx, sum(sy) AS sy FROM (
        SELECT x, y, colour, let_status, n, sx, sy FROM house_cell WHERE county = :c AND level = :l
        UNION ALL
        SELECT x >> (17 - :l), y >> (17 - :l), colour, let_status, n, sx, sy FROM house_cell_note WHERE county = :c) p
    GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0 OR sum(sx) <> 0 OR sum(sy) <> 0 ORDER BY 1, 2, 3, 4"""
COUNTED = """
    SELECT mercator_x(ST_X(geom)) >> (30 - :l) AS x, mercator_y(ST_Y(geom)) >> (30 - :l) AS y, colour, let_status,
        count(*) AS n,
        sum(mercator_x(ST_X(geom))) AS sx, sum(mercator_y(ST_Y(geom))) AS sy
    FROM house WHERE county = :c AND status = 'active' AND geom IS NOT NULL GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"""


def change(connection: Connection, world: tiny.World, what: str, house: int, value: object) -> None:
    lon, lat = value if isinstance(value, tuple) else (None, None)
    told = {"h": world.houses[house], "v": value, "lon": lon, "lat": lat, "c": tiny.COUNTY}
    statement = text(STATEMENTS[what])
    connection.execute(statement, {name: told[name] for name in statement.compile().params})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHANGES, max_size=8))
def test_what_is_kept_is_what_is_counted_whatever_happens_to_houses(
    connection: Connection, world: tiny.World, changes: list[tuple[str, int, object]]
) -> None:
    trial = connection.begin_nested()
    for what, house, value in changes:
        change(connection, world, what, house, value)
    for level in (4, 11, 17):
        given_ = {"c": tiny.COUNTY, "l": level}
        kept = [tuple(row) for row in connection.execute(text(KEPT), given_)]
        assert kept == [tuple(row) for row in connection.execute(text(COUNTED), given_)]
    trial.rollback()


def counts(data: bytes) -> list[tuple[int, ...]]:
    """What the cells of a tile say and where they lie, to a pixel or two."""
    features = mvt.decode(data).get("house_counts", {}).get("features", []) if data else []
    return sorted(
        (*(one["properties"][name] for name in ("n", *COLOURS)), *(at // 4 for at in one["geometry"]["coordinates"]))
        for one in features
    )


@pytest.mark.parametrize("z", [6, 9, 11, 12])
def test_a_tile_that_is_read_is_the_tile_that_is_counted(connection: Connection, world: tiny.World, z: int) -> None:
    change(connection, world, "colour", 1, "red")
    change(connection, world, "status", 2, "closed")
    told = {"county": tiny.COUNTY, "z": z, "grid_ids": [], "house_ids": []}
    for x, y in around(z):
        for colours in (None, ["red"]):
            read = bytes(query.value(connection, "tile_far", x=x, y=y, colours=colours, **told))
            counted = query.value(connection, "tile_houses", x=x, y=y, colours=colours, single=False, areas=[], **told)
            assert [one[:6] for one in counts(read)] == [one[:6] for one in counts(bytes(counted))]
            pixels = zip(counts(read), counts(bytes(counted)), strict=True)
            assert all(abs(a - b) <= 1 for one, other in pixels for a, b in zip(one[6:], other[6:], strict=True))


def test_counted_anew_the_cells_are_the_same(connection: Connection, world: tiny.World) -> None:
    change(connection, world, "colour", 3, "orange")
    given_ = {"c": tiny.COUNTY, "l": 15}
    before = connection.execute(text(KEPT), given_).all()
    tile.rebuild(connection, tiny.COUNTY)
    assert connection.execute(text(KEPT), given_).all() == before
    assert connection.execute(text("SELECT count(*) FROM house_cell_note")).scalar() == 0
