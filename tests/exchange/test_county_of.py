"""Whose register a file is, where nobody said."""

from pathlib import Path

import pytest
from shapely import box

from exchange.importing import ImportOptions, county_of
from exchange.villages import CountyContext
from gis.division import Division
from tests.exchange.files import CHANGSHU, HEADERS, line, write_csv

CIXI = CountyContext(
    "330282",
    (Division("330282", "慈溪市"), Division("330282113", "胜山镇"), Division("330282113211", "镇前村委会")),
    box(121.0, 30.0, 121.6, 30.4),
)
OPTIONS = ImportOptions(crs="EPSG:4490")


def register(path: Path, rows: list[list[object]]) -> Path:
    return write_csv(path / "register.csv", rows, headers=HEADERS)


def test_a_register_belongs_to_the_county_that_takes_its_rows(tmp_path: Path) -> None:
    theirs = [line(n, 所属村="镇前村", 房屋地址=f"镇前村{n}号", 经度="121.25", 纬度="30.17") for n in range(1, 4)]
    path = register(tmp_path, [*theirs, line(9)])
    assert county_of(path, options=OPTIONS, counties=[CHANGSHU, CIXI]) == "330282"
    assert county_of(path, options=OPTIONS, counties=[CIXI, CHANGSHU]) == "330282"


def test_a_long_register_is_told_by_a_sample_of_its_rows(tmp_path: Path) -> None:
    rows = [line(n, 经度=f"{120.9 + n * 1e-6:.6f}") for n in range(1, 3001)]
    assert county_of(register(tmp_path, rows), options=OPTIONS, counties=[CIXI, CHANGSHU]) == "320581"


@pytest.mark.parametrize("rows", [
    [line(1, 所属村="无名村", 房屋地址="无名村1号", 经度="", 纬度="")],
    [line(1), line(2, 所属村="镇前村", 房屋地址="镇前村2号", 经度="121.25", 纬度="30.17")],
])  # fmt: skip
def test_where_no_county_or_two_as_well_would_take_it_nothing_is_guessed(
    tmp_path: Path, rows: list[list[object]]
) -> None:
    assert county_of(register(tmp_path, rows), options=OPTIONS, counties=[CHANGSHU, CIXI]) is None
