"""Measured on real dirt: stations of thirty cities, footprints cut at tile edges, headers in real use."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from shapely.geometry import box

from exchange.headers import guess_mapping
from exchange.villages import CountyContext
from gis.division import Division
from tests.exchange.files import brought_in

pytestmark = pytest.mark.shared
SHANGHAI = CountyContext(
    "310115", [Division("310115", "浦东新区"), Division("310115001001", "试验居委会")], box(121.4, 31.1, 121.6, 31.4)
)
LOWER_YANGTZE = CountyContext(
    "320583", [Division("320583", "昆山市"), Division("320583100001", "试验居委会")], box(120.2, 30.7, 121.3, 32.1)
)


def test_shanghai_footprints_are_counted_by_reason(shared_data: Path) -> None:
    prepared = brought_in(
        shared_data / "osm/shanghai_buildings.geojson", county=SHANGHAI, default_village="310115001001"
    )
    assert (prepared.read, len(prepared.rows)) == (1793, 1360)
    assert prepared.counts() == Counter(duplicate_key=269, not_a_house=152, address_missing=10, duplicate_outline=2)
    assert all(row.lon is not None and row.footprint.is_valid for row in prepared.rows if row.footprint is not None)


def test_bicycle_stations_of_one_county_are_taken_and_the_rest_say_why(shared_data: Path) -> None:
    path = shared_data / "addresses/places_with_coordinates.csv"
    prepared = brought_in(path, county=LOWER_YANGTZE, default_village="320583100001")
    assert prepared.read == 3948
    assert prepared.counts() == Counter(outside_county=1786, crs_missing=1194, duplicate_address=2)
    assert {row.crs for row in prepared.rows} == {"GCJ-02"}


def test_real_column_codes_and_their_chinese_names_mean_the_same_field(shared_data: Path) -> None:
    with (shared_data / "columns/real_register_columns.csv").open(encoding="utf-8-sig", newline="") as stream:
        pairs = [(row["code"], row["chinese_header"]) for row in csv.DictReader(stream)]
    guesses = [(guess_mapping([code]).columns[0], guess_mapping([name]).columns[0]) for code, name in pairs]
    both = [(code.field, name.field) for code, name in guesses if code.field and name.field]
    assert len(both) >= 27
    assert all(code == name for code, name in both)
    assert sum(code.role == name.role == "withheld" for code, name in guesses) >= 5
