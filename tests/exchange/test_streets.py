"""Streets out of files: an extract as OpenStreetMap writes it, lines as other systems do."""

import json
from collections.abc import Mapping
from pathlib import Path

import osmium
import pytest

from exchange.errors import ColumnsMissing, DamagedFile, MissingFile, NoStreets
from exchange.street_tags import access_of, kind_of
from exchange.streets import read_streets
from exchange.way_files import WayValueError, fit_to_sample
from gis.streets import BIKE, BIKE_BACK, CAR, CAR_BACK, FOOT

BIKES, CARS = BIKE | BIKE_BACK, CAR | CAR_BACK


def extract(path: Path, nodes: Mapping[int, tuple[float, float]], ways: list[tuple[list[int], dict[str, str]]]) -> Path:
    """Write an OpenStreetMap file."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for ref, place in nodes.items():
            writer.add_node(osmium.osm.mutable.Node(id=ref, location=place, version=1))
        for number, (refs, tags) in enumerate(ways, 1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=refs, tags=tags, version=1))
    return path


CROSS = {1: (120.90, 31.70), 2: (120.91, 31.70), 3: (120.92, 31.70), 4: (120.91, 31.69), 5: (120.91, 31.71),
         6: (120.905, 31.7001)}  # fmt: skip


@pytest.mark.parametrize(
    ("tags", "who"),
    [
        ({"highway": "residential"}, FOOT | BIKES | CARS),
        ({"highway": "motorway"}, CAR),
        ({"highway": "primary_link", "oneway": "yes"}, FOOT | BIKE | CAR),
        ({"highway": "tertiary", "oneway": "-1"}, FOOT | BIKE_BACK | CAR_BACK),
        ({"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"}, FOOT | BIKES | CAR),
        ({"highway": "tertiary", "junction": "roundabout"}, FOOT | BIKE | CAR),
        ({"highway": "steps"}, FOOT),
        ({"highway": "footway"}, FOOT | BIKES),
        ({"highway": "footway", "bicycle": "no"}, FOOT),
        ({"highway": "service", "access": "private"}, FOOT | BIKES | CARS),
        ({"highway": "service", "access": "no"}, 0),
        ({"highway": "service", "access": "no", "foot": "yes"}, FOOT),
        ({"highway": "residential", "motor_vehicle": "no"}, FOOT | BIKES),
        ({"highway": "residential", "vehicle": "no"}, FOOT),
    ],
)
def test_tags_say_who_may_use_a_way(tags: dict[str, str], who: int) -> None:
    kind = kind_of(tags["highway"])
    assert kind is not None
    assert access_of(kind, tags) == who


def test_what_nobody_travels_on_is_no_street() -> None:
    assert [kind_of(value) for value in ("construction", "proposed", "", None, "rail")] == [None] * 5


def test_ways_are_cut_where_they_meet_and_keep_their_bends(tmp_path: Path) -> None:
    ways = [([1, 6, 2, 3], {"highway": "primary"}), ([4, 2, 5], {"highway": "footway"}),
            ([1, 4], {"highway": "construction"}), ([3, 5], {"highway": "service", "access": "no"})]  # fmt: skip
    found = read_streets(extract(tmp_path / "town.osm.pbf", CROSS, ways))
    ends = sorted(zip(found.streets.tails.tolist(), found.streets.heads.tolist(), strict=True))
    assert ends == [(1, 2), (2, 3), (2, 5), (4, 2)]
    bends = {len(line.coords) for line in found.streets.lines}
    assert bends == {2, 3}
    assert found.ways == 4
    assert found.passed_over == {"kind": 1, "access": 1}
    assert set(found.streets.kinds.tolist()) == {"primary", "footway"}


def test_a_way_around_a_block_is_cut_at_the_corner_it_passes_twice(tmp_path: Path) -> None:
    found = read_streets(extract(tmp_path / "loop.osm.pbf", CROSS, [([1, 2, 3, 5, 2, 4], {"highway": "residential"})]))
    ends = sorted(zip(found.streets.tails.tolist(), found.streets.heads.tolist(), strict=True))
    assert ends == [(1, 2), (2, 2), (2, 4)]


def test_streets_outside_the_county_are_passed_over_and_a_file_without_any_is_refused(tmp_path: Path) -> None:
    path = extract(tmp_path / "town.osm.pbf", CROSS, [([1, 2], {"highway": "primary"}), ([4, 5], {"highway": "path"})])
    found = read_streets(path, within=(120.89, 31.699, 120.905, 31.71))
    assert found.passed_over == {"elsewhere": 1}
    with pytest.raises(NoStreets, match=r"town\.osm\.pbf"):
        read_streets(path, within=(10.0, 50.0, 11.0, 51.0))


def test_damaged_and_missing_files_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"no protocol buffers here")
    with pytest.raises(DamagedFile, match="broken"):
        read_streets(broken)
    with pytest.raises(MissingFile, match="absent"):
        read_streets(tmp_path / "absent.osm.pbf")
    text = tmp_path / "lines.geojson"
    text.write_text("{}", encoding="utf-8")
    with pytest.raises(DamagedFile, match="lines"):
        read_streets(text)


def lines(path: Path, *rows: tuple[list[tuple[float, float]], dict[str, object]]) -> Path:
    """Write lines as GeoJSON."""
    features = [
        {"type": "Feature", "properties": properties, "geometry": {"type": "LineString", "coordinates": points}}
        for points, properties in rows
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_lines_without_junctions_are_cut_where_they_cross_but_not_under_a_bridge(tmp_path: Path) -> None:
    level = lines(
        tmp_path / "level.geojson",
        ([(120.90, 31.70), (120.92, 31.70)], {"highway": "primary"}),
        ([(120.91, 31.69), (120.91, 31.71)], {"highway": "residential"}),
        ([(120.90, 31.69), (120.91, 31.69)], {"highway": "rail"}),
    )
    found = read_streets(level)
    assert len(found.streets) == 4
    assert len({*found.streets.tails.tolist(), *found.streets.heads.tolist()}) == 5
    assert sorted(found.streets.kinds.tolist()) == ["primary", "primary", "residential", "residential"]
    assert found.passed_over == {"kind": 1}
    bridge = lines(
        tmp_path / "bridge.geojson",
        ([(120.90, 31.70), (120.92, 31.70)], {"kind": "major_road", "is_bridge": True}),
        ([(120.91, 31.69), (120.91, 31.71)], {"kind": "minor_road", "is_bridge": None}),
    )
    assert len(read_streets(bridge).streets) == 2


def test_a_measured_sample_gives_a_factor_and_bad_rows_are_named(tmp_path: Path) -> None:
    sample = tmp_path / "ways.csv"
    head = "from_lon,from_lat,to_lon,to_lat,metres\n"
    sample.write_text(head + "120.90,31.70,120.91,31.70,1200\n120.90,31.70,120.90,31.71,1500\n", encoding="utf-8")
    fit = fit_to_sample(sample)
    assert fit.ways == 2
    assert 1.2 < fit.factor < 1.5
    sample.write_text(head + "120.90,31.70,120.91,31.70,1200\n120.90,131.70,120.91,31.70,1200\n", encoding="utf-8")
    with pytest.raises(WayValueError, match=r"Row 3, from_lat: .131\.70."):
        fit_to_sample(sample)
    sample.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ColumnsMissing, match="from_lon"):
        fit_to_sample(sample)


@pytest.mark.shared
def test_real_roads_of_shanghai_become_one_network(shared_data: Path) -> None:
    from gis.streets import connected

    found = read_streets(shared_data / "osm" / "shanghai_roads.geojson")
    assert len(found.streets) > 2500
    assert len(connected(found.streets)) > 0.9 * len(found.streets)
